"""Requests in Qdrant's JSON → objects of whichever `qdrant_edge` is on the path. The reference and ours get the same calls."""

from __future__ import annotations

import qdrant_edge as q

E = q.Expression
OP = q.UpdateOperation


def given(record: dict, **names):
    """The fields of a record that are there, converted: given(r, filter=filters)."""
    return {key: convert(record[key]) for key, convert in names.items() if record.get(key) is not None}


def same(x):
    return x


def enum(kind, special=None):
    """The function from a name as JSON has it to the member: one_and_half_bits → OneAndHalfBits."""
    members = {name.lower().replace("_", ""): getattr(kind, name) for name in dir(kind) if name[:1].isupper()}
    return lambda text: members[text.lower().replace("_", "")]


memory = enum(q.Memory)
distance = enum(q.Distance)
datatype = enum(q.VectorStorageDatatype)
language = enum(q.Language)


# Configurations.


def multivector(c):
    return q.MultiVectorConfig(enum(q.MultiVectorComparator)(c["comparator"]))


def hnsw(c):
    return q.HnswIndexConfig(**{**c, **given(c, memory=memory)})


def quantization(c):
    ((kind, value),) = c.items()
    known = dict(always_ram=same, memory=memory)
    if kind == "scalar":
        return q.ScalarQuantizationConfig(**given(value, type=enum(q.ScalarType), quantile=same, **known))
    if kind == "product":
        return q.ProductQuantizationConfig(**given(value, compression=enum(q.CompressionRatio), **known))
    if kind == "binary":
        return q.BinaryQuantizationConfig(**given(value, encoding=enum(q.BinaryQuantizationEncoding),
                                                  query_encoding=enum(q.BinaryQuantizationQueryEncoding), **known))
    return q.TurboQuantQuantizationConfig(**given(value, bits=enum(q.TurboQuantBitSize), **known))


def vector_params(c):
    return q.EdgeVectorParams(**given(c, size=same, distance=distance, on_disk=same, multivector_config=multivector, datatype=datatype,
                                      quantization_config=quantization, hnsw_config=hnsw, memory=memory))


def sparse_params(c):
    return q.EdgeSparseVectorParams(**given(c, full_scan_threshold=same, on_disk=same, modifier=modifier, datatype=datatype, memory=memory))


def modifier(text):
    return enum(q.Modifier)(text)


def config(c):
    if c is None:
        return None

    def each(convert):
        return lambda named: {name: convert(v) for name, v in named.items()}

    return q.EdgeConfig(**given(c, vectors=each(vector_params), sparse_vectors=each(sparse_params), on_disk_payload=same, hnsw_config=hnsw,
                                quantization_config=quantization, optimizers=lambda o: q.EdgeOptimizersConfig(**o), max_search_threads=same,
                                search_pool_core=same, payload_memory=memory, id_tracker_memory=memory, wal_enabled=same))


# Payload indexes and texts.


def stopwords(c):
    if isinstance(c, str):
        return language(c)
    return q.StopwordsSet(**given(c, languages=lambda names: {language(n) for n in names}, custom=set))


def stemmer(c):
    return q.DisabledStemmer() if c["type"] == "none" else q.SnowballParams(enum(q.SnowballLanguage)(c["language"]))


TOKENS = dict(tokenizer=enum(q.TokenizerType), min_token_len=same, max_token_len=same, lowercase=same, ascii_folding=same,
              stopwords=stopwords, stemmer=stemmer)
COMMON = dict(on_disk=same, memory=memory, enable_hnsw=same, nested=same)
INDEXES = {
    "keyword": (q.KeywordIndexParams, dict(is_tenant=same, prefix=same)),
    "integer": (q.IntegerIndexParams, dict(lookup=same, range=same, is_principal=same)),
    "float": (q.FloatIndexParams, dict(is_principal=same)),
    "geo": (q.GeoIndexParams, {}),
    "text": (q.TextIndexParams, dict(phrase_matching=same, scoring=lambda _: q.TextScoringParams(), **TOKENS)),
    "bool": (q.BoolIndexParams, {}),
    "datetime": (q.DatetimeIndexParams, dict(is_principal=same)),
    "uuid": (q.UuidIndexParams, dict(is_tenant=same)),
}


def schema(c):
    if isinstance(c, str):
        return enum(q.PayloadSchemaType)(c)
    kind, fields = INDEXES[c["type"]]
    return kind(**given(c, **fields, **COMMON))


def bm25(c):
    return q.Bm25Config(**given(c, k=same, b=same, avg_len=same, language=same, **TOKENS))


# Filters.


def geo(p):
    return q.GeoPoint(p["lon"], p["lat"])


def line(points):
    return [geo(p) for p in points["points"]]


def ranges(r):
    return (q.RangeDateTime if any(isinstance(v, str) for v in r.values()) else q.RangeFloat)(**r)


def match(m):
    ((kind, value),) = m.items()
    return {"value": q.MatchValue, "text": q.MatchText, "text_any": q.MatchTextAny, "phrase": q.MatchPhrase, "prefix": q.MatchPrefix,
            "substring": q.MatchSubstring, "any": q.MatchAny, "except": q.MatchExcept}[kind](value)


def condition(c):
    if "key" in c:
        return q.FieldCondition(c["key"], **given(
            c, match=match, range=ranges, is_empty=same, is_null=same, values_count=lambda v: q.ValuesCount(**v),
            geo_bounding_box=lambda b: q.GeoBoundingBox(geo(b["top_left"]), geo(b["bottom_right"])),
            geo_radius=lambda r: q.GeoRadius(geo(r["center"]), r["radius"]),
            geo_polygon=lambda p: q.GeoPolygon(line(p["exterior"]), [line(i) for i in p.get("interiors") or []])))
    if "has_id" in c:
        return q.HasIdCondition(set(c["has_id"]))
    if "has_vector" in c:
        return q.HasVectorCondition(c["has_vector"])
    if "is_empty" in c:
        return q.IsEmptyCondition(c["is_empty"]["key"])
    if "is_null" in c:
        return q.IsNullCondition(c["is_null"]["key"])
    if "slice" in c:
        return q.SliceCondition(**c["slice"])
    if "nested" in c:
        return q.NestedCondition(c["nested"]["key"], filters(c["nested"]["filter"]))
    return filters(c)


def conditions(given_):
    return [condition(c) for c in given_]


def filters(f):
    if f is None:
        return None
    return q.Filter(**given(f, must=conditions, should=conditions, must_not=conditions,
                            min_should=lambda m: q.MinShould(conditions(m["conditions"]), m["min_count"])))


# Queries.


def vector(v):
    return q.SparseVector(v["indices"], v["values"]) if isinstance(v, dict) else v


def vectors(v):
    """The vectors of a point: one, or several by name."""
    return {name: vector(x) for name, x in v.items()} if isinstance(v, dict) else v


def pairs(given_):
    return [q.ContextPair(vector(p["positive"]), vector(p["negative"])) for p in given_]


def order_by(o):
    return q.OrderBy(**given(o, key=same, direction=enum(q.Direction), start_from=same))


UNARY = {"neg": E.Neg, "abs": E.Abs, "sqrt": E.Sqrt, "exp": E.Exp, "ln": E.Ln, "log10": E.Log10, "acosh": E.Acosh}
LISTS = {"sum": E.Sum, "mult": E.Mult, "max": E.Max, "min": E.Min}
DECAYS = {"lin_decay": q.DecayKind.Lin, "exp_decay": q.DecayKind.Exp, "gauss_decay": q.DecayKind.Gauss}


def expression(e):
    if isinstance(e, (int, float)):
        return E.Constant(e)
    if isinstance(e, str):
        return E.Variable(e)
    kind, value = next(iter(e.items()))
    if kind in UNARY:
        return UNARY[kind](expression(value))
    if kind in LISTS:
        return LISTS[kind]([expression(x) for x in value])
    if kind in DECAYS:
        target = value.get("target")
        return E.Decay(DECAYS[kind], expression(value["x"]), None if target is None else expression(target), value.get("midpoint"),
                       value.get("scale"))
    if kind == "div":
        return E.Div(expression(value["left"]), expression(value["right"]), value.get("by_zero_default"))
    if kind == "pow":
        return E.Pow(expression(value["base"]), expression(value["exponent"]))
    if kind == "datetime":
        return E.Datetime(value)
    if kind == "datetime_key":
        return E.DatetimeKey(value)
    if kind == "geo_distance":
        return E.GeoDistance(geo(value["origin"]), value["to"])
    return E.Condition(condition(e))


def scoring(r):
    """The query of a request."""
    asked, using = r.get("query"), r.get("using")
    if asked is None:
        return None
    if not isinstance(asked, dict) or "indices" in asked:
        return q.Query.Nearest(vector(asked), using)
    if "mmr" in asked:
        mmr = asked["mmr"]
        return q.Mmr(vector(asked["nearest"]), 1 - mmr["diversity"], mmr["candidates_limit"], using)
    if "formula" in asked:
        return q.Formula(expression(asked["formula"]), asked.get("defaults"))
    ((kind, value),) = asked.items()
    if kind == "nearest":
        return q.Query.Nearest(vector(value), using)
    if kind == "recommend":
        reco = q.RecommendQuery([vector(v) for v in value.get("positive", [])], [vector(v) for v in value.get("negative", [])])
        return {"best_score": q.Query.RecommendBestScore, "sum_scores": q.Query.RecommendSumScores}[value["strategy"]](reco, using)
    if kind == "discover":
        return q.Query.Discover(q.DiscoverQuery(vector(value["target"]), pairs(value["context"])), using)
    if kind == "context":
        return q.Query.Context(q.ContextQuery(pairs(value)), using)
    if kind == "relevance_feedback":
        items = [q.FeedbackItem(vector(i["example"]), i["score"]) for i in value["feedback"]]
        return q.Query.FeedbackNaive(q.FeedbackNaiveQuery(vector(value["target"]), items, q.NaiveFeedbackStrategy(**value["strategy"]["naive"])), using)
    if kind == "text":
        return q.TextQuery(value["field"], value["query"], q.Bm25Params(**value["scoring"]["bm25"]) if "scoring" in value else None)
    if kind == "order_by":
        return order_by(value)
    if kind == "fusion":
        return q.Fusion.Dbsf() if value == "dbsf" else q.Fusion.Rrf(2)
    if kind == "rrf":
        return q.Fusion.Rrf(value.get("k", 2), value.get("weights"))
    return enum(q.Sample)(value)


def params(p):
    return q.SearchParams(**given(p, hnsw_ef=same, exact=same, indexed_only=same, quantization=lambda v: q.QuantizationSearchParams(**v),
                                  acorn=lambda v: q.AcornSearchParams(**v),
                                  idf=lambda v: q.IdfParams(None if v == "global" else filters(v["corpus"]))))


def selector(s):
    if isinstance(s, dict):
        ((kind, keys),) = s.items()
        return getattr(q.PayloadSelector, kind.capitalize())(keys)
    return s


WITH = dict(with_payload=selector, with_vector=same)


def prefetch(r):
    return q.Prefetch(r.get("limit", 10), **stage(r))


def stage(r):
    fields = given(r, params=params, filter=filters, score_threshold=same)
    if "query" in r:
        fields["query"] = scoring(r)
    if "prefetch" in r:
        fields["prefetches"] = [prefetch(p) for p in r["prefetch"]]
    return fields


def query(r):
    return q.QueryRequest(r.get("limit", 10), **given(r, offset=same, **WITH), **stage(r))


def search(r):
    asked = q.Query.Nearest(vector(r["vector"]), r.get("using"))
    return q.SearchRequest(asked, r["limit"], **given(r, offset=same, filter=filters, params=params, score_threshold=same, **WITH))


def scroll(r):
    return q.ScrollRequest(**given({"with_payload": True, **r}, offset=same, limit=same, filter=filters, order_by=order_by, **WITH))


def count(r):
    return q.CountRequest(**given(r, exact=same, filter=filters))


def facet(r):
    return q.FacetRequest(**given(r, key=same, limit=same, exact=same, filter=filters))


# Changes.


def by_filter(name, value, **more):
    """An operation on points by id, or on those that match."""
    if value.get("filter") is not None:
        return getattr(OP, name + "_by_filter")(filters(value["filter"]), **more)
    return getattr(OP, name)(value["points"], **more)


def upsert(value, where=None, mode=None):
    points = [q.Point(p["id"], vectors(p["vector"]), p.get("payload")) for p in value["points"]]
    return OP.upsert_points(points, where, None if mode is None else enum(q.UpdateMode)(mode))


def vector_name(value):
    ((kind, c),) = value["config"].items()
    if kind == "dense":
        return OP.create_dense_vector(value["vector_name"], **given(c, size=same, distance=distance, multivector_config=multivector, datatype=datatype))
    return OP.create_sparse_vector(value["vector_name"], **given(c, modifier=modifier, datatype=datatype))


def payload(name, value):
    return by_filter(name, value, payload=value["payload"], **given(value, key=same))


CHANGES = {
    "upsert_points": upsert,
    "upsert_points_conditional": lambda v: upsert(v["points_op"], filters(v["condition"]), v.get("update_mode")),
    "delete_points": lambda v: OP.delete_points(v["ids"]),
    "delete_points_by_filter": lambda v: OP.delete_points_by_filter(filters(v)),
    "update_vectors": lambda v: OP.update_vectors([q.PointVectors(p["id"], vectors(p["vector"])) for p in v["points"]],
                                                  filters(v.get("update_filter"))),
    "delete_vectors": lambda v: OP.delete_vectors(v[0]["points"], v[1]),
    "delete_vectors_by_filter": lambda v: OP.delete_vectors_by_filter(filters(v[0]), v[1]),
    "set_payload": lambda v: payload("set_payload", v),
    "overwrite_payload": lambda v: payload("overwrite_payload", v),
    "delete_payload": lambda v: by_filter("delete_payload", v, keys=v["keys"]),
    "clear_payload": lambda v: OP.clear_payload(v["points"]),
    "clear_payload_by_filter": lambda v: OP.clear_payload_by_filter(filters(v)),
    "create_index": lambda v: OP.create_field_index(v["field_name"], schema(v["field_schema"])),
    "delete_index": OP.delete_field_index,
    "create_vector_name": vector_name,
    "delete_vector_name": lambda v: OP.delete_vector_name(v["vector_name"]),
}


def update(operation):
    ((kind, value),) = operation.items()
    return CHANGES[kind](value)
