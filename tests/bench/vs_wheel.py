"""Ours and the reference wheel on the same work, interleaved in one process tree; prints medians and their ratio.

Both packages are called `qdrant_edge`, so each runs in a worker of its own (worker.py) and the rounds alternate between the two.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 9
WORK = {  # operation: repeats in a round
    "query_small": 400,
    "query": 400,
    "query_payload": 400,
    "query_vectors": 100,
    "query_filter": 200,
    "retrieve": 1000,
    "retrieve_small": 1000,
    "count": 1000,
    "scroll": 30,
    "upsert_one": 200,
    "upsert_batch": 3,
    "upsert_rows": 3,
    "upsert_array": 3,
}


class Worker:
    def __init__(self, path: str) -> None:
        environment = {**os.environ, "PYTHONPATH": path}
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py")], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.origin = self._answer()["ready"]

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"worker ended with {self.process.wait()}")
        return json.loads(line)

    def time(self, name: str, repeat: int) -> float:
        self.process.stdin.write(f"{name} {repeat}\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def main() -> None:
    ours = Worker(os.environ["PYTHONPATH"])
    wheel = Worker(os.environ["QDRANT_EDGE_WHEEL_DIR"])
    print(f"1,000 points of 128 dimensions through Python, {ROUNDS} interleaved rounds, medians in microseconds\n")
    print(f"{'operation':<16}{'ours':>10}{'wheel':>10}{'ratio':>8}")
    worst = {}
    for name, repeat in WORK.items():
        rounds = [(ours.time(name, repeat), wheel.time(name, repeat)) for _ in range(ROUNDS + 1)][1:]
        mine, theirs = (statistics.median(side) for side in zip(*rounds))
        worst[name] = theirs / mine
        print(f"{name:<16}{mine * 1e6:>10.1f}{theirs * 1e6:>10.1f}{theirs / mine:>7.2f}x", flush=True)
    mean = statistics.geometric_mean(worst.values())
    print(f"\ngeometric mean {mean:.2f}x; slowest {min(worst, key=worst.get)} {min(worst.values()):.2f}x")
    ours.close()
    wheel.close()


if __name__ == "__main__":
    main()
