"""Runs docs/c.md and docs/cpp.md as a reader would: docs.py BUILD.

Blocks of c, cpp and cmake are the files that the sentence before them names in backquotes, blocks of sh are run in turn in the directory of those files, a block of text
is what the commands before it print. `make install` installs what BUILD holds.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
NAMED = re.compile(r"`([\w.]+\.(?:c|cpp|txt))`")
PRELUDE = 'make() { case "$1 $2" in "install PREFIX="*) "$ROOT/packaging/install.sh" "$BUILD" "${2#PREFIX=}" > /dev/null ;; *) exit 9 ;; esac; }\n'


def follow(page: pathlib.Path, build: str, home: pathlib.Path) -> int:
    """Walks through a page; returns how many blocks there were."""
    text, script, end, count = page.read_text("utf-8"), PRELUDE, 0, 0
    printed: list[str] = []
    for block in FENCE.finditer(text):
        kind, body = block.groups()
        if kind in ("c", "cpp", "cmake"):
            (home / NAMED.findall(text[end : block.start()])[-1]).write_text(body, "utf-8")
        elif kind == "sh":
            script += body
        elif kind == "text":
            printed.append(body)
        else:
            raise AssertionError(f"{page.name}: nothing runs blocks of {kind}")
        end, count = block.end(), count + 1
    done = subprocess.run(["sh", "-eu", "-c", script], cwd=home, capture_output=True, text=True, timeout=300,
                          env={**{k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}, "HOME": str(home), "ROOT": str(ROOT), "BUILD": build})
    assert done.returncode == 0, f"{page.name}: {done.stdout}{done.stderr}"
    assert done.stdout == "".join(printed), f"{page.name} prints\n{done.stdout}instead of\n{''.join(printed)}"
    return count


def main(build: str) -> int:
    if missing := [tool for tool in ("cmake", "pkg-config") if not shutil.which(tool)]:
        print(f"SKIPPED: the pages of docs/ need {' and '.join(missing)}")
        return 0
    for page in (ROOT / "docs" / "c.md", ROOT / "docs" / "cpp.md"):
        with tempfile.TemporaryDirectory() as home:
            print(f"docs/{page.name}: {follow(page, str(pathlib.Path(build).resolve()), pathlib.Path(home))} blocks run")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
