"""One side of the comparison: builds a shard with whichever `qdrant_edge` is on the path, then times operations on command.

Reads one command per line: NAME ROUNDS; answers with the seconds of each round as a JSON list.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import time

import qdrant_edge as q

POINTS, DIM, BATCH = 1_000, 128, 500


def vector(rng: random.Random) -> list:
    return [rng.uniform(-1, 1) for _ in range(DIM)]


class Work:
    def __init__(self, directory: str) -> None:
        rng = random.Random(7)
        config = q.EdgeConfig(vectors={"v": q.EdgeVectorParams(size=DIM, distance=q.Distance.Cosine)})
        self.shard = q.EdgeShard.create(directory, config)
        points = [q.Point(i, {"v": vector(rng)}, {"n": i, "tag": f"t{i % 10}"}) for i in range(POINTS)]
        self.shard.update(q.UpdateOperation.upsert_points(points))
        self.queries = [vector(rng) for _ in range(64)]
        self.fresh = [vector(rng) for _ in range(BATCH)]
        self.filter = q.Filter(must=[q.FieldCondition(key="tag", match=q.MatchValue("t3"))])
        self.turn = 0

    def _query(self) -> list:
        self.turn += 1
        return self.queries[self.turn % len(self.queries)]

    def query(self):
        request = q.QueryRequest(query=q.Query.Nearest(self._query(), using="v"), limit=10)
        return [(p.id, p.score) for p in self.shard.query(request)]

    def query_payload(self):
        request = q.QueryRequest(query=q.Query.Nearest(self._query(), using="v"), limit=10, with_payload=True)
        return [(p.id, p.payload["n"]) for p in self.shard.query(request)]

    def query_vectors(self):
        request = q.QueryRequest(query=q.Query.Nearest(self._query(), using="v"), limit=100, with_vector=True)
        return [p.vector for p in self.shard.query(request)]

    def query_filter(self):
        request = q.QueryRequest(query=q.Query.Nearest(self._query(), using="v"), limit=10, filter=self.filter)
        return [p.id for p in self.shard.query(request)]

    def retrieve(self):
        self.turn += 1
        return self.shard.retrieve([self.turn % POINTS], True, False)[0].payload

    def count(self):
        return self.shard.count(q.CountRequest(exact=True))

    def scroll(self):
        return len(self.shard.scroll(q.ScrollRequest(limit=1_000, with_payload=True))[0])

    def upsert_one(self):
        self.turn += 1
        point = q.Point(self.turn % POINTS, {"v": self.fresh[self.turn % BATCH]}, {"n": 1})
        self.shard.update(q.UpdateOperation.upsert_points([point]))

    def upsert_batch(self):
        points = [q.Point(i, {"v": v}, {"n": i}) for i, v in enumerate(self.fresh)]
        self.shard.update(q.UpdateOperation.upsert_points(points))

    def time(self, name: str, repeat: int) -> float:
        run = getattr(self, name)
        started = time.perf_counter()
        for _ in range(repeat):
            run()
        return (time.perf_counter() - started) / repeat


def main() -> None:
    directory = tempfile.mkdtemp(prefix="qdrant-edge-bench-")
    try:
        work = Work(directory)
        print(json.dumps({"ready": q.__file__}), flush=True)
        for line in sys.stdin:
            name, repeat = line.split()
            print(json.dumps(work.time(name, int(repeat))), flush=True)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
