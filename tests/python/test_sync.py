"""SyncedShard against the hub: offline, push, pull, dead letters, two devices, death in the middle, closed handles, forks."""

import asyncio
import gc
import http.server
import json
import logging
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest
import qdrant_edge
import requests
from hub import Hub
from qdrant_edge import (CountRequest, Distance, EdgeConfig, EdgeVectorParams, FacetRequest, FieldCondition, Filter, MatchValue, PayloadSchemaType,
                         Point, Query, QueryBatchRequest, QueryGroupsRequest, QueryRequest, ScrollRequest, SearchMatrixRequest, SearchRequest,
                         UpdateOperation)
from qdrant_edge.aio import AsyncSyncedShard
from qdrant_edge.sync import SyncedShard
from test_threads_fork import in_child

CONFIG = EdgeConfig(vectors=EdgeVectorParams(4, Distance.Dot))


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        create(hub)
        yield hub


def create(hub, size=4):
    requests.put(f"{hub.url}/collections/c", json={"vectors": {"size": size, "distance": "Dot"}}, headers={"api-key": hub.key},
                 timeout=30).raise_for_status()


def on_server(hub):
    answer = requests.post(f"{hub.url}/collections/c/points/count", json={"exact": True}, headers={"api-key": hub.key}, timeout=30)
    return answer.json()["result"]["count"]


def device(path, hub, **options):
    return SyncedShard.open(path, CONFIG, **{"url": hub.url, "collection": "c", "api_key": hub.key, **options})


def upsert(*ids, **payload):
    return UpdateOperation.upsert_points([Point(i, [float(i), 1.0, 0.0, 0.0], {"n": i, **payload}) for i in ids])


def ids(shard):
    return [r.id for r in shard.scroll(ScrollRequest(limit=10_000))[0]]


def test_offline_from_the_start(tmp_path, hub):
    with SyncedShard.open(tmp_path / "d", CONFIG) as shard:
        assert shard.update(upsert(1, 2, 3)) == 1
        assert shard.status().state == "offline" and shard.pending().operations == 1
        with pytest.raises(qdrant_edge.InvalidArgument):
            shard.push()
        assert shard.point_states([1, 9]) == ["local", "unknown"]
    with SyncedShard.open(tmp_path / "d", url=hub.url, collection="c", api_key=hub.key) as shard:
        assert ids(shard) == [1, 2, 3] and shard.pending().operations == 1
        shard.sync(timeout=60)
        assert on_server(hub) == 3 and shard.pending() == (0, 0)
        assert shard.point_states([1, 9]) == ["synced", "unknown"]


def test_every_read_sees_one_shard(tmp_path, hub):
    with device(tmp_path / "d", hub) as shard:
        shard.update(UpdateOperation.create_field_index("tag", PayloadSchemaType.Keyword))
        shard.update(upsert(1, 2, 3, 4, tag="mirror"))
        shard.sync()
        shard.update(upsert(4, 5, tag="local"))
        shard.update(UpdateOperation.delete_points([1]))
        nearest = Query.Nearest([1.0, 0.0, 0.0, 0.0])
        assert [h.id for h in shard.query(QueryRequest(10, query=nearest))] == [5, 4, 3, 2]
        assert [h.id for h in shard.search(SearchRequest(nearest, 2))] == [5, 4]
        assert [[h.id for h in hits] for hits in shard.query_batch(QueryBatchRequest([QueryRequest(1, query=nearest)]))] == [[5]]
        groups = shard.query_groups(QueryGroupsRequest(query=QueryRequest(10, query=nearest), group_by="tag", groups=5, group_size=5))
        assert {g.id: [h.id for h in g.hits] for g in groups} == {"local": [5, 4], "mirror": [3, 2]}
        assert ids(shard) == [2, 3, 4, 5]
        assert shard.count(CountRequest(filter=Filter(must=[FieldCondition("tag", MatchValue("local"))]))) == 2
        assert {h.value: h.count for h in shard.facet(FacetRequest("tag"))} == {"mirror": 2, "local": 2}
        assert [r.payload["tag"] for r in shard.retrieve([1, 3, 4])] == ["mirror", "local"]
        assert [r.id for r in shard.retrieve([1, 3, 4], False, False)] == [3, 4]
        assert len(shard.search_matrix_pairs(SearchMatrixRequest(sample=10, limit=3))) == 12
        assert sorted(shard.search_matrix_offsets(SearchMatrixRequest(sample=10, limit=3)).ids) == [2, 3, 4, 5]
        assert shard.info().points_count >= 4


def test_two_devices(tmp_path, hub):
    with device(tmp_path / "a", hub) as a, device(tmp_path / "b", hub) as b:
        a.update(upsert(1, 2))
        b.update(upsert(3))
        a.sync()
        b.sync()
        b.update(UpdateOperation.delete_points([1]))
        b.update(UpdateOperation.set_payload([2], {"from": "b"}))
        b.push()
        a.pull()
        b.pull()
        assert ids(a) == ids(b) == [2, 3]
        assert a.retrieve([2])[0].payload == b.retrieve([2])[0].payload == {"n": 2, "from": "b"}
        assert a.status().state == b.status().state == "idle" and a.metrics()["pulls"] == 2


class Refusing(http.server.BaseHTTPRequestHandler):
    """Stands before a hub and refuses writes while refuse is true; waits while hold is."""

    refuse, hold, reached = False, False, None

    def do_PUT(self):
        size = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(size)
        if self.server.hold is not None:
            self.server.reached.set()
            self.server.hold.wait(30)
        status, data, kind = 400, json.dumps({"status": {"error": "Wrong input: not today"}, "time": 0.0}).encode(), "application/json"
        if not (self.server.refuse and "/points" in self.path):
            answer = requests.request(self.command, self.server.target + self.path, data=sent, timeout=30,
                                      headers={k: v for k, v in self.headers.items() if k.lower() not in ("host", "accept-encoding")})
            status, data, kind = answer.status_code, answer.content, answer.headers.get("Content-Type", "")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT

    def log_message(self, *args):
        pass


@pytest.fixture
def proxy(hub):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    server.target, server.refuse, server.hold, server.reached, server.key = hub.url, False, None, threading.Event(), hub.key
    server.url = "http://127.0.0.1:%d" % server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_dead_letters(tmp_path, hub, proxy):
    with device(tmp_path / "d", proxy) as shard:
        proxy.refuse = True
        shard.update(upsert(1))
        shard.update(upsert(2))
        shard.push()
        first, second = shard.dead_letters()
        assert "not today" in first.reason and first.operation["upsert_points"]["points"][0]["id"] == 1
        assert shard.status().dead_letters == 2 and shard.point_states([1]) == ["dead"] and ids(shard) == [1, 2]
        proxy.refuse = False
        assert shard.requeue(first) > second.seq
        shard.discard(second.id)
        shard.sync()
        assert ids(shard) == [1] and on_server(hub) == 1 and shard.dead_letters() == []
        with pytest.raises(qdrant_edge.NotFound):
            shard.discard(second)


def test_errors_of_the_server(tmp_path, hub):
    secret = "not-the-key"
    with device(tmp_path / "d", hub, api_key=secret) as shard:
        shard.update(upsert(1))
        with pytest.raises(qdrant_edge.Unauthorized) as caught:
            shard.push()
        assert isinstance(caught.value, qdrant_edge.SyncError) and secret not in str(caught.value)
        assert shard.status().last_error["kind"] == "auth" and shard.status().failures == 1
        shard.set_api_key(hub.key)
        shard.sync()
        requests.delete(f"{hub.url}/collections/c", headers={"api-key": hub.key}, timeout=30).raise_for_status()
        with pytest.raises(qdrant_edge.ServerChanged):
            shard.pull()
        create(hub)
        shard.update(upsert(2))
        with pytest.raises(qdrant_edge.ServerChanged):
            shard.sync()
        assert ids(shard) == [1, 2]
        shard.reset("keep_all")
        shard.sync()
        assert ids(shard) == [1, 2] and on_server(hub) == 2
        with pytest.raises(qdrant_edge.InvalidArgument):
            shard.reset("everything")
    with SyncedShard.open(tmp_path / "d", url="http://127.0.0.1:9", collection="c") as shard:
        with pytest.raises(qdrant_edge.Unavailable):
            shard.push() or shard.pull()
        assert ids(shard) == [1, 2]
    with pytest.raises(qdrant_edge.InvalidArgument):
        SyncedShard.open(tmp_path / "d", url="http://192.0.2.1", collection="c")
    with pytest.raises(qdrant_edge.InvalidArgument):
        SyncedShard.open(tmp_path / "new")
    with pytest.raises(TypeError):
        SyncedShard(tmp_path / "new")


def test_the_background(tmp_path, hub, caplog):
    events, allowed = [], []
    with caplog.at_level(logging.DEBUG, logger="qdrant_edge"):
        with device(tmp_path / "d", hub, interval=0.05, push_delay=0.01, on_progress=events.append, gate=lambda: bool(allowed)) as shard:
            shard.start()
            seq = shard.update(upsert(1))
            assert not shard.wait_synced(seq, timeout=0.2) and on_server(hub) == 0
            allowed.append(True)
            assert shard.wait_synced(seq, timeout=30)
            assert shard.status().running
            shard.stop()
            assert not shard.status().running and on_server(hub) == 1
    assert {"pushing", "pulling"} <= {e["state"] for e in events}
    assert "transfer begins" in caplog.text and hub.key not in caplog.text


def test_callbacks_may_fail(tmp_path, hub, caplog):
    def fails(event):
        raise RuntimeError("of the callback")

    with device(tmp_path / "d", hub, on_progress=fails) as shard:
        shard.update(upsert(1))
        shard.sync()
    assert on_server(hub) == 1 and "of the callback" in caplog.text


def test_calls_are_cancelled(tmp_path, proxy):
    proxy.hold = threading.Event()
    with device(tmp_path / "d", proxy) as shard:
        shard.update(upsert(1))
        with pytest.raises(qdrant_edge.Cancelled):
            shard.push(timeout=0.2)
        failed = []
        pusher = threading.Thread(target=lambda: failed.append(pytest.raises(qdrant_edge.Cancelled, shard.push)))
        proxy.reached.clear()
        pusher.start()
        assert proxy.reached.wait(30)
        assert ids(shard) == [1] and shard.update(upsert(2)) == 2
        shard.cancel()
        pusher.join(30)
        assert failed
        proxy.reached.clear()
        main = threading.main_thread().ident
        threading.Thread(target=lambda: proxy.reached.wait(30) and signal.pthread_kill(main, signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            shard.pull()
        for timeout in (0, -1):
            with pytest.raises(ValueError):
                shard.push(timeout=timeout)
        proxy.hold.set()


def test_backups(tmp_path, hub):
    with device(tmp_path / "d", hub) as shard:
        shard.update(upsert(1))
        shard.sync()
        shard.update(upsert(2))
        assert shard.verify()["ok"]
        shard.backup(tmp_path / "copy")
        shard.update(upsert(3))
        with pytest.raises(qdrant_edge.AlreadyExists):
            shard.backup(tmp_path / "copy")
    SyncedShard.restore(tmp_path / "copy", tmp_path / "again")
    with device(tmp_path / "again", hub) as shard:
        assert ids(shard) == [1, 2] and shard.point_states([1, 2]) == ["synced", "local"]
        shard.sync()
        assert on_server(hub) == 2
    with pytest.raises(qdrant_edge.AlreadyExists):
        SyncedShard.restore(tmp_path / "copy", tmp_path / "again")


def test_the_server_may_win(tmp_path, hub):
    with device(tmp_path / "a", hub, conflicts="server_wins") as a, device(tmp_path / "b", hub) as b:
        a.update(upsert(1, by="nobody"))
        a.sync()
        b.sync()
        a.update(UpdateOperation.set_payload([1], {"by": "a"}))
        b.update(UpdateOperation.set_payload([1], {"by": "b"}))
        b.sync()
        a.sync()
        assert a.retrieve([1])[0].payload["by"] == "b" and a.status().conflicts == 1
        b.pull()
        assert b.retrieve([1])[0].payload["by"] == "b"
    with pytest.raises(qdrant_edge.InvalidArgument):
        device(tmp_path / "a", hub, conflicts="mine")


def test_closed_handles(tmp_path, hub):
    shard = device(tmp_path / "d", hub)
    with pytest.raises(qdrant_edge.Locked):
        device(tmp_path / "d", hub)
    shard.close()
    shard.close()
    for use in (shard.push, shard.status, shard.flush, shard.start, shard.pending, lambda: shard.count(CountRequest()), lambda: shard.update(upsert(1))):
        with pytest.raises(qdrant_edge.Closed):
            use()
    dropped = device(tmp_path / "d", hub)
    dropped.start()
    del dropped
    gc.collect()
    device(tmp_path / "d", hub).close()


def test_forks(tmp_path, hub):
    with device(tmp_path / "d", hub) as shard:
        shard.update(upsert(1))
        assert in_child(lambda: shard.count(CountRequest())).startswith("Forked: ")
        assert in_child(shard.close) == "None"

        def work():
            with device(tmp_path / "child", hub) as mine:
                mine.update(upsert(2))
                mine.sync()
                return ids(mine)

        assert in_child(work) == "[2]"
        shard.sync()
        assert ids(shard) == [1, 2]


CHILD = """
import sys
from qdrant_edge import *
from qdrant_edge.sync import SyncedShard
path, url, key, first = *sys.argv[1:4], int(sys.argv[4])
shard = SyncedShard.open(path, EdgeConfig(vectors=EdgeVectorParams(4, Distance.Dot)), url=url, collection="c", api_key=key, batch_operations=2,
                         push_delay=0.001, interval=0.05)
shard.start()
for i in range(first, first + 10_000):
    shard.update(UpdateOperation.upsert_points([Point(i, [float(i), 1.0, 0.0, 0.0], {"n": i})]))
    print(i, flush=True)
"""


def test_killed_while_it_pushes(tmp_path, hub):
    env = {**os.environ, "PYTHONPATH": str(pathlib.Path(qdrant_edge.__file__).parents[1])}
    promised = []
    for round in range(3):
        first = 1 + 10_000 * round
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / "d"), hub.url, hub.key, str(first)], env=env, stdout=subprocess.PIPE, text=True)
        until = time.monotonic() + 0.15 + 0.1 * round
        while True:
            promised.append(int(child.stdout.readline()))
            if time.monotonic() > until and len(promised) > round * 5 + 5:
                break
        child.kill()
        promised += map(int, child.stdout.read().split())
        child.wait()
    with device(tmp_path / "d", hub) as shard:
        have = set(ids(shard))
        assert have >= set(promised) and len(have - set(promised)) <= 4  # an update per round may not have been told
        shard.sync()
        assert set(ids(shard)) == have and on_server(hub) == len(have)
        assert shard.status().state == "idle"


def test_coroutines(tmp_path, hub, proxy):
    async def run():
        async with await AsyncSyncedShard.open(tmp_path / "d", CONFIG, url=proxy.url, collection="c", api_key=hub.key) as shard:
            await asyncio.gather(*[shard.update(upsert(i)) for i in range(1, 9)])
            await shard.sync()
            assert await shard.count(CountRequest()) == 8 and (await shard.pending()).operations == 0
            proxy.hold = threading.Event()
            task = asyncio.ensure_future(shard.pull())
            proxy.reached.clear()
            while not proxy.reached.is_set():
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            proxy.hold.set()
            proxy.hold = None
            await shard.pull()
            return (await shard.status()).state

    assert asyncio.run(run()) == "idle"
