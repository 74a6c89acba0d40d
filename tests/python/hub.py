"""A hub process for tests: `with Hub(directory) as hub:` gives hub.url and hub.key."""

from __future__ import annotations

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Hub:
    def __init__(self, directory, key: str = "test-key") -> None:
        self.directory, self.key = directory, key

    def __enter__(self) -> "Hub":
        binary = os.environ.get("QDRANT_EDGE_HUB", str(ROOT / "build" / "qdrant-edge"))
        self.process = subprocess.Popen(
            [binary, "hub", "--listen", "127.0.0.1:0", str(self.directory)],
            env={**os.environ, "QDRANT_EDGE_HUB_API_KEY": self.key},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.split()[-1]
        return self

    def __exit__(self, *exc) -> None:
        self.process.terminate()
        assert self.process.wait(20) == 0
        self.process.stdout.close()
