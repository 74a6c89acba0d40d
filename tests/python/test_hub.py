"""The hub seen by qdrant-client and, through its snapshots, by the reference wheel."""

import json
import subprocess
import sys

import numpy as np
import pytest
import requests
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from hub import Hub

UUID = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"

WHEEL_READS = """
import json, sys
import qdrant_edge as q
snapshot, target = sys.argv[1:]
q.EdgeShard.unpack_snapshot(snapshot, target)
shard = q.EdgeShard.load(target)
records, _ = shard.scroll(q.ScrollRequest(limit=10_000, with_payload=True, with_vector=True))
hits = shard.query(q.QueryRequest(query=q.Query.Nearest([0.2, 0.1, 0.9, 0.7], using="v"), limit=5))
print(json.dumps({"points": [[str(r.id), r.payload, r.vector] for r in records], "hits": [[str(h.id), h.score] for h in hits]}))
"""


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def client(hub):
    client = QdrantClient(url=hub.url, api_key=hub.key, check_compatibility=False)
    client.create_collection("c", {"v": models.VectorParams(size=4, distance=models.Distance.COSINE)})
    return client


def point(i, **payload):
    return models.PointStruct(id=i, vector={"v": [0.1 * i, 0.5, 0.3, -0.2]}, payload={"n": i, **payload})


def test_collections(client):
    assert client.collection_exists("c") and not client.collection_exists("d")
    assert [c.name for c in client.get_collections().collections] == ["c"]
    info = client.get_collection("c")
    assert info.status == models.CollectionStatus.GREEN and info.points_count == 0
    assert info.config.params.vectors["v"].distance == models.Distance.COSINE
    with pytest.raises(UnexpectedResponse) as refused:
        client.create_collection("c", {"v": models.VectorParams(size=4, distance=models.Distance.COSINE)})
    assert refused.value.status_code == 409
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name="c", alias_name="also"))])
    assert client.count("also").count == 0
    assert client.delete_collection("c")
    assert not client.collection_exists("c")


def test_points(client):
    result = client.upsert("c", [point(i, tag=f"t{i % 3}") for i in range(1, 21)], wait=True)
    assert result.status == models.UpdateStatus.COMPLETED
    client.upsert("c", models.Batch(ids=[UUID], vectors={"v": [[1.0, 0.0, 0.0, 0.0]]}, payloads=[{"n": 99}]), wait=True)
    assert client.count("c").count == 21
    tagged = models.Filter(must=[models.FieldCondition(key="tag", match=models.MatchValue(value="t1"))])
    assert client.count("c", count_filter=tagged).count == 7

    hits = client.query_points("c", query=[1.0, 0.0, 0.0, 0.0], using="v", limit=3, with_payload=True, with_vectors=True).points
    assert hits[0].id == UUID and hits[0].score == pytest.approx(1.0) and hits[0].payload == {"n": 99}
    assert hits[0].vector == {"v": [1.0, 0.0, 0.0, 0.0]}
    filtered = client.query_points("c", query=[1.0, 0.0, 0.0, 0.0], using="v", query_filter=tagged, limit=100).points
    assert len(filtered) == 7

    seen, offset = [], None
    while True:
        page, offset = client.scroll("c", limit=8, offset=offset)
        seen += [r.id for r in page]
        if offset is None:
            break
    assert seen == [*range(1, 21), UUID]

    client.delete("c", [1, 2], wait=True)
    client.delete("c", tagged, wait=True)
    assert client.count("c").count == 13
    client.set_payload("c", {"new": True}, points=[3], wait=True)
    client.delete_payload("c", ["tag"], points=[3], wait=True)
    client.overwrite_payload("c", {"only": 1}, points=[5], wait=True)
    client.clear_payload("c", [6], wait=True)
    client.update_vectors("c", [models.PointVectors(id=8, vector={"v": [0.0, 1.0, 0.0, 0.0]})], wait=True)
    client.delete_vectors("c", ["v"], [9], wait=True)
    records = {r.id: r for r in client.retrieve("c", [3, 5, 6, 8, 9], with_vectors=True)}
    assert records[3].payload == {"n": 3, "new": True}
    assert records[5].payload == {"only": 1} and records[6].payload == {}
    assert records[8].vector == {"v": [0.0, 1.0, 0.0, 0.0]} and records[9].vector == {}


def test_api_key(hub):
    assert requests.get(f"{hub.url}/collections", timeout=10).status_code == 401
    assert requests.get(f"{hub.url}/collections", headers={"api-key": "wrong"}, timeout=10).status_code == 401
    assert requests.get(f"{hub.url}/healthz", timeout=10).status_code == 200


def test_snapshots_open_in_the_reference(client, hub, tmp_path, wheel_dir):
    client.upsert("c", [point(i, text=f"é{i}" * i) for i in range(1, 200)], wait=True)
    client.upsert("c", [models.PointStruct(id=UUID, vector={"v": [0.1, 0.2, 0.3, 0.4]}, payload={})], wait=True)
    client.delete("c", list(range(50, 60)), wait=True)
    base = f"{hub.url}/collections/c/shards/0/snapshot"
    full = requests.get(base, headers={"api-key": hub.key}, timeout=30)
    partial = requests.post(f"{base}/partial/create", headers={"api-key": hub.key}, json={}, timeout=30)
    want, _ = client.scroll("c", limit=10_000, with_vectors=True)
    hits = client.query_points("c", query=[0.2, 0.1, 0.9, 0.7], using="v", limit=5).points
    for name, answer in {"full": full, "partial": partial}.items():
        assert answer.status_code == 200
        archive = tmp_path / f"{name}.snapshot"
        archive.write_bytes(answer.content)
        run = subprocess.run(
            [sys.executable, "-c", WHEEL_READS, str(archive), str(tmp_path / name)],
            env={"PYTHONPATH": wheel_dir}, capture_output=True, text=True, timeout=120,
        )
        assert run.returncode == 0, run.stderr
        got = json.loads(run.stdout)
        assert [(i, payload) for i, payload, _ in got["points"]] == [(str(r.id), r.payload) for r in want]
        ours, theirs = ([np.float32(v["v"]) for v in vectors] for vectors in ([r.vector for r in want], [v for _, _, v in got["points"]]))
        assert np.array_equal(ours, theirs)
        assert [i for i, _ in got["hits"]] == [str(h.id) for h in hits]
        assert [s for _, s in got["hits"]] == pytest.approx([h.score for h in hits])
