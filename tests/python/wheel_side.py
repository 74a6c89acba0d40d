"""Runs in a process whose qdrant_edge is the reference wheel: make, dump or optimize a shard, print JSON."""

import json
import sys

from qdrant_edge import (Distance, EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeVectorParams, Point, Query, QueryRequest,
                         ScrollRequest, UpdateOperation)


def dump(shard, query):
    found, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True))
    hits = shard.query(QueryRequest(query=Query.Nearest(query, using="v"), limit=10))
    return {"points": [[str(p.id), p.vector, p.payload] for p in found], "hits": [[str(h.id), h.score] for h in hits],
            "segments": shard.info().segments_count}


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


def main():
    verb, path = sys.argv[1:3]
    spec = json.load(sys.stdin)
    if verb == "dump":
        shard = EdgeShard.load(path)
        result = dump(shard, spec["query"])
        shard.close()
    else:
        result = make(path, spec, verb == "optimize")
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
