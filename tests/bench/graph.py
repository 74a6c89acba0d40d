"""Search through one graph, built by the reference wheel on real word vectors, by ours and by the wheel in turn."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 7


class Worker:
    def __init__(self, path: str, count: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "graph_worker.py"), str(count)],
            env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"worker ended with {self.process.wait()}")
        return json.loads(line)

    def __call__(self, name: str, argument):
        self.process.stdin.write(f"{name} {argument}\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def recall(found, exact) -> float:
    return sum(len(set(a) & set(b)) / len(b) for a, b in zip(found, exact)) / len(exact)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    work = tempfile.mkdtemp(prefix="qdrant-edge-graph-")
    ours, wheel = Worker(os.environ["PYTHONPATH"], count), Worker(os.environ["QDRANT_EDGE_WHEEL_DIR"], count)
    try:
        wheel("build", f"{work}/wheel")
        shutil.copytree(f"{work}/wheel", f"{work}/ours")
        opened = ours("open", f"{work}/ours"), wheel("open", f"{work}/wheel")
        print(f"{count:,} words of 100 dimensions, one graph built by the wheel (m 16, ef_construct 100), limit 10, {ROUNDS} interleaved rounds")
        print(f"open: ours {opened[0] * 1e3:.0f} ms, wheel {opened[1] * 1e3:.0f} ms\n")
        exact = wheel("ids", 0)
        print(f"{'search':<12}{'ours us':>10}{'wheel us':>10}{'ratio':>8}{'recall':>9}{'wheel':>8}")
        for ef in (32, 64, 128, 256, 0):
            rounds = [(ours("search", ef), wheel("search", ef)) for _ in range(ROUNDS + 1)][1:]
            mine, theirs = (statistics.median(side) for side in zip(*rounds))
            label = f"ef {ef}" if ef else "exact"
            print(f"{label:<12}{mine * 1e6:>10.1f}{theirs * 1e6:>10.1f}{theirs / mine:>7.2f}x"
                  f"{recall(ours('ids', ef), exact):>9.4f}{recall(wheel('ids', ef), exact):>8.4f}", flush=True)
    finally:
        ours.close()
        wheel.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
