"""Random steps for the differential run: plain data, from a seeded generator, without a look at any answer."""

from __future__ import annotations

import random
import uuid

DISTANCES = ["Cosine", "Dot", "Euclid", "Manhattan"]
KEYS = ["a", "b", "n", "s", "tags", "when", "place", "d.ot", "列", "a b"]
PATHS = ["a", "b", "n", "s", "tags", "tags[]", "a.b", "a[].b", "a[0]", "a[].b[].n", "b.a.n", 'a."d.ot"', '"d.ot"', "列", "missing", "when", "place"]
WORDS = ["", "x", "red", "grün", "日本", "a\u0000b", "\U0001f600", "x" * 300, "1", "true"]
NUMBERS = [0, 1, -1, 2, 3, 7, 1.0, 1.5, -0.0, 0.1, 1e300, 5e-324, 2**53 + 1, 2**63 - 1, -2**63, 2**63, 2**64 - 1]
HUGE = [2**64, -2**63 - 1, 10**30]
DATES = ["2024-01-01", "2024-01-01T00:00:00Z", "2024-06-01T12:30:00+02:00", "2024-06-01 10:30:00", "2024-06-01T10:30:00.123456", "no date"]


class Steps:
    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.vectors = self._vectors()
        self.names = list(self.vectors) if isinstance(self.vectors, dict) else [""]
        numbers = [0, 1, 2, 3, 4, 5, 8, 13, 100, 2**32, 2**63 - 1, 2**63, 2**64 - 1]
        uuids = [uuid.UUID(int=rng.getrandbits(128)) for _ in range(10)] + [uuid.UUID(int=0), uuid.UUID(int=5)]
        self.ids = numbers + [f(u) for u in uuids for f in (str, lambda u: {"uuid": str(u)}, lambda u: u.hex.upper(), lambda u: u.urn)]
        self.grid = rng.random() < 0.3  # vectors of small whole numbers: many equal scores

    def _vectors(self):
        rng = self.rng

        def params():
            return [rng.choice([1, 2, 3, 4, 7, 8, 16, 31, 33, 64, 130]), rng.choice(DISTANCES)]

        kind = rng.randrange(4)
        if kind == 0:
            return params()
        if kind == 1:
            return {"v": params()}
        return {name: params() for name in (["a", "b c", "ü"] if kind == 2 else ["", "other"])}

    def dim(self, name):
        return (self.vectors[name] if isinstance(self.vectors, dict) else self.vectors)[0]

    # Values.

    def vector(self, name, dim=None):
        size = self.dim(name) if dim is None else dim
        if self.rng.random() < 0.02:
            return [0.0] * size
        if self.grid:
            return [float(self.rng.randrange(-2, 3)) for _ in range(size)]
        return [self.rng.uniform(-1, 1) for _ in range(size)]

    def vector_struct(self):
        if not isinstance(self.vectors, dict) or (self.names == [""]):
            return self.vector("")
        names = [n for n in self.names if self.rng.random() < 0.8]
        if names == [""] and self.rng.random() < 0.5:
            return self.vector("")
        return {n: self.vector(n) for n in names}

    def value(self, depth=0):
        rng = self.rng
        kind = rng.randrange(10 if depth < 3 else 6)
        if kind == 0:
            return rng.choice([None, True, False])
        if kind in (1, 2):
            return rng.choice(HUGE) if rng.random() < 0.03 else rng.choice(NUMBERS)
        if kind in (3, 4):
            return rng.choice(WORDS)
        if kind == 5:
            return rng.choice(DATES)
        if kind in (6, 7):
            return [self.value(depth + 1) for _ in range(rng.randrange(4))]
        return self.payload(depth + 1)

    def payload(self, depth=0):
        keys = self.rng.sample(KEYS, self.rng.randrange(5))
        made = {k: self.value(depth) for k in keys}
        if "place" in made and self.rng.random() < 0.8:
            made["place"] = {"lon": self.rng.uniform(-180, 180), "lat": self.rng.uniform(-90, 90)}
        if "when" in made and self.rng.random() < 0.8:
            made["when"] = self.rng.choice(DATES)
        return made

    def id(self):
        return self.rng.choice(self.ids)

    def some_ids(self, most=5):
        return [self.id() for _ in range(self.rng.randrange(1, most))]

    # Filters.

    def bounds(self, value, kinds=("lt", "gt", "lte", "gte")):
        return {k: value() for k in self.rng.sample(kinds, self.rng.randrange(1, 3))}

    def match(self):
        rng = self.rng
        whole = [n for n in NUMBERS if isinstance(n, int) and -2**63 <= n < 2**63]
        kind = rng.choice(["value", "any", "except"])
        if kind == "value":
            return {kind: rng.choice(WORDS + whole)}
        return {kind: rng.sample(rng.choice([WORDS, whole]), rng.randrange(4))}

    def field(self):
        rng = self.rng
        kind = rng.choice(["match"] * 4 + ["range"] * 2 + ["dates", "geo_radius", "geo_bounding_box", "geo_polygon", "values_count", "is_empty", "is_null"])
        lon, lat = rng.uniform(-100, 100), rng.uniform(-60, 60)
        made = {
            "match": self.match,
            "range": lambda: self.bounds(lambda: float(rng.choice(NUMBERS))),
            "dates": lambda: self.bounds(lambda: rng.choice(DATES[:-1])),
            "geo_radius": lambda: [[lon, lat], rng.uniform(1e3, 1e7)],
            "geo_bounding_box": lambda: [[lon, lat], [lon + rng.uniform(1, 79), lat - rng.uniform(1, 29)]],
            "geo_polygon": lambda: [[lon, lat], [lon + 50, lat], [lon + 40, lat + 25], [lon, lat]],
            "values_count": lambda: self.bounds(lambda: rng.randrange(4)),
            "is_empty": lambda: rng.random() < 0.5,
            "is_null": lambda: rng.random() < 0.5,
        }[kind]()
        return {"field": [rng.choice(PATHS), {kind: made}]}

    def condition(self, depth):
        rng = self.rng
        kind = rng.choice(["field"] * 6 + ["is_empty", "is_null", "has_id", "has_vector"] + (["nested", "filter"] if depth < 2 else []))
        if kind == "field":
            return self.field()
        value = {
            "is_empty": lambda: rng.choice(PATHS),
            "is_null": lambda: rng.choice(PATHS),
            "has_id": lambda: self.some_ids(8),
            "has_vector": lambda: rng.choice(self.names),
            "nested": lambda: [rng.choice(["a", "b", "a[]", "b.a", "tags", "a[].b"]), self.filter(depth + 1, True)],
            "filter": lambda: self.filter(depth + 1),
        }[kind]()
        return {kind: value}

    def filter(self, depth=0, nested=False):
        rng = self.rng
        made = {}
        for part in rng.sample(["must", "should", "must_not"], rng.randrange(0 if rng.random() < 0.1 else 1, 3)):
            made[part] = [self.field() if nested else self.condition(depth) for _ in range(rng.randrange(1, 3))]
        if rng.random() < 0.1:
            made["min_should"] = [[self.field() if nested else self.condition(depth) for _ in range(3)], rng.randrange(4)]
        return made

    def maybe_filter(self, chance=0.5):
        return self.filter() if self.rng.random() < chance else None

    def selectors(self):
        rng = self.rng
        keys = rng.sample(PATHS, rng.randrange(3))
        payload = rng.choice([None, True, False, keys, {"Include": keys}, {"Exclude": keys}])
        vector = rng.choice([None, True, False, True, rng.sample(self.names, rng.randrange(len(self.names) + 1))])
        return {"with_payload": payload, "with_vector": vector}

    # Steps.

    def change(self):
        rng = self.rng
        kind = rng.choice(["upsert"] * 8 + ["mode", "condition", "update_vectors", "update_vectors", "delete_vectors", "delete_points"]
                          + ["set_payload", "overwrite_payload", "delete_payload", "clear_payload"] * 2)
        if kind in ("upsert", "mode", "condition"):
            made = {"do": "upsert", "points_": [[self.id(), self.vector_struct(), self.payload() if rng.random() < 0.9 else None]
                                                for _ in range(rng.choice([1, 1, 2, 5, 20]))]}
            if kind == "mode":
                made["mode"] = rng.choice(["Upsert", "InsertOnly", "UpdateOnly"])
            if kind == "condition":
                made["condition_"] = self.filter()
            return made
        if kind == "update_vectors":
            return {"do": "update_vectors", "vectors": [[i, self.vector_struct()] for i in self.some_ids(3)]}
        made = {"do": "change", "name": kind}
        if kind == "delete_vectors":
            made["vector_names"] = rng.sample(self.names, rng.randrange(1, len(self.names) + 1))
        if kind in ("set_payload", "overwrite_payload"):
            made.update(payload=self.payload(), key=rng.choice(PATHS) if rng.random() < 0.3 else None)
        if kind == "delete_payload":
            made["keys"] = rng.sample(PATHS, rng.randrange(1, 3))
        if rng.random() < 0.35:
            made["where"] = self.filter()
        else:
            made["ids"] = self.some_ids()
        return made

    def read(self):
        rng = self.rng
        kind = rng.choice(["scroll", "count", "retrieve", "query", "query", "search", "plain", "info"])
        if kind == "info":
            return {"do": "info"}
        if kind == "count":
            return {"do": "count", "where": self.filter(), "exact": rng.random() < 0.7}
        if kind == "retrieve":
            return {"do": "retrieve", "ids": self.some_ids(9), **self.selectors()}
        if kind == "scroll":
            return {"do": "scroll", "limit": rng.choice([1, 2, 5, None]), "pages": rng.randrange(1, 6), "where": self.maybe_filter(),
                    "offset": self.id() if rng.random() < 0.3 else None, **self.selectors()}
        name = rng.choice(self.names)
        made = {"do": "query", "limit": rng.choice([0, 1, 3, 10, 100]), "where": self.maybe_filter(), "using": name or rng.choice([None, ""]),
                "vector": self.vector(name), "offset": rng.choice([None, 0, 1, 3]), **self.selectors()}
        if kind == "plain":
            return dict(made, vector=None, using=None)
        if rng.random() < 0.3:
            made["score_threshold"] = rng.choice([-1.0, 0.0, 0.3, 1.0, 2.5, 5.0])
        made["params"] = rng.choice([None, {"exact": True}, {"hnsw_ef": 64}, {"indexed_only": True}])
        return dict(made, search=kind == "search")

    def hostile_read(self):
        name = self.rng.choice(self.names)
        good = self.vector(name)
        return self.rng.choice([
            {"do": "query", "vector": good + [1.0], "using": name, "limit": 3},
            {"do": "query", "vector": [], "using": name, "limit": 3},
            {"do": "query", "vector": good, "using": "absent", "limit": 3},
            {"do": "query", "vector": good, "using": "absent", "limit": 3, "search": True},
            {"do": "scroll", "limit": 0},
            {"do": "scroll", "limit": -1},
            {"do": "scroll", "limit": 3, "with_vector": ["absent"]},
            {"do": "retrieve", "ids": ["no id"]},
            {"do": "retrieve", "ids": [-1]},
            {"do": "retrieve", "ids": [2**64]},
            {"do": "retrieve", "ids": []},
            {"do": "count", "where": {"must": [{"has_vector": "absent"}]}},
            {"do": "count", "where": {"must": [{"field": ["a[", {"match": {"value": 1}}]}]}},
            {"do": "count", "where": {"must": [{"field": ["a", {"dates": {"gt": "no date"}}]}]}},
            {"do": "count", "where": {"must": [{"field": ["a", {}]}]}},
            {"do": "count", "where": {"must": [{"nested": ["", {"must": []}]}]}},
        ])

    def hostile_change(self):
        """A change that must be refused, on ids that nothing else uses; deleted afterwards, for the reference may keep a part of it."""
        name, fresh = self.rng.choice(self.names), 1_000_000
        long = self.vector(name) + [1.0]
        return self.rng.choice([
            {"do": "upsert", "points_": [[fresh, {name: long}, None]]},
            {"do": "upsert", "points_": [[fresh, {name: []}, None]]},
            {"do": "upsert", "points_": [[fresh, {"absent": [1.0]}, None]]},
            {"do": "upsert", "points_": [[fresh, {name: [[1.0], [1.0, 2.0]]}, None]]},
            {"do": "upsert", "points_": [[fresh, "text", None]]},
            {"do": "upsert", "points_": [[fresh, {name: ["x"]}, None]]},
            {"do": "upsert", "points_": [[-1, {name: self.vector(name)}, None]]},
            {"do": "upsert", "points_": [["no id", {name: self.vector(name)}, None]]},
            {"do": "upsert", "points_": [[fresh, {name: self.vector(name)}, [1]]]},
            {"do": "update_vectors", "vectors": [[fresh, {name: self.vector(name)}]]},
            {"do": "update_vectors", "vectors": [[fresh, {name: long}]]},
            {"do": "update_vectors", "vectors": [[self.id(), {"absent": [1.0]}]]},
            {"do": "change", "name": "delete_vectors", "ids": [fresh], "vector_names": ["absent"]},
            {"do": "change", "name": "delete_vectors", "ids": self.some_ids(), "vector_names": ["absent"]},
            {"do": "change", "name": "set_payload", "ids": [fresh], "payload": {"a": 1}},
            {"do": "change", "name": "set_payload", "ids": [1], "payload": {"a": 1}, "key": "a["},
            {"do": "change", "name": "delete_payload", "ids": [fresh], "keys": ["a[["]},
            {"do": "change", "name": "clear_payload", "ids": [fresh]},
            {"do": "upsert", "points_": []},
            {"do": "change", "name": "delete_points", "ids": []},
        ])
