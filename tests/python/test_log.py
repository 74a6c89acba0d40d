"""What the package makes of its operations is logged byte for byte as the reference logs it."""

import json
import os
import subprocess
import sys

from conftest import ROOT

DATA = ROOT / "core" / "api" / "testdata"


def test_schemas_and_vector_names_are_logged_alike(tmp_path):
    env = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python")}
    done = subprocess.run([sys.executable, str(DATA / "indexes.py"), str(tmp_path / "ours.json")], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "ours.json").read_text()) == json.loads((DATA / "indexes-0.9.0.json").read_text())
