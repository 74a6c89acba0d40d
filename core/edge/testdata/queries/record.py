"""Records what the reference wheel answers to random queries, for queries_test.go.

    PYTHONPATH=<site of qdrant-edge-py 0.9.0> python3 record.py --seed 2 --queries 170 recorded.jsonl.gz

The first line is the shard: its configuration and the operations that filled it. Every other line is one request, in the JSON of
this engine, with the answer or the text of the error.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import uuid

import qdrant_edge as q

POINTS = 240
ALL = 1000  # a limit above the number of points
VECTORS = {"": ("dense", 8), "e": ("dense", 5), "m": ("multi", 4), "s": ("sparse", 30), "t": ("sparse", 30)}
DAYS = ["2024-0%d-%02dT%02d:00:00Z" % (m, d, h) for m in (1, 2, 3) for d in (1, 9, 17, 25) for h in (0, 13)]
WORDS = ["fox", "dog", "lazy", "quick", "brown", "the", "jumps", "over", "running", "runner", "fence", "garden"]
COLOURS = ["red", "green", "blue", "white", "black"]


def rounded(x: float) -> float:
    return round(x, 4)


class Random(random.Random):
    def dense(self, n):
        return [rounded(self.gauss(0, 1)) for _ in range(n)]

    def vector(self, name):
        kind, size = VECTORS[name]
        if kind == "dense":
            return self.dense(size)
        if kind == "multi":
            return [self.dense(size) for _ in range(self.randint(1, 3))]
        indices = self.sample(range(size), self.randint(1, 8))
        return {"indices": indices, "values": [rounded(self.uniform(0.1, 2)) for _ in indices]}

    def name(self):
        return self.choice(list(VECTORS))

    def text(self, most):
        return " ".join(self.choice(WORDS) for _ in range(self.randint(0, most)))

    # points

    def payload(self, i):
        p = {"n": i, "cat": self.choice(COLOURS)}
        if self.random() < 0.8:
            p["int"] = self.randint(-20, 20)
        if self.random() < 0.8:
            p["price"] = rounded(self.uniform(0, 100))
        if self.random() < 0.3:
            p["many"] = [rounded(self.uniform(0, 9)) for _ in range(self.randint(0, 3))]
        if self.random() < 0.7:
            p["at"] = {"lon": rounded(self.uniform(-179, 179)), "lat": rounded(self.uniform(-80, 80))}
        if self.random() < 0.7:
            p["when"] = self.choice(DAYS)
        if self.random() < 0.7:
            p["tags"] = self.sample(COLOURS, self.randint(0, 3))
        if self.random() < 0.7:
            p["flag"] = self.random() < 0.4
        if self.random() < 0.7:
            p["uid"] = str(uuid.UUID(int=self.randint(1, 6)))
        if self.random() < 0.8:
            p["body"] = self.text(12) if self.random() < 0.8 else [self.text(5), self.text(5)]
        if self.random() < 0.7:
            p["offers"] = [{"price": rounded(self.uniform(0, 9))} for _ in range(self.randint(1, 2))]
        return p

    def point(self, i):
        names = [n for n in VECTORS if self.random() < 0.9]
        vectors = {n: self.vector(n) for n in names}
        ident = i if i % 7 else str(uuid.UUID(int=i * 1000003))
        return {"id": ident, "vector": vectors, "payload": self.payload(i)}

    # filters

    def filter(self, depth=0):
        f = {}
        for key in self.sample(["must", "should", "must_not"], self.randint(1, 2)):
            f[key] = [self.condition(depth) for _ in range(self.randint(1, 2))]
        return f

    def condition(self, depth=0):
        kind = self.randint(0, 8)
        if kind == 0:
            return {"has_id": self.sample([i for i in range(1, POINTS) if i % 7], self.randint(1, 120))}
        if kind == 1:
            return {"key": "cat", "match": {"any": self.sample(COLOURS, 3)}}
        if kind == 2:
            return {"key": "tags", "match": {"value": self.choice(COLOURS)}}
        if kind == 3:
            return {"key": "int", "range": {"gte": self.randint(-20, 0), "lt": self.randint(1, 20)}}
        if kind == 4:
            return {"key": "price", "range": {"gt": rounded(self.uniform(0, 60))}}
        if kind == 5:
            return {"is_empty": {"key": self.choice(["tags", "int", "many"])}}
        if kind == 6:
            return {"key": "when", "range": {"gte": self.choice(DAYS)}}
        if kind == 7 and depth == 0:
            return self.filter(1)
        return {"key": "n", "range": {"lt": self.randint(30, POINTS)}}

    # queries

    def pairs(self, name, n):
        return [{"positive": self.vector(name), "negative": self.vector(name)} for _ in range(n)]

    def scoring(self, name, ties=True):
        kind = self.randint(0, 6) if ties or name not in "st" else 0
        if kind == 4 and not ties:
            kind = 3
        if kind == 0:
            return {"nearest": self.vector(name)}
        if kind in (1, 2):
            positive, negative = self.randint(0, 3), self.randint(0, 2)
            return {"recommend": {"positive": [self.vector(name) for _ in range(positive or not negative)],
                                  "negative": [self.vector(name) for _ in range(negative)],
                                  "strategy": "best_score" if kind == 1 else "sum_scores"}}
        if kind == 3:
            return {"discover": {"target": self.vector(name), "context": self.pairs(name, self.randint(0, 4))}}
        if kind == 4:
            return {"context": self.pairs(name, self.randint(1, 3))}
        if kind == 5:
            items = [{"example": self.vector(name), "score": rounded(self.uniform(0, 1))} for _ in range(self.randint(0, 4))]
            return {"relevance_feedback": {"target": self.vector(name), "feedback": items,
                                           "strategy": {"naive": {"a": 0.7, "b": 0.3, "c": rounded(self.uniform(0, 1))}}}}
        return {"nearest": self.vector(name)}

    def order(self, ties=True):
        o = {"key": self.choice(["int", "price", "when"]) if ties else "price"}
        if self.random() < 0.6:
            o["direction"] = self.choice(["asc", "desc"])
        if self.random() < 0.5:
            o["start_from"] = {"int": self.randint(-10, 10), "price": rounded(self.uniform(0, 100)), "when": self.choice(DAYS)}[o["key"]]
        return o

    def mmr(self, name):
        return {"nearest": self.vector(name), "mmr": {"diversity": self.choice([0, 0.25, 0.5, 0.75, 1]), "candidates_limit": self.randint(1, 40)}}

    def variable(self):
        return self.choice(["$score", "$score[0]", "$score[1]", "price", "int", "n", "many", "many[0]", "offers[0].price", "offers[].price"])

    def expression(self, depth=3):
        def inner():
            return self.expression(depth - 1)

        if depth == 0:
            return self.choice([rounded(self.uniform(-3, 3)), self.variable(), self.variable(), {"datetime": self.choice(DAYS)},
                                {"datetime_key": "when"}, self.condition(1), {"geo_distance": {"origin": {"lon": 13.4, "lat": 52.5}, "to": "at"}}])
        kind = self.randint(0, 16)
        if kind <= 2:
            return {"sum": [inner() for _ in range(self.randint(0, 3))]}
        if kind <= 4:
            return {"mult": [inner() for _ in range(self.randint(0, 3))]}
        if kind in (5, 6):
            return {"max" if kind == 5 else "min": [inner() for _ in range(self.randint(0 if self.random() < 0.05 else 1, 3))]}
        if kind == 7:
            return {"neg": inner()}
        if kind == 8:
            return {"abs": inner()}
        if kind == 9:
            d = {"left": inner(), "right": inner()}
            if self.random() < 0.7:
                d["by_zero_default"] = 1.5
            return {"div": d}
        if kind == 10:
            return {"sqrt": {"abs": inner()} if self.random() < 0.8 else inner()}
        if kind == 11:
            return {"pow": {"base": {"abs": inner()}, "exponent": rounded(self.uniform(0, 2))}}
        if kind == 12:
            return {self.choice(["ln", "log10", "acosh"]): {"sum": [{"abs": inner()}, 1]} if self.random() < 0.9 else inner()}
        if kind == 13:
            return {"exp": {"neg": {"abs": inner()}}}
        if kind in (14, 15):
            d = {"x": inner()}
            if self.random() < 0.6:
                d["target"] = self.expression(0)
            if self.random() < 0.6:
                d["scale"] = rounded(self.uniform(0.1, 50) if self.random() < 0.95 else -1)
            if self.random() < 0.6:
                d["midpoint"] = self.choice([0.1, 0.5, 0.9, 0.9, 0.5, 0.3, 1.0])
            return {self.choice(["lin_decay", "exp_decay", "gauss_decay"]): d}
        return self.expression(0)

    def formula(self):
        defaults = {}
        for key, value in {"price": 10.5, "int": 3, "many": 1.0, "many[0]": 2, "offers[0].price": 0.5, "offers[].price": 4, "$score": 0.1,
                           "$score[1]": 0.25, "at": {"lon": 1.0, "lat": 2.0}, "when": DAYS[3]}.items():
            if self.random() < 0.95:
                defaults[key] = value
        return {"formula": self.expression(), "defaults": defaults}

    def leaf(self, root, scored=False):
        """A query without prefetches. Below another one it gives no equal scores: which of those is first, or cut off, is open."""
        r = {"limit": self.randint(1, 60)}
        kind = self.randint(0, 7 if scored else 10)
        name = self.name()
        if kind <= 5:
            r["query"], r["using"] = self.scoring(name, root), name
        elif kind == 6:
            r["query"] = {"order_by": self.order(root)}
        elif kind == 7:
            name = self.choice(["", "e", "m"])  # the wheel has no MMR over sparse vectors
            r["query"], r["using"] = self.mmr(name), name
        elif kind == 8 and root:
            r["query"], r["limit"] = {"sample": "random"}, ALL
        elif kind == 9 and root:
            r["query"] = {"text": {"field": self.choice(["body"] * 9 + ["tags"]), "query": self.text(4)}}
            if self.random() < 0.4:
                r["query"]["text"]["scoring"] = {"bm25": {"k": rounded(self.uniform(0, 3)), "b": rounded(self.uniform(0, 1))}}
        return r

    def above(self, n, root):
        """A query over n prefetches."""
        kind = self.randint(0, 11 if root else 8)
        name = self.name()
        if kind <= 2:
            return {"query": self.scoring(name, root), "using": name}
        if kind <= 4:
            rrf = {"k": self.randint(1, 60), "weights": [rounded(self.uniform(0.1, 3)) for _ in range(n + (self.random() < 0.03))]}
            if root and self.random() < 0.3:
                del rrf["weights"]
            return {"query": {"rrf": rrf}}
        if kind in (5, 6):
            return {"query": {"fusion": "dbsf"}}
        if kind == 7:
            return {"query": {"order_by": self.order(root)}}
        if kind == 8:
            name = self.choice(["", "e", "m"])
            return {"query": self.mmr(name), "using": name}
        if self.random() < 0.05:
            return {}
        return {"query": {"sample": "random"}, "limit": ALL} if self.random() < 0.05 else {"query": self.formula()}

    def finish(self, r):
        if self.random() < 0.4:
            r["filter"] = self.filter()
        if self.random() < 0.3:
            r["score_threshold"] = rounded(self.uniform(-1, 1.5))
        if self.random() < 0.2:
            r["params"] = {"exact": True}
        if (r.get("using") == "s" or "text" in r.get("query", {})) and self.random() < 0.3:
            r.setdefault("params", {})["idf"] = {"corpus": self.filter()}
        return r

    def stage(self, depth, root=False, scored=False):
        if depth == 0 or self.random() < 0.3:
            return self.finish(self.leaf(root, scored))
        n = self.randint(1, 3)
        r = self.finish({"limit": self.randint(1, 50), **self.above(n, root)})
        r["prefetch"] = [self.stage(depth - 1, scored=bool({"fusion", "mmr"} & set(r.get("query", {})))) for _ in range(n)]
        if "formula" in r.get("query", {}) and self.random() < 0.3:
            r["prefetch"][0] = {"prefetch": [r["prefetch"][0]], "limit": ALL, "query": self.formula()}
        return r

    def query(self):
        r = self.stage(self.randint(0, 3), True)
        r["limit"] = ALL if "sample" in r.get("query", {}) else self.choice([1, 5, 10, 30, ALL])
        if self.random() < 0.2:
            r["offset"] = self.randint(0, 12)
        if self.random() < 0.1:
            r["with_payload"] = True
        if self.random() < 0.1:
            r["with_vector"] = self.choice([True, ["e"], ["", "m"]])
        return r


# The classes of the wheel.


def vector(v):
    return q.SparseVector(v["indices"], v["values"]) if isinstance(v, dict) else v


def pairs(given):
    return [q.ContextPair(vector(p["positive"]), vector(p["negative"])) for p in given]


def condition(c):
    if "has_id" in c:
        return q.HasIdCondition(set(c["has_id"]))
    if "is_empty" in c:
        return q.IsEmptyCondition(c["is_empty"]["key"])
    if "key" not in c:
        return filters(c)
    if "range" in c:
        dates = any(isinstance(v, str) for v in c["range"].values())
        return q.FieldCondition(c["key"], range=(q.RangeDateTime if dates else q.RangeFloat)(**c["range"]))
    ((kind, value),) = c["match"].items()
    return q.FieldCondition(c["key"], match=q.MatchAny(value) if kind == "any" else q.MatchValue(value))


def filters(f):
    return f and q.Filter(**{k: [condition(c) for c in v] for k, v in f.items()})


def order_by(o):
    directions = {None: None, "asc": q.Direction.Asc, "desc": q.Direction.Desc}
    return q.OrderBy(o["key"], directions[o.get("direction")], o.get("start_from"))


E = q.Expression
UNARY = {"neg": E.Neg, "abs": E.Abs, "sqrt": E.Sqrt, "exp": E.Exp, "ln": E.Ln, "log10": E.Log10, "acosh": getattr(E, "Acosh", None)}
LISTS = {"sum": E.Sum, "mult": E.Mult, "max": getattr(E, "Max", None), "min": getattr(E, "Min", None)}
DECAYS = {"lin_decay": q.DecayKind.Lin, "exp_decay": q.DecayKind.Exp, "gauss_decay": q.DecayKind.Gauss}


def expression(e):
    if isinstance(e, (int, float)):
        return E.Constant(e)
    if isinstance(e, str):
        return E.Variable(e)
    ((kind, value),) = e.items() if len(e) == 1 else [(None, None)]
    if kind in UNARY:
        return UNARY[kind](expression(value))
    if kind in LISTS:
        return LISTS[kind]([expression(x) for x in value])
    if kind in DECAYS:
        target = value.get("target")
        return E.Decay(DECAYS[kind], expression(value["x"]), None if target is None else expression(target),
                       value.get("midpoint"), value.get("scale"))
    if kind == "div":
        return E.Div(expression(value["left"]), expression(value["right"]), value.get("by_zero_default"))
    if kind == "pow":
        return E.Pow(expression(value["base"]), expression(value["exponent"]))
    if kind == "datetime":
        return E.Datetime(value)
    if kind == "datetime_key":
        return E.DatetimeKey(value)
    if kind == "geo_distance":
        return E.GeoDistance(q.GeoPoint(value["origin"]["lon"], value["origin"]["lat"]), value["to"])
    return E.Condition(condition(e))


def scoring(r):
    given, using = r.get("query"), r.get("using")
    if given is None:
        return None
    if "mmr" in given:
        return q.Mmr(vector(given["nearest"]), 1 - given["mmr"]["diversity"], given["mmr"]["candidates_limit"], using)
    if "formula" in given:
        return q.Formula(expression(given["formula"]), given["defaults"])
    ((kind, value),) = given.items()
    if kind == "nearest":
        return q.Query.Nearest(vector(value), using)
    if kind == "recommend":
        reco = q.RecommendQuery([vector(v) for v in value["positive"]], [vector(v) for v in value["negative"]])
        return (q.Query.RecommendBestScore if value["strategy"] == "best_score" else q.Query.RecommendSumScores)(reco, using)
    if kind == "discover":
        return q.Query.Discover(q.DiscoverQuery(vector(value["target"]), pairs(value["context"])), using)
    if kind == "context":
        return q.Query.Context(q.ContextQuery(pairs(value)), using)
    if kind == "relevance_feedback":
        items = [q.FeedbackItem(vector(i["example"]), i["score"]) for i in value["feedback"]]
        strategy = q.NaiveFeedbackStrategy(**value["strategy"]["naive"])
        return q.Query.FeedbackNaive(q.FeedbackNaiveQuery(vector(value["target"]), items, strategy), using)
    if kind == "order_by":
        return order_by(value)
    if kind == "text":
        return q.TextQuery(value["field"], value["query"], q.Bm25Params(**value["scoring"]["bm25"]) if "scoring" in value else None)
    if kind == "fusion":
        return q.Fusion.Dbsf()
    if kind == "rrf":
        return q.Fusion.Rrf(value["k"], value.get("weights"))
    assert kind == "sample", kind
    return q.Sample.Random


def params(p):
    if p is None:
        return None
    idf = p.get("idf")
    return q.SearchParams(exact=p.get("exact", False), idf=None if idf is None else q.IdfParams(filters(idf["corpus"])))


def prefetch(r):
    return q.Prefetch(r["limit"], scoring(r), [prefetch(p) for p in r.get("prefetch", [])], params(r.get("params")),
                      filters(r.get("filter")), r.get("score_threshold"))


def request(r):
    return q.QueryRequest(r["limit"], r.get("offset"), scoring(r), [prefetch(p) for p in r.get("prefetch", [])], r.get("with_vector"),
                          r.get("with_payload"), filters(r.get("filter")), r.get("score_threshold"), params(r.get("params")))


def ident(i):
    return i if isinstance(i, int) else str(i)


def plain(v):
    if isinstance(v, q.SparseVector):
        return {"indices": list(v.indices), "values": list(v.values)}
    return v


def hit(h):
    out = {"id": ident(h.id), "score": h.score, "version": h.version}
    if h.order_value is not None:
        out["order_value"] = h.order_value
    if h.payload is not None:
        out["payload"] = h.payload
    if h.vector is not None:
        v = h.vector
        out["vector"] = {k: plain(x) for k, x in v.items()} if isinstance(v, dict) else plain(v)
    return out


# The shard.

INDEXES = {"int": "integer", "price": "float", "when": "datetime", "tags": "keyword", "flag": "bool", "uid": "uuid",
           "body": {"type": "text", "scoring": {"type": "bm25"}}}


def create(path, r, optimized):
    dense = {"": q.EdgeVectorParams(8, q.Distance.Cosine), "e": q.EdgeVectorParams(5, q.Distance.Euclid),
             "m": q.EdgeVectorParams(4, q.Distance.Dot, multivector_config=q.MultiVectorConfig(q.MultiVectorComparator.MaxSim))}
    sparse = {"s": q.EdgeSparseVectorParams(modifier=q.Modifier.Idf), "t": q.EdgeSparseVectorParams()}
    optimizers = q.EdgeOptimizersConfig(indexing_threshold=1) if optimized else None
    shard = q.EdgeShard.create(path, q.EdgeConfig(dense, sparse, optimizers=optimizers))
    config = {"vectors": {"": {"size": 8, "distance": "Cosine"}, "e": {"size": 5, "distance": "Euclid"},
                          "m": {"size": 4, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}},
              "sparse_vectors": {"s": {"modifier": "idf"}, "t": {}}}
    if optimized:
        config["optimizers"] = {"indexing_threshold": 1}
    given = [r.point(i) for i in range(1, POINTS + 1)]
    points = [q.Point(p["id"] if isinstance(p["id"], int) else uuid.UUID(p["id"]), {k: vector(v) for k, v in p["vector"].items()}, p["payload"])
              for p in given]
    for i in range(0, POINTS, 80):
        shard.update(q.UpdateOperation.upsert_points(points[i:i + 80]))
    for key, kind in INDEXES.items():
        schema = q.TextIndexParams(scoring=q.TextScoringParams()) if key == "body" else getattr(q.PayloadSchemaType, kind.capitalize())
        shard.update(q.UpdateOperation.create_field_index(key, schema))
    gone = [i for i in range(1, POINTS) if i % 11 == 0 and i % 7]
    shard.update(q.UpdateOperation.delete_points(gone))
    shard.close()  # until it is loaded again the wheel counts deleted vectors for inverse document frequencies
    shard = q.EdgeShard.load(path)
    if optimized:
        shard.optimize()
    return shard, {"optimized": optimized, "config": config, "points": given, "indexes": INDEXES, "deleted": gone}


def answer(shard, kind, r):
    if kind == "query":
        return [hit(h) for h in shard.query(request(r))]
    if kind == "query_batch":
        return [[hit(h) for h in hits] for hits in shard.query_batch(q.QueryBatchRequest([request(x) for x in r["searches"]]))]
    if kind == "scroll":
        records, offset = shard.scroll(q.ScrollRequest(limit=r["limit"], filter=filters(r.get("filter")), order_by=order_by(r["order_by"])))
        return [{"id": ident(x.id), "order_value": x.order_value} for x in records]
    assert kind == "facet", kind
    hits = shard.facet(q.FacetRequest(r["key"], r["limit"], r["exact"], filters(r.get("filter")))).hits
    return [{"value": str(h.value) if isinstance(h.value, uuid.UUID) else h.value, "count": h.count} for h in hits]


def draw(r):
    kind = r.randint(0, 19)
    if kind == 0:
        return "query_batch", {"searches": [r.query() for _ in range(r.randint(0, 4))]}
    if kind == 1:
        given = {"order_by": r.order(), "limit": r.choice([1, 7, ALL])}
        if r.random() < 0.5:
            given["filter"] = r.filter()
        return "scroll", given
    if kind == 2:
        given = {"key": r.choice(["int", "tags", "flag", "uid", "cat"]), "limit": r.choice([1, 3, 100]), "exact": r.random() < 0.5}
        if r.random() < 0.5:
            given["filter"] = r.filter()
        return "facet", given
    return "query", r.query()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--optimized", action="store_true")
    parser.add_argument("out")
    a = parser.parse_args()
    r = Random(a.seed)
    with tempfile.TemporaryDirectory() as path, gzip.GzipFile(a.out, "wb", mtime=0) as out:
        shard, head = create(path, r, a.optimized)
        out.write(json.dumps(head).encode() + b"\n")
        for _ in range(a.queries):
            kind, given = draw(r)
            line = {"kind": kind, "request": given}
            try:
                line["answer"] = answer(shard, kind, given)
            except Exception as e:
                line["error"] = str(e)
            out.write(json.dumps(line).encode() + b"\n")
        shard.close()


if __name__ == "__main__":
    main()
