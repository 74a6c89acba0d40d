"""One side of the graph comparison: commands of the form `NAME JSON`, each answered by a line of JSON.

`build [KIND, DIR]` makes a shard and optimizes it, `open DIR` opens one; `search` and `ids` ask the one that is open.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import time
from pathlib import Path

import qdrant_edge as q

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python" / "examples"))
import words  # noqa: E402

DIM, LIMIT, QUERIES = words.DIMENSION, 10, 200
ROWS = 4  # of a multivector
NEVER = 1_000_000_000  # kilobytes: no graph


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> int:
    """The most memory that the process has had so far, in KiB, without what the page cache holds of files."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def sparse(row: list[float]) -> q.SparseVector:
    """The ten largest elements of a word vector, each in one of 40 places by its rank: 4,000 dimensions, of which some are common."""
    top = sorted(range(DIM), key=lambda i: -abs(row[i]))[:10]
    return q.SparseVector(indices=[i * 40 + rank for rank, i in enumerate(top)], values=[abs(row[i]) for i in top])


class Side:
    def __init__(self, count: int) -> None:
        _, floats = words.load(ROOT / "build" / "data", count + QUERIES)
        rows = [floats[i * DIM : (i + 1) * DIM].tolist() for i in range(count + QUERIES)]
        self.points, self.queries = rows[:count], rows[count:]
        self.shard = self.kind = None

    def config(self, kind: str) -> q.EdgeConfig:
        extra, threshold = {}, NEVER
        if kind in ("graph", "scalar", "binary"):
            threshold = 100
        if kind == "scalar":
            extra["quantization_config"] = q.ScalarQuantizationConfig(q.ScalarType.Int8, quantile=0.99, always_ram=True)
        if kind == "binary":
            extra["quantization_config"] = q.BinaryQuantizationConfig(always_ram=True)
        if kind == "float16":
            extra["datatype"] = q.VectorStorageDatatype.Float16
        if kind == "uint8":
            extra["datatype"] = q.VectorStorageDatatype.Uint8
        if kind == "multi":
            extra["multivector_config"] = q.MultiVectorConfig(q.MultiVectorComparator.MaxSim)
        more = {"sparse_vectors": {"w": q.EdgeSparseVectorParams()}} if kind == "sparse" else {
            "vectors": {"w": q.EdgeVectorParams(size=DIM, distance=q.Distance.Dot if kind == "uint8" else q.Distance.Cosine, **extra)}
        }
        return q.EdgeConfig(
            hnsw_config=q.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=10),
            optimizers=q.EdgeOptimizersConfig(indexing_threshold=threshold),
            **more,
        )

    def vector(self, row: list[float], kind: str):
        if kind == "sparse":
            return sparse(row)
        if kind == "multi":
            shift = random.Random(row[0]).randrange(1, DIM)
            return [row[i * shift % DIM :] + row[: i * shift % DIM] for i in range(ROWS)]
        if kind == "uint8":
            return [float(min(max(int(128 + 200 * x), 0), 255)) for x in row]
        return row

    def build(self, kind: str, directory: str) -> dict:
        shard = q.EdgeShard.create(directory, self.config(kind))
        for at in range(0, len(self.points), 1000):
            batch = [q.Point(i, {"w": self.vector(self.points[i], kind)}) for i in range(at, min(at + 1000, len(self.points)))]
            shard.update(q.UpdateOperation.upsert_points(batch))
        shard.flush()
        began, used = time.perf_counter(), cpu()
        shard.optimize()
        took = {"wall": time.perf_counter() - began, "cpu": cpu() - used, "peak": peak()}
        shard.close()
        return took

    def open(self, kind: str, directory: str) -> float:
        if self.shard is not None:
            self.shard.close()
        self.kind = kind
        began = time.perf_counter()
        self.shard = q.EdgeShard.load(directory)
        return time.perf_counter() - began

    def _query(self, vector, params):
        return self.shard.query(q.QueryRequest(query=q.Query.Nearest(vector, using="w"), limit=LIMIT, params=params))

    def _params(self, ef: int, oversampling: float):
        if ef == 0:
            return q.SearchParams(exact=True)
        if oversampling:
            return q.SearchParams(hnsw_ef=ef, quantization=q.QuantizationSearchParams(rescore=True, oversampling=oversampling))
        return q.SearchParams(hnsw_ef=ef)

    def ids(self, ef: int, oversampling: float = 0) -> list:
        params = self._params(ef, oversampling)
        return [[p.id for p in self._query(self.vector(v, self.kind), params)] for v in self.queries]

    def search(self, ef: int, oversampling: float = 0) -> tuple:
        """The median over the queries, since what else runs on the machine interrupts some of them, and the processor time per query."""
        params = self._params(ef, oversampling)
        queries = [self.vector(v, self.kind) for v in self.queries]
        took, used = [], cpu()
        for v in queries:
            began = time.perf_counter()
            self._query(v, params)
            took.append(time.perf_counter() - began)
        return statistics.median(took), (cpu() - used) / len(queries)

    def peak(self) -> int:
        return peak()


def main() -> None:
    side = Side(int(sys.argv[1]))
    print(json.dumps({"ready": q.__file__}), flush=True)
    for line in sys.stdin:
        name, arguments = line.split(maxsplit=1)
        print(json.dumps(getattr(side, name)(*json.loads(arguments))), flush=True)


if __name__ == "__main__":
    main()
