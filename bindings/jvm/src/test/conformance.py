"""Runs the cases of tests/conformance through the Java driver, whose processes serve one case after the other: a JVM takes long to start.

    python conformance.py COMMAND
"""

from __future__ import annotations

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "tests" / "conformance"))

import drivers  # noqa: E402


class PooledDriver(drivers.Driver):
    idle: list = []

    def __init__(self, command: str):
        if self.idle:
            self.process = self.idle.pop()
        else:
            super().__init__(command)

    def end(self):
        self.call("reset", "")
        self.idle.append(self.process)


def main(command: str) -> int:
    drivers.Driver = PooledDriver
    status = drivers.main([command])
    for process in PooledDriver.idle:
        process.stdin.close()
        status |= process.wait()
        process.stdout.close()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
