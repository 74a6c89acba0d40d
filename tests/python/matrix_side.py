"""One step on a shard, the same for both implementations: whichever qdrant_edge is found is the one that takes it. Prints JSON.

    python matrix_side.py STEP PATH CASE     STEP: make, more, names, dump; CASE: JSON {datatype, cold, optimized, killed}
"""

import json
import os
import random
import sys

from qdrant_edge import (CountRequest, Distance, EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams, FieldCondition,
                         Filter, MatchValue, Memory, Modifier, MultiVectorComparator, MultiVectorConfig, PayloadSchemaType, Point, Query, QueryRequest,
                         ScrollRequest, SparseVector, UpdateOperation, VectorStorageDatatype)

DIM = 8


def config(case):
    kind = {"datatype": getattr(VectorStorageDatatype, case["datatype"])}
    memory = {"memory": Memory.Cold} if case["cold"] else {}
    return EdgeConfig(
        vectors={"one": EdgeVectorParams(DIM, Distance.Dot, **kind, **memory),
                 "rows": EdgeVectorParams(DIM, Distance.Dot, multivector_config=MultiVectorConfig(MultiVectorComparator.MaxSim), **kind, **memory)},
        sparse_vectors={"words": EdgeSparseVectorParams(modifier=Modifier.Idf, **memory),
                        "typed": EdgeSparseVectorParams(**kind, **memory)},
        optimizers=EdgeOptimizersConfig(indexing_threshold=1, deleted_threshold=0.01, vacuum_min_vector_number=10))


def points(first, count, seed):
    rng = random.Random(seed)
    dense = lambda: [float(rng.randrange(0, 200)) for _ in range(DIM)]  # noqa: E731
    sparse = lambda: SparseVector(sorted(rng.sample(range(50), 4)), [rng.randrange(1, 9) / 2 for _ in range(4)])  # noqa: E731
    return [Point(i, {"one": dense(), "rows": [dense() for _ in range(rng.randrange(1, 4))], "words": sparse(), "typed": sparse()},
                  {"k": f"v{i % 5}", "n": i, "l": [i, i + 0.5]}) for i in range(first, first + count)]


def plain(x):
    if isinstance(x, dict):
        return {name: plain(v) for name, v in x.items()}
    return sorted(zip(x.indices, x.values)) if isinstance(x, SparseVector) else x


def dump(shard):
    found, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True, with_payload=True))
    hits = {}
    for name, query in {"one": [3.0] * DIM, "rows": [[1.0] * DIM], "words": SparseVector([1, 7, 20], [1.0, 2.0, 0.5]),
                        "typed": SparseVector([2, 9], [1.0, 1.0])}.items():
        got = shard.query(QueryRequest(query=Query.Nearest(query, using=name), limit=100000))
        hits[name] = {str(h.id): round(h.score, 3) for h in got}
    named = shard.count(CountRequest(exact=True, filter=Filter(must=[FieldCondition(key="k", match=MatchValue("v3"))])))
    return {"points": {str(p.id): [p.payload, plain(p.vector)] for p in found}, "hits": hits, "count": named}


def finish(shard, case):
    result = dump(shard)
    print(json.dumps(result))
    sys.stdout.flush()
    if case["killed"]:
        os._exit(0)
    shard.flush()
    shard.close()


def main(step, path, case):
    if step == "make":
        os.mkdir(path)
        shard = EdgeShard.create(path, config(case))
        shard.update(UpdateOperation.create_field_index("k", PayloadSchemaType.Keyword))
        shard.update(UpdateOperation.upsert_points(points(0, 60, 1)))
        shard.update(UpdateOperation.delete_points([3, 4]))
        if case["optimized"]:
            shard.optimize()
    else:
        shard = EdgeShard.load(path)
    if step == "more":
        shard.update(UpdateOperation.upsert_points(points(50, 30, 2)))
        shard.update(UpdateOperation.set_payload([7], {"k": "v3"}))
        shard.update(UpdateOperation.delete_vectors([8], ["words", "one"]))
        shard.update(UpdateOperation.delete_points([9]))
        if case["optimized"]:
            shard.optimize()
    if step == "names":
        shard.update(UpdateOperation.create_dense_vector("late", 2, Distance.Dot))
        shard.update(UpdateOperation.create_sparse_vector("latewords"))
        shard.update(UpdateOperation.upsert_points(
            [Point(500, {"late": [1.0, 2.0], "latewords": SparseVector([1], [2.0]), "one": [1.0] * DIM}, {"k": "v1"})]))
        shard.update(UpdateOperation.delete_vector_name("typed"))
        found, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True, with_payload=True))
        print(json.dumps({str(p.id): [p.payload, plain(p.vector)] for p in found}))
        sys.stdout.flush()
        if case["killed"]:
            os._exit(0)
        shard.close()
        return
    if step == "points":
        found, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True, with_payload=True))
        print(json.dumps({str(p.id): [p.payload, plain(p.vector)] for p in found}))
        shard.close()
        return
    finish(shard, case)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
