"""Answers of `qdrant_edge` → plain JSON, in the shapes that the C library gives."""

from __future__ import annotations

import enum
import re
import uuid

import qdrant_edge as q


def ident(i):
    return str(i) if isinstance(i, uuid.UUID) else i


def plain(v):
    """A vector property."""
    if isinstance(v, dict):
        return {name: plain(x) for name, x in v.items()}
    if isinstance(v, q.SparseVector):
        return sparse(v)
    return v


def sparse(v):
    both = sorted(zip(v.indices, v.values))
    return {"indices": [i for i, _ in both], "values": [x for _, x in both]}


def record(r):
    out = {"id": ident(r.id)}
    for name in ("payload", "order_value"):
        if getattr(r, name) is not None:
            out[name] = getattr(r, name)
    if r.vector is not None:
        out["vector"] = plain(r.vector)
    return out


def hit(h):
    return {**record(h), "score": h.score, "version": h.version}


def hits(found):
    return [hit(h) for h in found]


def page(found):
    points, offset = found
    return {"points": [record(r) for r in points], "next_page_offset": ident(offset)}


def facet(response):
    return {"hits": [{"value": ident(h.value), "count": h.count} for h in response.hits]}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def name_of(member) -> str:
    """The name of an enum's member; those of neither package are Python enums."""
    return member.name.lower() if isinstance(member, enum.Enum) else repr(member).split(".")[-1].lower()


def schema_value(x):
    if x is None or isinstance(x, (bool, int, float, str)):
        return x
    kind = type(x).__name__
    if isinstance(x, (set, frozenset, list)):
        return sorted(schema_value(i) for i in x)
    if kind == "StopwordsSet":
        return {k: schema_value(v) for k, v in (("languages", x.languages), ("custom", x.custom)) if v}
    if kind == "SnowballParams":
        return {"type": "snowball", "language": name_of(x.language)}
    if kind == "DisabledStemmer":
        return {"type": "none"}
    if kind == "TextScoringParams":
        return {"type": "bm25"}
    return name_of(x)


def schema(params):
    """The parameters of an index, without those that are not given."""
    if params is None:
        return None
    fields = {"type": type(params).__name__.removesuffix("IndexParams").lower()}
    for name in dir(params):
        if not name.startswith("_"):
            value = schema_value(getattr(params, name))
            if value is not None:
                fields[name] = value
    return fields


def info(i):
    """Without the number of indexed vectors, in which the reference counts deleted ones until a load."""
    indexes = {}
    for key, index in i.payload_schema.items():
        indexes[key] = {"data_type": name_of(index.data_type), "points": index.points}
        if index.params is not None:
            indexes[key]["params"] = schema(index.params)
    return {"segments_count": i.segments_count, "points_count": i.points_count, "payload_schema": indexes}


def pairs(found):
    """Similarities in the order of their ids."""
    return sorted(({"a": ident(a), "b": ident(b), "score": score} for a, b, score in found), key=lambda p: (str(p["a"]), str(p["b"])))
