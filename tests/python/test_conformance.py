"""The cases of tests/conformance with our package, and with the reference: the answers recorded are still its own."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = ROOT / "tests" / "conformance"
PARTS = 2


def run(**more: str) -> None:
    """In processes that each have a part of the cases."""
    env = {**os.environ, **more}
    parts = [subprocess.Popen([sys.executable, str(SUITE / "runner.py"), f"{part}/{PARTS}"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
             for part in range(PARTS)]
    ended = [(part.communicate(timeout=1800)[0], part.returncode) for part in parts]
    assert not any(status for _, status in ended), "\n".join(out[-6000:] for out, _ in ended)


@pytest.fixture
def quick(tmp_path) -> dict:
    """What makes the reference open shards faster, where there is a C compiler."""
    compiler = os.environ.get("CC", "cc")
    if not sys.platform.startswith("linux") or not shutil.which(compiler):
        return {}
    built = tmp_path / "unpopulated.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(built), str(SUITE / "preload" / "unpopulated.c")], check=True)
    return {"LD_PRELOAD": str(built)}


def test_ours():
    run(PYTHONPATH=str(ROOT / "bindings" / "python"))


def test_the_reference(wheel_dir, quick):
    run(PYTHONPATH=wheel_dir, **quick)
