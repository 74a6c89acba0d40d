"""Every kind of vector, through Python. The same tests run against the reference wheel."""

import random
import uuid
from math import log

import pytest
import qdrant_edge
from qdrant_edge import (Distance, EdgeConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams, Filter, HasIdCondition,
                         HasVectorCondition, Modifier, MultiVectorComparator, MultiVectorConfig, Point, PointVectors, Query,
                         QueryRequest, ScrollRequest, SearchRequest, SparseVector, UpdateOperation, VectorStorageDatatype)

op = UpdateOperation
MAX_SIM = MultiVectorConfig(MultiVectorComparator.MaxSim)

CONFIG = dict(
    vectors={
        "dense": EdgeVectorParams(2, Distance.Dot),
        "half": EdgeVectorParams(2, Distance.Dot, datatype=VectorStorageDatatype.Float16),
        "byte": EdgeVectorParams(2, Distance.Euclid, datatype=VectorStorageDatatype.Uint8),
        "multi": EdgeVectorParams(2, Distance.Dot, multivector_config=MAX_SIM),
        "half multi": EdgeVectorParams(2, Distance.Cosine, multivector_config=MAX_SIM, datatype=VectorStorageDatatype.Float16),
    },
    sparse_vectors={
        "sparse": EdgeSparseVectorParams(),
        "half sparse": EdgeSparseVectorParams(datatype=VectorStorageDatatype.Float16),
        "words": EdgeSparseVectorParams(modifier=Modifier.Idf),
    },
)

VECTORS = {
    "dense": [1.0, 2.0],
    "half": [0.5, 0.25],
    "byte": [1.0, 255.0],
    "multi": [[1.0, 0.0], [0.0, 3.0]],
    "half multi": [[1.0, 0.0]],
    "sparse": SparseVector([7, 4294967295, 1], [0.5, 1.5, -2.0]),
    "half sparse": SparseVector([2, 3], [0.5, 0.25]),
    "words": SparseVector([3], [1.0]),
}


@pytest.fixture
def shard(tmp_path):
    made = EdgeShard.create(str(tmp_path), EdgeConfig(**CONFIG))
    yield made
    made.close()


def plain(vector):
    """A vector property with sparse vectors as pairs, in the order of their indices."""
    if isinstance(vector, dict):
        return {name: plain(v) for name, v in vector.items()}
    return sorted(zip(vector.indices, vector.values)) if isinstance(vector, SparseVector) else vector


def stored(shard):
    return {p.id: plain(p.vector) for p in shard.scroll(ScrollRequest(limit=1000, with_vector=True))[0]}


def hits(shard, vector, using, limit=10):
    """Ids and scores of a query, equal scores by id: the reference has them in any order."""
    found = shard.query(QueryRequest(limit=limit, query=Query.Nearest(vector, using=using)))
    searched = shard.search(SearchRequest(Query.Nearest(vector, using=using), limit))
    assert [h.score for h in searched] == [h.score for h in found]
    scores = [h.score for h in found]
    return [(h.id, pytest.approx(h.score, abs=1e-6)) for h in sorted(found, key=lambda h: (scores.index(h.score), h.id))]


def test_mixed_points_come_back(shard, tmp_path):
    shard.update(op.upsert_points([Point(1, VECTORS, {"n": 1}), Point(2, {"sparse": SparseVector([], [])}), Point(3, {}),
                                   Point(4, {"multi": [[1.0, 2.0]], "words": SparseVector([9], [1.0])})]))
    expected = {1: plain(VECTORS), 2: {"sparse": []}, 3: {}, 4: {"multi": [[1.0, 2.0]], "words": [(9, 1.0)]}}
    assert stored(shard) == expected
    shard.close()
    again = EdgeShard.load(str(tmp_path))
    assert stored(again) == expected
    again.close()


@pytest.mark.parametrize("name", list(VECTORS))
def test_each_vector_alone(shard, name):
    shard.update(op.upsert_points([Point(i, {name: VECTORS[name]}) for i in range(5)]))
    assert stored(shard) == {i: {name: plain(VECTORS[name])} for i in range(5)}
    found = shard.query(QueryRequest(limit=2, query=Query.Nearest(VECTORS[name], using=name), with_vector=[name],
                                     filter=Filter(must=[HasVectorCondition(name)])))
    assert [plain(h.vector) for h in found] == [{name: plain(VECTORS[name])}] * 2


def test_search_sparse(shard):
    shard.update(op.upsert_points([Point(1, {"sparse": SparseVector([1, 5], [1.0, 2.0])}),
                                   Point(2, {"sparse": SparseVector([5], [3.0])}), Point(3, {"dense": [1.0, 1.0]}),
                                   Point(4, {"sparse": SparseVector([8], [1.0])})]))
    assert hits(shard, SparseVector([5, 1], [1.0, 2.0]), "sparse") == [(1, 4.0), (2, 3.0)]
    assert hits(shard, SparseVector([8, 5], [-1.0, 0.25]), "sparse") == [(2, 0.75), (1, 0.5), (4, -1.0)]
    assert hits(shard, SparseVector([2], [1.0]), "sparse") == []
    assert hits(shard, SparseVector([], []), "sparse") == []
    only = shard.query(QueryRequest(limit=9, query=Query.Nearest(SparseVector([5], [1.0]), using="sparse"),
                                    filter=Filter(must=[HasIdCondition({1, 3})]), score_threshold=1.0))
    assert [(h.id, h.score) for h in only] == [(1, 2.0)]


def test_sparse_hits_may_score_zero(shard):
    shard.update(op.upsert_points([Point(1, {"sparse": SparseVector([1, 2], [1.0, 1.0])}), Point(2, {"sparse": SparseVector([3], [1.0])})]))
    assert hits(shard, SparseVector([1, 2], [1.0, -1.0]), "sparse") == [(1, 0.0)]


def test_idf_favours_rare_words(shard):
    shard.update(op.upsert_points([Point(1, {"words": SparseVector([1, 2], [1.0, 1.0])}),
                                   Point(2, {"words": SparseVector([1], [1.0])}), Point(3, {"words": SparseVector([1], [1.0])})]))
    common, rare = log(1 + 0.5 / 3.5), log(1 + 2.5 / 1.5)
    assert hits(shard, SparseVector([1, 2], [1.0, 1.0]), "words") == [(1, common + rare), (2, common), (3, common)]


def test_search_multi(shard):
    shard.update(op.upsert_points([Point(1, {"multi": [[1.0, 0.0], [0.0, 1.0]]}), Point(2, {"multi": [[2.0, 0.0]]}),
                                   Point(3, {"multi": [3.0, 1.0]})]))
    assert stored(shard)[3] == {"multi": [[3.0, 1.0]]}
    assert hits(shard, [[1.0, 0.0], [0.0, 1.0]], "multi") == [(3, 4.0), (1, 2.0), (2, 2.0)]
    assert hits(shard, [0.0, 2.0], "multi") == [(1, 2.0), (3, 2.0), (2, 0.0)]


def test_number_types_round(shard):
    shard.update(op.upsert_points([Point(1, {"half": [0.1, 70000.0], "byte": [1.7, 300.0], "half sparse": SparseVector([1], [0.1])}),
                                   Point(2, {"byte": [-3.0, 2.5]})]))
    found = stored(shard)
    assert found[1]["half"] == [0.0999755859375, float("inf")]
    assert (found[1]["byte"], found[2]["byte"]) == ([1.0, 255.0], [0.0, 2.0])
    assert hits(shard, [3.0, 255.9], "byte")[0] == (1, 2.0)


def test_update_and_delete_vectors(shard):
    shard.update(op.upsert_points([Point(1, VECTORS)]))
    shard.update(op.update_vectors([PointVectors(1, {"sparse": SparseVector([9], [1.0]), "multi": [[5.0, 5.0]] * 3, "byte": [7, 8]})]))
    found = stored(shard)[1]
    assert (found["sparse"], found["multi"], found["byte"]) == ([(9, 1.0)], [[5.0, 5.0]] * 3, [7.0, 8.0])
    assert found["dense"] == [1.0, 2.0]
    assert hits(shard, SparseVector([7], [1.0]), "sparse") == []
    shard.update(op.delete_vectors([1], ["sparse", "multi", "words"]))
    assert sorted(stored(shard)[1]) == ["byte", "dense", "half", "half multi", "half sparse"]
    assert hits(shard, SparseVector([9], [1.0]), "sparse") == [] and hits(shard, [1.0, 1.0], "multi") == []


def test_only_sparse_vectors(tmp_path):
    made = EdgeShard.create(str(tmp_path), EdgeConfig(sparse_vectors={"s": EdgeSparseVectorParams()}))
    made.update(op.upsert_points([Point(str(uuid.UUID(int=i)), {"s": SparseVector([i], [1.0])}) for i in range(1, 4)]))
    assert [h.id for h in made.query(QueryRequest(limit=3, query=Query.Nearest(SparseVector([2], [1.0]), using="s")))] == [uuid.UUID(int=2)]
    made.close()


def test_default_multivector(tmp_path):
    made = EdgeShard.create(str(tmp_path), EdgeConfig(EdgeVectorParams(2, Distance.Cosine, multivector_config=MAX_SIM)))
    made.update(op.upsert_points([Point(1, [[3.0, 4.0], [0.0, 2.0]])]))
    (found,) = made.retrieve([1], False, True)
    assert [pytest.approx(row) for row in found.vector] == [[0.6, 0.8], [0.0, 1.0]]
    assert made.query(QueryRequest(limit=1, query=Query.Nearest([[0.0, 5.0]])))[0].score == pytest.approx(1.0)
    made.close()


def test_many_sparse_points(shard):
    rng = random.Random(3)
    made = {i: {rng.randrange(50): rng.uniform(0.1, 1) for _ in range(rng.randrange(1, 9))} for i in range(400)}
    shard.update(op.upsert_points([Point(i, {"sparse": SparseVector(list(v), list(v.values()))}) for i, v in made.items()]))
    query = {d: rng.uniform(-1, 1) for d in range(0, 50, 7)}
    scores = {i: sum(v[d] * query[d] for d in v if d in query) for i, v in made.items() if set(v) & set(query)}
    found = hits(shard, SparseVector(list(query), list(query.values())), "sparse", 1000)
    assert dict(found) == scores and len(found) == len(scores)


def test_values(shard):
    sparse = SparseVector((3, 1), [0.5, 1])
    assert (sparse.indices, sparse.values) == ([3, 1], [0.5, 1.0])
    assert repr(SparseVector([1], [0.1])) == "SparseVector(indices=[1], values=[0.1])"
    assert sparse != SparseVector([3, 1], [0.5, 1.0])
    query = Query.Nearest(sparse, using="s")
    assert (query.query.indices, query.using) == ([3, 1], "s")
    assert repr(query) == 'Query.Nearest(query=SparseVector(indices=[3, 1], values=[0.5, 1]), using="s")'
    assert Query.Nearest([[1.0], [2.0]]).query == [[1.0], [2.0]]
    point = Point(1, {"s": sparse, "m": [[1.0, 2.0], [3.0, 4.0]]})
    assert point.vector["s"].values == [0.5, 1.0] and point.vector["m"] == [[1.0, 2.0], [3.0, 4.0]]
    assert repr(Point(1, {"s": sparse})) == 'Point(id=1, vector={"s": SparseVector(indices=[3, 1], values=[0.5, 1])}, payload=None)'
    assert repr(MAX_SIM) == "MultiVectorConfig(comparator=MultiVectorComparator.MaxSim)"
    assert repr(getattr(Modifier, "None")) == "Modifier.None" and int(Modifier.Idf) == 1


def test_config_reads_back():
    config = EdgeConfig(**CONFIG)
    assert sorted(config.sparse_vectors) == ["half sparse", "sparse", "words"]
    assert repr(config.sparse_vectors["words"]) == (
        "EdgeSparseVectorParams(full_scan_threshold=None, on_disk=None, memory=None, modifier=Modifier.Idf, datatype=None)")
    assert config.vectors["multi"].multivector_config.comparator is MultiVectorComparator.MaxSim
    assert EdgeConfig(EdgeVectorParams(2, Distance.Dot)).sparse_vectors == {}


@pytest.mark.parametrize("error, make", [
    (TypeError, lambda: SparseVector([1])), (TypeError, lambda: SparseVector("12", [1.0])), (TypeError, lambda: SparseVector([1.5], [1.0])),
    (TypeError, lambda: SparseVector([1], ["a"])), (OverflowError, lambda: SparseVector([-1], [1.0])),
    (OverflowError, lambda: SparseVector([2**32], [1.0])), (TypeError, lambda: Point(1, SparseVector([1], [1.0]))),
    (TypeError, lambda: Query.Nearest({"s": SparseVector([1], [1.0])})), (TypeError, lambda: Query.Nearest([[1.0], [1.0, 2.0]])),
    (TypeError, lambda: Query.Nearest([[]])), (TypeError, lambda: MultiVectorConfig(0)),
    (TypeError, lambda: EdgeConfig(sparse_vectors={"s": 5})), (TypeError, lambda: EdgeConfig(sparse_vectors=EdgeSparseVectorParams())),
    (TypeError, lambda: EdgeVectorParams(2, Distance.Dot, multivector_config="max_sim")), (ValueError, lambda: EdgeConfig(sparse_vectors={})),
    (TypeError, lambda: EdgeSparseVectorParams(modifier="idf"))])
def test_wrong_values(error, make):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize("vector", [
    {"sparse": [1.0]}, {"sparse": [[1.0]]}, {"dense": [[1.0, 2.0]]}, {"dense": SparseVector([1], [1.0])}, {"multi": [[1.0]]},
    {"multi": SparseVector([1], [1.0])}])
def test_wrong_kind_is_refused(shard, vector):
    shard.update(op.upsert_points([Point(1, {"dense": [1.0, 2.0]})]))
    with pytest.raises(Exception):
        shard.update(op.update_vectors([PointVectors(1, vector)]))
    assert stored(shard) == {1: {"dense": [1.0, 2.0]}}


@pytest.mark.parametrize("vector, using", [
    ([1.0], "sparse"), (SparseVector([1], [1.0]), "dense"), (SparseVector([1], [1.0]), "multi"), ([[1.0, 2.0]], "dense"),
    ([[1.0]], "multi")])
def test_query_of_another_kind_is_refused(shard, vector, using):
    shard.update(op.upsert_points([Point(1, VECTORS)]))
    with pytest.raises(Exception):
        shard.query(QueryRequest(limit=1, query=Query.Nearest(vector, using=using)))


@pytest.mark.parametrize("name, vector", [
    ("sparse", SparseVector([1, 1], [1.0, 2.0])), ("sparse", SparseVector([1, 2], [1.0])), ("multi", [[1.0, 2.0], [1.0]]),
    ("multi", [[]])])
def test_broken_vectors_are_refused(shard, name, vector):
    with pytest.raises(qdrant_edge.InvalidArgument):
        shard.update(op.upsert_points([Point(1, {name: vector})]))
    assert stored(shard) == {}


@pytest.mark.parametrize("vector", [SparseVector([1, 1], [1.0, 2.0]), SparseVector([1, 2], [1.0])])
def test_broken_sparse_queries_are_refused(shard, vector):
    with pytest.raises(qdrant_edge.InvalidArgument):
        shard.query(QueryRequest(limit=1, query=Query.Nearest(vector, using="sparse")))


def test_numpy_multivectors(shard):
    numpy = pytest.importorskip("numpy")
    rows = numpy.array([[1, 2], [3, 4], [5, 6]])
    dense = rows.astype("f4")
    shard.update(op.upsert_points([Point(1, {"multi": dense.tolist(), "dense": dense[0], "words": SparseVector(rows[0], dense[1])})]))
    assert stored(shard) == {1: {"multi": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "dense": [1.0, 2.0], "words": [(1, 3.0), (2, 4.0)]}}


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "f2"])
def test_multivectors_as_numpy_arrays(shard, dtype):
    numpy = pytest.importorskip("numpy")
    rows = numpy.array([[1, 2], [3, 4]], dtype)
    shard.update(op.upsert_points([Point(1, {"multi": rows}), Point(2, {"multi": [rows[0], rows[1]]})]))
    assert stored(shard) == {1: {"multi": [[1.0, 2.0], [3.0, 4.0]]}, 2: {"multi": [[1.0, 2.0], [3.0, 4.0]]}}
    assert hits(shard, rows[::-1], "multi") == [(1, 36.0), (2, 36.0)]
