"""The cases of tests/conformance with our package, and with the reference: the answers recorded are still its own."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNNER = ROOT / "tests" / "conformance" / "runner.py"


def run(package: str) -> None:
    env = {**os.environ, "PYTHONPATH": package}
    done = subprocess.run([sys.executable, str(RUNNER)], env=env, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_ours():
    run(str(ROOT / "bindings" / "python"))


def test_the_reference(wheel_dir):
    run(wheel_dir)
