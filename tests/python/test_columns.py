"""Points in columns: UpdateOperation.upsert_arrays stores what upsert_points does."""

import array
import uuid

import numpy
import pytest
from qdrant_edge import (CountRequest, Distance, EdgeConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams, MultiVectorComparator, MultiVectorConfig, Point,
                         ScrollRequest, SparseVector, UpdateOperation)

pytestmark = pytest.mark.skipif(not hasattr(UpdateOperation, "upsert_arrays"), reason="the reference has no columns")

UUID = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
ROWS = [[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]]


@pytest.fixture
def shard(tmp_path):
    with EdgeShard.create(tmp_path, EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot))) as made:
        yield made


def stored(shard):
    points, _ = shard.scroll(ScrollRequest(limit=100, with_payload=True, with_vector=True))
    return [(str(p.id) if isinstance(p.id, uuid.UUID) else p.id, p.vector, p.payload) for p in points]


def put(shard, *columns, **more):
    shard.update(UpdateOperation.upsert_arrays(*columns, **more))
    return stored(shard)


def strided():
    wide = numpy.zeros((6, 4), numpy.float32)
    wide[::2, 1:3] = ROWS
    return wide[::2, 1:3]


@pytest.mark.parametrize("rows", [
    ROWS, tuple(map(tuple, ROWS)), [numpy.array(r, numpy.float32) for r in ROWS], [array.array("f", r) for r in ROWS], numpy.array(ROWS, numpy.float32), numpy.array(ROWS),
    numpy.array(ROWS, numpy.float16), numpy.array(ROWS, ">f4"), numpy.asfortranarray(numpy.array(ROWS, numpy.float32)), strided(), numpy.array(ROWS[::-1], numpy.float32)[::-1],
    memoryview(array.array("f", sum(ROWS, [])).tobytes()).cast("B").cast("f", (3, 2)),
], ids=["lists", "tuples", "arrays in a list", "array.array", "float32", "float64", "float16", "big-endian", "fortran", "strided", "reversed", "memoryview"])
def test_rows_of_every_kind(shard, rows):
    assert put(shard, [1, 2, 3], rows) == [(i + 1, row, {}) for i, row in enumerate(ROWS)]


@pytest.mark.parametrize("kind", [numpy.int8, numpy.uint8, numpy.int32, numpy.int64, numpy.uint64, numpy.bool_])
def test_rows_of_integers(shard, kind):
    assert [v for _, v, _ in put(shard, [1, 2], numpy.array([[1, 0], [1, 1]], kind))] == [[1.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize("ids", [range(7, 10), [7, 8, 9], (7, 8, 9), numpy.arange(7, 10), numpy.arange(7, 10, dtype=numpy.uint8), array.array("Q", [7, 8, 9])])
def test_ids_of_every_kind(shard, ids):
    assert [i for i, *_ in put(shard, ids, numpy.array(ROWS))] == [7, 8, 9]


@pytest.mark.parametrize("rows", [ROWS, numpy.array(ROWS)], ids=["lists", "array"])
def test_ids_may_be_uuids(shard, rows):
    assert {i for i, *_ in put(shard, [2**64 - 1, UUID, uuid.UUID(int=5)], rows)} == {2**64 - 1, UUID, str(uuid.UUID(int=5))}


def test_payloads(shard):
    payloads = [{"text": "ünï \U0001f98a", "n": 2**60}, None, {"deep": {"list": [1, {"x": None}]}}]
    assert [p for *_, p in put(shard, [1, 2, 3], numpy.array(ROWS), payloads)] == [payloads[0], {}, payloads[2]]
    assert [p for *_, p in put(shard, [1, 2, 3], numpy.array(ROWS), payloads=[None] * 3)] == [{}] * 3


def test_points_may_have_no_vectors(shard):
    assert put(shard, [1, 2], {}, [{"n": 1}, None]) == [(1, {}, {"n": 1}), (2, {}, {})]


def test_the_last_of_equal_ids_stays(shard):
    assert [(i, v) for i, v, _ in put(shard, [1, 2, 1], numpy.array(ROWS))] == [(1, ROWS[2]), (2, ROWS[1])]


@pytest.mark.parametrize("rows", [[], numpy.zeros((0, 2), numpy.float32), numpy.zeros((0, 0))])
def test_nothing(shard, rows):
    assert put(shard, [], rows) == []
    assert shard.count(CountRequest()) == 0


def test_what_is_stored_does_not_change_with_the_array(shard):
    rows = numpy.array(ROWS, numpy.float32)
    operation = UpdateOperation.upsert_arrays([1, 2, 3], rows)
    rows[:] = 9
    shard.update(operation)
    assert [v for _, v, _ in stored(shard)] == ROWS


def test_names(tmp_path):
    config = EdgeConfig(vectors={"a": EdgeVectorParams(2, Distance.Dot), "ß": EdgeVectorParams(3, Distance.Dot),
                                 "m": EdgeVectorParams(2, Distance.Dot, multivector_config=MultiVectorConfig(MultiVectorComparator.MaxSim))}, sparse_vectors={"s": EdgeSparseVectorParams()})
    with EdgeShard.create(tmp_path, config) as shard:
        put(shard, [1, 2, 3], {"ß": numpy.ones((3, 3))}, [{"n": 1}, {"n": 2}, None])
        assert [v for _, v, _ in stored(shard)] == [{"ß": [1.0] * 3}] * 3
        several = {"a": numpy.array(ROWS), "ß": numpy.zeros((3, 3)), "m": numpy.arange(12.0).reshape(3, 2, 2), "s": [SparseVector([i], [1.0]) for i in range(3)]}
        put(shard, [1, 2, UUID], several)
        vectors = {i: v for i, v, _ in stored(shard)}
        assert vectors[2]["a"] == ROWS[1] and vectors[2]["m"] == [[4.0, 5.0], [6.0, 7.0]] and vectors[UUID]["s"].indices == [2]


@pytest.mark.parametrize("columns", [
    ([1, 2], ROWS), ([1, 2], numpy.array(ROWS)), ([1, 2, 3], {"": ROWS[:2]}), ([1, 2, 3], numpy.array(ROWS), [{}]), ([1, UUID, 3], numpy.array(ROWS), [{}]), ([-1, 2, 3], numpy.array(ROWS)),
    ([2**64, 2, 3], numpy.array(ROWS)), ([1, "no uuid", 3], numpy.array(ROWS)), ([1.5, 2, 3], numpy.array(ROWS)), ([1, 2, 3], numpy.array([["x"] * 2] * 3)), ([1, 2, 3], numpy.array(ROWS), [{}, 5, {}]),
    ([1, 2, 3], {5: numpy.array(ROWS)}), ([1, 2, 3], numpy.array(ROWS, complex)), (5, numpy.array(ROWS)), ([1, 2, 3], None),
])
def test_broken_columns_are_refused(shard, columns):
    with pytest.raises((ValueError, TypeError, OverflowError)):
        put(shard, *columns)
    assert stored(shard) == []


@pytest.mark.parametrize("rows", [numpy.zeros((3, 3)), numpy.zeros((3, 0)), [[1.0, 2.0], [1.0], [1.0, 2.0]], {"nobody": numpy.array(ROWS)}])
def test_vectors_that_do_not_fit_are_refused(shard, rows):
    with pytest.raises(ValueError):
        put(shard, [1, 2, 3], rows)
    assert stored(shard) == []


def test_points_and_columns_store_the_same(tmp_path):
    rows, payloads = numpy.random.default_rng(3).normal(size=(50, 2)), [{"n": i} if i % 3 else None for i in range(50)]
    config = EdgeConfig(vectors=EdgeVectorParams(2, Distance.Cosine))
    with EdgeShard.create(tmp_path / "a", config) as a, EdgeShard.create(tmp_path / "b", config) as b:
        a.update(UpdateOperation.upsert_points([Point(i, row.tolist(), p) for i, (row, p) in enumerate(zip(rows, payloads))]))
        assert put(b, range(50), rows, payloads) == stored(a)
    with EdgeShard.load(tmp_path / "b") as b, EdgeShard.load(tmp_path / "a") as a:
        assert stored(b) == stored(a)
