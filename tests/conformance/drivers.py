"""Runs the cases of this directory through bindings in other languages.

    python drivers.py COMMAND [COMMAND...]

A command starts a driver (tests/c/driver.c says what it reads and prints) that keeps one shard. The requests are the JSON of the cases; the answers
must be those recorded for the Go API. Exit status 1 if one differs.
"""

from __future__ import annotations

import json
import pathlib
import shlex
import struct
import subprocess
import sys
import tempfile

import answers
import runner

CALLS = {"matrix_pairs": "search_matrix_pairs", "matrix_offsets": "search_matrix_offsets", "bm25": "bm25_embed", "indexed": "info"}


class Failed(Exception):
    def __init__(self, kind: str, text: str):
        super().__init__(text)
        self.kind = kind


class Driver:
    """A running driver: a call in, its answer out."""

    def __init__(self, command: str):
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def call(self, name: str, *texts: str):
        self.process.stdin.write("\t".join((name, *texts)) + "\n")
        self.process.stdin.flush()
        status, _, rest = self.process.stdout.readline().rstrip("\n").partition("\t")
        if status == "ok":
            return json.loads(rest) if rest else None
        if status != "error":
            raise AssertionError(f"the driver ended during {name}")
        raise Failed(*rest.split("\t", 1))

    def end(self):
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        assert status == 0, status


class DrivenShard:
    """A shard of its own driver."""

    command = ""
    snapshot = runner.Shard.snapshot

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(dir=runner.MEMORY)
        self.path = pathlib.Path(self.directory.name) / "shard"
        self.shard = Driver(self.command)
        self.is_open = False

    def run(self, do, ask):
        if not self.is_open and do not in runner.BEFORE:
            return {"error": {"kind": "no shard", "text": ""}}
        try:
            return widened(getattr(self, "do_" + do, lambda ask: self.ask(do, ask))(ask))
        except Failed as error:
            return {"error": {"kind": error.kind, "text": str(error)[:300]}}

    def end(self):
        self.shard.end()
        self.directory.cleanup()

    def ask(self, do, ask):
        """The answer to a request that goes as it is."""
        return self.shard.call(CALLS.get(do, do), "" if ask is None else text(ask))

    def open(self, call, path, config=None):
        self.shard.call(call, str(path), *([] if config is None else [text(config)]))
        self.is_open = True

    def elsewhere(self, call, path, config=None):
        """Opens in another driver, to be let go again."""
        other = Driver(self.command)
        try:
            other.call(call, str(path), *([] if config is None else [text(config)]))
        finally:
            other.end()

    def do_create(self, config):
        self.path.mkdir(exist_ok=True)
        self.open("create", self.path, config)

    def do_load(self, config):
        self.open("load", self.path, config)

    def do_create_again(self, config):
        self.elsewhere("create", self.path, config)

    def do_load_missing(self, _):
        self.elsewhere("load", self.path / "nowhere")

    def do_open_twice(self, _):
        self.elsewhere("load", self.path)

    def do_unpack(self, ask):
        self.shard.call("unpack_snapshot", self.snapshot(ask), str(self.path))
        self.open("load", self.path)

    def do_apply(self, ask):
        self.shard.call("update_from_snapshot", self.snapshot(ask))

    def do_update(self, ask):
        self.ask("update", ask)

    def do_optimize(self, _):
        return self.shard.call("optimize", "")["optimized"]

    def do_matrix_pairs(self, ask):
        return answers.pairs((p["a"], p["b"], p["score"]) for p in self.ask("matrix_pairs", ask)["pairs"])

    def do_matrix_offsets(self, ask):
        m = self.ask("matrix_offsets", ask)
        return answers.pairs((m["ids"][a], m["ids"][b], s) for a, b, s in zip(m["offsets_row"], m["offsets_col"], m["scores"], strict=True))

    def do_info(self, _):
        info = self.shard.call("info", "")
        del info["indexed_vectors_count"]  # in which the reference counts deleted ones until a load
        for field in info["payload_schema"].values():
            if "params" in field:
                field["params"] = {k: v for k, v in field["params"].items() if v is not None}
        return info

    def do_bm25(self, ask):
        return self.ask("bm25", ask)["vector"]

    def do_config(self, _):
        return json.loads((self.path / "edge_config.json").read_text())

    def do_indexed(self, _):
        return {"count": self.shard.call("info", "")["indexed_vectors_count"]}

    def do_manifest(self, _):
        return {"segments": len(self.shard.call("manifest", ""))}


FLOATS = {"score", "vector", "values"}


def widened(answer, narrow: bool = False):
    """An answer with its 32-bit floats as the doubles that the cases have; JSON prints them as short as it can."""
    if isinstance(answer, dict):
        return {k: v if k == "payload" else widened(v, narrow or k in FLOATS) for k, v in answer.items()}
    if isinstance(answer, list):
        return [widened(v, narrow) for v in answer]
    return struct.unpack("f", struct.pack("f", answer))[0] if narrow and isinstance(answer, float) else answer


def text(ask) -> str:
    return json.dumps(ask, ensure_ascii=False, separators=(",", ":"))


def main(commands: list[str]) -> int:
    wrong = 0
    for DrivenShard.command in commands:
        suite = runner.Suite(DrivenShard, "ask")
        done = [(case, world) for case, world in runner.instances() if "classes" not in case]
        failed = [line for case, world in done for line in suite.check(case, world)]
        suite.end()
        print(*failed, sep="\n", end="\n" if failed else "")
        print(f"{pathlib.Path(shlex.split(DrivenShard.command)[-1]).name}: {len(done)} cases, {len(failed)} answers differ from those recorded")
        wrong += len(failed)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
