"""Calls from many threads, and what happens after fork()."""

import multiprocessing
import os
import threading
import time

import pytest
from qdrant_edge import (CountRequest, Distance, EdgeConfig, EdgeShard, EdgeVectorParams, Forked, Point, Query, QueryRequest,
                         ScrollRequest, UpdateOperation)

CONFIG = EdgeConfig(vectors=EdgeVectorParams(8, Distance.Dot))


def test_readers_and_a_writer(tmp_path):
    shard = EdgeShard.create(tmp_path, CONFIG)
    shard.update(UpdateOperation.upsert_points([Point(0, [1.0] * 8)]))
    failures, stop = [], threading.Event()

    def read():
        try:
            while not stop.is_set():
                hits = shard.query(QueryRequest(query=Query.Nearest([1.0] * 8), limit=5, with_payload=True))
                assert hits and all(h.payload is not None for h in hits)
                shard.scroll(ScrollRequest(limit=3))
        except BaseException as e:
            failures.append(e)

    readers = [threading.Thread(target=read) for _ in range(6)]
    for r in readers:
        r.start()
    for i in range(200):
        shard.update(UpdateOperation.upsert_points([Point(i, [float(i)] * 8, {"i": i})]))
    stop.set()
    for r in readers:
        r.join()
    assert not failures
    assert shard.count(CountRequest()) == 200
    shard.close()


def test_many_writers_lose_nothing(tmp_path):
    shard = EdgeShard.create(tmp_path, CONFIG)

    def write(start):
        for i in range(start, start + 50):
            shard.update(UpdateOperation.upsert_points([Point(i, [float(i)] * 8)]))

    writers = [threading.Thread(target=write, args=(1000 * n,)) for n in range(4)]
    for w in writers:
        w.start()
    for w in writers:
        w.join()
    assert shard.count(CountRequest()) == 200
    shard.close()


def test_close_while_others_read(tmp_path):
    shard = EdgeShard.create(tmp_path, CONFIG)
    shard.update(UpdateOperation.upsert_points([Point(i, [1.0] * 8) for i in range(100)]))
    wrong = []

    def read():
        from qdrant_edge import Closed

        for _ in range(2000):
            try:
                shard.query(QueryRequest(query=Query.Nearest([1.0] * 8), limit=5))
            except Closed:
                return
            except BaseException as e:
                wrong.append(e)
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for r in readers:
        r.start()
    time.sleep(0.01)
    shard.close()
    for r in readers:
        r.join()
    assert not wrong


def test_the_lock_of_the_interpreter_is_released(tmp_path):
    shard = EdgeShard.create(tmp_path, EdgeConfig(vectors=EdgeVectorParams(256, Distance.Dot)))
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())

    ticker = threading.Thread(target=tick)
    ticker.start()
    points = [Point(i, [1.0] * 256) for i in range(20000)]
    operation = UpdateOperation.upsert_points(points)
    begin = time.perf_counter()
    shard.update(operation)
    end = time.perf_counter()
    stop.set()
    ticker.join()
    inside = sum(begin + (end - begin) * 0.2 < t < begin + (end - begin) * 0.8 for t in ticks)
    assert inside > 10
    shard.close()


def in_child(function):
    """Run a function in a forked child and return what it sent, or fail after ten seconds."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, repr(function()).encode())
        except BaseException as e:
            os.write(write, ("%s: %s" % (type(e).__name__, e)).encode())
        finally:
            os._exit(0)
    os.close(write)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            with os.fdopen(read, "rb") as f:
                return f.read().decode()
        time.sleep(0.01)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(read)
    pytest.fail("the child hangs")


def test_a_shard_from_before_the_fork_is_refused(tmp_path):
    shard = EdgeShard.create(tmp_path, CONFIG)
    assert in_child(lambda: shard.count(CountRequest())).startswith("Forked: ")
    assert in_child(shard.close) == "None"
    assert shard.count(CountRequest()) == 0
    shard.close()
    assert issubclass(Forked, Exception)


def test_the_child_opens_its_own(tmp_path):
    EdgeShard.create(tmp_path / "parent", CONFIG).close()

    def work():
        with EdgeShard.create(tmp_path / "child", CONFIG) as mine:
            mine.update(UpdateOperation.upsert_points([Point(i, [float(i)] * 8) for i in range(500)]))
            return [h.id for h in mine.query(QueryRequest(query=Query.Nearest([1.0] * 8), limit=2))], in_child(
                lambda: EdgeShard.create(tmp_path / "grandchild", CONFIG).count(CountRequest()))

    assert in_child(work) == "([499, 498], '0')"


def test_a_forked_child_keeps_no_lock(tmp_path):
    shard = EdgeShard.create(tmp_path, CONFIG)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    try:
        shard.close()
        EdgeShard.load(tmp_path).close()
    finally:
        os.close(write)
        os.close(read)
        os.waitpid(pid, 0)


def test_a_long_query_stops_no_other_thread(tmp_path):
    shard = EdgeShard.create(tmp_path, EdgeConfig(vectors=EdgeVectorParams(512, Distance.Manhattan)))
    shard.update(UpdateOperation.upsert_points([Point(i, [float(i % 7)] * 512) for i in range(4000)]))
    query = QueryRequest(query=Query.Nearest([1.0] * 512), limit=4000, with_payload=True, with_vector=True)
    running, ticks = threading.Event(), []

    def tick():
        while running.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0)

    running.set()
    ticker = threading.Thread(target=tick)
    ticker.start()
    spans = []
    for _ in range(5):
        begin = time.perf_counter()
        shard.query(query)
        spans.append((begin, time.perf_counter()))
    running.clear()
    ticker.join()
    assert any(sum(b + (e - b) * 0.2 < t < b + (e - b) * 0.8 for t in ticks) > 3 for b, e in spans)
    shard.close()


def count_in(path):
    with EdgeShard.load(path) as shard:
        return shard.count(CountRequest())


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_pools(tmp_path, method):
    paths = []
    for i in range(3):
        with EdgeShard.create(tmp_path / str(i), CONFIG) as shard:
            shard.update(UpdateOperation.upsert_points([Point(n, [1.0] * 8) for n in range(i + 1)]))
        paths.append(str(tmp_path / str(i)))
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(count_in, paths).get(timeout=60) == [1, 2, 3]
