"""Shards written by one implementation and read by the other."""

import json
import os
import pathlib
import random
import subprocess
import sys
import uuid

import pytest
import wheel_side

HERE = pathlib.Path(__file__).parent


def at_the_wheel(wheel_dir, verb, path, spec):
    env = {**os.environ, "PYTHONPATH": wheel_dir}
    run = subprocess.run([sys.executable, str(HERE / "wheel_side.py"), verb, str(path)], input=json.dumps(spec),
                         capture_output=True, text=True, env=env)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def sample(distance):
    rng = random.Random(distance)
    dim = 12

    def point(i):
        key = i if i % 3 else str(uuid.UUID(int=rng.getrandbits(128)))
        payload = {"n": i, "text": "wörd %d" % i, "f": i / 7, "list": [1, None, {"a": True}]} if i % 5 else {}
        return [key, [rng.uniform(-1, 1) for _ in range(dim)], payload]

    batches = [[point(i) for i in range(start, start + 100)] for start in (1, 101, 201)]
    batches.append([[i, [rng.uniform(-1, 1) for _ in range(dim)], {"again": i}] for i in (4, 5, 7)])
    return {"dim": dim, "distance": distance, "batches": batches, "delete": [8, 10, 301],
            "query": [rng.uniform(-1, 1) for _ in range(dim)]}


def same(ours, theirs):
    assert {p[0]: p[1:] for p in ours["points"]} == {p[0]: p[1:] for p in theirs["points"]}
    assert [h[0] for h in ours["hits"]] == [h[0] for h in theirs["hits"]]
    assert [h[1] for h in ours["hits"]] == pytest.approx([h[1] for h in theirs["hits"]], rel=1e-6)


DISTANCES = ["Cosine", "Dot", "Euclid", "Manhattan"]


@pytest.mark.parametrize("distance", DISTANCES)
def test_ours_opens_in_the_wheel(tmp_path, wheel_dir, distance):
    spec = sample(distance)
    config = wheel_side.EdgeConfig(vectors={"v": wheel_side.EdgeVectorParams(spec["dim"], getattr(wheel_side.Distance, distance))})
    shard = wheel_side.EdgeShard.create(str(tmp_path), config)
    for batch in spec["batches"]:
        shard.update(wheel_side.UpdateOperation.upsert_points([wheel_side.Point(i, {"v": v}, p) for i, v, p in batch]))
    shard.update(wheel_side.UpdateOperation.delete_points(spec["delete"]))
    ours = wheel_side.dump(shard, spec["query"])
    shard.close()
    same(ours, at_the_wheel(wheel_dir, "dump", tmp_path, spec))


@pytest.mark.parametrize("distance", DISTANCES)
def test_both_optimize_in_turns(tmp_path, wheel_dir, distance):
    """Each goes on with what the other built: same points, same neighbours, updates and the next optimization."""
    spec = sample(distance)
    ours = wheel_side.make(str(tmp_path), spec, True)
    assert ours["indexed"] == len(ours["points"])
    same(ours, at_the_wheel(wheel_dir, "dump", tmp_path, spec))
    for n in range(2):
        rng = random.Random(n)
        spec["batches"] = [[[i, [rng.uniform(-1, 1) for _ in range(12)], {"turn": n}] for i in range(50 * n, 900 * n + 90, 7)]]
        spec["delete"] = list(range(200 + n, 300, 3))
        theirs = at_the_wheel(wheel_dir, "again", tmp_path, spec)
        with wheel_side.EdgeShard.load(str(tmp_path)) as shard:
            same(wheel_side.dump(shard, spec["query"]), theirs)
        ours = wheel_side.again(str(tmp_path), spec)
        same(ours, at_the_wheel(wheel_dir, "dump", tmp_path, spec))


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("verb", ["make", "optimize"])
def test_the_wheel_s_opens_in_ours(tmp_path, wheel_dir, distance, verb):
    spec = sample(distance)
    path = tmp_path / "s"
    path.mkdir()
    theirs = at_the_wheel(wheel_dir, verb, path, spec)
    with wheel_side.EdgeShard.load(str(path)) as shard:
        same(wheel_side.dump(shard, spec["query"]), theirs)
        shard.update(wheel_side.UpdateOperation.upsert_points([wheel_side.Point(4, {"v": [1.0] * spec["dim"]}, {"new": 1})]))
        shard.update(wheel_side.UpdateOperation.delete_points([5]))
        ours = wheel_side.dump(shard, spec["query"])
    same(ours, at_the_wheel(wheel_dir, "dump", path, spec))


def kinds_sample():
    rng = random.Random(11)
    floats = lambda: [rng.uniform(-1, 1) for _ in range(wheel_side.DIM)]  # noqa: E731
    numbers = lambda: [float(rng.randrange(256)) for _ in range(wheel_side.DIM)]  # noqa: E731

    def sparse():
        indices = rng.sample(range(40), rng.randrange(1, 8))
        return {"indices": indices, "values": [rng.uniform(0.1, 2) for _ in indices]}

    def rows(make):
        return [make() for _ in range(rng.randrange(1, 5))]

    make = {"f16": floats, "u8": numbers, "multi": lambda: rows(floats), "multi f16": lambda: rows(floats),
            "multi u8": lambda: rows(numbers), "sparse": sparse, "sparse f16": sparse, "idf": sparse}

    def some():
        return {name: f() for name, f in make.items() if rng.random() < 0.8}

    batches = [[[i, some()] for i in range(start, start + 60)] for start in (1, 61, 50)]
    return {"batches": batches, "update": [[i, some()] for i in range(1, 30, 3)], "strip": list(range(40, 80, 4)),
            "delete": [5, 6, 110], "queries": {name: f() for name, f in make.items()}}


def same_kinds(ours, theirs):
    assert sorted(ours["points"]) == sorted(theirs["points"])
    for key, mine in ours["points"].items():
        other = theirs["points"][key]
        assert sorted(mine) == sorted(other), key
        for name in mine:
            assert mine[name] == other[name], (key, name)
    for name, mine in ours["hits"].items():
        assert mine == pytest.approx(theirs["hits"][name], rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("verb", ["make-kinds", "optimize-kinds"])
def test_every_kind_of_the_wheel_opens_in_ours(tmp_path, wheel_dir, verb):
    spec = kinds_sample()
    path = tmp_path / "s"
    path.mkdir()
    theirs = at_the_wheel(wheel_dir, verb, path, spec)
    with wheel_side.EdgeShard.load(str(path)) as shard:
        same_kinds(wheel_side.dump_kinds(shard, spec["queries"]), theirs)
        wheel_side.write_kinds(shard, {**spec, "batches": [spec["batches"][2][:20]], "update": spec["update"][5:], "delete": [3]})
        ours = wheel_side.dump_kinds(shard, spec["queries"])
    same_kinds(ours, at_the_wheel(wheel_dir, "dump-kinds", path, spec))


def test_every_kind_of_ours_opens_in_the_wheel(tmp_path, wheel_dir):
    spec = kinds_sample()
    path = tmp_path / "s"
    path.mkdir()
    ours = wheel_side.make_kinds(str(path), spec, False)
    same_kinds(ours, at_the_wheel(wheel_dir, "dump-kinds", path, spec))
