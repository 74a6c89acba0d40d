"""Nobody can tell the package from the reference wheel: every name, signature, member, property, repr and type of exception is compared.

What differs on purpose stands in IMPROVEMENTS, with the reason; any other
difference fails, and so does an entry that no longer differs.
"""

import json
import os
import subprocess
import sys

import pytest

from conftest import ROOT

TYPED = "exceptions are typed; all derive from EdgeError, which is an Exception"
OPENED_BY_PATH = "EdgeShard(path, config=None) of 0.4 and 0.5 opens a shard"
DEFAULTS = "retrieve() has the defaults that the reference's stub promises"

IMPROVEMENTS = {
    'bad:Bm25(Bm25Config(avg_len=0.0))': TYPED,
    'bad:Bm25(Bm25Config(b=-0.1))': TYPED,
    'bad:Bm25(Bm25Config(b=2.0))': TYPED,
    'bad:Bm25(Bm25Config(k=-1.0))': TYPED,
    'bad:Bm25(Bm25Config(language="klingon"))': TYPED,
    'bad:EdgeShard("x")': OPENED_BY_PATH,
    'bad:EdgeShard.load("/nonexistent/zzz")': TYPED,
    'bad:EdgeShard.unpack_snapshot("/nonexistent", "/nonexistent2")': TYPED,
    'class:EdgeShard/retrieve#sig': DEFAULTS,
    'sample:MatchValue(True).value': "a bool stays a bool and matches bools",
    'sample:QueryRequest(limit=1, query=Formula(Expression.Constant(1.0)))#repr': "the reference prints UNIMPLEMENTED",
    'shard:EdgeShard#enter': "EdgeShard is a context manager",
    'shard:EdgeShard/retrieve#sig': DEFAULTS,
    'shard:Record_plain': DEFAULTS,
    'shard:closed_flush': TYPED,
    'shard:closed_info': TYPED,
    'shard:closed_manifest': TYPED,
    'shard:closed_optimize': TYPED,
    'shard:closed_query': TYPED,
    'shard:closed_update': TYPED,
}


def same_signature(a, b):
    """Names, kinds, and defaults; ``...``, a default that cannot be shown, is like any."""
    if a is None or b is None or len(a) != len(b):
        return a == b
    return all(x[:2] == y[:2] and (x[2] is None) == (y[2] is None) and (x[2] == y[2] or "..." in (x[2], y[2])) for x, y in zip(a, b))


def same(key, a, b):
    if key.endswith("#sig") or key.endswith("#init"):
        return same_signature(a, b)
    if isinstance(a, dict) and isinstance(b, dict) and "raises" in a and "raises" in b:
        return a["raises"] == b["raises"]
    return a == b


def dump(where, out):
    env = {**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, str(ROOT / "tests" / "python" / "surface.py"), str(where), str(out)],
                          env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {key: entry["value"] for key, entry in json.loads(out.read_text()).items() if entry["cat"] != "cosmetic"}


@pytest.fixture(scope="module")
def surfaces(wheel_dir, tmp_path_factory):
    work = tmp_path_factory.mktemp("surface")
    return dump(wheel_dir, work / "reference.json"), dump(ROOT / "bindings" / "python", work / "ours.json")


def test_nothing_is_missing(surfaces):
    reference, ours = surfaces
    assert len(reference) > 7000
    assert [key for key in reference if key not in ours] == []


def test_only_improvements_differ(surfaces):
    reference, ours = surfaces
    different = {key for key, value in reference.items() if not same(key, value, ours.get(key))}
    assert different == set(IMPROVEMENTS), sorted(different ^ set(IMPROVEMENTS))
