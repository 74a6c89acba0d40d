"""Filters, counts, facets, orders, texts and index creation of ours and of the reference wheel on copies of one shard, in turn; prints ratios.

    filters.py [POINTS [NAME…]]
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 7
SHARES = ("50 %", "10 %", "1 %", "0.1 %")
NAMES = (
    [f"search: {s}" for s in SHARES] + ["search: keyword and range", "search: geo", "search: dates", "search: not"]
    + ["acorn: 50 %", "acorn: 10 %"] + ["count: 50 %", "count: 1 %", "count: keyword and range", "count: not", "count: geo"]
    + ["estimate: 50 %", "estimate: keyword and range"] + ["facet: all", "facet: 10 %", "facet: 0.1 %", "facet estimate: all", "facet estimate: 10 %"]
    + ["order: all", "order: 10 %", "order: 0.1 %"] + ["scroll: 10 %", "scroll: 0.1 %"] + ["text: 1", "text: 3 8", "text: 200"]
    + [f"create: {key}" for key in ("city", "tags", "n", "price", "when", "ok", "at", "text")]
)


class Worker:
    def __init__(self, path: str, count: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "filters_worker.py"), str(count)],
            env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"worker ended with {self.process.wait()}")
        return json.loads(line)

    def __call__(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def rows(names: list[str], ours: Worker, wheel: Worker) -> list[float]:
    """Prints a row per name and returns the ratios."""
    ratios = []
    for name in names:
        rounds = [(ours("run", name), wheel("run", name)) for _ in range(ROUNDS + 1)][1:]
        mine, theirs = (statistics.median(side) for side in zip(*rounds))
        ratios.append(theirs / mine)
        print(f"{name:<28}{mine * 1e6:>12.1f}{theirs * 1e6:>12.1f}{ratios[-1]:>8.2f}x", flush=True)
    return ratios


def grown(when: str, before: tuple, sides: tuple) -> None:
    """Prints by how much the processes have grown: their own memory, and what they have mapped of files."""
    parts = []
    for name, was, side in zip(("ours", "wheel"), before, sides):
        anon, mapped = (now - then for now, then in zip(side("memory"), was))
        parts.append(f"{name} {anon / 1e6:.1f} MB and {mapped / 1e6:.1f} MB of files")
    print(f"memory {when}: " + ", ".join(parts))


def size(shard: str) -> float:
    """The payload indexes of a shard, in MB of blocks that hold data."""
    return sum(f.stat().st_blocks * 512 for f in Path(shard).glob("segments/*/payload_index/**/*") if f.is_file()) / 1e6


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    names = [n for n in NAMES if len(sys.argv) < 3 or any(n.startswith(a) for a in sys.argv[2:])]
    work = tempfile.mkdtemp(prefix="qdrant-edge-filters-")
    kept = os.environ.get("QDRANT_EDGE_BENCH_SHARD")  # a shard of an earlier run
    ours, wheel = Worker(os.environ["PYTHONPATH"], count), Worker(os.environ["QDRANT_EDGE_WHEEL_DIR"], count)
    try:
        if kept and os.path.exists(kept):
            shutil.copytree(kept, f"{work}/wheel")
        else:
            wheel("build", f"{work}/wheel")
            if kept:
                shutil.copytree(f"{work}/wheel", kept)
        shutil.copytree(f"{work}/wheel", f"{work}/ours")
        before = ours("memory"), wheel("memory")
        opened = ours("open", f"{work}/ours"), wheel("open", f"{work}/wheel")
        print(f"{count:,} words with 8 indexed payload fields, one shard built by the wheel, medians of {ROUNDS} interleaved rounds")
        print(f"open: ours {opened[0] * 1e3:.0f} ms, wheel {opened[1] * 1e3:.0f} ms")
        grown("after opening", before, (ours, wheel))
        print(f"\n{'':<28}{'ours us':>12}{'wheel us':>12}{'ratio':>9}")
        reads = rows([n for n in names if not n.startswith("create")], ours, wheel)
        grown("after the reads", before, (ours, wheel))
        makes = rows([n for n in names if n.startswith("create")], ours, wheel)
        ours("close"), wheel("close")
        if makes:
            print(f"files of the indexes just made: ours {size(work + '/ours'):.1f} MB, wheel {size(work + '/wheel'):.1f} MB")
        ratios = reads + makes
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"\ngeometric mean {mean:.2f}x, {sum(r < 1 for r in ratios)} of {len(ratios)} slower")
    finally:
        ours.stop()
        wheel.stop()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
