"""The reference's own example scripts, unchanged, with ours and with the reference: the same output. And its demo of two shards, with our hub."""

from __future__ import annotations

import http.server
import importlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import uuid

import pytest
import requests

from hub import Hub

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "fixtures" / "reference-examples" / "examples"
SCRIPTS = sorted(p.stem for p in EXAMPLES.glob("*.py") if p.stem != "common")

# The scripts give some points ids by chance: both runs get the same ones.
SAME_IDS = """
import random, uuid
_chance = random.Random(7)
uuid.uuid4 = lambda: uuid.UUID(int=_chance.getrandbits(128), version=4)
"""


def output(script: str, package: str, directory: pathlib.Path) -> str:
    """What a script prints. It keeps its data three directories up."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(EXAMPLES, directory / "edge" / "python" / "examples")
    (directory / "sitecustomize.py").write_text(SAME_IDS)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(directory), package])}
    run = subprocess.run([sys.executable, f"{script}.py"], cwd=directory / "edge" / "python" / "examples", env=env, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout


NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


@pytest.mark.parametrize("script", SCRIPTS)
def test_example(script, wheel_dir, tmp_path):
    ours = output(script, str(ROOT / "bindings" / "python"), tmp_path / "run")
    theirs = output(script, wheel_dir, tmp_path / "run")
    assert NUMBER.sub("#", ours) == NUMBER.sub("#", theirs)
    assert [float(x) for x in NUMBER.findall(ours)] == pytest.approx([float(x) for x in NUMBER.findall(theirs)], rel=1e-6)


CONFIG = """
from qdrant_edge import Distance
VECTOR_DIMENSION, DISTANCE_METRIC_EDGE = 8, Distance.Cosine
API_KEY_HEADER, API_KEY, BACKEND_URL = "X-API-Key", "demo-api-key", {url!r}
IMAGE_PATH_KEY, SYNC_TIMESTAMP_KEY, QUEUE_DB_NAME = "image_path", "sync_timestamp", "upload_queue"
IMMUTABLE_SHARD_DIR, MUTABLE_SHARD_DIR = "immutable", "mutable"
MMR_DIVERSITY_FACTOR, MMR_MAX_CANDIDATES, SEARCH_LIMIT = 0.8, 100, 3
SNAPSHOT_CHUNK_SIZE, SYNC_INTERVAL = 8192, 0.05
"""

# In place of a queue in SQLite that the demo takes from another package.
QUEUE = """
import queue
class Queue(queue.Queue):
    size = property(queue.Queue.qsize)
    def ack(self, item): pass
    def nack(self, item): self.put(item)
def create_persistent_queue(path):
    return Queue()
"""


class Backend(http.server.ThreadingHTTPServer):
    """The demo's server between the device and the hub."""

    def __init__(self, hub):
        super().__init__(("127.0.0.1", 0), Handler)
        self.base, self.headers = f"{hub.url}/collections/smart_glasses", {"api-key": hub.key}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def forward(self, path: str, body):
        if path == "/api/upsert":
            return requests.put(f"{self.base}/points?wait=true", json={"points": body}, headers=self.headers, timeout=30)
        if path == "/api/snapshots/full":
            return requests.get(f"{self.base}/shards/0/snapshot", headers=self.headers, timeout=30)
        return requests.post(f"{self.base}/shards/0/snapshot/partial/create", json=body["manifest"], headers=self.headers, timeout=30)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.forward(self.path, json.loads(body) if body.strip() not in (b"", b"null") else None)
        self.send_response(answer.status_code if answer.status_code >= 400 else 200)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_):
        pass


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """glasses_x_edge.storage of a clone of github.com/qdrant/qdrant-edge-demo, which has no licence to be copied here by."""
    clone = pathlib.Path(os.environ.get("QDRANT_EDGE_DEMO", ROOT / "build" / "qdrant-edge-demo"))
    if not (clone / "glasses_x_edge" / "storage.py").exists():
        pytest.skip("no clone of qdrant-edge-demo in QDRANT_EDGE_DEMO or build/qdrant-edge-demo")
    package = tmp_path / "glasses_x_edge"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "queue.py").write_text(QUEUE)
    shutil.copy(clone / "glasses_x_edge" / "storage.py", package)
    with Hub(tmp_path / "hub") as hub:
        created = requests.put(f"{hub.url}/collections/smart_glasses", json={"vectors": {"size": 8, "distance": "Cosine"}}, headers={"api-key": hub.key}, timeout=30)
        created.raise_for_status()
        backend = Backend(hub)
        (tmp_path / "config.py").write_text(CONFIG.format(url=f"http://127.0.0.1:{backend.server_port}"))
        monkeypatch.syspath_prepend(str(tmp_path))
        yield importlib.import_module("glasses_x_edge.storage")
        backend.shutdown()
        backend.server_close()
    for name in ("config", "glasses_x_edge", "glasses_x_edge.queue", "glasses_x_edge.storage"):
        sys.modules.pop(name, None)


def test_demo_storage(demo, tmp_path):
    import numpy as np

    chance = np.random.default_rng(5)
    images = [chance.normal(size=8).astype(np.float32) for _ in range(12)]
    storage = demo.VisionStorage(tmp_path / "device")
    storage.initialize()
    ids = [storage.store_image(f"{i}.jpg", v) for i, v in enumerate(images[:8])]
    assert storage.search_similar(images[3])[0]["id"] == uuid.UUID(ids[3])
    storage.full_sync_from_server()
    info = storage.immutable_shard.info()
    assert info.points_count == 8 and storage.mutable_shard.info().points_count == 0
    ids += [storage.store_image(f"{i}.jpg", v) for i, v in enumerate(images[8:], 8)]
    for _ in range(2):  # the second time there is nothing new
        storage.sync_from_server()
        assert storage.immutable_shard.info().points_count == 12 and storage.mutable_shard.info().points_count == 0
        found = storage.search_similar(images[10])
        assert found[0]["id"] == uuid.UUID(ids[10]) and found[0]["image_path"] == "10.jpg" and len(found) == 3
    storage.stop_sync_worker()
