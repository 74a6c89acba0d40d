"""The public example scripts of the reference run unmodified and print the same, but for random ids.

QDRANT_EDGE_EXAMPLES is a copy of lib/edge/python/examples of github:qdrant/qdrant.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest

from conftest import ROOT

EXAMPLES = pathlib.Path(os.environ.get("QDRANT_EDGE_EXAMPLES", "/nonexistent"))
NEED_A_SERVER = {"optimize.py", "restore-snapshot.py"}
ORDER = ["demo.py"]  # leaves the shard that load-existing.py reads


def scripts():
    found = {p.name for p in EXAMPLES.glob("*.py")} - NEED_A_SERVER - {"__init__.py", "common.py"}
    return ORDER + sorted(found - set(ORDER)) if found else []


def output(script, package, work):
    (work / "examples").mkdir(parents=True, exist_ok=True)
    for p in EXAMPLES.glob("*.py"):
        (work / "examples" / p.name).write_text(p.read_text())
    env = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run([sys.executable, script], cwd=work / "examples", env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+", "?", done.stdout)


@pytest.mark.skipif(not scripts(), reason="QDRANT_EDGE_EXAMPLES is not set")
def test_examples_print_the_same(wheel_dir, tmp_path):
    for script in scripts():
        ours = output(script, ROOT / "bindings" / "python", tmp_path / "ours")
        reference = output(script, wheel_dir, tmp_path / "reference")
        assert ours.replace(str(tmp_path / "ours"), "") == reference.replace(str(tmp_path / "reference"), ""), script
