"""Graphs and exact searches over real word vectors, by ours and by the reference wheel in turn, as ratios.

`graph.py COUNT [KINDS_COUNT]` builds graphs over COUNT words with both and searches through the wheel's; float16, uint8, sparse vectors, multivectors and
quantized ones have KINDS_COUNT. The tables are in Markdown, for docs/benchmarks.md.
"""

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
BUILDS = 3


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

    def __call__(self, name: str, *arguments):
        self.process.stdin.write(f"{name} {json.dumps(arguments)}\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def recall(found, exact) -> float:
    return sum(len(set(a) & set(b)) / len(b) for a, b in zip(found, exact)) / len(exact)


def table(*columns: str) -> None:
    print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns), flush=True)


def row(*cells) -> None:
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


class Comparison:
    def __init__(self, count: int, work: str) -> None:
        self.count, self.work = count, work

    def workers(self) -> tuple[Worker, Worker]:
        return Worker(os.environ["PYTHONPATH"], self.count), Worker(os.environ["QDRANT_EDGE_WHEEL_DIR"], self.count)

    def builds(self) -> None:
        """Both build graphs in turn, each in a new process; the last of each stay."""
        results = {"ours": [], "wheel": []}
        for n in range(BUILDS):
            for side, worker in zip(results, self.workers()):
                shutil.rmtree(f"{self.work}/{side}", ignore_errors=True)
                results[side].append(worker("build", "graph", f"{self.work}/{side}"))
                worker.close()
        table(f"graph over {self.count:,} words", "ours", "wheel", "ratio")
        for key, unit, label in (("cpu", 1, "optimize, CPU s"), ("wall", 1, "optimize, wall s"), ("peak", 1024, "peak memory, MiB")):
            mine, theirs = (statistics.median(r[key] for r in results[side]) / unit for side in results)
            row(label, f"{mine:.1f}", f"{theirs:.1f}", f"{theirs / mine:.2f} ×")

    def searches(self) -> None:
        """Both search through the wheel's graph; ours through its own, too, for its recall."""
        shutil.copytree(f"{self.work}/wheel", f"{self.work}/copy")
        ours, wheel, own = *self.workers(), Worker(os.environ["PYTHONPATH"], self.count)
        opened = ours("open", "graph", f"{self.work}/copy"), wheel("open", "graph", f"{self.work}/wheel")
        own("open", "graph", f"{self.work}/ours")
        exact = wheel("ids", 0)
        table("search, limit 10", "ours µs", "wheel µs", "ratio", "ours CPU µs", "wheel CPU µs", "ratio", "recall ours", "recall wheel", "recall in our graph")
        row("open, ms", f"{opened[0] * 1e3:.0f}", f"{opened[1] * 1e3:.0f}", f"{opened[1] / opened[0]:.2f} ×", "", "", "", "", "", "")
        for ef in (32, 64, 128, 256, 0):
            row(f"`hnsw_ef` {ef}" if ef else "exact", *measured(ours, wheel, ef),
                *(f"{recall(side('ids', ef), exact):.4f}" for side in (ours, wheel, own)))
        mine, theirs = ours("peak") / 1024, wheel("peak") / 1024
        row("peak memory, MiB", f"{mine:.0f}", f"{theirs:.0f}", f"{theirs / mine:.2f} ×", "", "", "", "", "", "")
        for side in (ours, wheel, own):
            side.close()

    def kinds(self) -> None:
        """Kinds of vectors, in shards that the wheel made."""
        ours, wheel = self.workers()
        table(f"{self.count:,} points", "ours µs", "wheel µs", "ratio", "ours CPU µs", "wheel CPU µs", "ratio", "recall ours", "recall wheel")
        for kind, ef, oversampling in (("scalar", 128, 2.0), ("binary", 128, 4.0), ("float16", 0, 0), ("uint8", 0, 0), ("sparse", 0, 0), ("multi", 0, 0)):
            wheel("build", kind, f"{self.work}/{kind}")
            shutil.copytree(f"{self.work}/{kind}", f"{self.work}/{kind}-copy")
            ours("open", kind, f"{self.work}/{kind}-copy")
            wheel("open", kind, f"{self.work}/{kind}")
            exact = wheel("ids", 0)
            row(f"{kind}, `hnsw_ef` {ef}, oversampling {oversampling:g}, rescored" if ef else f"{kind}, exact",
                *measured(ours, wheel, ef, oversampling), *(f"{recall(side('ids', ef, oversampling), exact):.4f}" for side in (ours, wheel)))
        ours.close()
        wheel.close()


def measured(ours: Worker, wheel: Worker, *arguments) -> list[str]:
    """Cells: the times of both and their ratio, the processor times of both and theirs."""
    rounds = [(*ours("search", *arguments), *wheel("search", *arguments)) for _ in range(ROUNDS + 1)][1:]
    mine, mine_cpu, theirs, theirs_cpu = (statistics.median(column) * 1e6 for column in zip(*rounds))
    return [f"{mine:.0f}", f"{theirs:.0f}", f"{theirs / mine:.2f} ×", f"{mine_cpu:.0f}", f"{theirs_cpu:.0f}", f"{theirs_cpu / mine_cpu:.2f} ×"]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    kinds = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    work = tempfile.mkdtemp(prefix="qdrant-edge-graph-")
    print(f"Words of 100 dimensions, m 16, ef_construct 100; medians of {ROUNDS} interleaved rounds of the median of 200 queries, and of {BUILDS} builds.")
    try:
        graphs = Comparison(count, work)
        graphs.builds()
        graphs.searches()
        Comparison(kinds, work).kinds()
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
