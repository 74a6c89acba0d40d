"""Snapshots of a real server: unpacked, loaded, kept in step by partial snapshots, compared with the server's own answers."""

import gzip
import json
import shutil

import pytest
from qdrant_edge import EdgeShard, Query, QueryRequest, ScrollRequest, SearchParams, SparseVector


def read(path):
    if path.exists():
        return json.loads(path.read_bytes())
    return json.loads(gzip.decompress(path.with_name(path.name + ".gz").read_bytes()))


def archive(stage, tmp_path):
    plain, packed = stage / "snapshot.tar", stage / "snapshot.tar.gz"
    if plain.exists():
        return plain
    if not packed.exists():
        return None
    target = tmp_path / "snapshot.tar"
    with gzip.open(packed) as source, open(target, "wb") as f:
        shutil.copyfileobj(source, f)
    return target


def check(shard, truth):
    points, _ = shard.scroll(ScrollRequest(limit=100000, with_vector=True))
    assert shard.info().points_count == len(truth["points"])
    mine = {str(p.id): p for p in points}
    assert sorted(mine) == sorted(str(p["id"]) for p in truth["points"])
    for p in truth["points"]:
        found = mine[str(p["id"])]
        assert found.payload == pytest.approx(p["payload"]) if isinstance(p["payload"], float) else same_json(found.payload, p["payload"])
        expected = p["vector"] if isinstance(p["vector"], dict) else {"": p["vector"]}
        vectors = found.vector if isinstance(found.vector, dict) else {"": found.vector}
        assert sorted(vectors) == sorted(expected)
        for name, vector in expected.items():
            same_vector(vectors[name], vector)
    for q in truth["queries"]:
        request = q["request"]
        if set(request) - {"query", "using", "limit", "with_payload", "params"} or request.get("params") not in (None, {"exact": True}):
            continue
        query = request.get("query")
        if isinstance(query, dict) and sorted(query) == ["indices", "values"]:
            query = SparseVector(**query)
        elif not isinstance(query, list):
            continue
        params = SearchParams(exact=True) if request.get("params") else None
        hits = shard.query(QueryRequest(query=Query.Nearest(query, request.get("using")), limit=request.get("limit", 10), params=params))
        expected = q["result"] if isinstance(q["result"], list) else q["result"]["points"]
        assert [h.score for h in hits] == pytest.approx([h["score"] for h in expected], abs=1e-5)
        assert ranking((h.id, h.score) for h in hits) == ranking((h["id"], h["score"]) for h in expected)


def ranking(hits):
    """Ids from best to worst: equal scores have no order, and the last ones may be others with the same score."""
    groups = {}
    for key, score in hits:
        groups.setdefault(round(score, 4), set()).add(str(key))
    *better, last = list(groups.values()) or [set()]
    return better + [len(last)]


def same_vector(mine, expected):
    if isinstance(expected, dict):
        assert mine.indices == expected["indices"]
        assert mine.values == pytest.approx(expected["values"], abs=1e-6)
    elif isinstance(expected[0], list):
        assert [pytest.approx(row, abs=1e-6) for row in expected] == mine
    else:
        assert mine == pytest.approx(expected, abs=1e-6)


def same_json(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return a == pytest.approx(b, rel=1e-15)
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same_json(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same_json, a, b))
    return a == b


@pytest.mark.parametrize("collection", ["edge-collection", "words", "kitchen"])
def test_stages(tmp_path, fixtures, collection):
    # What is compressed with zstandard is left to the Go tests.
    stages = sorted(d for d in (fixtures / collection).iterdir() if d.is_dir() and not (d / "truth.json.zst").exists())
    EdgeShard.unpack_snapshot(archive(stages[0], tmp_path), tmp_path / "s")
    with EdgeShard.load(tmp_path / "s") as shard:
        check(shard, read(stages[0] / "truth.json"))
        for stage in stages[1:]:
            assert shard.snapshot_manifest() == json.loads((stage / "manifest.json").read_text())
            partial = archive(stage, tmp_path)
            if partial is not None:
                shard.update_from_snapshot(str(partial))
            check(shard, read(stage / "truth.json"))


def test_payload_indexes_of_the_server_are_listed(tmp_path, fixtures):
    from qdrant_edge import PayloadSchemaType, TokenizerType

    EdgeShard.unpack_snapshot(archive(fixtures / "words" / "0", tmp_path), tmp_path / "s")
    with EdgeShard.load(tmp_path / "s") as shard:
        schema = shard.info().payload_schema
    assert {key: info.data_type for key, info in schema.items()} == {"length": PayloadSchemaType.Integer, "word": PayloadSchemaType.Text}
    assert schema["length"].params is None and schema["word"].params.tokenizer is TokenizerType.Prefix
