"""Asks the reference and ours what catalog.py asks, and writes worlds.json and cases/*.jsonl.gz with the answers.

    python record.py <site of qdrant-edge-py 0.9.0> <bindings/python> [area...]      # needs QDRANT_EDGE_LIBRARY; without areas all of them

The reference is asked in several processes. What is not explained stops the recording: an answer of ours that is none of the reference's needs a case
that says why in "differs", an answer that the reference does not give every time a step that says why in "varies".
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


def areas(asked: list[str]) -> dict[str, list[dict]]:
    import catalog
    import catalog_changes
    import catalog_rest

    named = {name: getattr(catalog, name) for name in ("filters", "queries", "stages", "formulas", "reads")} | catalog_changes.AREAS | catalog_rest.AREAS
    made = {name: list(make()) for name, make in named.items()}  # all of them: they share their chance
    return {name: cases for name, cases in made.items() if name in asked or not asked}


RUNS = 6  # of the reference, each in a process of its own


def answer(out: str, *asked: str) -> None:
    """The answers of the package on the path, by case and world."""
    import runner

    suite, found = runner.Suite(), {}
    for area in areas(asked).values():
        for case in area:
            found[case["name"]] = {world: suite.run(case, world or None) for world in worlds_of(case)}
    suite.end()
    pathlib.Path(out).write_text(json.dumps(found))


def worlds_of(case: dict) -> list[str]:
    """The shards of a case; "" is one of its own."""
    return case.get("on", [""])


def of(package: str, runs: int, asked: list[str]) -> list[dict]:
    """Its answers in each of some processes, or those of files that --answer has written."""
    if package.endswith(".json"):
        return [json.loads(pathlib.Path(name).read_text()) for name in package.split(",")]
    found = []
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "answers.json")
        for _ in range(runs):
            subprocess.run([sys.executable, __file__, "--answer", out, *asked], env={**os.environ, "PYTHONPATH": package}, check=True)
            found.append(json.loads(pathlib.Path(out).read_text()))
    return found


def unlike(step: dict, answers: list) -> list:
    """The answers without those that are like an earlier one."""
    from compare import differs

    found = []
    for answer in answers:
        if all(differs(step, known, answer) for known in found):
            found.append(answer)
    return found


def join(case: dict, runs: list[dict], ours: dict) -> list[str]:
    """Puts the answers into the case and returns what is not explained."""
    from compare import differs, is_error

    wrong, different = [], False
    case["steps"] = [dict(step) for step in case["steps"]]  # cases share steps
    for i, step in enumerate(case["steps"]):
        for place, world in enumerate(worlds_of(case)):
            own, seen = ours[world][i], unlike(step, [run[world][i] for run in runs])
            like = next((answer for answer in seen if not differs(step, answer, own)), None)
            known = any(not differs(step, answer, own) for answer in seen)
            where = f"{case['name']} on {world}: {step['do']} {json.dumps(step.get('ask'))[:600]}"
            if len(seen) > 1 and "varies" not in step:
                wrong.append(f"{where}\n  varies: {json.dumps(seen)[:2000]}")
            if not known:
                different = True
                if "differs" not in case:
                    wrong.append(f"{where}\n  {differs(step, seen[0], own)}")
            if not known and "differs" in case or len(seen) > 1:
                step.setdefault("reference", {})[world] = seen
            right = own if not known and "differs" in case else like if known else seen[0]
            if known and is_error(own):
                right = {"error": {"kind": own["error"]["kind"], "reference": like["error"]["text"]}}
            if place == 0:
                if right is not None:
                    step["expect"] = right
            elif differs(step, step.get("expect"), right) or known and differs(step, step.get("expect"), own):
                step.setdefault("on", {})[world] = right
    if "differs" in case and not different:
        wrong.append(f"{case['name']}: nothing differs")
    return wrong


def main(reference: str, ours: str, *asked: str) -> int:
    import catalog

    worlds = json.dumps(catalog.worlds(), ensure_ascii=False)
    (HERE / "worlds.json").write_text(worlds + "\n", encoding="utf-8")
    theirs, (own,), wrong, count = of(reference, RUNS, asked), of(ours, 1, asked), [], 0
    recorded = areas(asked)
    for name, cases in recorded.items():
        for case in cases:
            wrong += join(case, [run[case["name"]] for run in theirs], own[case["name"]])
            count += len(case.get("on", [1]))
        text = "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in cases)
        (HERE / "cases").mkdir(exist_ok=True)
        (HERE / "cases" / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print("\n".join(wrong))
    print(f"{sum(map(len, recorded.values()))} cases, on their shards {count}; {len(wrong)} unexplained differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "--answer":
        answer(*sys.argv[2:])
    else:
        sys.exit(main(*sys.argv[1:]))
