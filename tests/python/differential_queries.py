"""Random queries on ours and on the reference wheel: prefetches within prefetches, fusion, formulas, orders, facets, batches.

    python differential_queries.py --seeds 20 --queries 500    # needs QDRANT_EDGE_LIBRARY and QDRANT_EDGE_WHEEL_DIR
    python differential_queries.py --first 17 --seeds 1        # replay one seed

The queries are drawn and asked by core/edge/testdata/queries/record.py, which runs once with each package; in every second seed
over an optimized shard. Below another query it draws
none that gives equal scores. Points of equal scores may come in any order, and at either end of a result may be other ones.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import differential

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE.parent.parent / "core" / "edge" / "testdata" / "queries" / "record.py"
SCORE = 2e-5  # relative difference


def record(package: str, seed: int, queries: int, out: str) -> list[dict]:
    env = {**os.environ, "PYTHONPATH": package}
    optimized = ["--optimized"] if seed % 2 == 0 else []
    subprocess.run([sys.executable, str(RECORD), "--seed", str(seed), "--queries", str(queries), *optimized, out], env=env, check=True)
    with gzip.open(out, "rt") as lines:
        return [json.loads(line) for line in lines]


def key(hit: dict, by_value: bool):
    return hit.get("order_value") if by_value else None


def same_place(x: dict, y: dict, by_value: bool) -> bool:
    return differential.close_to(x.get("score", 0), y.get("score", 0), SCORE) and key(x, by_value) == key(y, by_value)


def contents(hits: list[dict]) -> list:
    return sorted((json.dumps(h["id"]), h.get("version"), json.dumps(h.get("order_value")), json.dumps(h.get("payload"), sort_keys=True),
                   json.dumps(sorted(h["vector"]) if isinstance(h.get("vector"), dict) else "vector" in h)) for h in hits)


def hits_differ(request: dict, ours: list[dict], theirs: list[dict]) -> str | None:
    if len(ours) != len(theirs):
        return f"{len(ours)} points and {len(theirs)}"
    query = request.get("query") or {}
    by_value = "order_by" in request or "order_by" in query or "fusion" in query
    for place, (x, y) in enumerate(zip(ours, theirs)):
        if not same_place(x, y, by_value):
            return f"place {place}: {x} and {y}"
    starts = [0]
    for place in range(1, len(theirs)):
        if "mmr" in query or not same_place(theirs[place], theirs[place - 1], by_value):
            starts.append(place)
    for begin, end in itertools.pairwise([*starts, len(theirs)]):
        cut = end == len(theirs) or (begin == 0 and request.get("offset"))
        if not cut and contents(ours[begin:end]) != contents(theirs[begin:end]):
            return f"places {begin} to {end}: {ours[begin:end]} and {theirs[begin:end]}"
    return None


def differ(ours: dict, theirs: dict) -> str | None:
    if ("error" in ours) != ("error" in theirs):
        return f"{ours.get('error')!r} and {theirs.get('error')!r}"
    if "error" in ours:
        return None
    if ours["kind"] == "facet":
        return None if ours["answer"] == theirs["answer"] else f"{ours['answer']} and {theirs['answer']}"
    requests, one, other = [ours["request"]], [ours["answer"]], [theirs["answer"]]
    if ours["kind"] == "query_batch":
        requests, one, other = ours["request"]["searches"], ours["answer"], theirs["answer"]
    for request, x, y in zip(requests, one, other, strict=True):
        if found := hits_differ(request, x, y):
            return found
    return None


def run(first: int, seeds: int, queries: int) -> tuple[int, dict[str, str]]:
    """How many answers were compared, and the differences by seed and line."""
    compared, found = 0, {}
    with tempfile.TemporaryDirectory() as out:
        for seed in range(first, first + seeds):
            ours = record(str(HERE.parent.parent / "bindings" / "python"), seed, queries, f"{out}/ours.gz")
            theirs = record(os.environ["QDRANT_EDGE_WHEEL_DIR"], seed, queries, f"{out}/theirs.gz")
            for line, (x, y) in enumerate(zip(ours, theirs, strict=True)):
                if line == 0:
                    assert x == y
                    continue
                compared += 1
                if text := differ(x, y):
                    found[f"{seed}:{line + 1}"] = f"{text}\n  {json.dumps(x['request'])[:2000]}"
    return compared, found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--queries", type=int, default=500)
    a = parser.parse_args()
    compared, found = run(a.first, a.seeds, a.queries)
    for at, text in found.items():
        print(f"seed and line {at}: {text}")
    print(f"seeds {a.first} to {a.first + a.seeds - 1}: {compared} answers compared, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
