"""glasses_x_edge/storage.py of github:qdrant/qdrant-edge-demo, written for 0.5, runs unmodified against the hub.

QDRANT_EDGE_DEMO is a copy of that repository. Its backend, which forwards to a
server, and its queue on disk are played here.
"""

import http.server
import json
import os
import pathlib
import sys
import threading
import types

import pytest
import requests
from hub import Hub

DEMO = pathlib.Path(os.environ.get("QDRANT_EDGE_DEMO", "/nonexistent"))
COLLECTION = "smart_glasses"


class Queue:
    """What storage.py uses of persistqueue.SQLiteAckQueue."""

    def __init__(self, path, auto_commit, multithreading):
        self.items = []

    size = property(lambda self: len(self.items))

    def put(self, item):
        self.items.append(item)

    def get(self, block):
        return self.items.pop(0)

    def ack(self, item):
        pass

    nack = put


def backend(hub):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or "null")
            shard, headers = "%s/collections/%s/shards/0" % (hub.url, COLLECTION), {"api-key": hub.key}
            if self.path == "/api/upsert":
                answer = requests.put("%s/collections/%s/points?wait=true" % (hub.url, COLLECTION), json={"points": sent}, headers=headers)
            elif self.path == "/api/snapshots/full":
                answer = requests.get(shard + "/snapshot", headers=headers)
            else:
                answer = requests.post(shard + "/snapshot/partial/create", json=sent["manifest"], headers=headers)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.mark.skipif(not DEMO.is_dir(), reason="QDRANT_EDGE_DEMO is not set")
def test_the_storage_of_the_demo(tmp_path, monkeypatch):
    numpy = pytest.importorskip("numpy")
    monkeypatch.setitem(sys.modules, "persistqueue", types.SimpleNamespace(SQLiteAckQueue=Queue))
    monkeypatch.syspath_prepend(str(DEMO))
    import config

    def vector(i):
        v = numpy.zeros(config.VECTOR_DIMENSION, dtype=numpy.float32)
        v[i], v[100] = 1.0, 0.25
        return v

    with Hub(tmp_path / "hub") as hub:
        requests.put("%s/collections/%s" % (hub.url, COLLECTION), headers={"api-key": hub.key},
                     json={"vectors": {"size": config.VECTOR_DIMENSION, "distance": "Cosine"}}).raise_for_status()
        server = backend(hub)
        monkeypatch.setattr(config, "BACKEND_URL", "http://127.0.0.1:%d" % server.server_port)
        monkeypatch.setattr(config, "SYNC_INTERVAL", 0.05)
        from glasses_x_edge.storage import VisionStorage

        storage = VisionStorage(tmp_path / "data")
        storage.initialize()
        stored = [storage.store_image("image-%d.jpg" % i, vector(i)) for i in range(5)]
        assert str(storage.search_similar(vector(2))[0]["id"]) == stored[2]
        with pytest.raises(ValueError):
            storage.sync_from_server()
        storage.full_sync_from_server()
        found = storage.search_similar(vector(3))
        assert str(found[0]["id"]) == stored[3] and found[0]["image_path"] == "image-3.jpg" and len(found) == 3
        later = [storage.store_image("later-%d.jpg" % i, vector(10 + i)) for i in range(3)]
        assert str(storage.search_similar(vector(11))[0]["id"]) == later[1]
        storage.sync_from_server()
        assert storage.mutable_shard.info().points_count == 0
        assert storage.immutable_shard.info().points_count == 8
        assert {str(r["id"]) for r in storage.search_similar(vector(12), 8)} == set(stored + later)
        storage.stop_sync_worker()
        server.shutdown()
        server.server_close()
