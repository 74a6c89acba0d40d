"""EdgeShard.check: what it says of sound and of damaged shards."""

import pathlib

import pytest
from qdrant_edge import Distance, EdgeConfig, EdgeShard, EdgeVectorParams, Point, UpdateOperation

pytestmark = pytest.mark.skipif(not hasattr(EdgeShard, "check"), reason="the reference has no check")


@pytest.fixture
def path(tmp_path):
    where = tmp_path / "shard"
    with EdgeShard.create(where, EdgeConfig(vectors=EdgeVectorParams(4, Distance.Dot))) as shard:
        shard.update(UpdateOperation.upsert_points([Point(i, [float(i)] * 4, {"n": i}) for i in range(20)]))
        shard.flush()
    return where


def files(path):
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def test_a_sound_shard(path):
    before = files(path)
    report = EdgeShard.check(path)
    assert report == EdgeShard.check(str(path))
    assert report["ok"] and report["points"] == 20 and report["path"] == str(path)
    assert report["files"] >= len(before) - 1 and report["bytes"] > 0
    (segment,) = report["segments"]
    assert segment["points"] == 20 and segment["appendable"] and segment["hidden"] == 0
    assert report["log"]["next"] == 1
    assert not [f for f in report["findings"] if f["severity"] == "damage"]
    assert files(path) == before


@pytest.mark.parametrize("pattern", ["segments/*/segment.json", "segments/*/payload_storage/page_0.dat", "segments/*/payload_storage/tracker.dat", "segments/*/*.mappings"])
def test_damage_is_found(path, pattern):
    broken = next(p for p in path.glob(pattern) if p.is_file())
    data = bytearray(broken.read_bytes())
    data[:64] = b"\xfe" * min(64, len(data))
    broken.write_bytes(data)
    report = EdgeShard.check(path)
    assert not report["ok"]
    damage = [f for f in report["findings"] if f["severity"] == "damage"]
    assert damage and all(isinstance(f["message"], str) and f["message"] for f in damage)
    assert pathlib.PurePath(damage[0]["path"]).parts[:2] == broken.relative_to(path).parts[:2]


def test_what_is_no_shard(tmp_path):
    from qdrant_edge import NotFound

    for nowhere in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(NotFound):
            EdgeShard.check(nowhere)
    for path in (5, None, b"bytes"):
        with pytest.raises(TypeError):
            EdgeShard.check(path)
