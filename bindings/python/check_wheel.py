"""Check a wheel before it is offered: the platform that its name promises is true. Prints its size.

    python check_wheel.py WHEEL…
"""

import re
import subprocess
import sys
from pathlib import Path


def main(wheels):
    for wheel in wheels:
        promised = re.search(r"manylinux_(\d+)_(\d+)_(\w+)\.whl", wheel)
        shown = subprocess.run([sys.executable, "-m", "auditwheel", "show", wheel], capture_output=True, text=True)
        found = re.search(r'platform\s+tag:\s+"manylinux_(\d+)_(\d+)_(\w+)"', shown.stdout)
        if not promised or not found or promised[3] != found[3] or version(found) > version(promised):
            sys.exit("%s: auditwheel does not agree:\n%s%s" % (wheel, shown.stdout, shown.stderr))
        print("%s: %.2f MB, runs from glibc %d.%d" % (Path(wheel).name, Path(wheel).stat().st_size / 1e6, *version(found)))


def version(match):
    return int(match[1]), int(match[2])


if __name__ == "__main__":
    main(sys.argv[1:])
