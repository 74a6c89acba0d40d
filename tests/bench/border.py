"""What the border of C costs: the same calls through the C library and through the Go API, on copies of one shard of real word vectors, in turn.

    border.py C_PROGRAM GO_PROGRAM    (PYTHONPATH has our package; `make bench-c` builds both)
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import qdrant_edge as q

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python" / "examples"))
import words  # noqa: E402

ROUNDS, QUERIES, DIM = 41, 50, words.DIMENSION
COUNT = 20_000


class Program:
    def __init__(self, binary: str, shard: str, queries: str) -> None:
        self.process = subprocess.Popen([binary, shard, queries], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "GOMAXPROCS": "1"})  # scans of many cores would measure how busy the others are

    def __call__(self, name: str, rounds: int, limit: int) -> tuple:
        self.process.stdin.write(f"{name} {rounds} {limit}\n")
        self.process.stdin.flush()
        return tuple(map(float, self.process.stdout.readline().split()))

    def close(self) -> None:
        self.process.stdin.close()
        if self.process.wait():
            raise SystemExit(f"{self.process.args[0]} failed")


def build(path: str, vectors, count: int, graph: bool) -> None:
    config = q.EdgeConfig(vectors=q.EdgeVectorParams(size=DIM, distance=q.Distance.Cosine),
                          hnsw_config=q.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=10), optimizers=q.EdgeOptimizersConfig(indexing_threshold=100))
    with q.EdgeShard.create(path, config) as shard:
        for at in range(0, count, 1000):
            points = [q.Point(id=i, vector=vectors[i * DIM : (i + 1) * DIM], payload={}) for i in range(at, min(at + 1000, count))]
            shard.update(q.UpdateOperation.upsert_points(points))
        if graph:
            shard.optimize()
            assert shard.info().indexed_vectors_count == count, "no graph was built"


def compare(title: str, c: Program, go: Program, calls) -> None:
    print(title)
    for label, mine, theirs, rounds, limit in calls:
        pairs = [(c(mine, rounds, limit), go(theirs, rounds, limit)) for _ in range(ROUNDS + 1)][1:]
        ours, base = (statistics.median(wall for wall, _ in side) for side in zip(*pairs))
        over = [100 * (statistics.median(a[i] / b[i] for a, b in pairs) - 1) for i in (0, 1)]
        print(f"  {label:<34}{ours / 1e3:>9.2f}{base / 1e3:>9.2f}{over[0]:>+10.1f} %{over[1]:>+10.1f} %", flush=True)


def main(c_program: str, go_program: str) -> None:
    _, floats = words.load(ROOT / "build" / "data", COUNT + QUERIES)
    with tempfile.TemporaryDirectory() as work:
        queries = f"{work}/queries"
        Path(queries).write_bytes(floats[-QUERIES * DIM :].tobytes())
        print(f"us per call, medians of {ROUNDS} interleaved rounds{'C':>23}{'Go':>9}{'C over Go':>12}{'of cpu':>12}")
        for title, count, graph in (("1,000 words, exact", 1_000, False), ("10,000 words, exact", 10_000, False), ("20,000 words, a graph", COUNT, True)):
            build(f"{work}/c", floats, count, graph)
            shutil.copytree(f"{work}/c", f"{work}/go")
            c, go = Program(c_program, f"{work}/c", queries), Program(go_program, f"{work}/go", queries)
            rounds = 30 if count == 10_000 else 400
            compare(title, c, go, [("query, limit 10, packed points", "packed", "query", rounds, 10), ("query, limit 10, JSON", "query", "query", rounds, 10),
                                   ("count", "count", "count", 5_000, 0)])
            if not graph and count == 1_000:
                live = statistics.median(c("live", 100_000, 0)[0] for _ in range(ROUNDS))
                counts = statistics.median(c("count", 5_000, 0)[0] for _ in range(ROUNDS))
                print(f"  calls per second through C: {1e9 / live:,.0f} of qe_live_handles, {1e9 / counts:,.0f} of qe_shard_count")
            c.close()
            go.close()
            shutil.rmtree(f"{work}/c")
            shutil.rmtree(f"{work}/go")


if __name__ == "__main__":
    main(*sys.argv[1:])
