"""Writes small shards through old wheels of the reference, for tests of other readers:

    python make_shards.py OUT SITE_DIR...

where each SITE_DIR holds one unpacked wheel. For a wheel of version V it makes OUT/V-NAME.tar.gz, each with the shard in shard/ and, in
truth.json, every point as the wheel itself returns it. Some are killed before a flush: what they hold is then in the log only.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SIDE = r"""
import json, os, pathlib, random, sys
import qdrant_edge as q

path, case = sys.argv[1], sys.argv[2]
SHARD = getattr(q, "EdgeShard", None) or q.Shard
COUNT = 60
cosine, euclid = q.Distance.Cosine, q.Distance.Euclid
max_sim = q.MultiVectorConfig(q.MultiVectorComparator.MaxSim)
half = q.VectorStorageDatatype.Float16
byte = q.VectorStorageDatatype.Uint8


def oldest():
    storage = dict(storage_type=q.VectorStorageType.ChunkedMmap, index=q.PlainIndexConfig())
    return q.SegmentConfig(
        vector_data={"": q.VectorDataConfig(4, cosine, **storage), "half": q.VectorDataConfig(3, euclid, datatype=half, **storage),
                     "byte": q.VectorDataConfig(3, euclid, datatype=byte, **storage),
                     "rows": q.VectorDataConfig(2, q.Distance.Dot, multivector_config=max_sim, **storage)},
        sparse_vector_data={"words": q.SparseVectorDataConfig(q.SparseIndexConfig(None, q.SparseIndexType.MutableRam, None),
                                                              q.SparseVectorStorageType.Mmap, None)},
        payload_storage_type=q.PayloadStorageType.Mmap)


def old():
    return q.EdgeConfig(
        vector_data={"": q.VectorDataConfig(4, cosine), "half": q.VectorDataConfig(3, euclid, datatype=half),
                     "byte": q.VectorDataConfig(3, euclid, datatype=byte),
                     "rows": q.VectorDataConfig(2, q.Distance.Dot, multivector_config=max_sim)},
        sparse_vector_data={"words": q.SparseVectorDataConfig(q.SparseIndexConfig())})


def new(optimized):
    more = {"optimizers": q.EdgeOptimizersConfig(indexing_threshold=1, vacuum_min_vector_number=10, deleted_threshold=0.01)} if optimized else {}
    return q.EdgeConfig(
        vectors={"": q.EdgeVectorParams(4, cosine), "half": q.EdgeVectorParams(3, euclid, datatype=half),
                 "byte": q.EdgeVectorParams(3, euclid, datatype=byte),
                 "rows": q.EdgeVectorParams(2, q.Distance.Dot, multivector_config=max_sim)},
        sparse_vectors={"words": q.EdgeSparseVectorParams()}, **more)


def inline():
    graph = q.HnswIndexConfig(m=4, ef_construct=20, full_scan_threshold=1, max_indexing_threads=1, on_disk=False, payload_m=None, inline_storage=True)
    binary = q.BinaryQuantizationConfig(always_ram=None, encoding=None, query_encoding=None)
    return q.EdgeConfig(
        vectors={"": q.EdgeVectorParams(4, cosine, quantization_config=binary, hnsw_config=graph),
                 "half": q.EdgeVectorParams(3, euclid, datatype=half, quantization_config=binary, hnsw_config=graph),
                 "byte": q.EdgeVectorParams(3, euclid, datatype=byte, quantization_config=binary, hnsw_config=graph),
                 "rows": q.EdgeVectorParams(2, q.Distance.Dot, multivector_config=max_sim)},
        sparse_vectors={"words": q.EdgeSparseVectorParams(datatype=half)},
        optimizers=q.EdgeOptimizersConfig(indexing_threshold=1, vacuum_min_vector_number=10, deleted_threshold=0.01))


def opened():
    if case == "inline":
        return SHARD.create(path, inline())
    if hasattr(q, "EdgeOptimizersConfig"):
        return SHARD.create(path, new(case == "optimized"))
    return SHARD(path, old() if hasattr(q, "EdgeConfig") else oldest())


def point(i, rng):
    vectors = {"": [rng.uniform(-1, 1) for _ in range(4)], "half": [rng.uniform(-9, 9) for _ in range(3)],
               "byte": [float(rng.randrange(256)) for _ in range(3)],
               "rows": [[rng.uniform(-1, 1) for _ in range(2)] for _ in range(rng.randrange(1, 4))],
               "words": q.SparseVector(sorted(rng.sample(range(90), 5)), [rng.uniform(0.1, 2) for _ in range(5)])}
    if i % 9 == 0:
        del vectors["half"], vectors["words"]
    return q.Point(identity(i), vectors, {"n": i, "s": "é%d" % i, "deep": {"list": [1, 1.5, None, True]}} if i % 7 else {})


def identity(i):
    return "00000000-0000-4000-8000-%012x" % i if i % 5 == 0 else i


def plain(v):
    if isinstance(v, dict):
        return {name: plain(x) for name, x in v.items()}
    return {"indices": list(v.indices), "values": list(v.values)} if isinstance(v, q.SparseVector) else v


pathlib.Path(path).mkdir()
shard, rng = opened(), random.Random(7)
ids = [identity(i) for i in range(COUNT)]
shard.update(q.UpdateOperation.upsert_points([point(i, rng) for i in range(COUNT)]))
if hasattr(q, "KeywordIndexParams"):
    for field, kind in ("s", q.PayloadSchemaType.Keyword), ("n", q.PayloadSchemaType.Integer):
        shard.update(q.UpdateOperation.create_field_index(field, kind))
shard.update(q.UpdateOperation.delete_points([ids[3], ids[5]]))
shard.update(q.UpdateOperation.set_payload([ids[1]], {"extra": [1e300, -0.0, 18446744073709551615]}))
shard.update(q.UpdateOperation.upsert_points([point(i, rng) for i in range(10, 14)]))
if case in ("optimized", "inline"):
    # grown above a kilobyte of vectors, so that the result has an index
    shard.update(q.UpdateOperation.upsert_points([point(i, rng) for i in range(COUNT, 2 * COUNT)]))
    ids = [identity(i) for i in range(2 * COUNT)]
    shard.optimize()
    shard.update(q.UpdateOperation.delete_points([ids[20]]))
found = shard.retrieve(ids, True, True)
truth = [{"id": str(r.id) if not isinstance(r.id, int) else r.id, "payload": r.payload or {}, "vector": plain(r.vector)} for r in found]
pathlib.Path(sys.argv[3]).write_text(json.dumps(truth))
if case != "killed" and hasattr(shard, "flush"):
    shard.flush()
    shard.close()
os._exit(0)
"""

CASES = {"0.1.0": ["killed"], "0.5.0": ["killed", "flushed"], "0.9.0": ["inline", "optimized"]}


def make(out, site):
    version = next(p.name.split("-")[1].removesuffix(".dist") for p in pathlib.Path(site).iterdir() if p.name.endswith(".dist-info"))
    for case in CASES.get(version, ["killed", "flushed", "optimized"]):
        with tempfile.TemporaryDirectory() as tmp:
            shard, truth = os.path.join(tmp, "shard"), os.path.join(tmp, "truth.json")
            subprocess.run([sys.executable, "-c", SIDE, shard, case, truth], check=True, env={**os.environ, "PYTHONPATH": site})
            pack(pathlib.Path(out) / f"{version}-{case}.tar.gz", tmp)


def pack(name, root):
    """An archive without the holes of sparse files."""
    subprocess.run(["tar", "--sparse", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--exclude=.atomicwrite*",
                    "-C", root, "-czf", str(name), "shard", "truth.json"], check=True)
    print(name, name.stat().st_size)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    for site_dir in sys.argv[2:]:
        make(sys.argv[1], site_dir)
