"""Cases that change a shard, or have one of their own: updates, indexes, configurations, texts, snapshots, refusals."""

from __future__ import annotations

from catalog import (CONDITIONS, CONFIG, EAGER, FILLED, IDS, R, SHARED, case, do, filling, indexing, key, match, near, update)

SEE = do("scroll", {"limit": 60, "with_payload": True})
SEE_VECTORS = do("scroll", {"limit": 60, "with_payload": False, "with_vector": True})
BOTH = ["plain", "indexed", "optimized"]
SMALL = {"vectors": {"": {"size": 2, "distance": "Dot"}}}
POINTS = [{"id": i, "vector": [i / 4, 1 - i / 8], "payload": {"n": i, "tags": ["a", "b"][: i % 3], "inner": {"x": i, "y": [i, {"z": 1}]}}} for i in range(1, 7)]
WHERE = {"must": [key("n", range={"gt": 3, "lt": 20})]}


def small(*steps, config=SMALL, points=POINTS):
    return [do("create", config), update("upsert_points", {"points": points}), *steps]


def changes():
    some = [IDS[0], IDS[5], IDS[20]]
    new = {"id": 1000, "vector": FILLED[0]["vector"], "payload": {"n": 1000, "cat": "new"}}
    old = {"id": IDS[1], "vector": FILLED[2]["vector"], "payload": {"n": 2000}}
    operations = {
        "upsert: new and old": update("upsert_points", {"points": [new, old]}),
        "upsert: without payload": update("upsert_points", {"points": [{"id": IDS[1], "vector": FILLED[2]["vector"]}]}),
        "upsert: fewer vectors": update("upsert_points", {"points": [{"id": IDS[1], "vector": {"e": [1, 2, 3]}, "payload": {"n": 1}}]}),
        "upsert: insert only": update("upsert_points_conditional", {"points_op": {"points": [new, old]}, "condition": {}, "update_mode": "insert_only"}),
        "upsert: update only": update("upsert_points_conditional", {"points_op": {"points": [new, old]}, "condition": {}, "update_mode": "update_only"}),
        "upsert: upsert mode": update("upsert_points_conditional", {"points_op": {"points": [new, old]}, "condition": {}, "update_mode": "upsert"}),
        "upsert: condition that holds": update("upsert_points_conditional", {"points_op": {"points": [new, old]}, "condition": {"must": [key("n", range={"lt": 10})]}}),
        "upsert: condition that fails": update("upsert_points_conditional", {"points_op": {"points": [new, old]}, "condition": {"must": [key("n", range={"gt": 10})]}}),
        "upsert: nothing": update("upsert_points", {"points": []}),
        "upsert: one point twice": update("upsert_points", {"points": [new, {**new, "payload": {"n": 7}}]}),
        "delete: ids": update("delete_points", {"ids": [*some, 999]}),
        "delete: filter": update("delete_points_by_filter", WHERE),
        "delete: filter of everything": update("delete_points_by_filter", {}),
        "delete: filter of nothing": update("delete_points_by_filter", {"must": [match("cat", value="pink")]}),
        "set payload: ids": update("set_payload", {"payload": {"int": 7, "fresh": [1, {"a": None}]}, "points": some}),
        "set payload: filter": update("set_payload", {"payload": {"cat": "set"}, "filter": WHERE}),
        "set payload: below a key": update("set_payload", {"payload": {"b": 9, "d": "x"}, "points": some, "key": "deep.a"}),
        "set payload: below a new key": update("set_payload", {"payload": {"b": 9}, "points": some, "key": "brand.new"}),
        "set payload: in each of an array": update("set_payload", {"payload": {"sale": True}, "filter": WHERE, "key": "offers[]"}),
        "set payload: in the first of an array": update("set_payload", {"payload": {"sale": True}, "filter": WHERE, "key": "offers[0]"}),
        "overwrite payload: ids": update("overwrite_payload", {"payload": {"n": 1, "only": "this"}, "points": some}),
        "overwrite payload: filter": update("overwrite_payload", {"payload": {"n": 5}, "filter": WHERE}),
        "overwrite payload: below a key": update("overwrite_payload", {"payload": {"q": 1}, "points": some, "key": "deep.a"}),
        "delete payload: ids": update("delete_payload", {"keys": ["cat", "deep.a.b", "nowhere"], "points": some}),
        "delete payload: filter": update("delete_payload", {"keys": ["offers[].price", "tags"], "filter": WHERE}),
        "delete payload: element": update("delete_payload", {"keys": ["offers[0]", "many[1]"], "filter": WHERE}),
        "clear payload: ids": update("clear_payload", {"points": some}),
        "clear payload: filter": update("clear_payload_by_filter", WHERE),
    }
    for name, operation in operations.items():
        yield case(name, operation, SEE, do("count", {"filter": {"must": [CONDITIONS["range of integers"]]}}), do("count", {"filter": {"must": [match("cat", value="set")]}}),
                   do("close"), do("load"), SEE, on=BOTH)
    vectors = {
        "update vectors": update("update_vectors", {"points": [{"id": IDS[0], "vector": {"e": [1, 2, 3]}}, {"id": IDS[1], "vector": {"": [1, 0, 0, 0], "s": {"indices": [3], "values": [2]}}}]}),
        "update vectors: where": update("update_vectors", {"points": [{"id": i, "vector": {"e": [1, 2, 3]}} for i in IDS[:4]], "update_filter": {"must": [key("n", range={"gt": 2})]}}),
        "update vectors: multivector": update("update_vectors", {"points": [{"id": IDS[0], "vector": {"multi": [[1, 2, 3], [4, 5, 6]]}}]}),
        "delete vectors: ids": update("delete_vectors", [{"points": some}, ["e", "s"]]),
        "delete vectors: filter": update("delete_vectors_by_filter", [WHERE, ["", "multi"]]),
        "delete vectors: what is not there": update("delete_vectors", [{"points": some}, []]),
    }
    for name, operation in vectors.items():
        yield case(name, operation, SEE_VECTORS, do("close"), do("load"), do("query", near("e", limit=50)), do("query", near("s", limit=50)), do("count", {"filter": {"must": [{"has_vector": "e"}]}}), on=BOTH, **({"differs": "an operation that names no vectors leaves the versions of points"} if "not there" in name else {}))
    for kind, config in {"dense": {"dense": {"size": 2, "distance": "Euclid"}}, "half": {"dense": {"size": 2, "distance": "Dot", "datatype": "float16"}},
                         "multivector": {"dense": {"size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}}, "sparse": {"sparse": {}},
                         "sparse with idf": {"sparse": {"modifier": "idf"}}}.items():
        sparse = kind.startswith("sparse")
        v = {"indices": [1, 5], "values": [0.5, 2]} if sparse else [[1, 2], [3, 4]] if kind == "multivector" else [1, 2]
        yield case(f"new vector: {kind}", update("create_vector_name", {"vector_name": "new", "config": config}), do("count", {"filter": {"must": [{"has_vector": "new"}]}}),
                   update("update_vectors", {"points": [{"id": i, "vector": {"new": v}} for i in some]}), do("close"), do("load"),
                   do("query", {"query": v, "using": "new", "limit": 9}), do("retrieve", {"ids": some, "with_vector": ["new"], "with_payload": False}), on=SHARED)
    yield case("new vector: taken away", update("delete_vector_name", {"vector_name": "e"}), do("query", near("e")), do("query", near("", limit=3)), do("retrieve", {"ids": some, "with_payload": False, "with_vector": True}),
               do("close"), do("load"), do("query", near("e")), do("query", near("s", limit=3)), on=SHARED)
    yield case("flush and load", do("flush"), update("delete_points", {"ids": IDS[:3]}), do("close"), do("load"), do("info"), SEE, on=BOTH)
    yield case("optimize", do("optimize"), do("optimize"), do("query", near("", limit=5)), do("count", {}), on=SHARED)
    yield case("optimize: after deletions", update("delete_points", {"ids": IDS[12:40]}), do("optimize"), SEE, do("query", near("e", limit=5)), on=SHARED)
    payloads = {"numbers": {"a": 1, "b": -1, "c": 1.5, "d": 18446744073709551615, "e": -9223372036854775808, "f": 1e300, "g": 0.1}, "texts": {"a": "", "b": "ünï \u0000 \n \U0001f98a", "key with space": 1, "a.b": 2},
                "nested": {"a": [[1, [2, {"b": None}]], {}], "c": {"d": {"e": {"f": [True, False]}}}}, "nothing": {}}
    for name, payload in payloads.items():
        yield case(f"payload kept: {name}", *small(points=[{"id": 1, "vector": [1, 2], "payload": payload}]), SEE, do("close"), do("load"), SEE)
    for ident in (0, 1, 18446744073709551615, "00000000-0000-0000-0000-000000000001", "F47AC10B-58CC-4372-A567-0E02B2C3D479", "f47ac10b58cc4372a5670e02b2c3d479", "urn:uuid:f47ac10b-58cc-4372-a567-0e02b2c3d479"):
        yield case(f"id kept: {ident}", *small(points=[{"id": ident, "vector": [1, 2]}]), SEE, do("retrieve", {"ids": [ident]}), do("count", {"filter": {"must": [{"has_id": [ident]}]}}))


SCHEMAS = {
    "keyword": ["keyword", {"type": "keyword", "is_tenant": True}, {"type": "keyword", "on_disk": True}, {"type": "keyword", "memory": "cached", "enable_hnsw": False}, {"type": "keyword", "prefix": True}],
    "integer": ["integer", {"type": "integer", "lookup": True, "range": False}, {"type": "integer", "lookup": False, "range": True}, {"type": "integer", "is_principal": True, "memory": "cold"}],
    "float": ["float", {"type": "float", "is_principal": True}, {"type": "float", "on_disk": True}],
    "geo": ["geo", {"type": "geo", "memory": "pinned"}, {"type": "geo", "on_disk": True}],
    "bool": ["bool", {"type": "bool", "on_disk": True}],
    "datetime": ["datetime", {"type": "datetime", "is_principal": False}, {"type": "datetime", "memory": "cold"}],
    "uuid": ["uuid", {"type": "uuid", "is_tenant": True}, {"type": "uuid", "on_disk": True}],
    "text": ["text"] + [{"type": "text", **more} for more in (
        {"tokenizer": "whitespace"}, {"tokenizer": "prefix", "min_token_len": 2, "max_token_len": 4}, {"tokenizer": "word", "lowercase": False}, {"tokenizer": "multilingual"}, {"tokenizer": "code"},
        {"ascii_folding": True}, {"phrase_matching": True}, {"stopwords": "english"}, {"stopwords": {"languages": ["english"], "custom": ["fox"]}}, {"stemmer": {"type": "snowball", "language": "english"}},
        {"stemmer": {"type": "none"}}, {"scoring": {"type": "bm25"}}, {"on_disk": True}, {"memory": "cold", "phrase_matching": True}, {"enable_hnsw": False})],
}
ASKED = {
    "keyword": ("cat", ["match keyword", "any keyword", "except keyword", "prefix", "substring"]), "integer": ("int", ["match integer", "range of integers", "any integer"]),
    "float": ("price", ["range", "match integer on a float"]), "geo": ("at", ["geo radius", "geo box", "geo polygon with a hole"]), "bool": ("flag", ["values count of none"]),
    "datetime": ("when", ["range of times", "range of days"]), "uuid": ("uid", ["match uuid", "any uuid"]), "text": ("body", ["text", "text of two words", "text in capitals", "text of other letters", "text any", "phrase"]),
}


def indexes():
    for kind, schemas in SCHEMAS.items():
        name, asked = ASKED[kind]
        counts = [do("count", {"filter": {"must": [CONDITIONS[a]]}}) for a in asked] + [do("count", {"filter": {"must": [key(name, is_empty=True)]}})]
        for schema in schemas:
            yield case(f"index: {schema}", update("create_index", {"field_name": name, "field_schema": schema}), do("info"), *counts, do("close"), do("load"), do("info"), *counts, on=SHARED)
    nested = [("offers[].price", {"type": "float", "nested": "offers"}, key("offers[].price", range={"gt": 4, "lt": 6})), ("offers[].name", {"type": "keyword", "nested": "offers"}, match("offers[].name", any=["red", "blue"])),
              ("offers[].stock[].n", {"type": "integer", "nested": "offers"}, match("offers[].stock[].n", value=2))]
    for name, schema, asked in nested:
        yield case(f"index: nested {name}", update("create_index", {"field_name": name, "field_schema": schema}), do("info"), do("count", {"filter": {"must": [asked]}}),
                   do("count", {"filter": {"must": [{"nested": {"key": "offers", "filter": {"must": [{**asked, "key": asked["key"].split("[].", 1)[1]}]}}}]}}), do("count", {"filter": {"must": [key(name, is_empty=True)]}}), on=["plain"], differs="points without the array do not count as empty")
    yield case("index: dropped", update("delete_index", "cat"), do("info"), do("count", {"filter": {"must": [CONDITIONS["match keyword"]]}}), update("delete_index", "cat"), update("delete_index", "nowhere"), on=["indexed", "optimized"])
    yield case("index: another type", update("create_index", {"field_name": "int", "field_schema": "float"}), do("info"), do("count", {"filter": {"must": [CONDITIONS["range of integers"]]}}), do("count", {"filter": {"must": [CONDITIONS["match integer"]]}}), on=["indexed", "optimized"])
    yield case("index: the same again", update("create_index", {"field_name": "int", "field_schema": "integer"}), do("info"), on=["indexed", "optimized"])
    yield case("index: of values of another type", update("create_index", {"field_name": "cat", "field_schema": "integer"}), do("info"), do("count", {"filter": {"must": [CONDITIONS["match keyword"]]}}), on=["plain"])
    yield case("index: kept up", do("create", CONFIG), *indexing(), *filling(), do("info"), update("clear_payload_by_filter", WHERE), do("info"), do("count", {"filter": {"must": [CONDITIONS["range of integers"]]}}))
    for schema in ({"type": "integer", "lookup": False, "range": False}, {"type": "text", "min_token_len": 5, "max_token_len": 2}):
        empty = "an index that keeps nothing but which points have nulls counts deleted points, one more or less each time" if schema["type"] == "integer" else None
        yield case(f"index, refused: {schema}", update("create_index", {"field_name": "int", "field_schema": schema}), do("info", varies=empty), on=["plain"])


def configurations():
    q, dense, see = "quantization_config", {"size": 4, "distance": "Cosine"}, [do("config"), do("info"), do("indexed")]
    points = [{"id": i, "vector": R.dense(4), "payload": {"n": i}} for i in range(1, 41)]
    ask = [do("query", {"query": R.dense(4), "limit": 5}), do("query", {"query": R.dense(4), "limit": 40, "params": {"exact": True}})]
    hnsw = {"m": 8, "ef_construct": 32, "full_scan_threshold": 1}
    configs = {f"distance {d}": {"vectors": {"": {"size": 4, "distance": d}}} for d in ("Cosine", "Euclid", "Dot", "Manhattan")}
    configs |= {f"datatype {t}": {"vectors": {"": {**dense, "distance": "Dot", "datatype": t}}} for t in ("float32", "float16")}
    configs |= {f"memory {m}": {"vectors": {"": {**dense, "memory": m}}, "payload_memory": m, "id_tracker_memory": m} for m in ("cold", "cached", "pinned")}
    configs |= {"on disk": {"vectors": {"": {**dense, "on_disk": True}}, "on_disk_payload": True}, "payload in memory": {"vectors": {"": dense}, "on_disk_payload": False},
                "graph": {"vectors": {"": dense}, "hnsw_config": hnsw}, "graph of a vector": {"vectors": {"": {**dense, "hnsw_config": {**hnsw, "m": 4, "payload_m": 8}}}},
                "graph on disk": {"vectors": {"": dense}, "hnsw_config": {**hnsw, "on_disk": True}}, "no graph": {"vectors": {"": dense}, "hnsw_config": {**hnsw, "m": 0}},
                "threads": {"vectors": {"": dense}, "max_search_threads": 1}, "without a log": {"vectors": {"": dense}, "wal_enabled": False},
                "optimizers": {"vectors": {"": dense}, "optimizers": {"deleted_threshold": 0.3, "vacuum_min_vector_number": 10, "default_segment_number": 2, "max_segment_size": 1000, "indexing_threshold": 1, "prevent_unoptimized": False}}}
    for name, c in configs.items():
        yield case(f"config: {name}", *small(config=c, points=points), *see, *ask, do("optimize"), do("close"), do("load"), *see, *ask)
    scalar, rescored = {"scalar": {"type": "int8"}}, do("query", {"query": R.dense(4), "limit": 5, "params": {"quantization": {"rescore": True, "oversampling": 8}}})
    for quantization in (scalar, {"scalar": {"type": "int8", "quantile": 0.95, "always_ram": True}}, {"scalar": {"type": "int8", "memory": "cold"}}, {"product": {"compression": "x4"}}, {"product": {"compression": "x16", "always_ram": True}},
                         {"binary": {}}, {"binary": {"encoding": "two_bits"}}, {"binary": {"encoding": "one_and_half_bits"}}, {"binary": {"query_encoding": "scalar4bits"}}, {"binary": {"query_encoding": "scalar8bits", "always_ram": True}},
                         {"turbo": {}}, *({"turbo": {"bits": b}} for b in ("bits1", "bits1_5", "bits2", "bits4", "bits8"))):
        for where in ("vector", "shard"):
            c = {"vectors": {"": {**dense, q: quantization}}} if where == "vector" else {"vectors": {"": dense}, q: quantization}
            yield case(f"quantization of the {where}: {quantization}", *small(config={**c, "optimizers": EAGER}, points=points), do("optimize"), *see, rescored, do("close"), do("load"), *see, rescored, ask[1])
    points = [{"id": i, "vector": {"s": R.sparse()}} for i in range(1, 21)]
    for sparse in ({}, {"modifier": "idf"}, {"datatype": "float16"}, {"datatype": "uint8"}, {"on_disk": True}, {"memory": "cached"}, {"full_scan_threshold": 5}):
        yield case(f"config: sparse {sparse}", *small(config={"vectors": {"": {"size": 2, "distance": "Dot"}}, "sparse_vectors": {"s": sparse}}, points=points), *see, do("query", near("s", limit=5)), do("optimize"), do("close"), do("load"), *see, do("query", near("s", limit=5)))
    yield case("config: sparse vectors alone", *small(config={"sparse_vectors": {"s": {}}}, points=points), *see, do("query", near("s", limit=5)))
    bytes_ = [{"id": i, "vector": [R.randint(0, 255) for _ in range(4)]} for i in range(1, 11)]
    yield case("config: datatype uint8", *small(config={"vectors": {"": {**dense, "distance": "Dot", "datatype": "uint8"}}}, points=bytes_), *see, do("query", {"query": [1, 200, 3, 4], "limit": 5}), do("close"), do("load"), do("query", {"query": [1, 200, 3, 4], "limit": 5}))
    yield case("config: given at a load", *small(), do("close"), do("load", {**SMALL, "optimizers": {"indexing_threshold": 5}}), do("config"), do("close"), do("load"), do("config"))
    yield case("config, refused: another size at a load", *small(), do("close"), do("load", {"vectors": {"": {"size": 3, "distance": "Dot"}}}), do("load"), do("count", {}))
    yield case("config, refused: another distance at a load", *small(), do("close"), do("load", {"vectors": {"": {"size": 2, "distance": "Cosine"}}}), do("load"), do("count", {}))


TEXTS = {"english": "The quick brown foxes are running over lazy dogs, running!", "german": "Die schnellen Füchse springen über den faulen Hund", "french": "Les renards rapides sautaient par-dessus le chien paresseux",
         "russian": "Быстрые лисы прыгают через ленивую собаку", "spanish": "Los zorros rápidos saltaban sobre el perro perezoso", "arabic": "الثعالب السريعة تقفز فوق الكلب الكسول", "turkish": "Hızlı tilkiler tembel köpeğin üzerinden atlar",
         "chinese": "敏捷的棕色狐狸跳过懒狗", "japanese": "素早い茶色の狐が怠け者の犬を飛び越える", "finnish": "Nopeat ketut hyppäävät laiskan koiran yli", "greek": "Οι γρήγορες αλεπούδες πηδούν πάνω από το τεμπέλικο σκυλί"}


def texts():
    for name, text in TEXTS.items():
        yield case(f"bm25: {name}", do("bm25", {"config": {"language": name}, "text": text}), do("bm25", {"config": {"language": name}, "text": text, "query": True}))
        yield case(f"bm25: {name}, multilingual", do("bm25", {"config": {"language": name, "tokenizer": "multilingual"}, "text": text}))
    english = TEXTS["english"]
    for config in ({}, {"k": 2, "b": 0.2, "avg_len": 5}, {"tokenizer": "whitespace"}, {"tokenizer": "prefix", "min_token_len": 2, "max_token_len": 5}, {"tokenizer": "code"}, {"lowercase": False}, {"ascii_folding": True}, {"stopwords": {"custom": ["lazy"]}},
                   {"stopwords": "german"}, {"stopwords": {"languages": ["english", "german"], "custom": []}}, {"stemmer": {"type": "none"}}, {"stemmer": {"type": "snowball", "language": "german"}}, {"min_token_len": 4}, {"max_token_len": 4}, {"language": "none"}):
        yield case(f"bm25: {config}", do("bm25", {"config": config, "text": english}), do("bm25", {"config": config, "text": "naïve Straße getHTTPResponse snake_case", "query": True}))
    yield case("bm25: without a configuration", do("bm25", {"text": english}), do("bm25", {"text": ""}), do("bm25", {"text": "", "query": True}))
    yield case("bm25, refused", do("bm25", {"config": {"language": "klingon"}, "text": english}), do("bm25", {"config": {"b": 2}, "text": english}), do("bm25", {"config": {"avg_len": 0}, "text": english}), do("bm25", {"config": {"k": -1}, "text": english}))


def snapshots():
    see = [do("info"), do("count", {}), SEE]
    for name in ("edge-collection/0/snapshot.tar", "two-shards/shard-0.stored.tar", "two-shards/shard-1.streamed.tar"):
        yield case(f"snapshot: {name}", do("unpack", {"snapshot": name}), *see)
    parts = [x for n in range(1, 5) for x in (do("apply", {"snapshot": f"edge-collection/{n}/snapshot.tar"}), *see)]
    yield case("snapshot: partial ones after a full one", do("unpack", {"snapshot": "edge-collection/0/snapshot.tar"}), *parts, do("close"), do("load"), *see)
    yield case("snapshot: a full one again", do("unpack", {"snapshot": "edge-collection/0/snapshot.tar"}), do("apply", {"snapshot": "edge-collection/0/snapshot.tar"}), *see)
    for part in (600, 30000, 76000):
        yield case(f"snapshot, refused: {part} bytes of it", do("unpack", {"snapshot": "edge-collection/0/snapshot.tar", "part": part}))
    yield case("snapshot, refused: a cut partial one", do("unpack", {"snapshot": "edge-collection/0/snapshot.tar"}), do("apply", {"snapshot": "edge-collection/1/snapshot.tar", "part": 20000}), do("count", {}))


ONE = {"id": 1, "vector": [1, 2]}
REFUSED = {
    "upsert: another size": update("upsert_points", {"points": [{"id": 9, "vector": [1, 2, 3]}]}), "upsert: an unknown vector": update("upsert_points", {"points": [{"id": 9, "vector": {"nobody": [1, 2]}}]}),
    "upsert: a sparse vector for a dense one": update("upsert_points", {"points": [{"id": 9, "vector": {"": {"indices": [1], "values": [1]}}}]}),
    "upsert: a multivector for a dense one": update("upsert_points", {"points": [{"id": 9, "vector": [[1, 2], [3, 4]]}]}),
    "upsert: no uuid": update("upsert_points", {"points": [{"id": "no uuid", "vector": [1, 2]}]}), "upsert: a negative id": update("upsert_points", {"points": [{"id": -1, "vector": [1, 2]}]}),
    "upsert: an id too large": update("upsert_points", {"points": [{"id": 2**64, "vector": [1, 2]}]}),
    "update vectors: another size": update("update_vectors", {"points": [{"id": 1, "vector": [1, 2, 3]}]}), "update vectors: no such point": update("update_vectors", {"points": [{"id": 99, "vector": [1, 2]}]}),
    "update vectors: an unknown vector": update("update_vectors", {"points": [{"id": 1, "vector": {"nobody": [1, 2]}}]}),
    "delete vectors: an unknown vector": update("delete_vectors", [{"points": [1]}, ["nobody"]]), "set payload: no such point": update("set_payload", {"payload": {"a": 1}, "points": [99]}),
    "set payload: a broken key": update("set_payload", {"payload": {"a": 1}, "points": [1], "key": "a["}), "delete payload: a broken key": update("delete_payload", {"keys": ["a..b"], "points": [1]}),
    "delete payload: no such point": update("delete_payload", {"keys": ["a"], "points": [99]}), "clear payload: no such point": update("clear_payload", {"points": [99]}),
    "overwrite payload: no such point": update("overwrite_payload", {"payload": {"a": 1}, "points": [99]}),
    "new vector: that is there": update("create_vector_name", {"vector_name": "", "config": {"dense": {"size": 5, "distance": "Dot"}}}), "vector taken away: unknown": update("delete_vector_name", {"vector_name": "nobody"}),
    "new vector: of no size": update("create_vector_name", {"vector_name": "x", "config": {"dense": {"size": 0, "distance": "Dot"}}}),
    "query: another size": do("query", {"query": [1, 2, 3], "limit": 3}), "query: an unknown vector": do("query", {"query": [1, 2], "using": "nobody", "limit": 3}), "query: a sparse vector": do("query", {"query": {"indices": [1], "values": [1]}, "limit": 3}),
    "query: a multivector": do("query", {"query": [[1, 2], [3, 4]], "limit": 3}), "query: fusion without prefetches": do("query", {"query": {"fusion": "rrf"}, "limit": 3}), "query: weights of another number": do("query", {"prefetch": [{"query": [1, 2]}], "query": {"rrf": {"k": 2, "weights": [1.0, 2.0]}}, "limit": 3}),
    "query: order without an index": do("query", {"query": {"order_by": {"key": "n"}}, "limit": 3}), "query: text without an index": do("query", {"query": {"text": {"field": "n", "query": "x"}}, "limit": 3}), "query: prefetches without a query": do("query", {"prefetch": [{"query": [1, 2]}], "limit": 3}),
    "query: recommend without examples": do("query", {"query": {"recommend": {"positive": [], "negative": [], "strategy": "best_score"}}, "limit": 3}),
    "query: diversity above one": do("query", {"query": {"nearest": [2, 1], "mmr": {"diversity": 1.5, "candidates_limit": 3}}, "limit": 3}), "query: no candidates": do("query", {"query": {"nearest": [1, 2], "mmr": {"diversity": 0.5, "candidates_limit": 0}}, "limit": 3}),
    "search: another size": do("search", {"vector": [1], "limit": 3}), "filter: a broken key": do("count", {"filter": {"must": [match("a[", value=1)]}}), "filter: no time": do("count", {"filter": {"must": [key("n", range={"gt": "yesterday"})]}}),
    "filter: a latitude beyond the pole": do("count", {"filter": {"must": [key("n", geo_radius={"center": {"lon": 0, "lat": 91}, "radius": 1})]}}), "filter: an open polygon": do("count", {"filter": {"must": [key("n", geo_polygon={"exterior": {"points": [{"lon": 0, "lat": 0}, {"lon": 1, "lat": 1}, {"lon": 1, "lat": 0}]}})]}}),
    "filter: min should of zero": do("count", {"filter": {"min_should": {"conditions": [match("n", value=1)], "min_count": 0}}}), "facet: without an index": do("facet", {"key": "n"}), "facet: a broken key": do("facet", {"key": "n["}),
    "scroll: limit of zero": do("scroll", {"limit": 0}), "scroll: order without an index": do("scroll", {"limit": 3, "order_by": {"key": "n"}}), "retrieve: no uuid": do("retrieve", {"ids": ["no uuid"]}),
    "index: a broken key": update("create_index", {"field_name": "a[", "field_schema": "keyword"}),
}

CLASSES = {"classes": "the Python classes refuse it; core/edge and the C library do not look"}
DIFFERENT = {"upsert: an unknown vector": {"differs": "what was refused is in the log and there after a load"},
             "new vector: of no size": {"differs": "what was refused is in the log and no load succeeds any more"},
             "filter: a latitude beyond the pole": CLASSES, "filter: an open polygon": CLASSES}


def refusals():
    for name, step in REFUSED.items():
        yield case(f"refused: {name}", *small(step, SEE, do("close"), do("load"), SEE), **DIFFERENT.get(name, {}))
    yield case("refused: a shard where one is", *small(do("close"), do("create_again", SMALL), do("load"), do("count", {})))
    yield case("refused: a shard that is not there", do("load_missing"))
    yield case("refused: opened twice", *small(do("open_twice"), do("count", {})))
    yield case("refused: after closing", *small(do("close"), do("count", {}), SEE, update("upsert_points", {"points": [ONE]}), do("info"), do("flush"), do("optimize")))
    for name, c in {"size of zero": {"size": 0, "distance": "Dot"}, "size beyond the limit": {"size": 65537, "distance": "Dot"}}.items():
        yield case(f"refused: {name}", do("create", {"vectors": {"": c}}), **({"differs": "any size is accepted"} if "beyond" in name else {}))
    yield case("refused: sparse vectors with values of another number", *small(update("upsert_points", {"points": [{"id": 9, "vector": {"s": {"indices": [1, 2], "values": [1]}}}]}), config={"sparse_vectors": {"s": {}}}, points=[]), differs="a panic")


AREAS = {"changes": changes, "indexes": indexes, "configurations": configurations, "texts": texts, "snapshots": snapshots, "refusals": refusals}
