"""When two answers are the same: numbers to a relative 2e-5, points of equal scores in any order."""

from __future__ import annotations

import itertools
import json

SCORE = 2e-5


def close(x, y) -> bool:
    if isinstance(x, bool) or isinstance(y, bool) or (isinstance(x, int) and isinstance(y, int)):
        return x is y or (type(x) is type(y) and x == y)
    return abs(x - y) <= SCORE * max(1, abs(x), abs(y))


def same(x, y) -> bool:
    if isinstance(x, (int, float)) and isinstance(y, (int, float)):
        return close(x, y)
    if isinstance(x, dict) and isinstance(y, dict):
        return x.keys() == y.keys() and all(same(x[k], y[k]) for k in x)
    if isinstance(x, list) and isinstance(y, list):
        return len(x) == len(y) and all(map(same, x, y))
    return x == y


def differs(step: dict, want, have) -> str | None:
    """How an answer differs from the one recorded."""
    if is_error(want) or is_error(have):
        return errors_differ(want, have)
    ask = step.get("ask")
    if step["do"] in ("query", "search"):
        return points_differ(ask, want, have)
    if step["do"] == "query_batch":
        return first(map(points_differ, ask["searches"], want, have)) if len(want) == len(have) else f"{len(have)} lists, recorded {len(want)}"
    if step["do"] == "query_groups":
        return groups_differ(ask, want["groups"], have["groups"])
    if step["do"] == "scroll":
        if not same(want["next_page_offset"], have["next_page_offset"]):
            return f"the next page begins at {have['next_page_offset']}, recorded {want['next_page_offset']}"
        return points_differ(ask, want["points"], have["points"])
    if step["do"] == "retrieve":
        want, have = by_id(want), by_id(have)
    return None if same(want, have) else f"{json.dumps(have)[:1000]}, recorded {json.dumps(want)[:1000]}"


def first(texts) -> str | None:
    return next((t for t in texts if t), None)


def is_error(x) -> bool:
    return isinstance(x, dict) and "error" in x


def errors_differ(want, have) -> str | None:
    """Errors are the same by their kind; those of the reference have none."""
    if is_error(want) and is_error(have):
        kinds = {want["error"]["kind"], have["error"]["kind"]}
        if len(kinds) == 1 or ("error" in kinds or "invalid_argument" in kinds and have["error"]["kind"] == "error"):
            return None
    return f"{json.dumps(have)[:1000]}, recorded {json.dumps(want)[:1000]}"


def by_id(points: list) -> list:
    return sorted(points, key=lambda p: json.dumps(p["id"]))


def same_place(x: dict, y: dict) -> bool:
    return same(x.get("score"), y.get("score")) and same(x.get("order_value"), y.get("order_value"))


def points_differ(ask: dict, want: list, have: list) -> str | None:
    if len(want) != len(have):
        return f"{len(have)} points, recorded {len(want)}: {json.dumps(have)[:800]}, recorded {json.dumps(want)[:800]}"
    asked = ask.get("query", ask.get("vector"))
    if isinstance(asked, dict) and "sample" in asked:
        want, have = by_id(want), by_id(have)
    for place, (x, y) in enumerate(zip(want, have)):
        if not same_place(x, y):
            return f"place {place}: {json.dumps(y)[:500]}, recorded {json.dumps(x)[:500]}"
    ranked = bool(want) and ("score" in want[0] or "order_value" in want[0]) and not (isinstance(asked, dict) and ("mmr" in asked or "sample" in asked))
    starts = [0] + [i for i in range(1, len(want)) if not (ranked and asked is not None or "order_by" in ask) or not same_place(want[i], want[i - 1])]
    for begin, end in itertools.pairwise([*starts, len(want)]):
        cut = ranked and (end == ask.get("limit", 10) or (begin == 0 and ask.get("offset")))
        if not cut and not all(map(same, by_id(want[begin:end]), by_id(have[begin:end]))):
            return f"places {begin} to {end}: {json.dumps(have[begin:end])[:1000]}, recorded {json.dumps(want[begin:end])[:1000]}"
    return None


def groups_differ(ask: dict, want: list, have: list) -> str | None:
    if [g["id"] for g in want] != [g["id"] for g in have]:
        return f"groups {[g['id'] for g in have]}, recorded {[g['id'] for g in want]}"
    return first(points_differ({**ask, "limit": ask.get("group_size", 3)}, x["hits"], y["hits"]) for x, y in zip(want, have))
