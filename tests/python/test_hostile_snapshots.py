"""What a network may hand over instead of a snapshot: a typed error, an untouched shard, nothing left behind."""

import gzip
import os
import tarfile

import pytest
from qdrant_edge import Corrupt, EdgeShard, Incompatible, IncompleteSnapshot, NotFound, ScrollRequest

REFUSED = (Corrupt, IncompleteSnapshot, Incompatible)


def content(shard):
    points, _ = shard.scroll(ScrollRequest(limit=10_000, with_vector=True))
    return [(p.id, p.payload, p.vector) for p in points]


def without(source, target, *parts):
    """Copy an archive but for the entries that begin with one of the parts, sparse files written out."""
    import io

    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as new:
        for entry in old:
            if entry.name.startswith(parts):
                continue
            if not entry.isreg():
                new.addfile(entry)
                continue
            plain, data = tarfile.TarInfo(entry.name), old.extractfile(entry).read()
            plain.size = len(data)
            new.addfile(plain, io.BytesIO(data))


@pytest.fixture
def shard(tmp_path, fixtures):
    EdgeShard.unpack_snapshot(fixtures / "edge-collection" / "0" / "snapshot.tar", tmp_path / "s")
    with EdgeShard.load(tmp_path / "s") as shard:
        yield shard


def test_no_snapshot_at_all(shard, tmp_path, fixtures):
    full, partial = ((fixtures / "edge-collection" / n / "snapshot.tar").read_bytes() for n in "01")
    before = content(shard)
    got = tmp_path / "got"
    bodies = [b"<html><title>502 Bad Gateway</title></html>" * 40, b"{}", gzip.compress(partial), partial + partial, full + partial, b"\0" * 10240,
              partial + b"x" * 600, gzip.decompress((fixtures / "words" / "0" / "snapshot.tar.gz").read_bytes())]
    bodies += [partial[:n] for n in (1, 511, 512, 1024, len(partial) // 2, len(partial) - 1024, len(partial) - 512)]
    for body in bodies:
        got.write_bytes(body)
        with pytest.raises(REFUSED):
            shard.update_from_snapshot(got)
        assert content(shard) == before
    got.write_bytes(b"")
    shard.update_from_snapshot(got)
    with pytest.raises(NotFound):
        shard.update_from_snapshot(tmp_path / "absent")
    assert content(shard) == before
    assert not [f for f in os.listdir(tmp_path / "s") if f.startswith(".")]
    shard.update_from_snapshot(fixtures / "edge-collection" / "1" / "snapshot.tar")
    assert len(content(shard)) == 60


@pytest.mark.parametrize("parts", [("segments/",), ("wal",), ("shard_config.json",), ("segments/2fcb1110-68e8-4ecf-9971-8f7e7f54e29d/files/mutable",)])
def test_parts_are_missing(shard, tmp_path, fixtures, parts):
    before = content(shard)
    without(fixtures / "edge-collection" / "1" / "snapshot.tar", tmp_path / "cut", *parts)
    with pytest.raises(IncompleteSnapshot):
        shard.update_from_snapshot(tmp_path / "cut")
    assert content(shard) == before
