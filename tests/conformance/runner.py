"""Runs the cases of this directory through whichever `qdrant_edge` is on the path.

    python runner.py            # answers are compared with those recorded; exit status 1 if one differs
    python runner.py 0/2        # half of the cases; 1/2 has the others

See README.md for the shape of the cases.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import sys
import tempfile

import qdrant_edge as q

import answers
import convert
import copies
from compare import differs, is_error

HERE = pathlib.Path(__file__).resolve().parent
SNAPSHOTS = HERE.parent / "fixtures" / "server-1.19.0"
IS_OURS = hasattr(q, "EdgeError")
READS = {"query", "search", "query_batch", "query_groups", "matrix_pairs", "matrix_offsets", "scroll", "count", "facet", "retrieve", "info", "indexed",
         "config", "manifest", "bm25"}
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the disk would be most of the time
BEFORE = {"create", "create_again", "load", "load_missing", "unpack", "bm25"}  # what needs no open shard


def cases() -> list[dict]:
    found = []
    for name in sorted(HERE.glob("cases/*.jsonl.gz")):
        with gzip.open(name, "rt", encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines]
    return found


def worlds() -> dict[str, list[dict]]:
    return json.loads((HERE / "worlds.json").read_text(encoding="utf-8"))


class Shard:
    """A directory with at most one open shard, driven by steps."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(dir=MEMORY)
        self.path = pathlib.Path(self.directory.name) / "shard"
        self.shard = None

    def end(self):
        if self.shard is not None:
            try:
                self.shard.close()
            except Exception:  # closed already
                pass
        self.directory.cleanup()

    def run(self, do: str, ask):
        """The answer, or {"error": {"kind", "text"}}."""
        if self.shard is None and do not in BEFORE:
            return {"error": {"kind": "no shard", "text": ""}}
        try:
            return json.loads(json.dumps(getattr(self, "do_" + do)(ask)))
        except BaseException as error:  # a panic of the reference is no Exception
            if isinstance(error, (AssertionError, KeyboardInterrupt, AttributeError, NameError)):
                raise
            return {"error": {"kind": kind_of(error), "text": str(error).strip().replace(str(SNAPSHOTS), "SNAPSHOTS")[:300]}}

    # Lives.

    def do_create(self, config):
        self.path.mkdir(exist_ok=True)
        self.shard = q.EdgeShard.create(str(self.path), convert.config(config))

    def do_create_again(self, config):
        """Another shard where one is."""
        q.EdgeShard.create(str(self.path), convert.config(config)).close()

    def do_load(self, config):
        self.shard = q.EdgeShard.load(str(self.path), convert.config(config))

    def do_load_missing(self, _):
        q.EdgeShard.load(str(self.path / "nowhere"))

    def do_open_twice(self, _):
        q.EdgeShard.load(str(self.path)).close()

    def do_close(self, _):
        self.shard.close()

    def do_flush(self, _):
        self.shard.flush()

    def do_optimize(self, _):
        return self.shard.optimize()

    def do_update(self, operation):
        self.shard.update(convert.update(operation))

    def snapshot(self, ask):
        """The file of a snapshot, or the first part of it."""
        given = SNAPSHOTS / ask["snapshot"]
        if "part" not in ask:
            return str(given)
        cut = pathlib.Path(self.directory.name) / "cut.tar"
        cut.write_bytes(given.read_bytes()[:ask["part"]])
        return str(cut)

    def do_unpack(self, ask):
        q.EdgeShard.unpack_snapshot(self.snapshot(ask), str(self.path))
        self.shard = q.EdgeShard.load(str(self.path))

    def do_apply(self, ask):
        self.shard.update_from_snapshot(self.snapshot(ask))

    # Reads.

    def do_query(self, ask):
        return answers.hits(self.shard.query(convert.query(ask)))

    def do_search(self, ask):
        return answers.hits(self.shard.search(convert.search(ask)))

    def do_query_batch(self, ask):
        return [answers.hits(found) for found in self.shard.query_batch(q.QueryBatchRequest([convert.query(r) for r in ask["searches"]]))]

    def do_scroll(self, ask):
        return answers.page(self.shard.scroll(convert.scroll(ask)))

    def do_count(self, ask):
        return {"count": self.shard.count(convert.count(ask))}

    def do_facet(self, ask):
        return answers.facet(self.shard.facet(convert.facet(ask)))

    def do_retrieve(self, ask):
        return [answers.record(r) for r in self.shard.retrieve(ask["ids"], convert.selector(ask.get("with_payload", True)), ask.get("with_vector", False))]

    def do_info(self, _):
        return answers.info(self.shard.info())

    def do_indexed(self, _):
        return {"count": self.shard.info().indexed_vectors_count}

    def do_config(self, _):
        """The configuration as the shard has stored it."""
        return json.loads((self.path / "edge_config.json").read_text())

    def do_manifest(self, _):
        return {"segments": len(self.shard.snapshot_manifest())}

    def do_bm25(self, ask):
        model = q.Bm25(convert.bm25(ask["config"])) if "config" in ask else q.Bm25()
        return answers.sparse((model.embed_query if ask.get("query") else model.embed_document)(ask["text"]))

    # What the reference has only in Rust is made here of what it has in Python.

    def do_query_groups(self, ask):
        groups_of = {k: v for k, v in ask.items() if k not in ("group_by", "group_size", "limit")}
        size, limit = ask.get("group_size", 3), ask.get("limit", 10)
        if IS_OURS:
            found = self.shard.query_groups(q.QueryGroupsRequest(convert.query(groups_of), ask["group_by"], limit, size))
            return {"groups": [{"id": answers.ident(g.id), "hits": answers.hits(g.hits)} for g in found]}
        groups: dict = {}
        for found in self.shard.query(convert.query({**groups_of, "limit": 10000, "with_payload": True})):
            values = found.payload.get(ask["group_by"])
            for value in dict.fromkeys(values if isinstance(values, list) else [values]):
                if isinstance(value, (str, int)) and not isinstance(value, bool):
                    groups.setdefault(value, []).append({k: v for k, v in answers.hit(found).items() if k != "payload"})
        return {"groups": [{"id": value, "hits": found[:size]} for value, found in list(groups.items())[:limit]]}

    def do_matrix_pairs(self, ask):
        if IS_OURS:
            return answers.pairs((p.a, p.b, p.score) for p in self.shard.search_matrix_pairs(matrix(ask)))
        using = ask.get("using", "")
        points, _ = self.shard.scroll(convert.scroll({"filter": {"must": [ask["filter"], {"has_vector": using}]}, "limit": 10000, "with_vector": True}))
        ids, found = [answers.ident(p.id) for p in points], []
        for p in points:
            vector = p.vector[using] if isinstance(p.vector, dict) else p.vector
            others = {"must": [{"has_id": ids}], "must_not": [{"has_id": [answers.ident(p.id)]}]}
            near = self.shard.query(convert.query({"query": answers.plain(vector), "using": using, "filter": others, "limit": ask.get("limit", 3)}))
            found += [(p.id, h.id, h.score) for h in near]
        return answers.pairs(found)

    def do_matrix_offsets(self, ask):
        if not IS_OURS:
            return self.do_matrix_pairs(ask)
        m = self.shard.search_matrix_offsets(matrix(ask))
        return answers.pairs((m.ids[a], m.ids[b], s) for a, b, s in zip(m.offsets_row, m.offsets_col, m.scores))


def matrix(ask):
    return q.SearchMatrixRequest(**convert.given(ask, sample=convert.same, limit=convert.same, using=convert.same, filter=convert.filters))


def kind_of(error: BaseException) -> str:
    if hasattr(error, "kind"):
        return error.kind
    if isinstance(error, (TypeError, ValueError, OverflowError)):
        return "invalid_argument"
    return "panic" if "Panic" in type(error).__name__ else "error"


class Suite:
    """The shards that cases share, and those of their own; question is the member of a step that has what they are asked, if it is not ask."""

    def __init__(self, kind=Shard, question="as"):
        self.kind, self.question = kind, question
        self.stories, self.shared, self.made = worlds(), {}, {}

    def world(self, name: str) -> Shard:
        """A shard of its own. What ends with a load is made once, and loaded from copies of its directory."""
        story = self.stories[name]
        if story[-1]["do"] != "load":
            return played(self.kind(), story)
        if name not in self.made:
            self.made[name] = played(self.kind(), story[:-1])
        shard = self.kind()
        copies.tree(self.made[name].path, shard.path)
        return played(shard, story[-1:])

    def run(self, case: dict, world: str | None) -> list:
        """The answers of its steps."""
        steps = [(s["do"], s.get(self.question, s.get("ask"))) for s in case["steps"]]
        if world is not None and all(do in READS for do, _ in steps):
            if world not in self.shared:
                self.shared[world] = self.world(world)
            return [self.shared[world].run(do, ask) for do, ask in steps]
        shard = self.kind() if world is None else self.world(world)
        try:
            return [shard.run(do, ask) for do, ask in steps]
        finally:
            shard.end()

    def end(self):
        for shard in (*self.shared.values(), *self.made.values()):
            shard.end()

    def check(self, case: dict, world: str | None) -> list[str]:
        """The answers that are not those recorded."""
        found = []
        for step, answer in zip(case["steps"], self.run(case, world), strict=True):
            if text := unexpected(step, world, answer):
                found.append(f"{case['name']} on {world}: {step['do']} {json.dumps(step.get('ask'))[:1200]}\n  {text}")
        return found


def played(shard: Shard, story: list[dict]) -> Shard:
    for step in story:
        answer = shard.run(step["do"], step.get("ask"))
        assert not is_error(answer), (step["do"], str(step.get("ask"))[:300], answer)
    return shard


def unexpected(step: dict, world: str | None, answer) -> str | None:
    """How an answer differs from those recorded for this package."""
    recorded = [step.get("on", {}).get(world, step.get("expect"))]
    if not IS_OURS and (world or "") in step.get("reference", {}):
        recorded = step["reference"][world or ""]
    if not IS_OURS and "varies" in step and is_error(answer) in map(is_error, recorded):
        return None
    texts = [differs(step, one, answer) for one in recorded]
    return None if None in texts else texts[0]


def instances() -> list[tuple[dict, str | None]]:
    """Each case on each of its worlds."""
    return [(case, world) for case in cases() for world in case.get("on", [None])]


def main(part: str = "0/1") -> int:
    first, parts = map(int, part.split("/"))
    suite, wrong, done = Suite(), 0, instances()[first::parts]
    for case, world in done:
        for text in suite.check(case, world):
            wrong += 1
            print(text)
    suite.end()
    print(f"{len(done)} cases, {wrong} answers differ from those recorded ({q.__file__})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
