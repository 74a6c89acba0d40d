"""The aarch64 wheel and kernels on an emulated machine, on Debian 12; nothing is installed, everything is unpacked in one directory.

    python aarch64.py WHEEL DIRECTORY
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from hub import ROOT, Hub

EMULATOR = "qemu-user-static"
MACHINE = [name + ":arm64" for name in ("libc6", "libexpat1", "libffi8", "libpython3.11-minimal", "libpython3.11-stdlib", "libssl3",
                                        "libuuid1", "python3.11-minimal", "zlib1g")]
APT = """APT::Architectures { "%s"; "arm64"; };
APT::Sandbox::User "root";
Dir::State "%s/apt";
Dir::State::status "/dev/null";
Dir::Cache "%s/apt";
"""


def unpack_machine(where):
    """qemu, and the root of a machine with C library and Python, from Debian's packages; apt's own state is not touched."""
    debs = where / "debs"
    for directory in (where / "apt" / "lists" / "partial", where / "apt" / "archives" / "partial", debs, where / "root"):
        directory.mkdir(parents=True, exist_ok=True)
    native = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
    config = where / "apt.conf"
    config.write_text(APT % (native, where, where))
    env = {**os.environ, "APT_CONFIG": str(config)}
    subprocess.run(["apt-get", "-qq", "update"], env=env, check=True)
    subprocess.run(["apt-get", "-qq", "download", EMULATOR, *MACHINE], env=env, check=True, cwd=debs)
    for deb in debs.glob("*.deb"):
        target = where if deb.name.startswith(EMULATOR) else where / "root"
        subprocess.run(["dpkg", "-x", str(deb), str(target)], check=True)


def main(wheel, where):
    qemu, root = where / "usr" / "bin" / "qemu-aarch64-static", where / "root"
    if not (where / "ready").exists():
        unpack_machine(where)
        (where / "ready").touch()
    print("kernels:", flush=True)
    subprocess.run(["go", "test", "-count=1", "-exec", str(qemu), "./core/internal/kernel"], cwd=ROOT, check=True,
                   env={**os.environ, "GOARCH": "arm64", "CGO_ENABLED": "0"})
    with tempfile.TemporaryDirectory() as work, Hub(pathlib.Path(work, "hub")) as hub:
        zipfile.ZipFile(wheel).extractall(pathlib.Path(work, "site"))
        pathlib.Path(work, "device").mkdir()
        print("%s, the guide:" % wheel.name, flush=True)
        subprocess.run([qemu, "-L", root, "-E", "PYTHONPATH=%s/site" % work, "-U", "QDRANT_EDGE_LIBRARY", root / "usr" / "bin" / "python3.11",
                        pathlib.Path(__file__).with_name("wheel_guide.py"), hub.url, hub.key, pathlib.Path(work, "device")], check=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
