"""What a shard does, through Python. The same tests run against the reference wheel."""

import random
import uuid

import pytest
from qdrant_edge import (CountRequest, Distance, EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeVectorParams,
                         FieldCondition, Filter, GeoBoundingBox, GeoPoint, GeoRadius, HasIdCondition,
                         HasVectorCondition, IsEmptyCondition, IsNullCondition, MatchAny, MatchExcept, MatchValue,
                         MinShould, NestedCondition, PayloadSelector, Point, PointVectors, Query, QueryRequest,
                         RangeDateTime, RangeFloat, ScrollRequest, SearchParams, SearchRequest, UpdateMode,
                         UpdateOperation, ValuesCount)

UUID_A = "e9408f2b-b917-4af1-ab75-d97ac6b2c047"
op = UpdateOperation


def points_config(size=4, distance=Distance.Dot):
    return EdgeConfig(vectors=EdgeVectorParams(size=size, distance=distance))


@pytest.fixture
def shard(tmp_path):
    (tmp_path / "s").mkdir()
    made = EdgeShard.create(str(tmp_path / "s"), points_config())
    yield made
    made.close()


PAYLOADS = {
    1: {"color": "red", "n": 1, "price": 1.5, "tags": ["a", "b"], "at": "2024-01-01T00:00:00Z", "ok": True},
    2: {"color": "green", "n": 2, "price": 2.5, "tags": ["b"], "at": "2024-06-01T12:00:00Z", "ok": False},
    3: {"color": "blue", "n": 3, "tags": [], "none": None, "at": "2025-01-01", "place": {"lon": 13.4, "lat": 52.5}},
    4: {"color": "red", "n": 4, "deep": {"list": [{"x": 1, "y": "p"}, {"x": 2, "y": "q"}]}, "place": {"lon": 2.3, "lat": 48.9}},
    UUID_A: {"color": "red", "n": 10},
}


@pytest.fixture
def filled(shard):
    vectors = {1: [1, 0, 0, 0], 2: [0, 1, 0, 0], 3: [0, 0, 1, 0], 4: [0, 0, 0, 1], UUID_A: [1, 1, 1, 1]}
    shard.update(op.upsert_points([Point(i, vectors[i], p) for i, p in PAYLOADS.items()]))
    return shard


def ids(points):
    return [p.id for p in points]


def matching(shard, **filter):
    found, rest = shard.scroll(ScrollRequest(limit=100, filter=Filter(**filter)))
    assert rest is None
    assert shard.count(CountRequest(filter=Filter(**filter))) == len(found)
    return [p.id if isinstance(p.id, int) else str(p.id) for p in found]


def field(key, **test):
    return FieldCondition(key, **test)


def test_query_ranks_by_score(filled):
    hits = filled.query(QueryRequest(query=Query.Nearest([3.0, 2.0, 1.0, 0.0]), limit=3, with_payload=True))
    assert ids(hits) == [uuid.UUID(UUID_A), 1, 2]
    assert [h.score for h in hits] == [6.0, 3.0, 2.0]
    assert hits[1].payload == PAYLOADS[1]
    assert hits[0].vector is None
    assert isinstance(hits[0].version, int)


def test_query_without_query_scrolls(filled):
    assert ids(filled.query(QueryRequest(limit=3))) == [1, 2, 3]


def test_offset_limit_threshold(filled):
    query = Query.Nearest([4.0, 3.0, 2.0, 1.0])
    assert ids(filled.query(QueryRequest(query=query, limit=2, offset=1))) == [1, 2]
    assert ids(filled.query(QueryRequest(query=query, limit=10, score_threshold=3.0))) == [uuid.UUID(UUID_A), 1]  # exclusive
    assert filled.query(QueryRequest(query=query, limit=0)) == []


def test_search_is_a_query(filled):
    hits = filled.search(SearchRequest(Query.Nearest([0.0, 0.0, 2.0, 1.0]), 2, filter=Filter(must=[HasIdCondition({3, 4})]),
                                       params=SearchParams(exact=True), with_vector=True, with_payload=["color"]))
    assert ids(hits) == [3, 4]
    assert hits[0].payload == {"color": "blue"}
    assert hits[0].vector == [0.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("distance, query, order, scores", [
    (Distance.Dot, [2.0, 1.0], [2, 3, 1], [6.0, 3.0, 2.0]),
    (Distance.Cosine, [2.0, 2.0], [3, 1, 2], [1.0, 0.5**0.5, 0.5**0.5]),
    (Distance.Euclid, [1.0, 0.0], [1, 3, 2], [0.0, 1.0, 2.0]),
    (Distance.Manhattan, [1.0, 0.5], [1, 3, 2], [0.5, 0.5, 2.5]),
])
def test_distances(tmp_path, distance, query, order, scores):
    made = EdgeShard.create(str(tmp_path), points_config(2, distance))
    made.update(op.upsert_points([Point(1, [1.0, 0.0]), Point(2, [3.0, 0.0]), Point(3, [1.0, 1.0])]))
    hits = made.query(QueryRequest(query=Query.Nearest(query), limit=3))
    assert [h.score for h in hits] == pytest.approx(scores, abs=1e-6)
    by_score = sorted(zip([-h.score if distance in (Distance.Dot, Distance.Cosine) else h.score for h in hits], ids(hits)))
    assert [i for _, i in by_score] == order
    made.close()


def test_named_vectors(tmp_path):
    config = EdgeConfig(vectors={"a": EdgeVectorParams(2, Distance.Dot), "b": EdgeVectorParams(3, Distance.Dot)})
    made = EdgeShard.create(str(tmp_path), config)
    made.update(op.upsert_points([Point(1, {"a": [1.0, 0.0], "b": [1.0, 2.0, 3.0]}), Point(2, {"a": [0.0, 1.0]})]))
    assert ids(made.query(QueryRequest(query=Query.Nearest([0.0, 1.0], using="a"), limit=5))) == [2, 1]
    assert ids(made.query(QueryRequest(query=Query.Nearest([0.0, 0.0, 1.0], using="b"), limit=5))) == [1]
    assert matching(made, must=[HasVectorCondition("b")]) == [1]
    only = made.retrieve([1], False, ["b"])[0]
    assert only.vector == {"b": [1.0, 2.0, 3.0]} and only.payload is None
    made.update(op.update_vectors([PointVectors(2, {"b": [3.0, 2.0, 1.0]})]))
    assert made.retrieve([2], False, True)[0].vector == {"a": [0.0, 1.0], "b": [3.0, 2.0, 1.0]}
    made.update(op.delete_vectors([1], ["b"]))
    assert made.retrieve([1], False, True)[0].vector == {"a": [1.0, 0.0]}
    made.update(op.delete_vectors_by_filter(Filter(must=[HasIdCondition({2})]), ["b"]))
    assert matching(made, must=[HasVectorCondition("b")]) == []
    made.close()


@pytest.mark.parametrize("filter, expected", [
    (dict(must=[field("color", match=MatchValue("red"))]), [1, 4, UUID_A]),
    (dict(must_not=[field("color", match=MatchValue("red"))]), [2, 3]),
    (dict(should=[field("n", match=MatchValue(1)), field("n", match=MatchValue(3))]), [1, 3]),
    (dict(must=[field("color", match=MatchAny(["red", "blue"]))]), [1, 3, 4, UUID_A]),
    (dict(must=[field("n", match=MatchAny([2, 4]))]), [2, 4]),
    (dict(must=[field("color", match=MatchExcept(["red"]))]), [2, 3]),
    (dict(must=[field("tags", match=MatchValue("b"))]), [1, 2]),
    (dict(must=[field("price", range=RangeFloat(gt=1.5))]), [2]),
    (dict(must=[field("price", range=RangeFloat(gte=1.5, lt=2.5))]), [1]),
    (dict(must=[field("at", range=RangeDateTime(gte="2024-06-01", lt="2025-01-01T00:00:00Z"))]), [2]),
    (dict(must=[field("place", geo_radius=GeoRadius(GeoPoint(13.4, 52.5), 1000.0))]), [3]),
    (dict(must=[field("place", geo_bounding_box=GeoBoundingBox(GeoPoint(0.0, 50.0), GeoPoint(5.0, 40.0)))]), [4]),
    (dict(must=[field("tags", values_count=ValuesCount(gte=2))]), [1]),
    (dict(must=[IsEmptyCondition("tags")]), [3, 4, UUID_A]),
    (dict(must=[IsNullCondition("none")]), [3]),
    (dict(must=[HasIdCondition({2, uuid.UUID(UUID_A)})]), [2, UUID_A]),
    (dict(must=[NestedCondition("deep.list", Filter(must=[field("x", match=MatchValue(1)), field("y", match=MatchValue("p"))]))]), [4]),
    (dict(must=[NestedCondition("deep.list", Filter(must=[field("x", match=MatchValue(1)), field("y", match=MatchValue("q"))]))]), []),
    (dict(must=[field("deep.list[].x", match=MatchValue(2))]), [4]),
    (dict(min_should=MinShould([field("color", match=MatchValue("red")), field("n", range=RangeFloat(gte=4))], 2)), [4, UUID_A]),
    (dict(must=[Filter(should=[field("n", match=MatchValue(1)), field("n", match=MatchValue(2))])],
          must_not=[field("color", match=MatchValue("green"))]), [1]),
])
def test_filters(filled, filter, expected):
    assert matching(filled, **filter) == expected


def test_match_value_of_a_bool(filled):
    assert matching(filled, must=[field("ok", match=MatchValue(True))]) == [1]


def test_scroll_pages(filled):
    seen, offset = [], None
    for _ in range(3):
        page, offset = filled.scroll(ScrollRequest(offset=offset, limit=2))
        seen += ids(page)
    assert seen == [1, 2, 3, 4, uuid.UUID(UUID_A)] and offset is None
    page, _ = filled.scroll(ScrollRequest(limit=1, with_payload=False, with_vector=True))
    assert page[0].payload is None and page[0].vector == [1.0, 0.0, 0.0, 0.0]
    page, _ = filled.scroll(ScrollRequest(limit=1, with_payload=PayloadSelector.Exclude(["tags", "at", "ok", "price"])))
    assert page[0].payload == {"color": "red", "n": 1}
    page, _ = filled.scroll(ScrollRequest(limit=1, with_payload=PayloadSelector.Include(["n"])))
    assert page[0].payload == {"n": 1}


def test_retrieve(filled):
    found = filled.retrieve([3, 99, 1], True, True)
    assert sorted(ids(found)) == [1, 3]
    assert {p.id: p.payload for p in found} == {1: PAYLOADS[1], 3: PAYLOADS[3]}
    assert ids(filled.retrieve([uuid.UUID(UUID_A)], None, None)) == [uuid.UUID(UUID_A)]
    assert filled.retrieve([1], None, None)[0].payload == PAYLOADS[1]


def test_retrieve_has_defaults(filled):
    (found,) = filled.retrieve([1])
    assert found.payload == PAYLOADS[1] and found.vector is None


def test_payload_operations(filled):
    def payload(i):
        return filled.retrieve([i], True, False)[0].payload

    filled.update(op.set_payload([1], {"n": 11, "new": [1]}))
    assert payload(1) == dict(PAYLOADS[1], n=11, new=[1])
    filled.update(op.set_payload([4], {"z": 1}, "deep"))
    assert payload(4)["deep"] == {"list": PAYLOADS[4]["deep"]["list"], "z": 1}
    filled.update(op.delete_payload([4], ["deep.list", "place"]))
    assert payload(4) == {"color": "red", "n": 4, "deep": {"z": 1}}
    filled.update(op.overwrite_payload([2], {"only": True}))
    assert payload(2) == {"only": True}
    filled.update(op.clear_payload([2]))
    assert payload(2) == {}
    red = Filter(must=[field("color", match=MatchValue("red"))])
    filled.update(op.set_payload_by_filter(red, {"mark": 1}))
    assert [payload(i).get("mark") for i in (1, 2, 3, 4)] == [1, None, None, 1]
    filled.update(op.delete_payload_by_filter(red, ["mark"]))
    assert payload(1).get("mark") is None
    filled.update(op.overwrite_payload_by_filter(red, {"color": "white"}))
    assert payload(4) == {"color": "white"}
    filled.update(op.clear_payload_by_filter(Filter(must=[field("color", match=MatchValue("blue"))])))
    assert payload(3) == {}


def test_delete(filled):
    filled.update(op.delete_points([1, UUID_A, 77]))
    assert ids(filled.scroll(ScrollRequest())[0]) == [2, 3, 4]
    filled.update(op.delete_points_by_filter(Filter(must=[field("n", range=RangeFloat(lte=3))])))
    assert ids(filled.scroll(ScrollRequest())[0]) == [4]
    assert filled.count(CountRequest()) == 1


def test_upsert_replaces(filled):
    filled.update(op.upsert_points([Point(1, [9.0, 9.0, 9.0, 9.0], {"x": 1})]))
    (found,) = filled.retrieve([1], True, True)
    assert found.payload == {"x": 1} and found.vector == [9.0] * 4
    assert filled.count(CountRequest()) == 5


def test_update_modes(filled):
    filled.update(op.upsert_points([Point(1, [2.0] * 4), Point(50, [2.0] * 4)], None, UpdateMode.InsertOnly))
    assert filled.retrieve([1], True, False)[0].payload == PAYLOADS[1]
    assert len(filled.retrieve([50], True, False)) == 1
    filled.update(op.upsert_points([Point(2, [2.0] * 4), Point(51, [2.0] * 4)], None, UpdateMode.UpdateOnly))
    assert filled.retrieve([2], True, False)[0].payload == {}
    assert filled.retrieve([51], True, False) == []


def test_conditional_upsert(filled):
    only_green = Filter(must=[field("color", match=MatchValue("green"))])
    filled.update(op.upsert_points([Point(1, [2.0] * 4), Point(2, [2.0] * 4)], only_green))
    assert filled.retrieve([1], True, False)[0].payload == PAYLOADS[1]
    assert filled.retrieve([2], True, False)[0].payload == {}


def test_everything_survives_a_reload(tmp_path):
    where = str(tmp_path)
    made = EdgeShard.create(where, points_config())
    made.update(op.upsert_points([Point(i, [float(i), 0.0, 0.0, 0.0], p) for i, p in PAYLOADS.items() if i != UUID_A]))
    made.flush()
    made.update(op.delete_points([2]))
    made.close()
    again = EdgeShard.load(where)
    assert {p.id: p.payload for p in again.scroll(ScrollRequest())[0]} == {i: PAYLOADS[i] for i in (1, 3, 4)}
    assert again.info().points_count == 3
    again.close()


def test_payload_values_keep_their_kind(shard):
    payload = {"z": 18446744073709551615, "a": -9223372036854775808, "f": 1.0, "e": 1e300, "tiny": 1e-7, "neg": -0.0,
               "text": "é\u0000\n\"\\ \U0001f600", "null": None, "t": True, "o": {"b": 1, "a": []}, "big": 2**64, "bytes": b"ab"}
    shard.update(op.upsert_points([Point(1, [1.0] * 4, payload)]))
    (found,) = shard.retrieve([1], True, False)
    expected = dict(payload, big=float(2**64), bytes=[97, 98])
    assert found.payload == expected
    assert list(found.payload) == list(expected)
    assert type(found.payload["f"]) is float and type(found.payload["z"]) is int and type(found.payload["t"]) is bool
    assert str(found.payload["neg"]) == "-0.0"


def test_vectors_are_float32(shard):
    rng = random.Random(5)
    given = [rng.uniform(-1, 1) for _ in range(4)]
    shard.update(op.upsert_points([Point(1, given)]))
    (found,) = shard.retrieve([1], False, True)
    assert found.vector == Point(1, given).vector
    assert all(abs(x - y) < 1e-7 for x, y in zip(found.vector, given))


def test_reprs(filled):
    hit = filled.query(QueryRequest(query=Query.Nearest([1.0, 0.0, 0.0, 0.0]), limit=1, with_vector=True,
                                    filter=Filter(must=[HasIdCondition({4})]), with_payload=["color", "n"]))[0]
    assert repr(hit).replace("version=0", "version=N").replace("version=1", "version=N") == (
        'ScoredPoint(id=4, version=N, score=0, vector=[0, 0, 0, 1], payload={"color": "red", "n": 4}, order_value=None)')
    info = repr(filled.info())
    assert info == "ShardInfo(segments_count=1, points_count=5, indexed_vectors_count=0, payload_schema={})"


def test_info(filled):
    info = filled.info()
    assert (info.segments_count, info.points_count, info.payload_schema) == (1, 5, {})


def test_manifest_names_the_segments(filled):
    manifest = filled.snapshot_manifest()
    assert len(manifest) == 1
    ((name, segment),) = manifest.items()
    assert segment["segment_id"] == name
    assert sorted(segment) == ["file_versions", "segment_id", "segment_version"]


@pytest.mark.parametrize("make", [
    lambda: Point("x", [1.0]), lambda: Point(1, [1.0], {"a": float("nan")}), lambda: FieldCondition("a["),
    lambda: GeoPoint(181.0, 0.0), lambda: RangeDateTime("x"), lambda: EdgeConfig()])
def test_bad_values(make):
    with pytest.raises(ValueError):
        make()


def test_wrong_types(shard):
    for call in (lambda: shard.query(5), lambda: shard.update(None), lambda: shard.count(None), lambda: shard.scroll(1),
                 lambda: Point(1.5, [1.0]), lambda: Point(1, "abc"), lambda: HasIdCondition([1])):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(OverflowError):
        QueryRequest(-1)


def test_wrong_dimension_is_refused(shard):
    with pytest.raises(Exception, match="(?i)dim"):
        shard.query(QueryRequest(query=Query.Nearest([1.0]), limit=1))
    with pytest.raises(Exception, match="(?i)dim"):
        shard.update(op.upsert_points([Point(1, [1.0])]))
    assert shard.count(CountRequest()) == 0


def test_refused_upsert_leaves_nothing(tmp_path):
    made = EdgeShard.create(str(tmp_path), points_config())
    with pytest.raises(Exception, match="nope"):
        made.update(op.upsert_points([Point(1, {"nope": [1.0]})]))
    made.close()
    again = EdgeShard.load(str(tmp_path))
    count = again.count(CountRequest())
    again.close()
    assert count == 0


def test_create_refuses_an_existing_shard(tmp_path):
    EdgeShard.create(str(tmp_path), points_config()).close()
    with pytest.raises(Exception, match="already"):
        EdgeShard.create(str(tmp_path), points_config())


def test_load_refuses_nothing(tmp_path):
    with pytest.raises(Exception, match="exist|found"):
        EdgeShard.load(str(tmp_path / "absent"))


def test_path_objects(tmp_path):
    made = EdgeShard.create(tmp_path / "a", points_config())
    made.close()
    EdgeShard.load(tmp_path / "a").close()


def test_close_twice(shard):
    shard.close()
    shard.close()


def test_numpy_vectors(shard):
    numpy = pytest.importorskip("numpy")
    rows = {1: numpy.array([1, 2, 3, 4], "f4"), 2: numpy.array([1, 2, 3, 4], "f8"), 3: numpy.array([1, 2, 3, 4], "f2"),
            4: numpy.arange(8, dtype="f4")[::2], 5: numpy.array([1, 2, 3, 4])}
    shard.update(op.upsert_points([Point(i, row) for i, row in rows.items()]))
    for found in shard.retrieve([1, 2, 3, 5], False, True):
        assert found.vector == [1.0, 2.0, 3.0, 4.0]
    assert shard.retrieve([4], False, True)[0].vector == [0.0, 2.0, 4.0, 6.0]
    assert len(shard.query(QueryRequest(query=Query.Nearest(rows[1]), limit=9))) == 5


def test_context_manager(tmp_path):
    with EdgeShard.create(str(tmp_path), points_config()) as made:
        made.update(op.upsert_points([Point(1, [1.0] * 4)]))
    with EdgeShard.load(str(tmp_path)) as again:
        assert again.count(CountRequest()) == 1


def test_errors_are_typed(shard):
    import qdrant_edge

    assert issubclass(qdrant_edge.NotFound, qdrant_edge.EdgeError)
    with pytest.raises(qdrant_edge.EdgeError):
        shard.query(QueryRequest(query=Query.Nearest([1.0]), limit=1))


def test_second_opener_is_locked(tmp_path):
    import qdrant_edge

    made = EdgeShard.create(str(tmp_path), points_config())
    try:
        with pytest.raises(qdrant_edge.Locked):
            EdgeShard.load(str(tmp_path))
    finally:
        made.close()


def test_closed_shard_says_so(shard):
    import qdrant_edge

    shard.close()
    with pytest.raises(qdrant_edge.Closed):
        shard.info()


def test_vectors_of_any_shape_are_read_back(tmp_path):
    config = EdgeConfig(vectors={"": EdgeVectorParams(2, Distance.Dot), "a name": EdgeVectorParams(3, Distance.Dot)})
    made = EdgeShard.create(str(tmp_path), config)
    made.update(op.upsert_points([Point(1, [1.0, 2.0]), Point(2, {"a name": [1.0, 2.0, 3.0]}), Point(4, {}),
                                  Point(3, {"": [5.0, 6.0], "a name": [1.0, 2.0, 3.0]})]))
    found = {p.id: p.vector for p in made.scroll(ScrollRequest(with_vector=True))[0]}
    assert found == {1: [1.0, 2.0], 2: {"a name": [1.0, 2.0, 3.0]}, 3: {"": [5.0, 6.0], "a name": [1.0, 2.0, 3.0]}, 4: {}}
    made.close()


def test_optimize(tmp_path):
    config = EdgeConfig(vectors=EdgeVectorParams(size=16, distance=Distance.Euclid), optimizers=EdgeOptimizersConfig(indexing_threshold=10))
    shard = EdgeShard.create(str(tmp_path), config)
    assert shard.optimize() is False
    rng = random.Random(1)
    shard.update(op.upsert_points([Point(i, [rng.random() for _ in range(16)], {"n": i}) for i in range(400)]))
    shard.update(op.delete_points([1, 2, 3]))
    every = ScrollRequest(limit=1000, with_vector=True)
    before = [(p.id, p.vector, p.payload) for p in shard.scroll(every)[0]]
    assert shard.optimize() is True
    assert shard.optimize() is False
    assert [(p.id, p.vector, p.payload) for p in shard.scroll(every)[0]] == before
    assert shard.info().indexed_vectors_count == 397
    shard.update(op.upsert_points([Point(1, [0.5] * 16)]))
    shard.close()
    shard = EdgeShard.load(str(tmp_path))
    assert shard.count(CountRequest()) == 398
    assert shard.query(QueryRequest(query=Query.Nearest([0.5] * 16), limit=1))[0].id == 1
    shard.close()
