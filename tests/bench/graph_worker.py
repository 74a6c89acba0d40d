"""One side of the graph comparison. Commands: `open DIR`, `search EF ROUNDS`, `ids EF`, each answered by a line of JSON.

`build DIR` makes the shard and optimizes it: only the reference can.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import qdrant_edge as q

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python" / "examples"))
import words  # noqa: E402

DIM, LIMIT, QUERIES = words.DIMENSION, 10, 200


class Side:
    def __init__(self, count: int) -> None:
        _, floats = words.load(ROOT / "build" / "data", count + QUERIES)
        rows = [floats[i * DIM : (i + 1) * DIM].tolist() for i in range(count + QUERIES)]
        self.points, self.queries = rows[:count], rows[count:]
        self.shard = None

    def build(self, directory: str) -> int:
        config = q.EdgeConfig(
            vectors={"w": q.EdgeVectorParams(size=DIM, distance=q.Distance.Cosine)},
            hnsw_config=q.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=10),
            optimizers=q.EdgeOptimizersConfig(indexing_threshold=100),
        )
        shard = q.EdgeShard.create(directory, config)
        for at in range(0, len(self.points), 1000):
            batch = [q.Point(i, {"w": self.points[i]}) for i in range(at, min(at + 1000, len(self.points)))]
            shard.update(q.UpdateOperation.upsert_points(batch))
        shard.optimize()
        shard.flush()
        shard.close()
        return len(self.points)

    def open(self, directory: str) -> float:
        started = time.perf_counter()
        self.shard = q.EdgeShard.load(directory)
        return time.perf_counter() - started

    def _query(self, vector, params):
        return self.shard.query(q.QueryRequest(query=q.Query.Nearest(vector, using="w"), limit=LIMIT, params=params))

    def ids(self, ef: int) -> list:
        params = q.SearchParams(exact=True) if ef == 0 else q.SearchParams(hnsw_ef=ef)
        return [[p.id for p in self._query(v, params)] for v in self.queries]

    def search(self, ef: int) -> float:
        params = q.SearchParams(exact=True) if ef == 0 else q.SearchParams(hnsw_ef=ef)
        started = time.perf_counter()
        for v in self.queries:
            self._query(v, params)
        return (time.perf_counter() - started) / len(self.queries)


def main() -> None:
    side = Side(int(sys.argv[1]))
    print(json.dumps({"ready": q.__file__}), flush=True)
    for line in sys.stdin:
        name, argument = line.split(maxsplit=1)
        argument = argument.strip()
        print(json.dumps(getattr(side, name)(argument if name in ("build", "open") else int(argument))), flush=True)


if __name__ == "__main__":
    main()
