"""Ours and the reference wheel driven through the same random steps; every answer must be the same.

    python differential.py --seeds 200 --steps 100         # needs QDRANT_EDGE_LIBRARY and QDRANT_EDGE_WHEEL_DIR
    python differential.py --first 17 --seeds 1 --verbose  # replay one seed, with every step printed

Three kinds of seeds, by the seed's number: plain ones close, kill and reload their shards; in "swap" ones each side moreover
goes on with the directory of the other, optimized by the reference now and then; hostile ones give both sides changes and
requests that must be refused, and never reload (the reference keeps refused changes in its log).
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import uuid

from differential_steps import Steps

HERE = pathlib.Path(__file__).resolve().parent
KINDS = ["plain", "swap", "hostile"]
FLOAT = 1e-6  # relative difference of scores
UNTYPED = {"Died", "InternalError", "Corrupt", "AttributeError", "KeyError", "IndexError"}  # ours must never answer so


class Difference(AssertionError):
    pass


class Fault(Exception):
    """The reference went wrong in a known way: the seed ends here."""


class Side:
    def __init__(self, path: str) -> None:
        self.path, self.process = path, None
        self.start()

    def start(self) -> None:
        env = {**os.environ, "PYTHONPATH": self.path}
        self.process = subprocess.Popen([sys.executable, str(HERE / "differential_worker.py")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
        loaded = json.loads(self.process.stdout.readline())
        assert os.path.realpath(loaded).startswith(os.path.realpath(self.path)), loaded

    def send(self, step: dict) -> None:
        self.process.stdin.write(json.dumps(step) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "Died", "text": "exit status %s" % self.process.wait()}

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def restart(self) -> None:
        self.kill()
        self.start()


def close_to(x: float, y: float, tolerance: float = FLOAT) -> bool:
    return abs(x - y) <= tolerance * max(1.0, abs(x), abs(y))


def difference(ours, theirs, at: str = "", ordered: bool = True) -> str | None:
    """The first place where two answers differ. Doubles of a payload may differ in the last places: the reference's JSON reader rounds."""
    if type(ours) is not type(theirs):
        return f"{at}: {ours!r} and {theirs!r}"
    if isinstance(ours, dict):
        if (list(ours) != list(theirs)) if ordered else (set(ours) != set(theirs)):
            return f"{at}: keys {list(ours)} and {list(theirs)}"
        pairs = [(f"{at}[{k!r}]", v, theirs[k]) for k, v in ours.items()]
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{at}: {ours!r} and {theirs!r}"
        pairs = [(f"{at}[{i}]", x, y) for i, (x, y) in enumerate(zip(ours, theirs))]
    elif isinstance(ours, float):
        return None if close_to(ours, theirs, 1e-15) or ours == theirs else f"{at}: {ours!r} and {theirs!r}"
    else:
        return None if ours == theirs else f"{at}: {ours!r} and {theirs!r}"
    return next(filter(None, (difference(x, y, where, ordered) for where, x, y in pairs)), None)


def different_hits(ours: list, theirs: list, ordered: bool, with_versions: bool, offset: int) -> str | None:
    """Equal scores may come in any order, and a page may cut a run of them anywhere."""
    if len(ours) != len(theirs) or not all(close_to(a[0], b[0]) for a, b in zip(ours, theirs)):
        return f"scores {[h[:2] for h in ours]} and {[h[:2] for h in theirs]}"
    width = None if with_versions else -1
    shown = {hit[1]: hit[1:width] for hit in theirs}
    for score, key, *rest in ours:
        if key in shown:
            found = difference([key, *rest][:width], shown[key], key, ordered)
            if found:
                return found
        elif not (close_to(score, ours[-1][0]) or offset and close_to(score, ours[0][0])):
            return f"hit {key}"
    return None


def canonical(given) -> str:
    if isinstance(given, int):
        return str(given)
    try:
        return str(uuid.UUID(given["uuid"] if isinstance(given, dict) else given))
    except ValueError:
        return given


class Run:
    """One seed: a shard on either side."""

    def __init__(self, seed: int, sides: list, directory: str, log) -> None:
        self.steps, self.sides, self.log = Steps(seed), sides, log
        self.kind = KINDS[seed % len(KINDS)]
        self.rng = random.Random(-seed - 1)
        self.paths = [os.path.join(directory, name) for name in ("ours", "theirs")]
        for path in self.paths:
            os.mkdir(path)
        self.compared, self.last, self.ours, self.present = 0, None, None, set()
        self.cleared = False
        self.versions = True  # as long as no change was refused: the reference gives a number to those, too
        self.ordered = True  # as long as no payload key was deleted: the reference moves the last key into the gap

    def both(self, step: dict, each=({}, {})) -> list:
        self.log(step)
        for side, more in zip(self.sides, each):
            side.send({**step, **more})
        return [side.answer() for side in self.sides]

    def check(self, step: dict, each=({}, {})) -> bool:
        """Whether both accepted the step."""
        ours, theirs = self.both(step, each)
        self.compared += 1
        self.ours = ours
        if self.kind == "swap" and "where" in step and "ok" in ours and "No point with id" in theirs.get("text", ""):
            raise Fault("edits by filter also take older copies, left by a kill, for their points, and fail")
        found = self.different(step, ours, theirs)
        if found:
            raise Difference(f"{found}\n  after {json.dumps(self.last)[:3000]}\n  at {json.dumps(step)[:3000]}")
        return "ok" in ours

    def different(self, step: dict, ours: dict, theirs: dict) -> str | None:
        if "error" in ours and "error" in theirs and ours["error"] not in UNTYPED:
            return None
        if "error" in ours or "error" in theirs:
            return f"{json.dumps(ours)[:500]} and {json.dumps(theirs)[:500]}"
        ours, theirs = ours["ok"], theirs["ok"]
        if isinstance(ours, dict) and "hits" in ours:
            return different_hits(ours["hits"], theirs["hits"], self.ordered, self.versions, step.get("offset") or 0)
        if step["do"] == "info" and self.kind == "swap":  # the reference also counts copies that a later one hides
            ours, theirs = ours["points"], len(self.present)
        if step["do"] == "count" and not step.get("exact", True):
            return None  # an estimate
        return difference(ours, theirs, "", self.ordered)

    def state(self) -> None:
        self.check({"do": "scroll", "limit": 1000, "with_payload": True, "with_vector": True})
        self.present = {found[0] for found in self.ours["ok"][0][0]}
        self.check({"do": "count", "where": self.steps.maybe_filter(), "exact": True})

    def plainer(self, step: dict) -> dict:
        """A null in set_payload removes its key; in the reference it stays when the point was cleared before."""
        self.cleared = self.cleared or step.get("name") == "clear_payload"
        if not self.cleared or step.get("name") != "set_payload":
            return step
        return {**step, "payload": {k: v for k, v in step["payload"].items() if v is not None}}

    def whole(self, step: dict) -> dict:
        """Without the absent points of an edit that names present ones: ours refuses it whole, the reference edits the present ones first."""
        name = {"change": "ids", "update_vectors": "vectors"}.get(step["do"])
        if name not in step or step.get("name") == "delete_points":
            return step
        named = {canonical(i[0] if name == "vectors" else i): i for i in step[name]}  # once: twice fails there on optimized points
        return {**step, name: [i for key, i in named.items() if key in self.present] or step[name]}

    def change(self, step: dict) -> None:
        step = self.plainer(self.whole(step))
        self.last = step
        self.ordered = self.ordered and step.get("name") not in ("delete_payload", "set_payload")
        if not self.check(step):
            self.versions = False

    def reopen(self, kill: bool, swap: bool) -> None:
        if kill:
            for side in self.sides:
                side.restart()
        else:
            self.check({"do": "close"})
        if swap:
            self.log({"swap": kill})
            self.paths.reverse()
            self.versions = False
        self.check({"do": "load"}, [{"path": p} for p in self.paths])

    def step(self) -> None:
        turn = self.rng.random()
        if turn < 0.03:
            self.check({"do": "flush"})
        elif turn < 0.06 and self.kind != "hostile":
            self.reopen(self.rng.random() < 0.3, self.kind == "swap" and self.rng.random() < 0.7)
        elif turn < 0.08 and self.kind == "swap":
            self.both({"do": "optimize"})
            if self.rng.random() < 0.5:
                self.check({"do": "flush"})
        elif turn < 0.16 and self.kind == "hostile":
            self.change(self.steps.hostile_change())
            self.check({"do": "change", "name": "delete_points", "ids": [1_000_000]})
        elif turn < 0.24 and self.kind == "hostile":
            self.check(self.steps.hostile_read())
        else:
            self.change(self.steps.change())
        self.state()
        self.check(self.steps.read())

    def all(self, count: int) -> None:
        small = {"optimizers": {"indexing_threshold": 1}} if self.kind == "swap" else {}
        self.check({"do": "create", "vectors": self.steps.vectors, **small}, [{"path": p} for p in self.paths])
        for _ in range(count):
            self.step()
        self.check({"do": "close"})


def run(first: int, seeds: int, steps: int, verbose: bool = False, keep_on: bool = False, stride: int = 1):
    """The number of comparisons, and the differences by seed."""
    root = HERE.parents[1]
    os.environ.setdefault("QDRANT_EDGE_LIBRARY", str(root / "build" / "libqdrant_edge.so"))
    sides = [Side(str(root / "bindings" / "python")), Side(os.environ["QDRANT_EDGE_WHEEL_DIR"])]
    compared, found = collections.Counter(), {}
    try:
        for seed in range(first, first + seeds * stride, stride):
            directory = tempfile.mkdtemp(prefix="qdrant-edge-differential-")
            one = Run(seed, sides, directory, (lambda s: print(json.dumps(s)[:1000])) if verbose else (lambda s: None))
            try:
                one.all(steps)
            except Fault:
                compared["ended early by a fault of the reference"] += 1
                for side in sides:
                    side.restart()
            except Difference as difference:
                found[seed] = str(difference)
                for side in sides:
                    side.restart()
                if not keep_on:
                    break
            finally:
                compared[one.kind] += one.compared
                shutil.rmtree(directory, ignore_errors=True)
    finally:
        for side in sides:
            side.kill()
    return compared, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    compared, found = run(given.first, given.seeds, given.steps, given.verbose, keep_on=True)
    for seed, difference in found.items():
        print(f"seed {seed} ({KINDS[seed % len(KINDS)]}): {difference}")
    print(f"{given.seeds} seeds of {given.steps} steps, {sum(compared[k] for k in KINDS)} comparisons, {len(found)} differences: {dict(compared)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
