"""The exceptions of the package, and what is not there yet."""

import os
import pathlib
import subprocess
import sys

import pytest
import qdrant_edge
from qdrant_edge import (Distance, EdgeConfig, EdgeError, EdgeShard, EdgeVectorParams, Point, Query, QueryRequest, UpdateOperation,
                         errors)

CONFIG = EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot))


def test_one_base():
    for name in errors.NAMES:
        assert issubclass(getattr(qdrant_edge, name), EdgeError)
    assert issubclass(EdgeError, Exception)


def test_every_kind_of_the_spec_has_a_class():
    from qdrant_edge import _gen

    for kind, name in _gen.ERROR_KINDS.items():
        assert type(errors.from_kind(kind, "text")) is getattr(errors, name)
        assert errors.from_kind(kind, "text").kind == kind
    assert type(errors.from_kind("from the future", "text")) is EdgeError


def test_kinds(tmp_path):
    path = tmp_path / "s"
    with pytest.raises(qdrant_edge.NotFound):
        EdgeShard.load(path)
    shard = EdgeShard.create(path, CONFIG)
    with pytest.raises(qdrant_edge.Locked):
        EdgeShard.load(path)
    with pytest.raises(qdrant_edge.InvalidArgument):
        shard.query(QueryRequest(query=Query.Nearest([1.0]), limit=1))
    with pytest.raises(qdrant_edge.EdgeError):
        shard.update(UpdateOperation.upsert_points([Point(1, {"nope": [1.0, 2.0]})]))
    shard.close()
    with pytest.raises(qdrant_edge.Closed):
        shard.flush()
    with pytest.raises(qdrant_edge.AlreadyExists):
        EdgeShard.create(path, CONFIG)
    with pytest.raises(qdrant_edge.Incompatible):
        EdgeShard.load(path, EdgeConfig(vectors=EdgeVectorParams(3, Distance.Dot)))


def test_lock_is_seen_from_another_process(tmp_path):
    with EdgeShard.create(tmp_path / "s", CONFIG):
        code = "import qdrant_edge, sys\ntry: qdrant_edge.EdgeShard.load(sys.argv[1])\nexcept qdrant_edge.Locked: print('locked')"
        run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "s")], capture_output=True, text=True, env=with_package())
        assert run.stdout == "locked\n", run.stderr


def with_package():
    return {**os.environ, "PYTHONPATH": str(pathlib.Path(qdrant_edge.__file__).parents[1])}


def test_bad_archives(tmp_path):
    (tmp_path / "a.tar").write_bytes(b"no tar at all" * 100)
    with pytest.raises(EdgeError):
        EdgeShard.unpack_snapshot(tmp_path / "a.tar", tmp_path / "out")
    with pytest.raises(EdgeError):
        EdgeShard.unpack_snapshot(tmp_path / "absent", tmp_path / "out")


def test_damaged_payload_is_a_typed_error(tmp_path):
    with EdgeShard.create(tmp_path / "s", CONFIG) as shard:
        shard.update(UpdateOperation.upsert_points([Point(1, [1.0, 2.0], {"word": "unmistakable"})]))
        shard.flush()
        shard.update(UpdateOperation.upsert_points([Point(2, [0.0, 0.0])]))
    (page,) = (tmp_path / "s").glob("segments/*/payload_storage/page_0.dat")
    with open(page, "r+b") as f:
        at = f.read(4096).index(b"unmistakable")
        f.seek(at)
        f.write(b"\xff\xfe")
    with EdgeShard.load(tmp_path / "s") as shard:
        (hit,) = shard.query(QueryRequest(query=Query.Nearest([1.0, 2.0]), limit=1, with_payload=True))
        with pytest.raises(qdrant_edge.Corrupt):
            hit.payload


def test_truncated_partial_changes_nothing(tmp_path, fixtures):
    base = fixtures / "edge-collection"
    EdgeShard.unpack_snapshot(base / "0" / "snapshot.tar", tmp_path / "s")
    with EdgeShard.load(tmp_path / "s") as shard:
        before = shard.snapshot_manifest()
        cut = tmp_path / "cut.tar"
        cut.write_bytes((base / "1" / "snapshot.tar").read_bytes()[:20000])
        with pytest.raises((qdrant_edge.IncompleteSnapshot, qdrant_edge.Corrupt)):
            shard.update_from_snapshot(cut)
        assert shard.snapshot_manifest() == before


def test_dropped_shards_are_closed(tmp_path):
    EdgeShard.create(tmp_path / "s", CONFIG)
    EdgeShard.load(tmp_path / "s").close()


def test_import_without_the_library():
    code = "import qdrant_edge as q\nq.Point(1, [1.0])\ntry: q.EdgeShard.load('x')\nexcept ImportError as e: print('missing' in str(e))"
    env = {**with_package(), "QDRANT_EDGE_LIBRARY": "/nonexistent/lib.so"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert run.stdout == "True\n", run.stderr
