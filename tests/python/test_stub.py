"""The stub says what the package is, and a client that trusts it type-checks."""

import ast
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
PACKAGE = HERE.parents[1] / "bindings" / "python"

# Functions in the stub, classes at run time: calling one gives an object of another class, which a class cannot say.
MAKERS = ["SegmentConfig", "SparseVectorDataConfig", "VectorDataConfig"]


def tool(where, *args):
    """Run a mypy tool in a directory of its own, with a cache that is shared by the tests of a run."""
    env = {**os.environ, "PYTHONPATH": str(PACKAGE), "MYPYPATH": str(where), "MYPY_CACHE_DIR": str(where.parent / "cache")}
    done = subprocess.run([sys.executable, "-m", *args], env=env, cwd=where, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def as_made(stub):
    """The stub with constructors where they are at run time: objects are immutable and made whole by __new__."""
    tree = ast.parse(stub)
    for class_ in [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]:
        for f in class_.body:
            if isinstance(f, ast.FunctionDef) and f.name == "__init__":
                f.name, f.args.args[0].arg, f.returns = "__new__", "cls", ast.Name(class_.name)
    return tree


def assigned(tree):
    return {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign)}


def exported(tree):
    return ast.literal_eval(assigned(tree)["__all__"])


def aliases(tree):
    """Names of types that exist for annotations only."""
    return [name for name in assigned(tree) if not name.startswith("__") and name not in exported(tree)]


def test_the_stub_agrees_with_the_runtime(tmp_path):
    tree = as_made((PACKAGE / "qdrant_edge" / "__init__.pyi").read_text())
    stubs = tmp_path / "stubs"
    (stubs / "qdrant_edge").mkdir(parents=True)
    (stubs / "qdrant_edge" / "__init__.pyi").write_text(ast.unparse(tree))
    allowed = tmp_path / "allowed"
    allowed.write_text("".join("qdrant_edge.%s\n" % re.escape(name) for name in aliases(tree) + MAKERS))
    code, output = tool(stubs, "mypy.stubtest", "qdrant_edge", "--concise", "--ignore-missing-stub", "--allowlist", str(allowed))
    assert code == 0, output


def test_the_stub_of_sync_agrees_with_the_runtime(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    # __init__ refuses every argument: a shard is made by open
    (tmp_path / "allowed").write_text(r"qdrant_edge\.sync\.SyncedShard\.__init__")
    code, output = tool(work, "mypy.stubtest", "qdrant_edge.sync", "--concise", "--ignore-missing-stub", "--allowlist", str(tmp_path / "allowed"))
    assert code == 0, output
    code, output = tool(work, "mypy", "--strict", "-p", "qdrant_edge.sync", "-p", "qdrant_edge.aio")
    assert code == 0, output


def test_all_is_what_the_package_exports():
    import qdrant_edge

    tree = ast.parse((PACKAGE / "qdrant_edge" / "__init__.pyi").read_text())
    assert sorted(exported(tree)) == sorted(qdrant_edge.__all__)


def test_a_strict_client_type_checks(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    code, output = tool(work, "mypy", "--strict", str(HERE / "wheel_guide.py"))
    assert code == 0, output


@pytest.mark.skipif("QDRANT_EDGE_PYRIGHT" not in os.environ, reason="make test-wheel installs pyright")
def test_pyright_agrees(tmp_path):
    stub = PACKAGE / "qdrant_edge" / "__init__.pyi"
    config = {"extraPaths": [str(PACKAGE)], "typeCheckingMode": "strict", "include": [str(HERE / "wheel_guide.py"), str(stub)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
    done = subprocess.run([os.environ["QDRANT_EDGE_PYRIGHT"], "--project", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif("QDRANT_EDGE_PYRIGHT" not in os.environ, reason="make test-wheel installs pyright")
def test_every_public_type_is_known():
    env = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run([os.environ["QDRANT_EDGE_PYRIGHT"], "--pythonpath", sys.executable, "--verifytypes", "qdrant_edge"],
                          env=env, capture_output=True, text=True)
    assert "Type completeness score: 100%" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("line, complaint", [
    ("EdgeShard.create()", "Missing positional argument"),
    ("EdgeVectorParams(size='4', distance=Distance.Cosine)", 'incompatible type "str"'),
    ("Distance.Cosinus", "has no attribute"),
    ("EdgeShard.load('x').count(CountRequest()).bit_length().no", "has no attribute"),
    ("EdgeShard.load('x').query(CountRequest())", "incompatible type"),
], ids=["missing argument", "type of an argument", "enum member", "type of a result", "request of another call"])
def test_mistakes_are_found(tmp_path_factory, line, complaint):
    work = tmp_path_factory.getbasetemp() / "mistakes"
    work.mkdir(exist_ok=True)
    (work / "client.py").write_text("from qdrant_edge import *\n\n%s\n" % line)
    code, output = tool(work, "mypy", "--strict", "client.py")
    assert code == 1 and complaint in output, output
