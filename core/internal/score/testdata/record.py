#!/usr/bin/env python3
"""Record golden.json with the qdrant-edge-py wheel: python3 record.py > golden.json

The inputs come from a xorshift generator that golden_test.go repeats; recorded
are the bits of the reported scores and a CRC-32 of the stored rows.
"""
import json
import struct
import sys
import tempfile
import zlib

import qdrant_edge as q

DIMS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 19, 20, 24, 31, 32, 33, 35, 40, 47, 48, 49, 63, 64, 65,
        72, 95, 96, 100, 127, 128, 129, 150, 159, 192, 200, 255, 256, 300, 384, 511, 512, 768, 1024, 1536]
METRICS = ["Dot", "Cosine", "Euclid", "Manhattan"]
KINDS = ["even", "mixed", "zeros"]
ROWS = 12


class Random:
    def __init__(self, seed):
        self.x = seed

    def next(self):
        x = self.x
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self.x = x
        return x


def signed24(x):
    v = x >> 8
    return v - (1 << 24) if v >= 1 << 23 else v


def element(r, kind):
    x = r.next()
    if kind == "even":
        return signed24(x) * 2.0**-22
    if kind == "mixed":
        return signed24(x) * 2.0 ** ((x & 15) - 30)
    return [0.0, -0.0, 1.0, -1.0][x & 3] if x & 64 else 0.0


def seed(metric, kind, dim):
    return 1 + METRICS.index(metric) * 1000003 + KINDS.index(kind) * 5003 + dim


def record(metric, kind):
    params = {str(d): q.EdgeVectorParams(size=d, distance=getattr(q.Distance, metric)) for d in DIMS}
    with tempfile.TemporaryDirectory() as path:
        shard = q.EdgeShard.create(path, q.EdgeConfig(vectors=params))
        queries, rows = {}, [{} for _ in range(ROWS)]
        for dim in DIMS:
            r = Random(seed(metric, kind, dim))
            queries[dim] = [element(r, kind) for _ in range(dim)]
            for row in rows:
                row[str(dim)] = [element(r, kind) for _ in range(dim)]
        for i, row in enumerate(rows):
            shard.update(q.UpdateOperation.upsert_points([q.Point(i, row, {})]))
        shard.flush()
        from pathlib import Path
        for dim in DIMS:
            request = q.SearchRequest(query=q.Query.Nearest(queries[dim], str(dim)), limit=ROWS)
            found = {p.id: p.score for p in shard.search(request)}
            assert len(found) == ROWS
            bits = [struct.pack(">f", found[i]).hex() for i in range(ROWS)]
            # the chunk with the rows: exactly one segment holds them
            crc = None
            for chunk in Path(path).glob(f"segments/*/vector_storage-{dim}/vectors/chunk_0.mmap"):
                crc = "%08x" % zlib.crc32(chunk.read_bytes()[: ROWS * dim * 4])
            yield {"metric": metric, "kind": kind, "dim": dim, "scores": bits, "stored": crc}
        shard.close()


def main():
    out = [json.dumps(c) for m in METRICS for k in KINDS for c in record(m, k)]
    sys.stdout.write("[\n" + ",\n".join(out) + "\n]\n")


main()
