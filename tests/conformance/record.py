"""Asks the reference and ours what catalog.py asks, and writes worlds.json and cases/*.jsonl.gz with the answers.

    python record.py <site of qdrant-edge-py 0.9.0> <bindings/python>      # needs QDRANT_EDGE_LIBRARY

An answer of ours that is another one than the reference's stops the recording, unless the case says in "differs" why that is so.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def areas() -> dict[str, list[dict]]:
    import catalog
    import catalog_changes

    named = {name: getattr(catalog, name) for name in ("filters", "queries", "stages", "formulas", "reads")} | catalog_changes.AREAS
    return {name: list(made()) for name, made in named.items()}


def answer(out: str) -> None:
    """The answers of the package on the path, by case and world."""
    import runner

    suite, found = runner.Suite(), {}
    for area in areas().values():
        for case in area:
            found[case["name"]] = {str(world): suite.run(case, world) for world in case.get("on", [None])}
    suite.end()
    pathlib.Path(out).write_text(json.dumps(found))


def of(package: str) -> dict:
    """Its answers, or those of a file that --answer has written."""
    if package.endswith(".json"):
        return json.loads(pathlib.Path(package).read_text())
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "answers.json")
        subprocess.run([sys.executable, __file__, "--answer", out], env={**os.environ, "PYTHONPATH": package}, check=True)
        return json.loads(pathlib.Path(out).read_text())


def join(case: dict, reference: dict, ours: dict) -> list[str]:
    """Puts the answers into the case and returns what differs."""
    from compare import differs, is_error

    found, places = [], list(reference)
    case["steps"] = [dict(step) for step in case["steps"]]  # cases share steps
    for i, step in enumerate(case["steps"]):
        theirs, own = ({w: answers[w][i] for w in places} for answers in (reference, ours))
        different = {w: text for w in places if (text := differs({**step, "ask": step.get("ask")}, theirs[w], own[w]))}
        if different and "differs" not in case:
            found += [f"{case['name']} on {w}: {step['do']} {json.dumps(step.get('ask'))[:600]}\n  {text}" for w, text in different.items()]
        if different:
            step["reference"] = theirs[places[0]]
        first = own[places[0]] if different or is_error(own[places[0]]) else theirs[places[0]]
        if is_error(first) and is_error(theirs[places[0]]) and not different:
            first = {"error": {"kind": first["error"]["kind"], "reference": theirs[places[0]]["error"]["text"]}}
        if first is not None:
            step["expect"] = first
        others = {w: (own if different else theirs)[w] for w in places[1:] if differs(step, first, own[w]) or not is_error(first) and differs(step, first, theirs[w])}
        if others:
            step["on"] = others
    if "differs" in case and not any("reference" in s for s in case["steps"]):
        found.append(f"{case['name']}: nothing differs")
    return found


def main(reference: str, ours: str) -> int:
    import catalog

    worlds = json.dumps(catalog.worlds(), ensure_ascii=False)
    (HERE / "worlds.json").write_text(worlds + "\n", encoding="utf-8")
    theirs, own, wrong, count = of(reference), of(ours), [], 0
    for name, cases in areas().items():
        for case in cases:
            wrong += join(case, theirs[case["name"]], own[case["name"]])
            count += len(case.get("on", [1]))
        text = "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in cases)
        (HERE / "cases").mkdir(exist_ok=True)
        (HERE / "cases" / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print("\n".join(wrong))
    print(f"{sum(map(len, areas().values()))} cases, on their shards {count}; {len(wrong)} unexplained differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "--answer":
        answer(sys.argv[2])
    else:
        sys.exit(main(*sys.argv[1:3]))
