"""What hatchling cannot know: the library and the tag of a wheel, and the Go sources of an sdist.

A wheel's library is built here with Go, for the machine or, cross-compiled, for GOARCH with CC;
QDRANT_EDGE_WHEEL_PLATFORM is the platform then. QDRANT_EDGE_WHEEL_LIBRARY gives one that is built already.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARY = {"win32": "qdrant_edge.dll", "darwin": "libqdrant_edge.dylib"}.get(sys.platform, "libqdrant_edge.so")
SOURCES = ("capi", "core", "include")  # of the repository, beside go.mod
LEFT_OUT = ("testdata", "gen", "spec", "cmd", "hub")  # directories that the library does not need
NOTICES = "THIRD_PARTY_LICENSES.txt"


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        root = Path(self.root)
        self.scratch = None
        inside_sdist = (root / "go.mod").exists()
        top = root if inside_sdist else root.parent.parent
        if self.target_name == "sdist":
            if not inside_sdist:
                build_data["force_include"].update(go_sources(top))
            return
        platform = os.environ.get("QDRANT_EDGE_WHEEL_PLATFORM") or sysconfig.get_platform()
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + platform.replace("-", "_").replace(".", "_")
        if version == "editable":
            build_library(top, root / "qdrant_edge" / LIBRARY)
            return
        self.scratch = Path(tempfile.mkdtemp(prefix="qdrant-edge-"))
        library = os.environ.get("QDRANT_EDGE_WHEEL_LIBRARY")
        if not library:
            library = build_library(top, self.scratch / LIBRARY)
        notices = self.scratch / NOTICES
        notices.write_text(third_party(top), encoding="utf-8")
        for file in (library, notices):
            build_data["force_include"][str(file)] = "qdrant_edge/" + Path(file).name

    def finalize(self, version, build_data, artifact_path):
        if self.scratch:
            shutil.rmtree(self.scratch)


def go_sources(top):
    """Path of every file that building the library needs, to its place in the sdist."""
    files = [top / "go.mod", top / "go.sum"]
    for directory in SOURCES:
        for path in (top / directory).rglob("*"):
            inside = path.relative_to(top)
            if path.is_file() and not path.name.endswith("_test.go") and not set(inside.parts) & set(LEFT_OUT):
                files.append(path)
    return {str(path): str(path.relative_to(top)) for path in files}


def build_library(top, out):
    if not shutil.which(os.environ.get("GO", "go")):
        raise RuntimeError("building qdrant-edge-go from its sources needs Go (see go.mod for the version) and a C compiler; wheels need neither")
    subprocess.run(["sh", str(top / "capi" / "build.sh"), str(out)], check=True)
    return out


def third_party(top):
    """The licences of everything that is linked into the library."""
    go = os.environ.get("GO", "go")
    fields = "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}"
    listed = subprocess.run([go, "list", "-deps", "-f", fields, "./capi"], cwd=top, check=True, capture_output=True, text=True).stdout
    modules = sorted({tuple(line.split("\t")) for line in listed.splitlines() if line})
    goroot = subprocess.run([go, "env", "GOROOT"], cwd=top, check=True, capture_output=True, text=True).stdout.strip()
    parts = []
    for name, directory in [("Go", goroot), *modules]:
        for path in sorted(Path(directory).glob("LICENSE*")):
            parts.append("%s\n%s\n\n%s" % (name, "=" * len(name), path.read_text(encoding="utf-8")))
    return "\n\n".join(parts)
