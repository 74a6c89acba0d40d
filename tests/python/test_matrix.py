"""Both implementations take turns on one shard: one makes it, the other reads it and writes more, the first reads it again."""

import itertools
import json
import os
import pathlib
import subprocess
import sys

import pytest

SIDE = pathlib.Path(__file__).with_name("matrix_side.py")
OURS = pathlib.Path(__file__).resolve().parents[2] / "bindings" / "python"

CASES = [dict(zip(("datatype", "cold", "optimized", "killed"), c))
         for c in itertools.product(("Float32", "Float16", "Uint8"), (False, True), (False, True), (False, True))]


def name(case):
    return "-".join([case["datatype"]] + [k for k in ("cold", "optimized", "killed") if case[k]])


def step(where, verb, path, case):
    done = subprocess.run([sys.executable, str(SIDE), verb, str(path), json.dumps(case)], env={**os.environ, "PYTHONPATH": str(where)},
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def same(a, b, case):
    """IDF counts points that were deleted since a segment was built, until it is loaded again: hits of it are compared by id."""
    assert a["points"] == b["points"]
    assert a["count"] == b["count"]
    for vector in a["hits"]:
        assert set(a["hits"][vector]) == set(b["hits"][vector]), vector
        if vector != "words":
            assert a["hits"][vector] == pytest.approx(b["hits"][vector], rel=0.03 if vector == "typed" else 1e-5), vector


@pytest.mark.parametrize("ours_first", [True, False], ids=["ours", "theirs"])
@pytest.mark.parametrize("case", CASES, ids=name)
def test_in_turns(tmp_path, wheel_dir, case, ours_first):
    first, second = (OURS, wheel_dir) if ours_first else (wheel_dir, OURS)
    path = tmp_path / "shard"
    made = step(first, "make", path, case)
    same(made, step(second, "dump", path, {**case, "killed": False}), case)
    more = step(second, "more", path, case)
    same(more, step(first, "dump", path, {**case, "killed": False}), case)


@pytest.mark.parametrize("ours_first", [True, False], ids=["ours", "theirs"])
@pytest.mark.parametrize("case", [c for c in CASES if c["datatype"] == "Float32" and not c["cold"]], ids=name)
def test_vector_names(tmp_path, wheel_dir, case, ours_first):
    first, second = (OURS, wheel_dir) if ours_first else (wheel_dir, OURS)
    path = tmp_path / "shard"
    step(first, "make", path, {**case, "killed": False})
    changed = step(first, "names", path, case)
    assert step(second, "points", path, case) == changed
    assert step(first, "points", path, case) == changed
