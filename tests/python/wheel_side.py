"""Runs in a process whose qdrant_edge is the reference wheel: make, update, dump or optimize a shard, print JSON."""

import json
import sys

from qdrant_edge import (Distance, EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams, Modifier,
                         MultiVectorComparator, MultiVectorConfig, Point, PointVectors, Query, QueryRequest, ScrollRequest,
                         SparseVector, UpdateOperation, VectorStorageDatatype)

MAX_SIM = MultiVectorConfig(MultiVectorComparator.MaxSim)
DIM = 6


def kinds_config():
    """A configuration with every kind of vector."""
    half, byte = VectorStorageDatatype.Float16, VectorStorageDatatype.Uint8
    return EdgeConfig(
        vectors={
            "f16": EdgeVectorParams(DIM, Distance.Cosine, datatype=half),
            "u8": EdgeVectorParams(DIM, Distance.Manhattan, datatype=byte),
            "multi": EdgeVectorParams(DIM, Distance.Dot, multivector_config=MAX_SIM),
            "multi f16": EdgeVectorParams(DIM, Distance.Euclid, multivector_config=MAX_SIM, datatype=half),
            "multi u8": EdgeVectorParams(DIM, Distance.Dot, multivector_config=MAX_SIM, datatype=byte),
        },
        sparse_vectors={
            "sparse": EdgeSparseVectorParams(),
            "sparse f16": EdgeSparseVectorParams(datatype=half),
            "idf": EdgeSparseVectorParams(modifier=Modifier.Idf),
        },
        optimizers=EdgeOptimizersConfig(indexing_threshold=1))


def vector(x):
    """A vector of its JSON: a sparse one is an object."""
    return SparseVector(x["indices"], x["values"]) if isinstance(x, dict) else x


def vectors(named):
    return {name: vector(v) for name, v in named.items()}


def plain(x):
    """The JSON of a vector property."""
    if isinstance(x, dict):
        return {name: plain(v) for name, v in x.items()}
    return {"sparse": sorted(zip(x.indices, x.values))} if isinstance(x, SparseVector) else x


def write_kinds(shard, spec):
    for batch in spec["batches"]:
        shard.update(UpdateOperation.upsert_points([Point(i, vectors(v), {"n": i}) for i, v in batch]))
    shard.update(UpdateOperation.update_vectors([PointVectors(i, vectors(v)) for i, v in spec["update"]]))
    shard.update(UpdateOperation.delete_vectors(spec["strip"], list(spec["queries"])[::2]))
    shard.update(UpdateOperation.delete_points(spec["delete"]))


def dump_kinds(shard, queries):
    found, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True))
    hits = {}
    for name, query in queries.items():
        answer = shard.query(QueryRequest(query=Query.Nearest(vector(query), using=name), limit=1000))
        hits[name] = {str(h.id): h.score for h in answer}
    return json.loads(json.dumps({"points": {str(p.id): plain(p.vector) for p in found}, "hits": hits}))


def dump(shard, query):
    found, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True))
    hits = shard.query(QueryRequest(query=Query.Nearest(query, using="v"), limit=10))
    return {"points": [[str(p.id), p.vector, p.payload] for p in found], "hits": [[str(h.id), h.score] for h in hits],
            "segments": shard.info().segments_count, "indexed": shard.info().indexed_vectors_count}


def make(path, spec, optimize):
    config = EdgeConfig(vectors={"v": EdgeVectorParams(spec["dim"], getattr(Distance, spec["distance"]))},
                        optimizers=EdgeOptimizersConfig(indexing_threshold=1))
    shard = EdgeShard.create(path, config)
    for batch in spec["batches"]:
        shard.update(UpdateOperation.upsert_points([Point(i, {"v": v}, p) for i, v, p in batch]))
    shard.update(UpdateOperation.delete_points(spec["delete"]))
    if optimize:
        shard.optimize()
    shard.flush()
    result = dump(shard, spec["query"])
    shard.close()
    return result


def again(path, spec):
    """Update what is there and optimize it."""
    shard = EdgeShard.load(path)
    for batch in spec["batches"]:
        shard.update(UpdateOperation.upsert_points([Point(i, {"v": v}, p) for i, v, p in batch]))
    shard.update(UpdateOperation.delete_points(spec["delete"]))
    shard.optimize()
    result = dump(shard, spec["query"])
    shard.close()
    return result


def make_kinds(path, spec, optimize):
    shard = EdgeShard.create(path, kinds_config())
    write_kinds(shard, spec)
    if optimize:
        shard.optimize()
    shard.close()
    shard = EdgeShard.load(path)  # until then the reference counts deleted sparse vectors in the inverse document frequency
    result = dump_kinds(shard, spec["queries"])
    shard.close()
    return result


def main():
    verb, path = sys.argv[1:3]
    spec = json.load(sys.stdin)
    if verb == "dump-kinds":
        shard = EdgeShard.load(path)
        result = dump_kinds(shard, spec["queries"])
        shard.close()
    elif verb in ("make-kinds", "optimize-kinds"):
        result = make_kinds(path, spec, verb == "optimize-kinds")
    elif verb == "again":
        result = again(path, spec)
    elif verb == "dump":
        shard = EdgeShard.load(path)
        result = dump(shard, spec["query"])
        shard.close()
    else:
        result = make(path, spec, verb == "optimize")
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
