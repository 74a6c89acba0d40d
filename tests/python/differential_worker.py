"""One side of the differential run: a shard of whichever `qdrant_edge` is on the path, driven by steps from standard input.

One JSON step per line, one JSON answer per line. Steps name requests in plain data (see differential_steps.py), so that
both sides build the same objects with their own classes.
"""

from __future__ import annotations

import json
import sys
import uuid

import qdrant_edge as q

OP = q.UpdateOperation


def point_id(given):
    return uuid.UUID(given["uuid"]) if isinstance(given, dict) else given


def point_ids(given):
    return [point_id(i) for i in given]


def selector(given):
    if not isinstance(given, dict):
        return given
    ((kind, keys),) = given.items()
    return getattr(q.PayloadSelector, kind)(keys)


def match(given):
    ((kind, value),) = given.items()
    return {"value": q.MatchValue, "any": q.MatchAny, "except": q.MatchExcept}[kind](value)


def geo(given):
    return q.GeoPoint(*given)


FIELD = {
    "match": match,
    "range": lambda r: q.RangeFloat(**r),
    "dates": lambda r: q.RangeDateTime(**r),
    "geo_radius": lambda r: q.GeoRadius(geo(r[0]), r[1]),
    "geo_bounding_box": lambda r: q.GeoBoundingBox(geo(r[0]), geo(r[1])),
    "geo_polygon": lambda r: q.GeoPolygon([geo(p) for p in r]),
    "values_count": lambda r: q.ValuesCount(**r),
    "is_empty": lambda r: r,
    "is_null": lambda r: r,
}


def condition(given):
    ((kind, value),) = given.items()
    if kind == "field":
        key, tests = value
        return q.FieldCondition(key, **{"range" if k == "dates" else k: FIELD[k](v) for k, v in tests.items()})
    return {
        "is_empty": q.IsEmptyCondition,
        "is_null": q.IsNullCondition,
        "has_vector": q.HasVectorCondition,
        "has_id": lambda v: q.HasIdCondition(set(point_ids(v))),
        "nested": lambda v: q.NestedCondition(v[0], filters(v[1])),
        "filter": filters,
    }[kind](value)


def filters(given):
    if given is None:
        return None
    parts = {k: [condition(c) for c in v] for k, v in given.items() if k != "min_should"}
    if "min_should" in given:
        conditions, least = given["min_should"]
        parts["min_should"] = q.MinShould([condition(c) for c in conditions], least)
    return q.Filter(**parts)


def points(given):
    return [q.Point(point_id(i), vector, payload) for i, vector, payload in given]


def record(found):
    vector = found.vector
    return [str(found.id), found.payload, dict(sorted(vector.items())) if isinstance(vector, dict) else vector]


class Worker:
    def __init__(self):
        self.shard = None

    def run(self, step):
        arguments = dict(step)
        return getattr(self, "do_" + arguments.pop("do"))(**arguments)

    def config(self, vectors, optimizers=None, wal=None):
        def params(v):
            return q.EdgeVectorParams(size=v[0], distance=getattr(q.Distance, v[1]))

        made = {name: params(v) for name, v in vectors.items()} if isinstance(vectors, dict) else params(vectors)
        more = {"optimizers": q.EdgeOptimizersConfig(**optimizers)} if optimizers else {}
        if wal is not None:
            more["wal_enabled"] = wal
        return q.EdgeConfig(vectors=made, **more)

    def do_create(self, path, **config):
        self.shard = q.EdgeShard.create(path, self.config(**config))

    def do_load(self, path, config=None):
        self.shard = q.EdgeShard.load(path, self.config(**config) if config else None)

    def do_close(self):
        self.shard.close()

    def do_flush(self):
        self.shard.flush()

    def do_optimize(self):
        if hasattr(self.shard, "optimize"):
            try:
                self.shard.optimize()
            except Exception:  # a library without optimizers leaves the shard as it is
                pass

    # Changes.

    def do_upsert(self, points_, condition_=None, mode=None):
        mode = getattr(q.UpdateMode, mode) if mode else None
        self.shard.update(OP.upsert_points(points(points_), filters(condition_), mode))

    def do_update_vectors(self, vectors):
        self.shard.update(OP.update_vectors([q.PointVectors(point_id(i), v) for i, v in vectors]))

    def do_change(self, name, ids=None, where=None, **arguments):
        if ids is None:
            operation = getattr(OP, name + "_by_filter")(filters(where), **arguments)
        else:
            operation = getattr(OP, name)(point_ids(ids), **arguments)
        self.shard.update(operation)

    # Reads.

    def do_scroll(self, limit, where=None, offset=None, with_payload=None, with_vector=None, pages=1):
        found, offset = [], None if offset is None else point_id(offset)
        for _ in range(pages):
            page, offset = self.shard.scroll(q.ScrollRequest(offset=offset, limit=limit, filter=filters(where),
                                                             with_payload=selector(with_payload), with_vector=with_vector))
            found.append([[record(p) for p in page], None if offset is None else str(offset)])
            if offset is None:
                break
        return found

    def do_count(self, where=None, exact=True):
        return self.shard.count(q.CountRequest(exact=exact, filter=filters(where)))

    def do_retrieve(self, ids, with_payload=None, with_vector=None):
        return sorted(record(p) for p in self.shard.retrieve(point_ids(ids), selector(with_payload), with_vector))

    def ranked(self, hits):
        return {"hits": [[h.score, *record(h), h.version] for h in hits]}

    def do_query(self, vector, using, limit, where=None, params=None, with_payload=None, search=False, **more):
        more["with_payload"] = selector(with_payload)
        more["filter"] = filters(where)
        more["params"] = q.SearchParams(**params) if params else None
        if search:
            return self.ranked(self.shard.search(q.SearchRequest(q.Query.Nearest(vector, using=using), limit, **more)))
        query = None if vector is None else q.Query.Nearest(vector, using=using)
        return self.ranked(self.shard.query(q.QueryRequest(limit, query=query, **more)))

    def do_info(self):
        info = self.shard.info()
        return {"points": info.points_count, "segments": info.segments_count, "indexed": info.indexed_vectors_count}


def main():
    worker = Worker()
    print(json.dumps(q.__file__), flush=True)
    for line in sys.stdin:
        try:
            answer = {"ok": worker.run(json.loads(line))}
        except BaseException as error:  # a panic of the reference is no Exception
            answer = {"error": type(error).__name__, "text": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
