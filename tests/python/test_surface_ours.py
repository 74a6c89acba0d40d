"""What ours has beyond the reference: groups, matrices, and the names of older releases."""

import uuid

import pytest
import qdrant_edge
from qdrant_edge import (Distance, EdgeConfig, EdgeShard, EdgeVectorParams, FeedbackItem, FeedbackNaiveQuery, Fusion, Mmr, NaiveFeedbackStrategy,
                         PayloadSchemaType, Point, Query, QueryGroupsRequest, QueryRequest, SearchMatrixRequest, UpdateOperation)

ODD = str(uuid.UUID(int=99))


@pytest.fixture
def shard(tmp_path):
    with EdgeShard.create(tmp_path, EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot))) as made:
        made.update(UpdateOperation.create_field_index("c", PayloadSchemaType.Keyword))
        made.update(UpdateOperation.upsert_points([
            Point(1, [1.0, 0.0], {"c": "x"}), Point(2, [0.9, 0.0], {"c": "x"}), Point(3, [0.8, 0.0], {"c": "x"}),
            Point(4, [0.5, 0.0], {"c": "y"}), Point(ODD, [0.4, 0.0], {"c": ["y", "z"]}), Point(6, [0.1, 0.0])]))
        yield made


def test_groups(shard):
    request = QueryGroupsRequest(QueryRequest(1, query=Query.Nearest([1.0, 0.0]), with_payload=True), "c", groups=3, group_size=2)
    found = shard.query_groups(request)
    assert [(g.id, [str(h.id) for h in g.hits]) for g in found] == [("x", ["1", "2"]), ("y", ["4", ODD]), ("z", [ODD])]
    assert found[0].hits[0].payload == {"c": "x"} and found[0].hits[0].score == 1.0
    assert repr(found[2]).startswith('PointGroup(id="z", hits=[ScoredPoint(id=')
    with pytest.raises(TypeError):
        shard.query_groups(QueryRequest(1))


def test_matrices(shard):
    pairs = shard.search_matrix_pairs(SearchMatrixRequest(sample=6, limit=2))
    assert len(pairs) == 12 and all(p.a != p.b for p in pairs)
    best = max((p for p in pairs if p.a == 6), key=lambda p: p.score)
    assert best.b == 1 and best.score == pytest.approx(0.1)
    offsets = shard.search_matrix_offsets(SearchMatrixRequest(sample=6, limit=2))
    assert len(offsets.ids) == 6 and uuid.UUID(ODD) in offsets.ids
    assert len(offsets.offsets_row) == len(offsets.offsets_col) == len(offsets.scores) == 12
    assert sorted(map(str, offsets.ids)) == sorted(["1", "2", "3", "4", "6", ODD])


def test_old_names_of_queries():
    assert repr(Fusion.Rrfk(3)) == "Fusion.Rrf(k=3)" and Fusion.Rrfk(3).rrfk == 3
    assert isinstance(Fusion.Rrfk(3), Fusion.Rrf)
    made = Mmr([1.0], **{"lambda": 0.5}, candidates_limit=3)
    assert made.lambda_ == 0.5 and getattr(made, "lambda") == 0.5
    assert repr(Mmr([1.0], None, 0.5, 3)) == repr(made)
    assert Mmr([1.0], "v", 0.5, 3).using == "v"
    with pytest.raises(TypeError):
        Mmr([1.0], 0.5, 3, **{"lambda": 0.5})
    assert qdrant_edge.FeedbackSimpleQuery is FeedbackNaiveQuery and qdrant_edge.SimpleFeedbackStrategy is NaiveFeedbackStrategy
    assert Query.FeedbackSimple is Query.FeedbackNaive
    query = FeedbackNaiveQuery([1.0], [FeedbackItem([1.0], 0.5)], NaiveFeedbackStrategy(1.0, 2.0, 3.0))
    assert query.strategy is query.coefficients


def test_errors_of_a_query_are_typed(shard):
    with pytest.raises(qdrant_edge.InvalidArgument):
        shard.query(QueryRequest(1, query=Query.Nearest([1.0])))
    with pytest.raises(qdrant_edge.EdgeError):
        shard.query(QueryRequest(1, query=Fusion.Dbsf()))
