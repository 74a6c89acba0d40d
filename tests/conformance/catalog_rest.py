"""Cases of what the spec names and the other catalogs do not ask: every value, field, bound and error. Its numbers by chance are its own."""

from __future__ import annotations

from catalog import ALL, DAYS, SHARED, Random, case, do, key, update
from catalog_changes import CLASSES, SEE, SMALL, TEXTS, small

R = Random(8)
LANGUAGES = ("arabic azerbaijani basque bengali catalan chinese danish dutch finnish french german greek hebrew hinglish hungarian indonesian italian japanese kazakh nepali "
             "norwegian portuguese romanian russian slovene spanish swedish tajik turkish").split()
STEMMERS = "arabic armenian danish dutch finnish french greek hungarian italian norwegian portuguese romanian russian spanish swedish tamil turkish".split()
SAMPLES = {**TEXTS, "armenian": "Արագ շագանակագույն աղվեսները ցատկում են ծույլ շների վրայով", "tamil": "விரைவான நரிகள் சோம்பேறி நாய்களின் மீது குதிக்கின்றன",
           "hebrew": "השועלים המהירים קופצים מעל הכלבים העצלנים", "bengali": "দ্রুত শিয়ালগুলি অলস কুকুরের উপর দিয়ে লাফ দেয়", "nepali": "छिटो स्यालहरू अल्छी कुकुरमाथि उफ्रन्छन्"}


def languages():
    latin = TEXTS["english"] + " und die von los para och ikke med nu este oli ja e da bir ve hogy nem the"
    for name in LANGUAGES:
        yield case(f"stop words: {name}", do("bm25", {"config": {"stopwords": name, "stemmer": {"type": "none"}}, "text": SAMPLES.get(name, latin)}), do("bm25", {"config": {"stopwords": name, "stemmer": {"type": "none"}}, "text": latin}))
    for name in STEMMERS:
        yield case(f"stemmer: {name}", do("bm25", {"config": {"stemmer": {"type": "snowball", "language": name}}, "text": SAMPLES.get(name, latin)}), do("bm25", {"config": {"stemmer": {"type": "snowball", "language": name}}, "text": latin, "query": True}))


DENSE = {"size": 4, "distance": "Cosine"}


def placements():
    points = [{"id": i, "vector": R.dense(4), "payload": {"n": i}} for i in range(1, 31)]
    ask = [do("config"), do("info"), do("query", {"query": R.dense(4), "limit": 5, "params": {"exact": True}})]
    hnsw = {"m": 8, "ef_construct": 32, "full_scan_threshold": 1}
    quantized = [{"binary": {"encoding": "one_bit", "query_encoding": "default"}}, {"binary": {"query_encoding": "binary", "memory": "cold"}}, {"product": {"compression": "x8", "memory": "pinned"}},
                 {"product": {"compression": "x32"}}, {"product": {"compression": "x64"}}, {"turbo": {"always_ram": True}}, {"turbo": {"bits": "bits4", "memory": "cold"}}]
    configs = {str(q): {"vectors": {"": DENSE}, "quantization_config": q} for q in quantized}
    configs |= {f"datatype {t}": {"vectors": {"": {**DENSE, "datatype": t}}} for t in ("turbo4", "turbo8", "turbo16")}
    configs |= {"a core for searches": {"vectors": {"": DENSE}, "search_pool_core": 0}, "graph in memory": {"vectors": {"": DENSE}, "hnsw_config": {**hnsw, "memory": "pinned"}},
                "graph with threads": {"vectors": {"": DENSE}, "hnsw_config": {**hnsw, "max_indexing_threads": 1}},
                "graph with vectors": {"vectors": {"": {**DENSE, "quantization_config": {"scalar": {"type": "int8"}}, "hnsw_config": {**hnsw, "inline_storage": True}}}}}
    for name, c in configs.items():
        yield case(f"placed: {name}", *small(config={**c, "optimizers": {"indexing_threshold": 1}}, points=points), do("optimize"), *ask, do("close"), do("load"), *ask)
    points = [{"id": i, "vector": {"s": R.sparse()}} for i in range(1, 9)]
    yield case("placed: no modifier", *small(config={"sparse_vectors": {"s": {"modifier": "none"}}}, points=points), do("config"), do("query", {"query": R.sparse(), "using": "s", "limit": 8}))
    yield case("new vector: sparse halves", update("create_vector_name", {"vector_name": "new", "config": {"sparse": {"datatype": "float16", "modifier": "none"}}}),
               update("update_vectors", {"points": [{"id": 1, "vector": {"new": {"indices": [3, 7], "values": [0.1, 1.7]}}}]}), do("close"), do("load"),
               do("query", {"query": {"indices": [3], "values": [1]}, "using": "new", "limit": 3}), do("retrieve", {"ids": [1], "with_payload": False, "with_vector": ["new"]}), on=["plain"])


INDEXES = {
    "int": ([{"type": "integer", "enable_hnsw": True}, {"type": "integer", "on_disk": True}], key("int", range={"gt": 0})),
    "price": ([{"type": "float", "enable_hnsw": False}], key("price", range={"lt": 50})),
    "at": ([{"type": "geo", "enable_hnsw": True}], key("at", geo_radius={"center": {"lon": 13.4, "lat": 52.5}, "radius": 9e5})),
    "flag": ([{"type": "bool", "enable_hnsw": False}], key("flag", values_count={"gte": 1})),
    "when": ([{"type": "datetime", "enable_hnsw": True, "on_disk": True}], key("when", range={"gt": DAYS[4]})),
    "uid": ([{"type": "uuid", "enable_hnsw": False}], {"is_empty": {"key": "uid"}}),
}


def placed_indexes():
    for name, (schemas, asked) in INDEXES.items():
        for schema in schemas:
            see = [do("info"), do("count", {"filter": {"must": [asked]}})]
            yield case(f"index: {schema}", update("create_index", {"field_name": name, "field_schema": schema}), *see, do("close"), do("load"), *see, on=SHARED)
    inner = {"bool": True, "datetime": DAYS[2], "geo": {"lon": 1.5, "lat": 2.5}, "text": "quick brown fox", "uuid": "f47ac10b-58cc-4372-a567-0e02b2c3d479"}
    tests = {"bool": {"values_count": {"gte": 1}}, "datetime": {"range": {"gte": DAYS[0]}}, "geo": {"geo_radius": {"center": inner["geo"], "radius": 10}}, "text": {"match": {"text": "fox"}},
             "uuid": {"match": {"value": inner["uuid"]}}}
    for kind, value in inner.items():
        points = [{"id": i, "vector": [1, i], "payload": {"list": [{"x": value}, {"y": i}][: i]}} for i in range(1, 4)]
        yield case(f"index: nested {kind}", *small(update("create_index", {"field_name": "list[].x", "field_schema": {"type": kind, "nested": "list"}}), do("info"), points=points),
                   do("count", {"filter": {"must": [{"nested": {"key": "list", "filter": {"must": [key("x", **tests[kind])]}}}]}}), do("count", {"filter": {"must": [key("list[].x", **tests[kind])]}}), differs="an index of elements counts their points; here payloads are read, and none is kept")


def requests():
    for total, index in ((1, 0), (2, 0), (2, 1), (5, 3)):
        yield case(f"filter: slice {index} of {total}", do("count", {"filter": {"must": [{"slice": {"total": total, "index": index}}]}}), on=ALL)
    yield case("mmr: lambda", do("query", {"query": {"nearest": [1, 0, 0, 1], "mmr": {"lambda": 0.3, "candidates_limit": 9}}, "limit": 4},
                                 {"query": {"nearest": [1, 0, 0, 1], "mmr": {"diversity": 0.7, "candidates_limit": 9}}, "limit": 4}), on=SHARED)
    exact = {"params": {"exact": True, "hnsw_ef": 64}}
    yield case("prefetch: with parameters", do("query", {"prefetch": [{"query": R.dense(4), "limit": 20, **exact}], "query": {"fusion": "rrf"}, "limit": 6}), on=SHARED)
    yield case("search: with parameters", do("search", {"vector": R.dense(4), "limit": 6, **exact}), on=SHARED)
    yield case("groups: with contents", do("query_groups", {"query": R.dense(4), "group_by": "cat", "group_size": 1, "limit": 3, "score_threshold": -0.5, "with_payload": ["n"], "with_vector": ["e"], **exact}), on=SHARED)


def bounds():
    refused = {
        "acorn": {"params": {"acorn": {"enable": True, "max_selectivity": -0.5}}}, "oversampling": {"params": {"quantization": {"oversampling": 0.5}}}, "ef": {"params": {"hnsw_ef": 0}},
        "diversity": {"query": {"nearest": [2, 1], "mmr": {"diversity": -0.5, "candidates_limit": 3}}},
        "length in the ranking of texts": {"query": {"text": {"field": "n", "query": "x", "scoring": {"bm25": {"b": -1.0}}}}},
    }
    for name, more in refused.items():
        yield case(f"below: {name}", *small(do("query", {"query": [2, 1], "limit": 3, **more})))
    for name, place in {"longitude": {"lon": -181, "lat": 0}, "latitude": {"lon": 0, "lat": -91}}.items():
        yield case(f"below: {name}", *small(do("count", {"filter": {"must": [key("n", geo_radius={"center": place, "radius": 1})]}})), **CLASSES)
    groups, matrix = {"query": [2, 1], "group_by": "n"}, {"filter": {"must": []}, "sample": 5}
    for do_, ask, names in (("query_groups", groups, ("group_size", "limit")), ("matrix_pairs", matrix, ("sample", "limit")), ("matrix_offsets", matrix, ("sample", "limit"))):
        for name in names:
            yield case(f"below: {name} of {do_}", *small(do(do_, {**ask, name: 1 if name == "sample" else 0})), **({} if name == "limit" else {"differs": "its Python has it not, and what is made of its queries has no bounds"}))
    yield case("below: slices", *small(do("count", {"filter": {"must": [{"slice": {"total": 0, "index": 0}}]}})), **CLASSES)
    for name, c in {"candidates of a graph": {"hnsw_config": {"m": 8, "ef_construct": 3, "full_scan_threshold": 1}}, "quantile": {"quantization_config": {"scalar": {"type": "int8", "quantile": 0.1}}}}.items():
        yield case(f"below: {name}", do("create", {**SMALL, **c}))


def refusals():
    near = {"query": [1, 2], "limit": 3}
    after = [do("close"), do("query", near), do("search", {"vector": [1, 2], "limit": 3}), do("query_batch", {"searches": [near]}), do("retrieve", {"ids": [1]}), do("facet", {"key": "n"}), do("manifest"),
             do("apply", {"snapshot": "edge-collection/1/snapshot.tar"})]
    yield case("closed: reads", *small(*after))
    groups, matrix = {"query": [1, 2], "group_by": "n"}, {"filter": {"must": []}}
    yield case("closed: groups and matrices", *small(do("close"), do("query_groups", groups), do("matrix_pairs", matrix), do("matrix_offsets", matrix)))
    unknown = {"using": "nobody"}
    yield case("refused: groups and matrices of an unknown vector", *small(do("query_groups", {**groups, **unknown}), do("matrix_pairs", {**matrix, **unknown}), do("matrix_offsets", {**matrix, **unknown})),
               differs="its Python has no matrix; what is made of its queries finds no points to compare")
    yield case("refused: one of a batch", *small(do("query_batch", {"searches": [near, {"query": [1], "limit": 3}]})))
    yield case("refused: a shard where one is open", *small(do("create_again", SMALL), do("count", {}), SEE))
    yield case("refused: unpacking what is not there", do("unpack", {"snapshot": "nowhere.tar"}))
    yield case("refused: unpacking what is no archive", do("unpack", {"snapshot": "two-shards/truth.json"}))
    yield case("refused: applying what is no archive", *small(do("apply", {"snapshot": "two-shards/truth.json"}), do("count", {})))
    yield case("refused: a snapshot of another configuration", *small(do("apply", {"snapshot": "edge-collection/0/snapshot.tar"}), do("count", {})), differs="after the refusal no shard is left")


def rest():
    for area in (languages, placements, placed_indexes, requests, bounds, refusals):
        yield from area()


AREAS = {"rest": rest}
