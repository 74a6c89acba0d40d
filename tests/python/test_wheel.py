"""What users install: a wheel in a clean environment, without this repository.

By default the wheel is made from the library that the suite runs on. `make test-wheel` sets QDRANT_EDGE_DIST
to the files that are published: the manylinux wheel and the sdist, which compiles.
"""

import ast
import importlib.machinery
import json
import os
import pathlib
import re
import subprocess
import sys
import zipfile
from email.parser import Parser

import pytest

from hub import Hub

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "bindings" / "python"
PUBLISHED = [pathlib.Path(name) for name in os.environ.get("QDRANT_EDGE_DIST", "").split()]


def clean_environment(**extra):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QDRANT_EDGE_", "PYTHON"))}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **extra}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    for file in PUBLISHED:
        if file.suffix == ".whl":
            return file
    out = tmp_path_factory.mktemp("dist")
    env = {**os.environ, "QDRANT_EDGE_WHEEL_LIBRARY": os.environ["QDRANT_EDGE_LIBRARY"]}
    run = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=PACKAGE, env=env,
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module", params=PUBLISHED or [None], ids=[p.name for p in PUBLISHED] or ["from the suite's library"])
def python(request, tmp_path_factory):
    """The interpreter of a new environment with nothing but the package."""
    file = request.param or request.getfixturevalue("wheel")
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    interpreter = venv / "bin" / "python"
    options = ["--no-index"] if file.suffix == ".whl" else []
    run = subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(interpreter), "install", "--quiet",
                          *options, str(file)], cwd=venv, env=clean_environment(), capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return interpreter


def run(python, *args, **env):
    done = subprocess.run([str(python), *map(str, args)], env=clean_environment(**env), capture_output=True, text=True, cwd=python.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_guide_runs_on_the_installed_package(python, tmp_path):
    (tmp_path / "device").mkdir()
    with Hub(tmp_path / "hub") as hub:
        done = run(python, "-I", PACKAGE.parents[1] / "tests" / "python" / "wheel_guide.py", hub.url, hub.key, tmp_path / "device")
    assert done.stdout == "walked\n" and done.stderr == ""


def test_the_wheel_holds_everything_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = next(n for n in names if n.endswith("/METADATA")).rsplit("/", 1)[0]
        metadata = Parser().parsestr(archive.read(info + "/METADATA").decode())
        tags = [line.split(": ")[1] for line in archive.read(info + "/WHEEL").decode().splitlines() if line.startswith("Tag: ")]
        assert archive.read(info + "/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
        assert "golang.org/x/sys" in archive.read("qdrant_edge/THIRD_PARTY_LICENSES.txt").decode()
        sbom = json.loads(archive.read(info + "/sboms/qdrant-edge-go.cdx.json"))
    assert sbom["bomFormat"] == "CycloneDX" and {"stdlib", "golang.org/x/sys"} <= {part["name"] for part in sbom["components"]}
    suffixes = tuple(importlib.machinery.SOURCE_SUFFIXES) + (".pyi",)
    sources = {"qdrant_edge/" + p.name for p in (PACKAGE / "qdrant_edge").iterdir() if p.name.endswith(suffixes)}
    assert {n for n in names if not n.startswith(info)} == sources | {
        "qdrant_edge/py.typed", "qdrant_edge/libqdrant_edge.so", "qdrant_edge/THIRD_PARTY_LICENSES.txt"}
    assert metadata["Name"] == "qdrant-edge-go" and metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_payload().startswith("# qdrant-edge-go")
    assert all(tag.startswith("py3-none-") and tag != "py3-none-any" for tag in tags) and tags


def test_one_version(python):
    code = """if True:
        import ctypes, importlib.metadata, json, os, qdrant_edge
        library = ctypes.CDLL(os.path.join(os.path.dirname(qdrant_edge.__file__), "libqdrant_edge.so"))
        library.qe_version.restype = ctypes.c_char_p
        print(json.dumps([qdrant_edge.__version__, importlib.metadata.version("qdrant-edge-go"), library.qe_version().decode()]))
    """
    command = subprocess.run([os.environ.get("QDRANT_EDGE_HUB", str(ROOT / "build" / "qdrant-edge")), "version"], capture_output=True, text=True)
    assert set(json.loads(run(python, "-I", "-c", code).stdout)) == {command.stdout.strip()}


USE = """if True:
    import sys, warnings
    with warnings.catch_warnings(record=True) as at_import:
        warnings.simplefilter("always")
        import qdrant_edge
    try:
        qdrant_edge.EdgeShard.load("nowhere")
    except qdrant_edge.EdgeError:
        pass
    assert not at_import and "importlib.metadata" not in sys.modules
"""


def test_an_installed_qdrant_edge_py_is_not_shadowed_silently(python, tmp_path):
    assert run(python, "-c", USE).stderr == ""
    (tmp_path / "qdrant_edge_py-0.9.0.dist-info").mkdir()
    warned = run(python, "-c", USE, PYTHONPATH=str(tmp_path)).stderr
    assert "RuntimeWarning: qdrant-edge-py 0.9.0" in warned and "pip uninstall" in warned, warned
    assert run(python, "-W", "ignore::RuntimeWarning", "-c", USE, PYTHONPATH=str(tmp_path)).stderr == ""


def test_the_oldest_python_can_read_the_sources():
    (oldest,) = re.findall(r'requires-python = ">=3\.(\d+)"', (PACKAGE / "pyproject.toml").read_text())
    for path in (PACKAGE / "qdrant_edge").glob("*.py*"):
        ast.parse(path.read_text(), str(path), feature_version=(3, int(oldest)))
