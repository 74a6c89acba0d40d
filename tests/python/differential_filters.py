"""Filters, facets, orders and by-filter updates of ours and of the reference wheel over random payloads with random payload indexes.

    python differential_filters.py --seeds 200 --reads 60     # needs QDRANT_EDGE_LIBRARY and QDRANT_EDGE_WHEEL_DIR
    python differential_filters.py --first 17 --seeds 1 -v    # replay one seed, with every step printed

In every second seed each side moreover goes on with the directory, and so with the index files, of the other. Left out is what is known to
differ (docs/differences.md): booleans, which the wheel turns into integers, values of a type that the index of their key does not take,
NaN bounds, two lower or two upper bounds in one range (the wheel's indexes heed one), a range of dates without bounds, values that a facet found nowhere, is_empty in nested filters, and is_empty and is_null as members of a field condition on a key with [].
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile

import differential

HERE = pathlib.Path(__file__).resolve().parent
WORDS = ["red", "blue", "reddish", "green light", "", "é", "Ünï", "a b", "\u0001"]
TEXTS = ["The quick brown fox", "jumps over the lazy dog", "quick, quick fox!", "Straße über Köln", "brown dog", "foo_bar 42", "", "42 foxes"]
DATES = ["2020-01-01", "2020-01-01T10:00:00Z", "2020-01-01 10:00", "2019-12-31T23:30:00-02:00", "2021-05-05T05:05:05.123456Z", "1969-07-20T20:17:40Z"]
UUIDS = ["550e8400-e29b-41d4-a716-446655440000", "67e55044-10b1-426f-9247-bb680e5fe0c8", "550e8400e29b41d4a716446655440001"]
NUMBERS = [0, 1, 2, 3, -1, 7, 100, 2**53, -(2**62)]
FLOATS = [0.5, 1.5, -2.25, 3.0, 1e10, -0.001]
KEYS = {"k": "keyword", "w": "keyword", "i": "integer", "j": "integer", "f": "float", "d": "datetime", "u": "uuid", "g": "geo", "t": "text",
        "o.k": "keyword", "n[].v": "integer", "n[].k": "keyword", "x": "keyword"}
MIXED = "x"  # has values of all types, and never an index
ORDERED = {"integer", "float", "datetime"}
COUNTED = {"keyword", "integer", "uuid"}


class Steps:
    """What a seed does, as plain data."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.indexed: dict = {}

    def schema(self, key: str):
        kind, rng = KEYS[key], self.rng
        if rng.random() < 0.4:
            return [kind, None]
        params = {}
        if rng.random() < 0.4:
            params["on_disk"] = rng.random() < 0.5
        elif rng.random() < 0.4:
            params["memory"] = rng.choice(["Cold", "Cached", "Pinned"])
        if kind == "keyword":
            params["prefix"] = rng.random() < 0.5
        if kind == "integer" and rng.random() < 0.5:
            params["lookup"], params["range"] = rng.choice([(True, False), (False, True), (True, True)])
        if kind == "text":
            params["tokenizer"] = rng.choice(["Word", "Whitespace", "Prefix"])
            params["phrase_matching"] = rng.random() < 0.5
            params["lowercase"] = rng.random() < 0.8
            if rng.random() < 0.3:
                params["min_token_len"], params["max_token_len"] = 2, 8
        return [kind, params]

    def one(self, kind: str):
        rng = self.rng
        return {
            "keyword": lambda: rng.choice(WORDS), "integer": lambda: rng.choice(NUMBERS), "float": lambda: rng.choice(FLOATS + NUMBERS[:5]),
            "datetime": lambda: rng.choice(DATES), "uuid": lambda: rng.choice(UUIDS), "text": lambda: rng.choice(TEXTS),
            "geo": lambda: {"lon": rng.choice([0.0, 13.4, 179.5, -179.5, -70.25]), "lat": rng.choice([0.0, 52.5, -33.0, 89.0])},
        }[kind]()

    def value(self, kind: str, key: str | None = None):
        turn = self.rng.random()
        if key == MIXED and turn < 0.3:
            kind = self.rng.choice(["keyword", "integer", "float", "geo"])
        if turn < 0.7:
            return self.one(kind)
        if turn < 0.75:
            return None
        if turn < 0.8:
            return []
        values = [self.one(kind) for _ in range(self.rng.randint(1, 3))]
        return values + [None] if self.rng.random() < 0.15 else values

    def payload(self) -> dict:
        rng, out = self.rng, {}
        for key, kind in KEYS.items():
            if "." not in key and rng.random() < 0.7:
                out[key] = self.value(kind, key)
        if rng.random() < 0.6:
            out["o"] = {"k": self.value("keyword", "o.k")} if rng.random() < 0.9 else {}
        if rng.random() < 0.6:
            out["n"] = [{k: self.value(KEYS["n[]." + k], "n[]." + k) for k in ("v", "k") if rng.random() < 0.8} for _ in range(rng.randint(0, 3))]
        return out

    def points(self, count: int) -> list:
        return [[self.rng.randint(0, 80), [self.rng.random(), self.rng.random()], self.payload()] for _ in range(count)]

    def match(self, kind: str) -> dict:
        rng = self.rng
        if kind == "text":
            words = rng.choice(["quick", "Quick fox", "fox", "brown fox", "the", "dog lazy", "missing fox", "42", "köln", "quick brown", ""])
            return {rng.choice(["text", "text_any", "phrase"]): words}
        pool = {"keyword": WORDS + ["none"], "integer": NUMBERS + [5], "uuid": UUIDS[:2], "datetime": DATES, "float": NUMBERS, "geo": WORDS}[kind]
        how = rng.choice(["value", "value", "any", "except", "part"])
        if how == "value":
            return {"value": rng.choice(pool)}
        if how == "part" and kind == "keyword":
            return {rng.choice(["prefix", "substring"]): rng.choice(["re", "", "d", "green", "é"])}
        return {"except" if how == "except" else "any": rng.sample(pool, rng.randint(1, min(5, len(pool))))}

    def bounds(self, pool: list) -> dict:
        names = [self.rng.choice(side) for side in (["gte", "gt"], ["lte", "lt"]) if self.rng.random() < 0.7]
        return {name: self.rng.choice(pool) for name in names}

    def field(self, prefix: str = "") -> dict:
        rng = self.rng
        keys = [k for k in KEYS if k.startswith(prefix)]
        key = rng.choice(keys)
        kind, turn = KEYS[key], rng.random()
        name = key.removeprefix(prefix)
        if turn < 0.08:
            return {"field": [name, {"values_count": {rng.choice(["gte", "lt"]): rng.randint(0, 3)}}]}
        if turn < 0.2:
            return {rng.choice(["is_null"] if prefix else ["is_empty", "is_null"]): name}
        if turn < 0.28 and "[" not in key:
            return {"field": [name, {rng.choice(["is_empty", "is_null"]): rng.random() < 0.5}]}
        if kind in ("integer", "float") and turn < 0.65:
            return {"field": [name, {"range": self.bounds([0, 1, 1.5, 2, -3.5, 100, 1e300])}]}
        if kind == "datetime":
            return {"field": [name, {"dates": self.bounds(DATES) or {"gt": DATES[0]}}]}
        if kind == "geo":
            test = rng.choice([{"geo_radius": [[13.0, 52.0], 1e5]}, {"geo_bounding_box": [[170.0, 60.0], [-170.0, -60.0]]},
                               {"geo_bounding_box": [[-80.0, 60.0], [20.0, -40.0]]}, {"geo_radius": [[180.0, 0.0], 2e5]}])
            return {"field": [name, test]}
        return {"field": [name, {"match": self.match(kind)}]}

    def condition(self, depth: int) -> dict:
        rng, turn = self.rng, self.rng.random()
        if turn < 0.06:
            return {"has_id": [rng.randint(0, 90) for _ in range(rng.randint(0, 20))]}
        if turn < 0.1:
            total = rng.randint(1, 4)
            return {"slice": [total, rng.randrange(total)]}
        if turn < 0.2 and depth:
            return {"filter": self.filter(depth - 1)}
        if turn < 0.28:
            return {"nested": ["n", {"must": [self.field("n[].") for _ in range(rng.randint(1, 2))]}]}
        return self.field()

    def filter(self, depth: int = 2) -> dict:
        rng, out = self.rng, {}
        for part, most in (("must", 3), ("should", 3), ("must_not", 2)):
            if rng.random() < 0.5:
                out[part] = [self.condition(depth) for _ in range(rng.randint(1, most))]
        if rng.random() < 0.15:
            out["min_should"] = [[self.condition(depth) for _ in range(3)], rng.randint(1, 3)]
        return out or {"must": [self.condition(depth)]}

    def read(self) -> dict:
        rng, turn = self.rng, self.rng.random()
        where = self.filter()
        counted = [k for k, s in self.indexed.items() if s[0] in COUNTED and not (s[0] == "integer" and s[1] and s[1].get("lookup") is False)]
        if turn < 0.12 and counted:
            return {"do": "facet", "key": rng.choice(counted), "where": rng.choice([where, None]), "limit": 1000}
        ordered = [k for k, s in self.indexed.items() if s[0] in ORDERED and not (s[1] and s[1].get("range") is False)]
        if turn < 0.22 and ordered:
            return {"do": "order", "key": rng.choice(ordered), "where": rng.choice([where, None]), "descending": rng.random() < 0.5}
        if turn < 0.3:
            return {"do": "count", "where": where}
        if turn < 0.4:
            return {"do": "nearest", "where": where, "vector": [rng.random(), rng.random()], "limit": rng.choice([1, 5, 100])}
        return {"do": "ids", "where": where}

    def change(self) -> dict:
        rng, turn = self.rng, self.rng.random()
        ids = [rng.randint(0, 80) for _ in range(rng.randint(1, 4))]
        if turn < 0.25:
            return {"do": "upsert", "points_": self.points(rng.randint(1, 8))}
        if turn < 0.35:
            more = {"condition_": self.filter(1)} if rng.random() < 0.7 else {"mode": rng.choice(["InsertOnly", "UpdateOnly"])}
            return {"do": "upsert", "points_": [list(p) for p in {p[0]: p for p in self.points(5)}.values()], **more}
        if turn < 0.5:
            return {"do": "change", "name": "delete_points", "ids": ids[:2]}
        how = rng.choice([{"name": "set_payload", "payload": self.some()}, {"name": "overwrite_payload", "payload": self.payload()},
                          {"name": "delete_payload", "keys": rng.sample(["k", "i", "t", "g", "n[].v", "o"], 2)}, {"name": "clear_payload"},
                          {"name": "delete_points"}])
        where = {"must": [self.field(), self.field()]} if how["name"] != "delete_points" else {"must": [{"has_id": ids}, self.field()]}
        return {"do": "change", **how, "where": where}

    def some(self) -> dict:
        payload = {k: v for k, v in self.payload().items() if v is not None}
        return dict(list(payload.items())[:3])

    def index(self) -> dict:
        key = self.rng.choice([k for k in KEYS if k != MIXED])
        if key in self.indexed and self.rng.random() < 0.5:
            del self.indexed[key]
            return {"do": "drop", "key": key}
        self.indexed[key] = self.schema(key)
        return {"do": "index", "key": key, "of": self.indexed[key]}


class Run:
    def __init__(self, seed: int, sides: list, directory: str, log) -> None:
        self.steps, self.sides, self.log, self.swaps = Steps(seed), sides, log, seed % 2 == 1
        self.paths = [os.path.join(directory, name) for name in ("ours", "theirs")]
        self.compared = 0

    def both(self, step: dict, each=({}, {})) -> list:
        self.log(step)
        for side, more in zip(self.sides, each):
            side.send({**step, **more})
        return [side.answer() for side in self.sides]

    def check(self, step: dict, each=({}, {})) -> None:
        ours, theirs = self.both(step, each)
        self.compared += 1
        if step["do"] == "order" and "ok" in ours and "ok" in theirs:
            ours, theirs = ({"ok": [[v for _, v in a["ok"]], sorted(a["ok"])]} for a in (ours, theirs))
        if ours != theirs and not ("error" in ours and "error" in theirs and ours["error"] not in differential.UNTYPED):
            raise differential.Difference(f"ours {json.dumps(ours)[:1500]}\n  theirs {json.dumps(theirs)[:1500]}\n  at {json.dumps(step)[:2000]}"
                                          f"\n  indexes {json.dumps(self.steps.indexed)}")

    def reopen(self) -> None:
        rng = self.steps.rng
        if rng.random() < 0.5:
            self.both({"do": "optimize"})
        self.check({"do": "close"})
        if self.swaps and rng.random() < 0.7:
            self.log({"do": "swap"})
            self.paths.reverse()
        self.check({"do": "load"}, [{"path": p} for p in self.paths])

    def all(self, reads: int) -> None:
        for path in self.paths:
            os.mkdir(path)
        rng = self.steps.rng
        small = {"optimizers": {"indexing_threshold": 0 if rng.random() < 0.3 else 1}}
        self.check({"do": "create", "vectors": [2, "Dot"], **small}, [{"path": p} for p in self.paths])
        for _ in range(rng.randint(0, 6)):
            self.check(self.steps.index())
        self.check({"do": "upsert", "points_": self.steps.points(60)})
        done = 0
        while done < reads:
            turn = rng.random()
            if turn < 0.08:
                self.check(self.steps.index())
            elif turn < 0.13:
                self.reopen()
            elif turn < 0.25:
                self.check(self.steps.change())
                self.check({"do": "ids", "where": None})
            else:
                self.check(self.steps.read())
                done += 1
        self.check({"do": "schema"})
        self.check({"do": "close"})


class Side(differential.Side):
    def start(self) -> None:
        worker, differential.HERE = differential.HERE, _Renamed()
        try:
            super().start()
        finally:
            differential.HERE = worker


class _Renamed:
    """Lets differential.Side start the worker of this module."""

    def __truediv__(self, name: str) -> pathlib.Path:
        return HERE / "differential_filters_worker.py"


def run(first: int, seeds: int, reads: int, verbose: bool = False, keep_on: bool = False):
    """The number of comparisons, and the differences by seed."""
    root = HERE.parents[1]
    os.environ.setdefault("QDRANT_EDGE_LIBRARY", str(root / "build" / "libqdrant_edge.so"))
    sides = [Side(os.environ.get("QDRANT_EDGE_PYTHON", str(root / "bindings" / "python"))), Side(os.environ["QDRANT_EDGE_WHEEL_DIR"])]
    compared, found = 0, {}
    try:
        for seed in range(first, first + seeds):
            directory = tempfile.mkdtemp(prefix="qdrant-edge-filters-")
            one = Run(seed, sides, directory, (lambda s: print(json.dumps(s)[:1500])) if verbose else (lambda s: None))
            try:
                one.all(reads)
            except differential.Difference as difference:
                found[seed] = str(difference)
                for side in sides:
                    side.restart()
                if not keep_on:
                    break
            finally:
                compared += one.compared
                shutil.rmtree(directory, ignore_errors=True)
    finally:
        for side in sides:
            side.kill()
    return compared, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--reads", type=int, default=60)
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    compared, found = run(given.first, given.seeds, given.reads, given.verbose, keep_on=True)
    for seed, difference in found.items():
        print(f"seed {seed}: {difference}")
    print(f"seeds {given.first} to {given.first + given.seeds - 1}, {compared} comparisons, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
