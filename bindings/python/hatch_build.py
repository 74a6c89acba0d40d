"""What hatchling cannot know: the library and the tag of a wheel, and the Go sources of an sdist.

A wheel's library is built here with Go, for the machine or, cross-compiled, for GOARCH with CC;
QDRANT_EDGE_WHEEL_PLATFORM is the platform then. QDRANT_EDGE_WHEEL_LIBRARY gives one that is built already.
"""

import json
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
SBOM = "qdrant-edge-go.cdx.json"


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
        linked = modules(top)
        notices, sbom = self.scratch / NOTICES, self.scratch / SBOM
        notices.write_text(licences(linked), encoding="utf-8")
        sbom.write_text(json.dumps(bill_of_materials(self.metadata.version, linked), indent=1), encoding="utf-8")
        build_data["sbom_files"].append(str(sbom))
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


def modules(top):
    """(name, version, directory) of everything that is linked into the library: Go itself first."""

    def go(*args):
        return subprocess.run([os.environ.get("GO", "go"), *args], cwd=top, check=True, capture_output=True, text=True).stdout

    listed = go("list", "-tags", os.environ.get("TAGS", "slim"), "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./capi")
    version, root = go("env", "GOVERSION", "GOROOT").split("\n")[:2]
    return [("stdlib", version.replace("go", "v", 1), root), *sorted({tuple(line.split("\t")) for line in listed.splitlines() if line})]


def licences(linked):
    parts = []
    for name, version, directory in linked:
        title = "%s %s" % (name, version)
        for path in sorted(Path(directory).glob("LICENSE*")):
            parts.append("%s\n%s\n\n%s" % (title, "=" * len(title), path.read_text(encoding="utf-8")))
    return "\n\n".join(parts)


def bill_of_materials(version, linked):
    """What the wheel is made of, in CycloneDX."""

    def component(name, version, purl):
        return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}

    package = component("qdrant-edge-go", version, "pkg:pypi/qdrant-edge-go@" + version)
    parts = [component(name, v, "pkg:golang/%s@%s" % (name, v)) for name, v, _ in linked]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": package},
        "components": parts,
        "dependencies": [{"ref": package["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]}],
    }
