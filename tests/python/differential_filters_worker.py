"""One side of the filter differential: as differential_worker.py, with payload indexes, facets and orders."""

from __future__ import annotations

import json
import sys

import differential_worker as base
import qdrant_edge as q

OP = q.UpdateOperation
TYPES = {"keyword": "Keyword", "integer": "Integer", "float": "Float", "bool": "Bool", "datetime": "Datetime", "uuid": "Uuid", "geo": "Geo", "text": "Text"}
TEXTS = {"text": q.MatchText, "text_any": q.MatchTextAny, "phrase": q.MatchPhrase, "prefix": q.MatchPrefix, "substring": q.MatchSubstring}


def match(given):
    ((kind, value),) = given.items()
    return TEXTS[kind](value) if kind in TEXTS else base_match(given)


base_match, base.FIELD["match"] = base.FIELD["match"], match


def condition(given):
    return q.SliceCondition(*given["slice"]) if "slice" in given else base_condition(given)


base_condition, base.condition = base.condition, condition


def schema(given):
    kind, params = given
    if params is None:
        return getattr(q.PayloadSchemaType, TYPES[kind])
    if "tokenizer" in params:
        params = {**params, "tokenizer": getattr(q.TokenizerType, params["tokenizer"])}
    if "memory" in params:
        params = {**params, "memory": getattr(q.Memory, params["memory"])}
    return getattr(q, TYPES[kind] + "IndexParams")(**params)


class Worker(base.Worker):
    def do_index(self, key, of):
        self.shard.update(OP.create_field_index(key, schema(of)))

    def do_drop(self, key):
        self.shard.update(OP.delete_field_index(key))

    def do_ids(self, where):
        found, _ = self.shard.scroll(q.ScrollRequest(limit=10_000, filter=base.filters(where), with_payload=False))
        return [str(p.id) for p in found]

    def do_count(self, where):
        return self.shard.count(q.CountRequest(filter=base.filters(where), exact=True))

    def do_nearest(self, where, vector, limit):
        found = self.shard.query(q.QueryRequest(query=q.Query.Nearest(vector), filter=base.filters(where), limit=limit, params=q.SearchParams(exact=True)))
        return [str(p.id) for p in found]

    def do_facet(self, key, where, limit):
        hits = self.shard.facet(q.FacetRequest(key, limit=limit, exact=True, filter=base.filters(where))).hits
        return sorted([[str(h.value), h.count] for h in hits if h.count])

    def do_order(self, key, where, descending):
        order = q.OrderBy(key, direction=q.Direction.Desc if descending else q.Direction.Asc)
        found, _ = self.shard.scroll(q.ScrollRequest(limit=10_000, filter=base.filters(where), order_by=order))
        return [[str(p.id), str(p.order_value)] for p in found]

    def do_schema(self):
        return {key: [str(info.data_type), info.points] for key, info in sorted(self.shard.info().payload_schema.items())}


def main() -> None:
    worker = Worker()
    print(json.dumps(q.__file__), flush=True)
    for line in sys.stdin:
        try:
            answer = {"ok": worker.run(json.loads(line))}
        except Exception as error:
            answer = {"error": type(error).__name__, "text": str(error)[:500]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
