"""The same tests against the reference wheel, in a process of their own: both packages are called qdrant_edge."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def test_the_reference_passes_the_same_tests(wheel_dir):
    env = {**os.environ, "QDRANT_EDGE_WHEEL_DIR": wheel_dir}
    env.pop("PYTHONPATH", None)
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", "--impl=wheel", str(HERE / "test_shard.py"),
                          str(HERE / "test_vectors.py"), str(HERE / "test_queries.py")],
                         env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
