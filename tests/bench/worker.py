"""One side of the comparison: builds a shard with whichever `qdrant_edge` is on the path, then times operations on command.

Reads one command per line: NAME ROUNDS; answers with the seconds of each round as a JSON list.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import time

import numpy
import qdrant_edge as q

POINTS, DIM, SMALL, BATCH = 1_000, 128, 4, 500


def vector(rng: random.Random, dim: int = DIM) -> list:
    return [rng.uniform(-1, 1) for _ in range(dim)]


def takes_arrays() -> bool:
    """Whether vectors may be NumPy arrays; whoever has them calls tolist() where they may not."""
    try:
        q.Point(1, numpy.zeros(4, numpy.float32))
    except TypeError:
        return False
    return True


class Work:
    def __init__(self, directory: str) -> None:
        rng = random.Random(7)
        config = q.EdgeConfig(vectors={"v": q.EdgeVectorParams(size=DIM, distance=q.Distance.Cosine)})
        os.makedirs(f"{directory}/128")
        os.makedirs(f"{directory}/4")
        self.shard = q.EdgeShard.create(f"{directory}/128", config)
        points = [q.Point(i, {"v": vector(rng)}, {"n": i, "tag": f"t{i % 10}"}) for i in range(POINTS)]
        self.shard.update(q.UpdateOperation.upsert_points(points))
        self.queries = [vector(rng) for _ in range(64)]
        self.fresh = [vector(rng) for _ in range(BATCH)]
        self.arrays = numpy.array(self.fresh, numpy.float32)
        self.takes_arrays = takes_arrays()
        self.small = q.EdgeShard.create(f"{directory}/4", q.EdgeConfig(vectors=q.EdgeVectorParams(size=SMALL, distance=q.Distance.Dot)))
        points = [q.Point(i, vector(rng, SMALL), {"n": i}) for i in range(POINTS)]
        self.small.update(q.UpdateOperation.upsert_points(points))
        self.small_queries = [vector(rng, SMALL) for _ in range(64)]
        self.filter = q.Filter(must=[q.FieldCondition(key="tag", match=q.MatchValue("t3"))])
        self.turn = 0

    def _query(self) -> list:
        self.turn += 1
        return self.queries[self.turn % len(self.queries)]

    def query_small(self):
        self.turn += 1
        query = q.Query.Nearest(self.small_queries[self.turn % len(self.small_queries)])
        return [(p.id, p.score) for p in self.small.query(q.QueryRequest(query=query, limit=10))]

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

    def retrieve_small(self):
        return self.small.retrieve([77], False, False)

    def count(self):
        return self.shard.count(q.CountRequest(exact=True))

    def scroll(self):
        return len(self.shard.scroll(q.ScrollRequest(limit=1_000, with_payload=True))[0])

    def upsert_one(self):
        self.turn += 1
        point = q.Point(self.turn % POINTS, {"v": self.fresh[self.turn % BATCH]}, {"n": 1})
        self.shard.update(q.UpdateOperation.upsert_points([point]))

    def upsert_array(self):
        """500 rows of an array without payload: the shortest way that the package has."""
        if hasattr(q.UpdateOperation, "upsert_arrays"):
            operation = q.UpdateOperation.upsert_arrays(range(BATCH), {"v": self.arrays})
        elif self.takes_arrays:
            operation = q.UpdateOperation.upsert_points([q.Point(i, {"v": row}) for i, row in enumerate(self.arrays)])
        else:
            operation = q.UpdateOperation.upsert_points([q.Point(i, {"v": row.tolist()}) for i, row in enumerate(self.arrays)])
        self.shard.update(operation)

    def upsert_rows(self):
        """500 points with payload, their vectors rows of an array."""
        if self.takes_arrays:
            points = [q.Point(i, {"v": row}, {"n": i}) for i, row in enumerate(self.arrays)]
        else:
            points = [q.Point(i, {"v": row.tolist()}, {"n": i}) for i, row in enumerate(self.arrays)]
        self.shard.update(q.UpdateOperation.upsert_points(points))

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
