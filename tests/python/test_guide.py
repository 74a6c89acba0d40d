"""The five steps of Qdrant's guide "Synchronize Qdrant Edge with a Server", in both spellings, against the hub.

The calls are those of the guide; the two shards get directories of their own (the guide names one for both).
"""

import queue
import shutil
import tempfile
import time
from pathlib import Path

import pytest
import requests
from hub import Hub
from qdrant_client import QdrantClient, models

COLLECTION = "edge-collection"
VECTOR = "my-vector"
TIMESTAMP = "timestamp"


@pytest.fixture
def server(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        client = QdrantClient(url=hub.url, api_key=hub.key, check_compatibility=False)
        client.create_collection(COLLECTION, vectors_config={VECTOR: models.VectorParams(size=4, distance=models.Distance.COSINE)})
        client.upsert(COLLECTION, [
            models.PointStruct(id=i, vector={VECTOR: [0.1 * i, 0.2, 0.3, 0.4]}, payload={"color": "red", TIMESTAMP: time.time()})
            for i in (100, 101, 102)], wait=True)
        yield hub, client
        client.close()


def old_mutable(directory):
    """0.4 and 0.5: the constructor makes the shard."""
    from qdrant_edge import Distance, EdgeConfig, EdgeShard, VectorDataConfig

    config = EdgeConfig(vector_data={VECTOR: VectorDataConfig(size=4, distance=Distance.Cosine)})
    return EdgeShard(directory, config)


def old_immutable(directory):
    from qdrant_edge import EdgeShard

    return EdgeShard(directory)


def new_mutable(directory):
    """0.6 and later: create and load."""
    from qdrant_edge import Distance, EdgeConfig, EdgeShard, EdgeVectorParams

    config = EdgeConfig(vectors={VECTOR: EdgeVectorParams(size=4, distance=Distance.Cosine)})
    return EdgeShard.create(directory, config)


def new_immutable(directory):
    from qdrant_edge import EdgeShard

    return EdgeShard.load(directory)


def download(response, path):
    response.raise_for_status()
    with open(path, "wb") as f:
        for chunk in response.iter_content(chunk_size=8192):
            f.write(chunk)


def restore(hub, directory):
    """Step 2: the mirror, from a full snapshot."""
    from qdrant_edge import EdgeShard

    data_dir = Path(directory)
    url = f"{hub.url}/collections/{COLLECTION}/shards/0/snapshot"
    with tempfile.TemporaryDirectory(dir=data_dir.parent) as restore_dir:
        snapshot = Path(restore_dir) / "shard.snapshot"
        with requests.get(url, headers={"api-key": hub.key}, stream=True) as response:
            download(response, snapshot)
        if data_dir.exists():
            shutil.rmtree(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        EdgeShard.unpack_snapshot(str(snapshot), str(data_dir))


def refresh(hub, shard, directory):
    """Step 4: a partial snapshot. True when the server had something new."""
    url = f"{hub.url}/collections/{COLLECTION}/shards/0/snapshot/partial/create"
    manifest = shard.snapshot_manifest()
    with tempfile.TemporaryDirectory(dir=Path(directory)) as temp_dir:
        path = Path(temp_dir) / "partial.snapshot"
        response = requests.post(url, headers={"api-key": hub.key}, json=manifest, stream=True)
        download(response, path)
        shard.update_from_snapshot(str(path))
    return response.status_code == 200


def merged(shards, query):
    """Step 5: one list from both shards, best first, each id once."""
    hits = [hit for shard in shards for hit in shard.query(query)]
    hits.sort(key=lambda hit: hit.score, reverse=True)
    seen, results = set(), []
    for hit in hits:
        if hit.id not in seen:
            seen.add(hit.id)
            results.append({"id": hit.id, "score": hit.score, "payload": hit.payload})
    return results[:10]


@pytest.mark.parametrize("mutable, immutable", [(old_mutable, old_immutable), (new_mutable, new_immutable)], ids=["0.5", "0.9"])
def test_the_five_steps(tmp_path, server, mutable, immutable):
    from qdrant_edge import FieldCondition, Filter, Point, Query, QueryRequest, RangeFloat, ScrollRequest, UpdateOperation

    hub, client = server
    mutable_dir, immutable_dir = str(tmp_path / "edge" / "mutable"), str(tmp_path / "edge" / "immutable")
    Path(mutable_dir).mkdir(parents=True, exist_ok=True)
    mutable_shard = mutable(mutable_dir)
    restore(hub, immutable_dir)
    immutable_shard = immutable(immutable_dir)
    assert [p.id for p in immutable_shard.scroll(ScrollRequest())[0]] == [100, 101, 102]

    upload_queue = queue.Queue()
    payload = {"color": "green", TIMESTAMP: time.time()}
    vector = [0.4, 0.3, 0.2, 0.1]
    mutable_shard.update(UpdateOperation.upsert_points([Point(id=2, vector={VECTOR: vector}, payload=payload)]))
    upload_queue.put(models.PointStruct(id=2, vector={VECTOR: vector}, payload=payload))

    request = QueryRequest(query=Query.Nearest([0.2, 0.1, 0.9, 0.7], using=VECTOR), limit=10, with_vector=False, with_payload=True)
    before = merged([mutable_shard, immutable_shard], request)
    assert sorted(r["id"] for r in before) == [2, 100, 101, 102]
    assert [r["payload"] for r in before if r["id"] == 2] == [payload]

    client.upsert(COLLECTION, [upload_queue.get()], wait=True)
    sync_timestamp = time.time()
    assert refresh(hub, immutable_shard, immutable_dir)
    mutable_shard.update(UpdateOperation.delete_points_by_filter(
        Filter(must=[FieldCondition(key=TIMESTAMP, range=RangeFloat(lte=sync_timestamp))])))
    assert mutable_shard.scroll(ScrollRequest())[0] == []
    (mirrored,) = immutable_shard.retrieve([2], True, False)
    assert mirrored.payload == payload

    after = merged([mutable_shard, immutable_shard], request)
    assert [r["id"] for r in after] == [r["id"] for r in before]
    assert [r["score"] for r in after] == pytest.approx([r["score"] for r in before], abs=1e-6)

    assert not refresh(hub, immutable_shard, immutable_dir)  # nothing new: 304 with an empty body
    assert [p.id for p in immutable_shard.scroll(ScrollRequest())[0]] == [2, 100, 101, 102]
    mutable_shard.close()
    immutable_shard.close()


def test_every_old_spelling(tmp_path):
    import qdrant_edge as q

    config = q.SegmentConfig(vector_data={"v": q.VectorDataConfig(2, q.Distance.Dot, q.VectorStorageType.Mmap, q.PlainIndexConfig())},
                             sparse_vector_data={}, payload_storage_type=q.PayloadStorageType.Mmap)
    assert type(config) is q.EdgeConfig
    assert config.vector_data["v"].size == 2 and config.sparse_vector_data == {}
    assert config.payload_storage_type is q.PayloadStorageType.Mmap
    assert q.Shard is q.EdgeShard
    with pytest.raises(q.EdgeError, match="segment config is not provided"):
        q.Shard(str(tmp_path))
    q.Shard(str(tmp_path), config).close()
    with q.EdgeShard(tmp_path) as again:
        again.update(q.UpdateOperation.upsert_points([q.Point(1, {"v": [1.0, 2.0]})]))
    by_position = q.EdgeConfig({"v": q.VectorDataConfig(2, q.Distance.Dot, None, None, None)})
    with q.EdgeShard(tmp_path, by_position) as third:
        assert third.count(q.CountRequest()) == 1
    with pytest.raises(q.NotFound):
        q.EdgeShard(tmp_path / "absent", config)
    old = q.HnswIndexConfig(16, 100, 10000, True, 8)
    assert (old.max_indexing_threads, old.on_disk, old.payload_m) == (0, True, 8)


def test_every_old_spelling_of_sparse_vectors(tmp_path):
    import qdrant_edge as q

    half, idf = q.VectorStorageDatatype.Float16, q.Modifier.Idf
    indexes = [q.SparseIndexConfig(5, half), q.SparseIndexConfig(q.SparseIndexType.Mmap, 5, half),
               q.SparseIndexConfig(5, q.SparseIndexType.Mmap, half),
               q.SparseIndexConfig(index_type=q.SparseIndexType.Mmap, full_scan_threshold=5, datatype=half)]
    assert repr(indexes[0]) == ("SparseIndexConfig(full_scan_threshold=5, index_type=SparseIndexType.MutableRam, "
                                "datatype=VectorStorageDatatype.Float16)")
    assert [i.index_type for i in indexes[1:]] == [q.SparseIndexType.Mmap] * 3
    made = [q.SparseVectorDataConfig(i, idf) for i in indexes]
    made += [q.SparseVectorDataConfig(indexes[0], q.SparseVectorStorageType.Mmap, idf), q.SparseVectorDataConfig(index=indexes[0], modifier=idf)]
    for params in made:
        assert type(params) is q.EdgeSparseVectorParams
        assert (params.full_scan_threshold, params.datatype, params.modifier) == (5, half, idf)
    assert q.SparseVectorDataConfig(q.SparseIndexConfig()).full_scan_threshold is None
    with pytest.raises(TypeError):
        q.SparseVectorDataConfig(idf)
    with q.EdgeShard(tmp_path, q.SegmentConfig({}, {"s": made[0]})) as shard:
        shard.update(q.UpdateOperation.upsert_points([q.Point(1, {"s": q.SparseVector([1], [1.0])})]))
        (hit,) = shard.query(q.QueryRequest(limit=1, query=q.Query.Nearest(q.SparseVector([1], [1.0]), using="s")))
        assert hit.id == 1
    assert list(q.EdgeConfig({}, {"s": made[0]}).sparse_vector_data) == ["s"]
