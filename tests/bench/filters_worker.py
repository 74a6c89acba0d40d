"""One side of the filter benchmark. `build DIR`, `open DIR`, `run NAME` are answered by a line of JSON."""

from __future__ import annotations

import array
import gc
import json
import random
import statistics
import sys
import time
from pathlib import Path

import qdrant_edge as q

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python" / "examples"))
import words  # noqa: E402

DIM, QUERIES = words.DIMENSION, 50
ROUND = 0.04  # seconds that the calls of a round take at least
OP, F = q.UpdateOperation, q.Filter
INDEXES = {
    "city": q.KeywordIndexParams(), "tags": q.KeywordIndexParams(), "n": q.IntegerIndexParams(), "price": q.FloatIndexParams(),
    "when": q.DatetimeIndexParams(), "ok": q.BoolIndexParams(), "at": q.GeoIndexParams(), "text": q.TextIndexParams(tokenizer=q.TokenizerType.Word),
}


def payload(rng: random.Random, names: list, i: int) -> dict:
    return {
        "city": "city%d" % int(rng.paretovariate(1.0) % 200), "tags": [rng.choice(names[:500]) for _ in range(rng.randint(1, 4))],
        "n": rng.randrange(1000), "price": round(rng.lognormvariate(3, 1), 2),
        "when": "20%02d-%02d-%02dT%02d:00:00Z" % (rng.randrange(26), rng.randint(1, 12), rng.randint(1, 28), rng.randrange(24)),
        "ok": rng.random() < 0.5, "at": {"lon": rng.uniform(-180, 180), "lat": rng.uniform(-80, 80)},
        "text": " ".join(names[int(rng.paretovariate(0.5)) % len(names)] for _ in range(12)),
    }


def below(n):
    return F(must=[q.FieldCondition("n", range=q.RangeFloat(lt=n))])


FILTERS = {
    "50 %": below(500), "10 %": below(100), "1 %": below(10),
    "0.1 %": F(must=[q.FieldCondition("n", match=q.MatchValue(7))]),
    "keyword and range": F(must=[q.FieldCondition("city", match=q.MatchAny(["city1", "city2"])), q.FieldCondition("price", range=q.RangeFloat(gte=20, lt=60))]),
    "geo": F(must=[q.FieldCondition("at", geo_radius=q.GeoRadius(q.GeoPoint(10.0, 45.0), 1_500_000.0))]),
    "dates": F(must=[q.FieldCondition("when", range=q.RangeDateTime(gte="2015-01-01", lt="2016-01-01"))]),
    "not": F(must_not=[q.FieldCondition("tags", match=q.MatchAny(["the", "of", "and", "in"]))], should=[q.FieldCondition("n", range=q.RangeFloat(gte=300)), q.FieldCondition("city", match=q.MatchValue("city3"))]),
}
FIRST = {  # a question to each index that it answers
    "city": F(must=[q.FieldCondition("city", match=q.MatchValue("city3"))]), "tags": F(must=[q.FieldCondition("tags", match=q.MatchValue("the"))]),
    "n": FILTERS["0.1 %"], "price": F(must=[q.FieldCondition("price", range=q.RangeFloat(gte=20, lt=21))]), "when": FILTERS["dates"],
    "ok": F(must=[q.FieldCondition("ok", match=q.MatchValue(True))]), "at": FILTERS["geo"],
    "text": F(must=[q.FieldCondition("text", match=q.MatchText("the"))]),
}


class Side:
    def __init__(self, count: int) -> None:
        self.names, floats = words.load(ROOT / "build" / "data", count + QUERIES)
        self.rows = [floats[i * DIM : (i + 1) * DIM] for i in range(count + QUERIES)]
        self.count, self.shard = count, None
        self.vectors = [r.tolist() if isinstance(r, array.array) else list(r) for r in self.rows[count:]]

    def build(self, directory: str) -> int:
        config = q.EdgeConfig(
            vectors={"w": q.EdgeVectorParams(size=DIM, distance=q.Distance.Cosine)},
            hnsw_config=q.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=10_000),
            optimizers=q.EdgeOptimizersConfig(indexing_threshold=100, default_segment_number=1),
        )
        shard, rng = q.EdgeShard.create(directory, config), random.Random(1)
        for key, params in INDEXES.items():
            shard.update(OP.create_field_index(key, params))
        for at in range(0, self.count, 1000):
            batch = [q.Point(i, {"w": list(self.rows[i])}, payload(rng, self.names, i)) for i in range(at, min(at + 1000, self.count))]
            shard.update(OP.upsert_points(batch))
        shard.optimize()
        shard.flush()
        shard.close()
        return self.count

    def open(self, directory: str) -> float:
        started = time.perf_counter()
        self.shard = q.EdgeShard.load(directory)
        return time.perf_counter() - started

    def close(self) -> int:
        self.shard.close()
        return 0

    def search(self, name: str, params=None):
        return lambda i: self.shard.query(
            q.QueryRequest(query=q.Query.Nearest(self.vectors[i % QUERIES], using="w"), limit=10, filter=FILTERS[name], params=params)
        )

    def create(self, key: str):
        """A new index, and the first question to it: what an index puts off until it is asked is part of making it."""

        def create(i):
            self.shard.update(OP.delete_field_index(key))
            self.shard.update(OP.create_field_index(key, INDEXES[key]))
            self.shard.count(q.CountRequest(filter=FIRST[key], exact=True))

        return create

    def work(self, name: str):
        """What is measured."""
        shard = self.shard
        kind, _, rest = name.partition(": ")
        where = FILTERS.get(rest)
        if kind == "search":
            return self.search(rest)
        if kind == "acorn":
            return self.search(rest, q.SearchParams(acorn=q.AcornSearchParams(enable=True, max_selectivity=0.6)))
        if kind in ("count", "estimate"):
            return lambda i: shard.count(q.CountRequest(filter=where, exact=kind == "count"))
        if kind in ("facet", "facet estimate"):
            return lambda i: shard.facet(q.FacetRequest("tags", limit=10, exact=kind == "facet", filter=where))
        if kind == "order":
            order = q.OrderBy("price", direction=q.Direction.Desc)
            return lambda i: shard.scroll(q.ScrollRequest(limit=20, filter=where, order_by=order, with_payload=False))
        if kind == "scroll":
            return lambda i: shard.scroll(q.ScrollRequest(limit=20, filter=where, with_payload=False))
        if kind == "text":
            where = F(must=[q.FieldCondition("text", match=q.MatchText(" ".join(self.names[int(w)] for w in rest.split())))])
            return lambda i: shard.count(q.CountRequest(filter=where, exact=True))
        if kind == "create":
            return self.create(rest)
        raise KeyError(name)

    def run(self, name: str) -> float:
        """The median of as many calls as take a while."""
        call, took = self.work(name), []
        while sum(took) < ROUND or len(took) < (1 if name.startswith("create") else 5):
            started = time.perf_counter()
            call(len(took))
            took.append(time.perf_counter() - started)
        return statistics.median(took)

    def memory(self) -> list[int]:
        """Anonymous memory of the process, in bytes: mappings of files are the kernel's to drop."""
        gc.collect()
        with open("/proc/self/status", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return [int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile")]


def main() -> None:
    side = Side(int(sys.argv[1]))
    print(json.dumps({"ready": q.__file__}), flush=True)
    for line in sys.stdin:
        name, _, argument = line.strip().partition(" ")
        method = getattr(side, name)
        print(json.dumps(method(argument) if argument else method()), flush=True)


if __name__ == "__main__":
    main()
