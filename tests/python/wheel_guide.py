"""The guide's five steps on an installed package alone: no test helpers, nothing but the standard library.

    python wheel_guide.py HUB_URL API_KEY DIRECTORY
"""

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, List, Tuple

from qdrant_edge import (CountRequest, Distance, EdgeConfig, EdgeShard, EdgeVectorParams, FieldCondition, Filter, Point, Query,
                         QueryRequest, RangeFloat, UpdateOperation)

COLLECTION, VECTOR, TIMESTAMP = "things", "shape", "timestamp"
SHARD = "/collections/%s/shards/0/" % COLLECTION


class Server:
    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def call(self, method: str, path: str, body: Any = None) -> Tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"api-key": self.key, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()

    def upsert(self, points: List[Dict[str, Any]]) -> None:
        status, answer = self.call("PUT", "/collections/%s/points?wait=true" % COLLECTION, {"points": points})
        assert status == 200, answer


def rest_point(i: int) -> Dict[str, Any]:
    return {"id": i, "vector": {VECTOR: [float(i % 7), float(i % 5), 1.0, float(i % 3)]}, "payload": {"n": i, TIMESTAMP: time.time()}}


def walk(server: Server, directory: Path) -> None:
    status, answer = server.call("PUT", "/collections/" + COLLECTION, {"vectors": {VECTOR: {"size": 4, "distance": "Cosine"}}})
    assert status == 200, answer
    server.upsert([rest_point(i) for i in range(500)])

    # 1. A mutable shard for local writes.
    config = EdgeConfig(vectors={VECTOR: EdgeVectorParams(size=4, distance=Distance.Cosine)})
    mutable = EdgeShard.create(directory / "mutable", config)

    # 2. An immutable shard from the server's snapshot.
    archive = directory / "full.snapshot"
    status, data = server.call("GET", SHARD + "snapshot")
    assert status == 200, data
    archive.write_bytes(data)
    EdgeShard.unpack_snapshot(str(archive), str(directory / "immutable"))
    immutable = EdgeShard.load(directory / "immutable")
    assert immutable.count(CountRequest()) == 500

    # 3. Dual write.
    queue = [rest_point(i) for i in range(500, 520)]
    mutable.update(UpdateOperation.upsert_points([Point(p["id"], p["vector"], p["payload"]) for p in queue]))
    assert mutable.count(CountRequest()) == 20

    # 4. Upload the queue, then update the immutable shard by partial snapshot.
    server.upsert(queue)
    synced = time.time()
    status, data = server.call("POST", SHARD + "snapshot/partial/create", immutable.snapshot_manifest())
    assert status == 200, data
    archive.write_bytes(data)
    immutable.update_from_snapshot(str(archive))
    mutable.update(UpdateOperation.delete_points_by_filter(Filter(must=[FieldCondition(key=TIMESTAMP, range=RangeFloat(lte=synced))])))
    assert (immutable.count(CountRequest()), mutable.count(CountRequest())) == (520, 0)
    status, _ = server.call("POST", SHARD + "snapshot/partial/create", immutable.snapshot_manifest())
    assert status == 304, status

    # 5. Query both shards.
    request = QueryRequest(query=Query.Nearest(rest_point(507)["vector"][VECTOR], using=VECTOR), limit=5, with_payload=True)
    hits = sorted(mutable.query(request) + immutable.query(request), key=lambda hit: hit.score, reverse=True)
    assert len(hits) == 5 and hits[0].score > 0.999 and hits[0].payload is not None and "n" in hits[0].payload
    mutable.close()
    immutable.close()


if __name__ == "__main__":
    walk(Server(sys.argv[1], sys.argv[2]), Path(sys.argv[3]))
    print("walked")
