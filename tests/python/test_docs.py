"""Every block of Python and Go in docs/ and in the READMEs of the bindings runs: the blocks of a page in turn, in a process and directory of their own."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import requests
from hub import Hub

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "bindings" / "python" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


def blocks(page: pathlib.Path, language: str) -> list:
    return [code for kind, code in FENCE.findall(page.read_text("utf-8")) if kind == language]


def pages_with(language: str, what: str = "") -> list:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES if any(what in code for code in blocks(page, language))]


@pytest.fixture
def server(tmp_path):
    """A hub with the collection that the pages write about."""
    with Hub(tmp_path / "hub") as hub:
        made = requests.put(f"{hub.url}/collections/notes", json={"vectors": {"size": 4, "distance": "Cosine"}}, headers={"api-key": hub.key}, timeout=30)
        made.raise_for_status()
        yield {"QDRANT_URL": hub.url, "QDRANT_API_KEY": hub.key}


def run(command: list, directory: pathlib.Path, **env: str) -> str:
    done = subprocess.run(command, cwd=directory, env={**os.environ, **env}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("page", pages_with("python"))
def test_python(page, server, tmp_path):
    script = tmp_path / "page.py"
    script.write_text("\n".join(blocks(page, "python")), "utf-8")
    run([sys.executable, str(script)], tmp_path, PYTHONPATH=str(ROOT / "bindings" / "python"), **server)


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
@pytest.mark.parametrize("page", pages_with("go", "func main()"))
def test_go(page, server, tmp_path):
    """Blocks with a main function are programs that print what their Output comment says."""
    programs = [code for code in blocks(page, "go") if "func main()" in code]
    for i, code in enumerate(programs):
        source = tmp_path / f"{i}.go"
        source.write_text(code, "utf-8")
        out = run(["go", "run", str(source)], ROOT, **server)
        promised = re.search(r"// Output:\n((?:\s*// .*\n)+)", code)
        assert promised, "a program says what it prints"
        assert out.splitlines() == [line.strip()[3:] for line in promised.group(1).splitlines()]


def test_links():
    for page in PAGES:
        for target, _ in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
            assert not target or (page.parent / target).exists(), f"{page.name}: {target}"


def test_errors_are_those_of_the_spec():
    from qdrant_edge import _gen

    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    rows = {m[0]: m[1:] for m in re.findall(r"^\| `(\w+)` \| (\d+) \| `(\w+)`", page, re.M)}
    assert {kind: row[1] for kind, row in rows.items()} == _gen.ERROR_KINDS
    spec = (ROOT / "core" / "api" / "spec" / "errors.yaml").read_text("utf-8")
    assert {kind: code for kind, (code, _) in rows.items()} == dict(re.findall(r"^(\w+):.*code: (\d+)", spec, re.M))
