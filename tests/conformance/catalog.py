"""The cases without their answers: what is asked, of which shards. record.py adds the answers and writes the files of this directory."""

from __future__ import annotations

import random
import uuid

DAYS = [f"2024-0{m}-{d:02d}T{h:02d}:00:00Z" for m in (1, 2, 3) for d in (1, 9, 17, 25) for h in (0, 13)]
WORDS = "the quick brown fox jumps over a lazy dog running runner fence garden naïve Straße".split()
COLOURS = ["red", "green", "blue", "white", "black", "red wine"]
CITIES = {"berlin": (13.404954, 52.520008), "paris": (2.352222, 48.856613), "london": (-0.127758, 51.507351), "sydney": (151.2093, -33.8688),
          "suva": (178.4419, -18.1416), "apia": (-171.7514, -13.8333), "tokyo": (139.6917, 35.6895)}
UUIDS = [str(uuid.UUID(int=i * 0x1234567890ABCDEF)) for i in range(1, 5)]
POINTS = 48

VECTORS = {"": {"size": 4, "distance": "Cosine"}, "e": {"size": 3, "distance": "Euclid"}, "d": {"size": 3, "distance": "Dot"},
           "m": {"size": 3, "distance": "Manhattan"}, "multi": {"size": 3, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}}
SPARSE = {"s": {"modifier": "idf"}, "t": {}}
CONFIG = {"vectors": VECTORS, "sparse_vectors": SPARSE}
INDEXES = {"n": "integer", "int": "integer", "price": "float", "many": "float", "cat": {"type": "keyword", "prefix": True}, "tags": "keyword",
           "flag": "bool", "when": "datetime", "uid": "uuid", "at": "geo", "places": "geo", "mixed": "keyword",
           "body": {"type": "text", "phrase_matching": True, "scoring": {"type": "bm25"}}, "offers[].price": "float", "offers[].name": "keyword",
           "deep.a.b": "integer"}


class Random(random.Random):
    def number(self, low=0.0, high=100.0):
        return round(self.uniform(low, high), 3)

    def dense(self, size):
        return [round(self.gauss(0, 1), 4) for _ in range(size)]

    def sparse(self):
        indices = sorted(self.sample(range(24), self.randint(2, 6)))
        return {"indices": indices, "values": [round(self.uniform(0.1, 2), 4) for _ in indices]}

    def vector(self, name):
        if name in SPARSE:
            return self.sparse()
        size = VECTORS[name]["size"]
        return [self.dense(size) for _ in range(self.randint(1, 3))] if name == "multi" else self.dense(size)

    def text(self, least=0, most=9):
        return " ".join(self.choice(WORDS) for _ in range(self.randint(least, most)))

    def place(self):
        lon, lat = CITIES[self.choice(sorted(CITIES))]
        return {"lon": lon, "lat": lat}

    def payload(self, i):
        p = {"n": i, "cat": self.choice(COLOURS)}
        maybe = {
            "int": lambda: self.randint(-9, 9), "price": self.number, "many": lambda: [self.number(0, 9) for _ in range(self.randint(0, 3))],
            "tags": lambda: self.sample(COLOURS, self.randint(0, 3)), "flag": lambda: self.choice([True, False, [True, False]]),
            "when": lambda: self.choice(DAYS), "uid": lambda: self.choice(UUIDS), "at": self.place,
            "places": lambda: [self.place() for _ in range(self.randint(1, 2))], "body": self.text,
            "mixed": lambda: self.choice(["red", 7, 7.5, True, None, ["red", 7], [], {"a": 1}, "7"]),
            "nothing": lambda: self.choice([None, [], [None], "x", [None, "x"]]),
            "deep": lambda: {"a": {"b": self.randint(0, 5), "c": [self.randint(0, 3)]}, "x.y": 1},
            "offers": lambda: [{"price": self.number(0, 9), "name": self.choice(COLOURS), "stock": [{"n": self.randint(0, 3)}]}
                               for _ in range(self.randint(0, 3))],
        }
        for key, value in maybe.items():
            if self.random() < 0.75:
                p[key] = value()
        return p

    def point(self, i):
        names = [n for n in (*VECTORS, *SPARSE) if self.random() < 0.9]
        return {"id": i if i % 6 else str(uuid.UUID(int=i * 1000003)), "vector": {n: self.vector(n) for n in names}, "payload": self.payload(i)}


R = Random(20261125)
FILLED = [R.point(i) for i in range(1, POINTS + 1)]
IDS = [p["id"] for p in FILLED]


def update(operation, value):
    return {"do": "update", "ask": {operation: value}}


def filling():
    steps = [update("upsert_points", {"points": FILLED[i:i + 16]}) for i in range(0, POINTS, 16)]
    steps.append(update("delete_points", {"ids": IDS[10::11]}))
    steps.append(update("set_payload", {"payload": {"late": True}, "points": IDS[:5]}))
    return steps


def indexing(**more):
    steps = []
    for key, schema in INDEXES.items():
        if more:
            schema = {**(schema if isinstance(schema, dict) else {"type": schema}), **more}
        steps.append(update("create_index", {"field_name": key, "field_schema": schema}))
    return steps


# Until a shard is loaded again the reference counts deleted sparse vectors in the inverse document frequency.
AGAIN = [{"do": "close"}, {"do": "load"}]
EAGER = {"indexing_threshold": 1}


def worlds():
    """The shards that cases share: name → the steps that make them."""
    cold = {**CONFIG, "payload_memory": "cold", "id_tracker_memory": "cold", "optimizers": EAGER,
            "vectors": {k: {**v, "memory": "cold"} for k, v in VECTORS.items()}}
    return {
        "empty": [{"do": "create", "ask": CONFIG}],
        "plain": [{"do": "create", "ask": CONFIG}, *filling(), *AGAIN],
        "indexed": [{"do": "create", "ask": CONFIG}, *filling(), *indexing(), *AGAIN],
        "optimized": [{"do": "create", "ask": {**CONFIG, "optimizers": EAGER}}, *indexing(), *filling(), {"do": "optimize"}, *AGAIN],
        "cold": [{"do": "create", "ask": cold}, *filling(), *indexing(memory="cold"), {"do": "optimize"}, *AGAIN],
    }


ALL = ["plain", "indexed", "optimized", "cold"]
INDEXED = ["indexed", "optimized", "cold"]
SHARED = ["plain", "optimized"]


def case(name, *steps, **more):
    return {"name": name, **more, "steps": list(steps)}


def do(kind, ask=None, same_as=None, varies=None):
    """A step; same_as is the same question as the Python classes can put it, varies says why the reference does not always answer the same."""
    return {"do": kind, **{name: value for name, value in (("ask", ask), ("as", same_as), ("varies", varies)) if value is not None}}


def city(name):
    return {"lon": CITIES[name][0], "lat": CITIES[name][1]}


def ring(*points):
    return {"points": [{"lon": x, "lat": y} for x, y in points]}


def key(name, **test):
    return {"key": name, **test}


def match(name, **test):
    return key(name, match=test)


def nested(name, *must, **more):
    return {"nested": {"key": name, "filter": {"must": list(must), **more}}}


SQUARE = ring((-5, 45), (15, 45), (15, 55), (-5, 55), (-5, 45))
CONDITIONS = {
    "match keyword": match("cat", value="red"),
    "match keyword in a list": match("tags", value="green"),
    "match keyword that none has": match("cat", value="pink"),
    "match integer": match("int", value=3),
    "match negative integer": match("int", value=-4),
    "match uuid": match("uid", value=UUIDS[1]),
    "match uuid in upper case": match("uid", value=UUIDS[1].upper()),
    "match bool": match("flag", value=True),
    "match false": match("flag", value=False),
    "match keyword among mixed values": match("mixed", value="red"),
    "match integer among mixed values": match("mixed", value=7),
    "match integer on a float": match("price", value=7),
    "match keyword on an integer": match("int", value="3"),
    "match below a path": match("deep.a.b", value=2),
    "match in an inner list": match("deep.a.c", value=2),
    "match in each of an array": match("offers[].name", value="red"),
    "match in the first of an array": match("offers[0].name", value="red"),
    "match without an index": match("late", value=True),
    "any keyword": match("cat", any=["red", "blue"]),
    "any integer": match("int", any=[1, 2, -3]),
    "any uuid": match("uid", any=UUIDS[:2]),
    "any of nothing": match("cat", any=[]),
    "except keyword": match("cat", **{"except": ["red", "blue"]}),
    "except keyword in a list": match("tags", **{"except": ["red", "green"]}),
    "except integer": match("int", **{"except": [1, 2, 3]}),
    "except of nothing": match("cat", **{"except": []}),
    "text": match("body", text="fox"),
    "text of two words": match("body", text="Dog LAZY"),
    "text in capitals": match("body", text="QUICK"),
    "text of other letters": match("body", text="naïve straße"),
    "text of no word": match("body", text=" , "),
    "text on a keyword": match("cat", text="red"),
    "text any": match("body", text_any="fox garden"),
    "text any of unknown words": match("body", text_any="nowhere else"),
    "phrase": match("body", phrase="quick brown"),
    "phrase of one word": match("body", phrase="garden"),
    "phrase of three": match("body", phrase="the quick brown"),
    "prefix": match("cat", prefix="re"),
    "prefix of everything": match("cat", prefix=""),
    "substring": match("cat", substring="win"),
    "range": key("price", range={"gte": 20, "lt": 60}),
    "range open below": key("price", range={"gt": 50.5}),
    "range of integers": key("int", range={"gt": -3.5, "lte": 4}),
    "range that is empty": key("price", range={"gt": 60, "lt": 20}),
    "range without bounds": key("price", range={}),
    "range over a list": key("many", range={"lte": 2}),
    "range in an array": key("offers[].price", range={"gt": 5}),
    "range of times": key("when", range={"gte": "2024-01-17T00:00:00Z", "lt": "2024-03-01T00:00:00Z"}),
    "range of times in another zone": key("when", range={"gt": "2024-02-09T02:00:00+02:00"}),
    "range of days": key("when", range={"lte": "2024-02-01"}),
    "range of numbers on times": key("when", range={"gt": 0}),
    "geo radius": key("at", geo_radius={"center": city("berlin"), "radius": 900000}),
    "geo radius of a metre": key("at", geo_radius={"center": city("paris"), "radius": 1}),
    "geo radius over the date line": key("at", geo_radius={"center": city("suva"), "radius": 1500000}),
    "geo radius in a list": key("places", geo_radius={"center": city("tokyo"), "radius": 1000}),
    "geo box": key("at", geo_bounding_box={"top_left": {"lon": -1, "lat": 53}, "bottom_right": {"lon": 14, "lat": 48}}),
    "geo box over the date line": key("at", geo_bounding_box={"top_left": {"lon": 170, "lat": 0}, "bottom_right": {"lon": -170, "lat": -40}}),
    "geo polygon": key("at", geo_polygon={"exterior": SQUARE}),
    "geo polygon with a hole": key("at", geo_polygon={"exterior": SQUARE, "interiors": [ring((0, 47), (5, 47), (5, 50), (0, 50), (0, 47))]}),
    "values count": key("tags", values_count={"gte": 2}),
    "values count of none": key("tags", values_count={"lt": 1}),
    "values count of a scalar": key("cat", values_count={"gt": 0, "lte": 1}),
    "is empty": {"is_empty": {"key": "tags"}},
    "is empty of nulls": {"is_empty": {"key": "nothing"}},
    "is null": {"is_null": {"key": "nothing"}},
    "is null among mixed values": {"is_null": {"key": "mixed"}},
    "field is empty": key("nothing", is_empty=True),
    "field is not empty": key("nothing", is_empty=False),
    "field is null": key("nothing", is_null=True),
    "field is not null": key("nothing", is_null=False),
    "has id": {"has_id": [1, 2, IDS[5], IDS[10], 999, str(uuid.UUID(int=5))]},
    "has no id": {"has_id": []},
    "has vector": {"has_vector": "e"},
    "has the vector without a name": {"has_vector": ""},
    "has sparse vector": {"has_vector": "s"},
    "has a vector that nobody has": {"has_vector": "nobody"},
    "nested": nested("offers", match("name", value="red"), key("price", range={"gt": 4})),
    "nested with must not": nested("offers", must_not=[match("name", value="red")]),
    "nested with values of an inner list": nested("offers", match("stock[].n", value=2)),
    "nested in nested": nested("offers", nested("stock", key("n", range={"gte": 2}))),
    "nested with should": {"nested": {"key": "offers[]", "filter": {"should": [match("name", value="blue"), key("price", range={"lt": 1})]}}},
    "several tests of one key": {"key": "int", "match": {"any": [1, 2, 3]}, "range": {"gt": 1}},
    "a filter as condition": {"should": [match("cat", value="red"), match("int", value=3)]},
    "min should": {"min_should": {"conditions": [match("cat", value="red"), key("int", range={"gt": 0}), key("price", range={"lt": 50})], "min_count": 2}},
    "min should of more than there are": {"min_should": {"conditions": [match("cat", value="red")], "min_count": 2}},
    "must not": {"must_not": [match("cat", value="red"), key("int", range={"gt": 0})]},
    "everything at once": {"must": [key("n", range={"lt": 40})], "must_not": [match("cat", value="red")],
                           "should": [match("flag", value=True), {"is_empty": {"key": "tags"}}],
                           "min_should": {"conditions": [key("price", range={"lt": 80}), key("int", range={"lt": 5})], "min_count": 1}},
}
DIFFERENT = {"match bool": "MatchValue(True) is read as the integer 1", "match false": "MatchValue(False) is read as the integer 0",
             "match without an index": "MatchValue(True) is read as the integer 1",
             "everything at once": "MatchValue(True) is read as the integer 1",
             "range of numbers on times": "an index of times takes the numbers for microseconds, without an index nothing matches",
             "several tests of one key": "an index answers the first test alone, without an index one of them suffices; here one suffices always"}


def filters():
    for name, condition in CONDITIONS.items():
        asked = {"must": [condition]}
        more = {"differs": DIFFERENT[name]} if name in DIFFERENT else {}
        yield case(f"filter: {name}", do("scroll", {"limit": 100, "filter": asked, "with_payload": False}), do("count", {"filter": asked}), on=ALL, **more)
    for name in ("any keyword", "range of times", "geo radius", "text", "nested", "has id", "is empty"):
        yield case(f"filter of a query: {name}", do("query", {"query": R.vector(""), "limit": 5, "filter": {"must": [CONDITIONS[name]]}}), on=ALL)
    yield case("filter: nothing in it", do("count", {"filter": {}}), do("count", {"filter": {"must": []}}), on=SHARED)
    yield case("filter: empty should", do("count", {"filter": {"should": []}}), do("count", {"filter": {"must_not": []}}), on=SHARED)
    yield case("filter: a condition instead of a list", do("count", {"filter": {"must": match("cat", value="red")}}, same_as={"filter": {"must": [match("cat", value="red")]}}), on=SHARED)


def near(name, **more):
    return {"query": {"nearest": R.vector(name)}, **({"using": name} if name else {}), **more}


def pairs(name, n):
    return [{"positive": R.vector(name), "negative": R.vector(name)} for _ in range(n)]


def queries():
    names = [*VECTORS, *SPARSE]
    for name in names:
        label = name or "without a name"
        yield case(f"nearest: {label}", do("query", near(name, limit=7)), do("query", near(name, limit=100)), on=ALL)
        yield case(f"nearest: {label}, with contents", do("query", near(name, limit=3, with_payload=True, with_vector=True)), on=SHARED)
        yield case(f"nearest: {label}, threshold", do("query", near(name, limit=50, score_threshold=0.4)), on=SHARED)
        yield case(f"nearest: {label}, exact", do("query", near(name, limit=6, params={"exact": True})), on=SHARED)
        yield case(f"nearest: {label}, filter", do("query", near(name, limit=6, filter={"must_not": [CONDITIONS["match keyword"]]})), on=ALL)
        for strategy in ("best_score", "sum_scores"):
            reco = {"positive": [R.vector(name) for _ in range(2)], "negative": [R.vector(name)], "strategy": strategy}
            yield case(f"recommend {strategy}: {label}", do("query", {"query": {"recommend": reco}, "using": name, "limit": 8}), on=SHARED)
        for n in (1, 3):
            yield case(f"discover with {n} pairs: {label}",
                       do("query", {"query": {"discover": {"target": R.vector(name), "context": pairs(name, n)}}, "using": name, "limit": 8}), on=SHARED)
        yield case(f"context: {label}", do("query", {"query": {"context": pairs(name, 3)}, "using": name, "limit": 100}), on=SHARED)
        feedback = {"target": R.vector(name), "feedback": [{"example": R.vector(name), "score": s} for s in (0.9, 0.2, 0.5)],
                    "strategy": {"naive": {"a": 0.7, "b": 0.3, "c": 0.4}}}
        yield case(f"relevance feedback: {label}", do("query", {"query": {"relevance_feedback": feedback}, "using": name, "limit": 8}), on=SHARED)
    reco = {"positive": [], "negative": [R.vector("e")], "strategy": "best_score"}
    yield case("recommend: negatives alone", do("query", {"query": {"recommend": reco}, "using": "e", "limit": 8}), on=SHARED)
    yield case("discover: no pairs", do("query", {"query": {"discover": {"target": R.vector("e"), "context": []}}, "using": "e", "limit": 8}), on=SHARED)
    for name in ("", "e", "d", "m", "multi"):
        for diversity in (0, 0.5, 1):
            mmr = {"nearest": R.vector(name), "mmr": {"diversity": diversity, "candidates_limit": 20}}
            yield case(f"mmr {diversity}: {name or 'without a name'}", do("query", {"query": mmr, "using": name, "limit": 6}), on=SHARED)
    for asked in ({"key": "price"}, {"key": "price", "direction": "desc"}, {"key": "int", "direction": "desc", "start_from": 3},
                  {"key": "when", "start_from": DAYS[7]}, {"key": "many"}, {"key": "n", "direction": "asc", "start_from": 20.5}):
        text = " ".join(map(str, asked.values()))
        yield case(f"order by: {text}", do("query", {"query": {"order_by": asked}, "limit": 9, "with_payload": ["n"]}), on=INDEXED)
        yield case(f"scroll in order: {text}", do("scroll", {"order_by": asked, "limit": 9, "with_payload": False}), on=INDEXED)
    yield case("order by: with a filter", do("query", {"query": {"order_by": {"key": "price"}}, "limit": 9, "filter": {"must": [CONDITIONS["range of integers"]]}}), on=INDEXED)
    yield case("sample", do("query", {"query": {"sample": "random"}, "limit": 100}), on=SHARED)
    yield case("sample: with a filter", do("query", {"query": {"sample": "random"}, "limit": 100, "filter": {"must": [CONDITIONS["any keyword"]]}}), on=SHARED)
    yield case("text query", do("query", {"query": {"text": {"field": "body", "query": "quick fox garden"}}, "limit": 20}), on=INDEXED)
    yield case("text query: parameters", do("query", {"query": {"text": {"field": "body", "query": "lazy dog dog", "scoring": {"bm25": {"k": 2, "b": 0.1}}}}, "limit": 20}), on=INDEXED)
    yield case("text query: with a filter", do("query", {"query": {"text": {"field": "body", "query": "fox"}}, "filter": {"must": [CONDITIONS["range of integers"]]}}), on=INDEXED)
    yield case("text query: corpus", do("query", {"query": {"text": {"field": "body", "query": "fox over"}}, "params": {"idf": {"corpus": {"must": [CONDITIONS["any keyword"]]}}}}), on=INDEXED)
    yield case("text query: no words", do("query", {"query": {"text": {"field": "body", "query": " "}}}), on=INDEXED)
    yield case("idf: corpus", do("query", near("s", params={"idf": {"corpus": {"must": [CONDITIONS["any keyword"]]}}})), on=SHARED)
    yield case("idf: global", do("query", near("s", params={"idf": "global"})), on=SHARED)
    yield case("no query", do("query", {"limit": 5, "with_payload": ["n"]}), do("query", {"limit": 5, "offset": 3}), on=SHARED)
    yield case("no query: filter", do("query", {"limit": 50, "filter": {"must": [CONDITIONS["match keyword"]]}}), on=SHARED)
    yield case("offset", *(do("query", near("e", limit=4, offset=n)) for n in (1, 10, 100)), on=SHARED)
    yield case("limit of nothing", do("query", near("e", limit=0)), on=SHARED)
    for limit in (1, 48, 1000):
        yield case(f"limit of {limit}", do("query", near("", limit=limit)), on=SHARED)
    yield case("search", do("search", {"vector": R.vector(""), "limit": 5, "with_payload": ["cat"], "with_vector": ["e"]}), on=SHARED)
    yield case("search: filter, threshold, offset", do("search", {"vector": R.vector("e"), "using": "e", "limit": 5, "offset": 2, "score_threshold": 3,
                                                                  "filter": {"must": [CONDITIONS["any keyword"]]}}), on=SHARED)
    yield case("search: sparse", do("search", {"vector": R.sparse(), "using": "t", "limit": 5}), on=SHARED)
    for params in ({"hnsw_ef": 64}, {"exact": True}, {"indexed_only": True}, {"acorn": {"enable": True}}, {"acorn": {"enable": True, "max_selectivity": 0.9}},
                   {"quantization": {"ignore": True}}, {"quantization": {"rescore": True, "oversampling": 2.0}}):
        yield case(f"parameters: {params}", do("query", near("", limit=5, params=params)), do("query", near("", limit=5, params=params, filter={"must": [CONDITIONS["any keyword"]]})), on=["optimized", "cold"])
    for selector in (True, False, ["n"], ["deep.a", "offers[].name"], {"include": ["cat", "tags"]}, {"exclude": ["offers", "body", "deep.a.b"]}, ["nowhere"]):
        yield case(f"payload: {selector}", do("query", near("", limit=4, with_payload=selector)), do("scroll", {"limit": 6, "with_payload": selector}), on=SHARED)
    for selector in (True, False, ["e"], ["", "s", "multi"]):
        yield case(f"vectors: {selector}", do("query", near("", limit=4, with_vector=selector)), do("scroll", {"limit": 6, "with_payload": False, "with_vector": selector}), on=SHARED)


def stages():
    dense, other, sparse = near("", limit=12), near("e", limit=9), near("s", limit=9)
    for name, asked in {
        "rrf": {"fusion": "rrf"}, "rrf with k": {"rrf": {"k": 60}}, "rrf with weights": {"rrf": {"k": 2, "weights": [3.0, 1.0, 0.5]}}, "dbsf": {"fusion": "dbsf"},
    }.items():
        yield case(f"fusion: {name}", do("query", {"prefetch": [dense, other, sparse], "query": asked, "limit": 10}), on=SHARED)
    yield case("fusion: one prefetch", do("query", {"prefetch": [dense], "query": {"rrf": {"k": 5}}, "limit": 10}), on=SHARED)
    yield case("fusion: threshold and offset", do("query", {"prefetch": [dense, other], "query": {"rrf": {"k": 2}}, "limit": 10, "offset": 2, "score_threshold": 0.1}), on=SHARED)
    yield case("fusion: filters at each level", do("query", {
        "prefetch": [{**dense, "filter": {"must": [CONDITIONS["any keyword"]]}}, {**other, "score_threshold": 2.5}],
        "query": {"fusion": "dbsf"}, "filter": {"must": [key("n", range={"lt": 30})]}, "limit": 10}), on=SHARED)
    yield case("prefetch: another vector", do("query", {"prefetch": [dense], **near("e", limit=5)}), on=SHARED)
    yield case("prefetch: two levels", do("query", {"prefetch": [{"prefetch": [near("m", limit=30)], **near("", limit=12)}], **near("multi", limit=5, with_payload=["n"])}), on=SHARED)
    yield case("prefetch: fusion of fusions", do("query", {
        "prefetch": [{"prefetch": [dense, other], "query": {"rrf": {"k": 3, "weights": [1.0, 0.9]}}, "limit": 8}, {"prefetch": [near("m", limit=20)], **near("d", limit=7)}],
        "query": {"rrf": {"k": 7, "weights": [1.0, 0.77]}}, "limit": 9}), on=SHARED)
    yield case("prefetch: recommend", do("query", {"prefetch": [near("m", limit=20)], "using": "e", "limit": 7,
                                                  "query": {"recommend": {"positive": [R.vector("e")], "negative": [R.vector("e")], "strategy": "sum_scores"}}}), on=SHARED)
    yield case("prefetch: discover", do("query", {"prefetch": [near("m", limit=20)], "using": "e", "limit": 7,
                                                 "query": {"discover": {"target": R.vector("e"), "context": pairs("e", 2)}}}), on=SHARED)
    yield case("prefetch: order", do("query", {"prefetch": [near("m", limit=20)], "query": {"order_by": {"key": "price"}}, "limit": 7}), on=INDEXED)
    yield case("prefetch: mmr", do("query", {"prefetch": [near("m", limit=20)], "query": {"nearest": R.vector("e"), "mmr": {"diversity": 0.4, "candidates_limit": 10}}, "using": "e", "limit": 7}), on=SHARED)
    yield case("prefetch: below it an order", do("query", {"prefetch": [{"query": {"order_by": {"key": "price", "direction": "desc"}}, "limit": 12}], **near("", limit=5)}), on=INDEXED)
    yield case("prefetch: limits cut", do("query", {"prefetch": [near("e", limit=2)], **near("", limit=9)}), on=SHARED)
    deep = near("e", limit=40)
    for _ in range(6):
        deep = {"prefetch": [deep], **near("m", limit=30)}
    yield case("prefetch: seven levels", do("query", deep), on=SHARED)
    batch = [near("", limit=3), near("e", limit=4, with_payload=["n"]), {"prefetch": [near("m", limit=9)], "query": {"fusion": "rrf"}, "limit": 4}, {"limit": 2}]
    yield case("batch", do("query_batch", {"searches": batch}), on=SHARED)
    yield case("batch: twice the same", do("query_batch", {"searches": [batch[0], batch[0]]}), on=SHARED)
    yield case("batch: none", do("query_batch", {"searches": []}), on=SHARED)
    yield case("batch: orders", do("query_batch", {"searches": [{"query": {"order_by": {"key": "price"}}, "limit": 3}, near("s", limit=3)]}), on=INDEXED)


FORMULAS = {
    "constant": 2.5, "variable": "price", "score": "$score", "score of the first": {"sum": ["$score[0]", "$score[1]"]}, "element": "many[0]", "path": "offers[0].price",
    "every element": "offers[].price", "condition": CONDITIONS["any keyword"], "condition times number": {"mult": [CONDITIONS["range of integers"], 3]},
    "distance": {"geo_distance": {"origin": city("berlin"), "to": "at"}}, "time": {"datetime": DAYS[3]}, "time of a key": {"datetime_key": "when"},
    "sum": {"sum": ["price", "int", 1]}, "sum of nothing": {"sum": []}, "mult": {"mult": ["price", "int"]}, "max": {"max": ["price", "int", 4]}, "min": {"min": ["price", "n"]},
    "neg": {"neg": "price"}, "abs": {"abs": "int"}, "div": {"div": {"left": "price", "right": "n"}}, "div by zero": {"div": {"left": "price", "right": "int", "by_zero_default": 7}},
    "sqrt": {"sqrt": {"abs": "int"}}, "pow": {"pow": {"base": {"abs": "int"}, "exponent": 0.5}}, "exp": {"exp": {"neg": {"abs": "int"}}},
    "log10": {"log10": {"sum": [{"abs": "price"}, 1]}}, "ln": {"ln": {"sum": [{"abs": "price"}, 1]}}, "acosh": {"acosh": {"sum": [{"abs": "int"}, 1]}},
    "linear decay": {"lin_decay": {"x": "price", "target": 50, "scale": 20, "midpoint": 0.4}}, "decay": {"exp_decay": {"x": "price"}},
    "decay of a time": {"exp_decay": {"x": {"datetime_key": "when"}, "target": {"datetime": DAYS[9]}, "scale": 864000}},
    "decay of a distance": {"gauss_decay": {"x": {"geo_distance": {"origin": city("paris"), "to": "at"}}, "scale": 500000.0, "midpoint": 0.5}},
    "everything": {"sum": [{"mult": [0.5, "$score"]}, {"div": {"left": {"ln": {"sum": ["n", 1]}}, "right": {"max": [{"abs": "int"}, 1]}}}, {"neg": {"mult": [0.1, {"sqrt": "price"}]}}]},
}
DEFAULTS = {"price": 10.5, "int": 3, "many[0]": 2, "offers[0].price": 0.5, "offers[].price": 4.5, "$score": 0.1, "$score[1]": 0.25, "at": {"lon": 1.0, "lat": 2.0}, "when": DAYS[3]}


def formulas():
    below = [near("", limit=20), near("e", limit=10)]
    for name, formula in FORMULAS.items():
        yield case(f"formula: {name}", do("query", {"prefetch": below, "query": {"formula": formula, "defaults": DEFAULTS}, "limit": 40}), on=INDEXED)
    yield case("formula: without prefetches", do("query", {"query": {"formula": "price", "defaults": DEFAULTS}, "limit": 40}), on=INDEXED)
    yield case("formula: threshold", do("query", {"prefetch": below, "query": {"formula": "n"}, "limit": 40, "score_threshold": 20}), on=INDEXED)
    yield case("formula: of a formula", do("query", {"prefetch": [{"prefetch": below, "query": {"formula": {"mult": ["$score", "n"]}, "defaults": DEFAULTS}, "limit": 15}],
                                                    "query": {"formula": {"sum": ["$score", 1]}}, "limit": 40}), on=INDEXED)
    for name, formula in {"variable without a default": "price", "root of a negative": {"sqrt": {"neg": "n"}}, "division by zero": {"div": {"left": 1, "right": 0}},
                          "logarithm of zero": {"ln": 0}, "acosh below one": {"acosh": 0.5}, "max of nothing": {"max": []}, "a text": "cat", "negative scale": {"exp_decay": {"x": "n", "scale": -1}},
                          "midpoint of one": {"exp_decay": {"x": "n", "midpoint": 1}}, "a score that is not there": "$score[2]"}.items():
        yield case(f"formula, refused: {name}", do("query", {"prefetch": below, "query": {"formula": formula}, "limit": 40}), on=INDEXED)


def reads():
    yield case("scroll", do("scroll", {"limit": 7}), do("scroll", {"limit": 7, "offset": 20, "with_payload": ["n"]}), do("scroll", {"limit": 100, "with_payload": False}), on=SHARED)
    yield case("scroll: from a uuid", do("scroll", {"limit": 3, "offset": IDS[11], "with_payload": False}), on=SHARED)
    yield case("scroll: beyond the last", do("scroll", {"limit": 3, "offset": "ffffffff-ffff-ffff-ffff-ffffffffffff", "with_payload": False}), on=SHARED)
    yield case("scroll: default limit", do("scroll", {"with_payload": False}), on=SHARED)
    yield case("count", do("count", {}), do("count", {"exact": True}), on=["empty", *ALL])
    yield case("retrieve", do("retrieve", {"ids": [1, 3, IDS[5], 999]}), do("retrieve", {"ids": [2], "with_payload": ["cat"], "with_vector": True}), on=SHARED)
    yield case("retrieve: the same twice", do("retrieve", {"ids": [1, 1], "with_payload": False}), do("retrieve", {"ids": []}), on=SHARED)
    yield case("info", do("info"), on=["empty", *ALL])
    yield case("configuration", do("config"), on=["empty", *ALL])
    yield case("manifest", do("manifest"), on=["plain", "optimized"])
    for name in ("n", "int", "cat", "tags", "flag", "uid", "mixed", "deep.a.b", "offers[].name"):
        yield case(f"facet: {name}", do("facet", {"key": name, "limit": 50, "exact": True}), do("facet", {"key": name, "limit": 3}), on=INDEXED)
    yield case("facet: filter", do("facet", {"key": "cat", "filter": {"must": [CONDITIONS["range of integers"]]}, "exact": True}), on=INDEXED)
    for name in ("price", "when", "at", "body", "nowhere"):
        yield case(f"facet, refused: {name}", do("facet", {"key": name}), on=["indexed"])
    yield case("facet without an index", do("facet", {"key": "cat"}), on=["plain"])
    for name in ("cat", "int", "tags"):
        more = {"differs": "groups of one best point come in the order of its list; here by their values"} if name == "tags" else {}
        yield case(f"groups: {name}", do("query_groups", near("", group_by=name, group_size=2, limit=4)), on=ALL, **more)
    yield case("groups: with a filter", do("query_groups", near("e", group_by="cat", filter={"must": [CONDITIONS["range of integers"]]})), on=SHARED)
    yield case("groups: over prefetches", do("query_groups", {"prefetch": [near("e", limit=48)], **near("", group_by="cat", group_size=3, limit=3)}), on=SHARED)
    some = {"must": [key("n", range={"lt": 25})]}
    for name in ("", "e", "multi"):
        yield case(f"matrix: {name or 'without a name'}", do("matrix_pairs", {"filter": some, "sample": 100, "limit": 3, "using": name}),
                   do("matrix_offsets", {"filter": some, "sample": 100, "limit": 2, "using": name}), on=SHARED)
    yield from by_id()


def by_id():
    """Points named in place of their vectors: the Python classes have only vectors."""
    stored = {p["id"]: p["vector"] for p in FILLED}
    gone = set(IDS[10::11])
    one, other, third = [i for i in IDS if i not in gone and "e" in stored[i]][:3]

    def without(*ids):
        return {"must_not": [{"has_id": list(ids)}]}

    def both(name, asked, same_as, ids):
        same_as = {"query": same_as, "using": "e", "limit": 6, "filter": without(*ids)}
        return case(name, do("query", {"query": asked, "using": "e", "limit": 6}, same_as), on=SHARED)

    a, b, c = (stored[i]["e"] for i in (one, other, third))
    yield both("by id: nearest", one, a, [one])
    yield both("by id: recommend", {"recommend": {"positive": [one, b], "negative": [third], "strategy": "best_score"}},
               {"recommend": {"positive": [a, b], "negative": [c], "strategy": "best_score"}}, [one, third])
    average = [round(x + x - y, 6) for x, y in zip(a, b)]
    yield both("by id: average", {"recommend": {"positive": [one], "negative": [other], "strategy": "average_vector"}}, average, [one, other])
    yield both("by id: discover", {"discover": {"target": one, "context": {"positive": other, "negative": third}}},
               {"discover": {"target": a, "context": [{"positive": b, "negative": c}]}}, [one, other, third])
