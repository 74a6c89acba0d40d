"""Every kind of query, on ours and, by test_reference.py, on the reference: the expectations are written down once."""

import uuid

import pytest
import qdrant_edge
from qdrant_edge import (
    AcornSearchParams, Bm25, Bm25Config, ContextPair, ContextQuery, CountRequest, DecayKind, Direction, DisabledStemmer, DiscoverQuery, Distance,
    EdgeConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams, Expression, FacetRequest, FeedbackItem, FeedbackNaiveQuery, FieldCondition,
    Filter, Formula, Fusion, GeoPoint, IdfParams, IntegerIndexParams, KeywordIndexParams, Language, MatchPhrase, MatchPrefix, MatchSubstring,
    MatchText, MatchTextAny, MatchValue, Mmr, Modifier, MultiVectorComparator, MultiVectorConfig, NaiveFeedbackStrategy, OrderBy, PayloadSchemaType,
    Point, Prefetch, Query, QueryBatchRequest, QueryRequest, RangeFloat, RecommendQuery, Sample, ScrollRequest, SearchParams, SearchRequest,
    SliceCondition, SnowballLanguage, SnowballParams, SparseVector, StopwordsSet, TextIndexParams, TextQuery, TokenizerType, UpdateOperation)

VECTORS = {1: [1.0, 0.0], 2: [0.9, 0.1], 3: [0.5, 0.5], 4: [0.1, 0.9], 5: [0.0, 1.0], 6: [-1.0, 0.0]}
TEXTS = {1: "the quick brown fox", 2: "quick foxes run", 3: "lazy brown dogs", 4: "a slow dog", 5: "brown bread", 6: "nothing here"}
COLOURS = {1: "red", 2: "red", 3: "green", 4: "green", 5: "green", 6: "blue"}


@pytest.fixture(scope="module")
def shard(tmp_path_factory):
    config = EdgeConfig(
        vectors={"": EdgeVectorParams(2, Distance.Dot), "m": EdgeVectorParams(2, Distance.Dot, multivector_config=MultiVectorConfig(MultiVectorComparator.MaxSim))},
        sparse_vectors={"s": EdgeSparseVectorParams(), "idf": EdgeSparseVectorParams(modifier=Modifier.Idf)})
    shard = EdgeShard.create(str(tmp_path_factory.mktemp("queries")), config)
    shard.update(UpdateOperation.upsert_points([
        Point(i, {"": v, "m": [v, [v[1], v[0]]], "s": SparseVector([i, 10], [1.0, float(i)]), "idf": SparseVector([10 + i % 2, 20], [1.0, 1.0])},
              {"n": i * 10, "t": TEXTS[i], "c": COLOURS[i], "g": {"lon": float(i), "lat": 0.0}, "d": "2024-01-0%dT00:00:00Z" % i, "tags": ["a%d" % (i % 2), "all"]})
        for i, v in VECTORS.items()]))
    for key, schema in [("n", IntegerIndexParams(True, True)), ("c", PayloadSchemaType.Keyword), ("tags", KeywordIndexParams(prefix=True)),
                        ("t", TextIndexParams(phrase_matching=True, scoring=True, stemmer=SnowballParams(SnowballLanguage.English))),
                        ("g", PayloadSchemaType.Geo), ("d", PayloadSchemaType.Datetime)]:
        shard.update(UpdateOperation.create_field_index(key, schema))
    yield shard
    shard.close()


def ids(points):
    return [p.id for p in points]


def scores(points):
    return [round(p.score, 5) for p in points]


def ask(shard, query, limit=3, **more):
    return shard.query(QueryRequest(limit, query=query, **more))


def near(x, y):
    return Query.Nearest([x, y])


# --- by examples ------------------------------------------------------------


def test_recommend_best_score(shard):
    found = ask(shard, Query.RecommendBestScore(RecommendQuery([[1.0, 0.0]], [[0.0, 1.0]])))
    assert ids(found)[:2] == [1, 2]


def test_recommend_sum_scores(shard):
    found = ask(shard, Query.RecommendSumScores(RecommendQuery([[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0]])))
    assert ids(found) == [1, 2, 3] and scores(found) == [2.0, 1.7, 0.5]


def test_discover(shard):
    found = ask(shard, Query.Discover(DiscoverQuery([0.0, 1.0], [ContextPair([1.0, 0.0], [0.0, 1.0])])))
    assert set(ids(found)) <= {1, 2, 3}


def test_context(shard):
    found = ask(shard, Query.Context(ContextQuery([ContextPair([1.0, 0.0], [-1.0, 0.0])])), limit=6)
    assert ids(found)[-1] == 6 and found[0].score == 0


def test_feedback(shard):
    query = FeedbackNaiveQuery([1.0, 0.0], [FeedbackItem([0.0, 1.0], 1.0), FeedbackItem([1.0, 0.0], 0.0)], NaiveFeedbackStrategy(1.0, 1.0, 1.0))
    assert len(ask(shard, Query.FeedbackNaive(query))) == 3


def test_named_vectors(shard):
    found = ask(shard, Query.Nearest([[1.0, 0.0]], "m"))
    assert set(ids(found)) == {1, 5, 2} or set(ids(found)) == {1, 5, 4}
    assert ids(ask(shard, Query.Nearest(SparseVector([10], [1.0]), "s"))) == [6, 5, 4]


# --- fusion and rescoring ---------------------------------------------------


TWO = [Prefetch(3, near(1.0, 0.0)), Prefetch(3, near(0.0, 1.0))]


def test_rrf(shard):
    found = ask(shard, Fusion.Rrf(8), prefetches=TWO)
    assert ids(found)[0] == 3 and set(ids(found)) == {1, 3, 5} and scores(found) == [0.2, 0.125, 0.125]


def test_rrf_with_weights(shard):
    found = ask(shard, Fusion.Rrf(8, [3.0, 1.0]), prefetches=TWO, limit=4)
    assert ids(found) == [3, 1, 2, 5]


def test_dbsf(shard):
    assert len(ask(shard, Fusion.Dbsf(), prefetches=TWO, limit=6)) == 5


def test_prefetches_are_rescored(shard):
    found = ask(shard, near(0.0, 1.0), prefetches=[Prefetch(3, near(1.0, 0.0))])
    assert ids(found) == [3, 2, 1]


def test_prefetches_nest(shard):
    inner = Prefetch(3, near(1.0, 0.0))
    for _ in range(20):
        inner = Prefetch(3, near(0.0, 1.0), [inner])
    assert ids(ask(shard, near(1.0, 0.0), prefetches=[inner])) == [1, 2, 3]


def test_filters_limits_and_thresholds_of_each_level(shard):
    only = Filter(must=[FieldCondition("c", MatchValue("green"))])
    found = ask(shard, Fusion.Rrf(2), prefetches=[Prefetch(2, near(1.0, 0.0), filter=only, score_threshold=0.2), Prefetch(1, near(0.0, 1.0))])
    assert set(ids(found)) == {3, 5}
    assert ids(ask(shard, near(0.0, 1.0), prefetches=TWO, filter=only, offset=1, score_threshold=0.1)) == [4, 3]


def test_mmr(shard):
    for _ in range(2):  # the second time the text of the request is known
        found = ask(shard, Mmr([1.0, 0.0], 0.1, 6), limit=2)
        assert ids(found)[0] == 1 and ids(found)[1] != 2
    assert ids(ask(shard, Mmr([1.0, 0.0], 1.0, 6), limit=2)) == [1, 2]


def test_sample(shard):
    assert len(set(ids(ask(shard, Sample.Random, limit=6)))) == 6


def test_queries_without_a_query_list_ids(shard):
    assert ids(shard.query(QueryRequest(3))) == [1, 2, 3]


# --- formulas ---------------------------------------------------------------


def value(shard, expression, point=1, defaults=None):
    only = Prefetch(6, near(1.0, 0.0))
    found = ask(shard, Formula(expression, defaults), prefetches=[only], limit=6)
    return {p.id: p.score for p in found}[point]


NUMBER = Expression.Variable("n")


def constant(x):
    return Expression.Constant(x)


@pytest.mark.parametrize("expression, expected", [
    (lambda: constant(1.5), 1.5),
    (lambda: Expression.Variable("$score"), 1.0),
    (lambda: Expression.Variable("$score[0]"), 1.0),
    (lambda: NUMBER, 10.0),
    (lambda: Expression.Sum([NUMBER, constant(2.0)]), 12.0),
    (lambda: Expression.Mult([NUMBER, constant(2.0)]), 20.0),
    (lambda: Expression.Max([NUMBER, constant(2.0)]), 10.0),
    (lambda: Expression.Min([NUMBER, constant(2.0)]), 2.0),
    (lambda: Expression.Neg(NUMBER), -10.0),
    (lambda: Expression.Abs(Expression.Neg(NUMBER)), 10.0),
    (lambda: Expression.Div(NUMBER, constant(4.0), None), 2.5),
    (lambda: Expression.Div(NUMBER, constant(0.0), 7.0), 7.0),
    (lambda: Expression.Sqrt(constant(16.0)), 4.0),
    (lambda: Expression.Pow(constant(2.0), constant(10.0)), 1024.0),
    (lambda: Expression.Exp(constant(0.0)), 1.0),
    (lambda: Expression.Log10(constant(1000.0)), 3.0),
    (lambda: Expression.Ln(constant(1.0)), 0.0),
    (lambda: Expression.Acosh(constant(1.0)), 0.0),
    (lambda: Expression.Condition(FieldCondition("c", MatchValue("red"))), 1.0),
    (lambda: Expression.Condition(FieldCondition("c", MatchValue("blue"))), 0.0),
    (lambda: Expression.GeoDistance(GeoPoint(1.0, 0.0), "g"), 0.0),
    (lambda: Expression.Sum([Expression.DatetimeKey("d"), Expression.Neg(Expression.Datetime("2024-01-01"))]), 0.0),
    (lambda: Expression.Decay(DecayKind.Lin, NUMBER, constant(10.0), 0.5, 5.0), 1.0),
    (lambda: Expression.Decay(DecayKind.Lin, NUMBER, constant(15.0), 0.5, 5.0), 0.5),
    (lambda: Expression.Decay(DecayKind.Exp, NUMBER, constant(15.0), 0.25, 5.0), 0.25),
    (lambda: Expression.Decay(DecayKind.Gauss, NUMBER, constant(15.0), 0.25, 5.0), 0.25),
])
def test_formula(shard, expression, expected):
    assert value(shard, expression()) == pytest.approx(expected, abs=1e-5)


def test_formula_defaults(shard):
    assert value(shard, Expression.Variable("nowhere"), defaults={"nowhere": 3}) == 3.0


def test_formula_refuses_a_zero_divisor(shard):
    with pytest.raises(Exception):
        value(shard, Expression.Div(NUMBER, constant(0.0), None))


# --- order ------------------------------------------------------------------


def test_order_by(shard):
    found = ask(shard, OrderBy("n", Direction.Desc))
    assert ids(found) == [6, 5, 4] and [p.order_value for p in found] == [60, 50, 40]
    assert ids(ask(shard, OrderBy("n", start_from=35))) == [4, 5, 6]
    assert ids(ask(shard, OrderBy("d", Direction.Desc, "2024-01-03"))) == [3, 2, 1]


def test_scroll_in_order(shard):
    points, next_page = shard.scroll(ScrollRequest(limit=2, order_by=OrderBy("n", Direction.Desc)))
    assert ids(points) == [6, 5] and next_page is None and points[0].order_value == 60
    with pytest.raises(Exception):
        shard.scroll(ScrollRequest(order_by=OrderBy("nowhere")))


# --- text -------------------------------------------------------------------


@pytest.mark.parametrize("match, expected", [
    (lambda: MatchText("fox"), [1, 2]), (lambda: MatchText("brown dog"), [3]), (lambda: MatchTextAny("bread run"), [2, 5]),
    (lambda: MatchPhrase("quick brown"), [1]), (lambda: MatchPhrase("brown quick"), []),
])
def test_text_matches(shard, match, expected):
    points, _ = shard.scroll(ScrollRequest(filter=Filter(must=[FieldCondition("t", match())])))
    assert ids(points) == expected


@pytest.mark.parametrize("match, expected", [
    (lambda: MatchPrefix("a"), [1, 2, 3, 4, 5, 6]), (lambda: MatchPrefix("a1"), [1, 3, 5]), (lambda: MatchSubstring("0"), [2, 4, 6]),
    (lambda: MatchPrefix("l"), []),
])
def test_keyword_matches(shard, match, expected):
    points, _ = shard.scroll(ScrollRequest(filter=Filter(must=[FieldCondition("tags", match())])))
    assert ids(points) == expected


def test_text_query(shard):
    found = ask(shard, TextQuery("t", "brown foxes"), limit=6)
    assert ids(found)[0] == 1 and set(ids(found)) == {1, 2, 3, 5}


def test_slices_cover_everything(shard):
    found = [shard.count(CountRequest(filter=Filter(must=[SliceCondition(3, i)]))) for i in range(3)]
    assert sum(found) == 6


def test_idf_corpus(shard):
    query = Query.Nearest(SparseVector([10, 11], [1.0, 1.0]), "idf")
    plain = ask(shard, query, limit=6)
    corpus = ask(shard, query, limit=6, params=SearchParams(idf=IdfParams(Filter(must=[FieldCondition("c", MatchValue("red"))]))))
    assert len(plain) == len(corpus) == 6


# --- facets, batches --------------------------------------------------------


def test_facet(shard):
    found = shard.facet(FacetRequest("c"))
    assert [(hit.value, hit.count) for hit in found] == [("green", 3), ("red", 2), ("blue", 1)]
    assert len(found) == 3 and found.hits[0].value == "green"
    assert [(h.value, h.count) for h in shard.facet(FacetRequest("n", 2, True, Filter(must=[FieldCondition("n", range=RangeFloat(gt=40.0))])))] == [(50, 1), (60, 1)]
    with pytest.raises(Exception):
        shard.facet(FacetRequest("nowhere"))


def test_batch(shard):
    request = QueryBatchRequest([QueryRequest(2, query=near(1.0, 0.0)), QueryRequest(1, query=OrderBy("n")), QueryRequest(1, with_payload=["c"], with_vector=["s"])])
    found = shard.query_batch(request)
    assert [ids(hits) for hits in found] == [[1, 2], [1], [1]]
    assert found[1][0].order_value == 10 and found[2][0].payload == {"c": "red"} and list(found[2][0].vector) == ["s"]
    assert shard.query_batch(QueryBatchRequest([])) == []


def test_search_takes_every_query(shard):
    found = shard.search(SearchRequest(Query.RecommendSumScores(RecommendQuery([[1.0, 0.0]], [])), 2))
    assert ids(found) == [1, 2]
    assert ids(shard.search(SearchRequest(Query.Nearest([1.0, 0.0]), 1, params=SearchParams(acorn=AcornSearchParams(True))))) == [1]


def test_index_info(shard):
    info = shard.info().payload_schema
    assert set(info) == {"n", "c", "tags", "t", "g", "d"}
    assert info["n"].data_type is PayloadSchemaType.Integer and info["n"].params.lookup is True and info["n"].points == 6
    assert info["c"].params is None
    text = info["t"].params
    assert text.phrase_matching is True and text.tokenizer is TokenizerType.Word and text.stemmer.language is SnowballLanguage.English
    assert text.scoring is not None


def test_indexes_come_and_go(tmp_path):
    with_index = EdgeShard.create(str(tmp_path), EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot)))
    with_index.update(UpdateOperation.create_field_index("a", PayloadSchemaType.Keyword))
    with_index.update(UpdateOperation.upsert_points([Point(1, [1.0, 0.0], {"a": "x"}), Point(str(uuid.UUID(int=7)), [0.0, 1.0], {"a": ["x", "y"]})]))
    assert [(h.value, h.count) for h in with_index.facet(FacetRequest("a"))] == [("x", 2), ("y", 1)]
    with_index.update(UpdateOperation.delete_field_index("a"))
    with pytest.raises(Exception):
        with_index.facet(FacetRequest("a"))
    with_index.close()


# --- bm25 -------------------------------------------------------------------


def test_bm25():
    model = Bm25()
    assert model.embed_query("hello world the").indices == [74040069, 613153351]
    document = model.embed_document("hello world the hello")
    assert document.indices == [74040069, 613153351]
    assert document.values == pytest.approx([1.6786885, 1.9043111], abs=1e-6)


@pytest.mark.parametrize("config, text, count", [
    (lambda: Bm25Config(language="german"), "der schnelle Hund", 2),
    (lambda: Bm25Config(stopwords=StopwordsSet(custom={"hund"}), stemmer=DisabledStemmer()), "der Hund", 1),
    (lambda: Bm25Config(stopwords=Language.English, tokenizer=TokenizerType.Whitespace), "the-quick fox", 2),
    (lambda: Bm25Config(min_token_len=4, max_token_len=5), "one three seventeen", 1),
    (lambda: Bm25Config(k=0.0, b=0.0, avg_len=1.0), "", 0),
])
def test_bm25_configurations(config, text, count):
    assert len(Bm25(config()).embed_document(text).indices) == count


def test_errors_name_what_is_wrong(shard):
    for query in (Query.Nearest([1.0, 0.0, 0.0]), Query.Nearest([1.0, 0.0], "nowhere"), TextQuery("nowhere", "x"), Fusion.Rrf(2)):
        with pytest.raises(Exception):
            ask(shard, query)
    assert qdrant_edge.QueryRequest is QueryRequest
