"""Points in columns: the shortest way over the border for many points of one shape.

All points have one dense vector of the same name and dimension, and a number
for an id. The frame is u32 count, u32 dimension, u32 bytes of the name, u32
flags (1 = payloads); ids of u64; u32 bytes of each payload (2**32 - 1 = none);
the name; the payloads. The vectors are the floats of the frame. Whatever does
not fit goes as JSON.
"""

from struct import Struct, error as struct_error

from ._coerce import payload_json, sequence, text
from ._gen import Point
from ._models import packed_body
from ._vectors import pack_rows

_head = Struct("<IIII")
_one = Struct("<IIIIQI")
_one_bare = Struct("<IIIIQ")
_NONE = 0xFFFFFFFF
_BYTES = {bytes}
_POINTS = {Point}
_STRINGS = {str}


def columns(points):
    """The body of a frame with points, None when they do not fit."""
    if len(points) == 1:
        return _single(points[0])
    if set(map(type, points)) != _POINTS:
        return None
    vectors = [p._vector for p in points]
    kinds = set(map(type, vectors))
    name = ""
    if kinds == {dict}:
        names = set(map(tuple, vectors))
        if len(names) != 1:
            return None
        (names,) = names
        if len(names) != 1:
            return None
        (name,) = names
        vectors = [v[name] for v in vectors]
        kinds = set(map(type, vectors))
    if kinds != _BYTES or len(set(map(len, vectors))) != 1:
        return None
    return _body([p.id for p in points], name, len(vectors[0]) >> 2, b"".join(vectors), [p._payload for p in points])


def _single(point):
    if type(point) is not Point or type(point.id) is not int:
        return None
    vector = point._vector
    name = b""
    if type(vector) is dict:
        if len(vector) != 1:
            return None
        ((name, vector),) = vector.items()
        name = name.encode("utf-8")
    if type(vector) is not bytes:
        return None
    payload = point._payload
    if payload is None:
        return packed_body(_one_bare.pack(1, len(vector) >> 2, len(name), 0, point.id) + name, vector)
    payload = payload.encode("utf-8")
    return packed_body(_one.pack(1, len(vector) >> 2, len(name), 1, point.id, len(payload)) + name + payload, vector)


def _body(ids, name, dim, floats, payloads):
    count = len(ids)
    try:
        raw_ids = Struct("<%dQ" % count).pack(*ids)
    except struct_error:
        return None
    name = name.encode("utf-8")
    if payloads is None or payloads.count(None) == count:
        return packed_body(_head.pack(count, dim, len(name), 0) + raw_ids + name, floats)
    if set(map(type, payloads)) == _STRINGS:
        joined = "".join(payloads)
        if joined.isascii():
            sizes, raw = map(len, payloads), joined.encode("ascii")
        else:
            encoded = [p.encode("utf-8") for p in payloads]
            sizes, raw = map(len, encoded), b"".join(encoded)
    else:
        encoded = [None if p is None else p.encode("utf-8") for p in payloads]
        sizes, raw = [_NONE if p is None else len(p) for p in encoded], b"".join(filter(None, encoded))
    return packed_body(b"".join((_head.pack(count, dim, len(name), 1), raw_ids, Struct("<%dI" % count).pack(*sizes), name, raw)), floats)


def _ids(ids):
    """A sequence, a range or an array of ids as a list."""
    listed = getattr(ids, "tolist", None)
    return list(ids) if listed is None else listed()


def _payloads(payloads, count):
    if payloads is None:
        return None
    if len(sequence(payloads)) != count:
        raise ValueError("%d payloads for %d ids" % (len(payloads), count))
    return [None if p is None else payload_json(p) for p in payloads]


def array_columns(ids, vectors, payloads):
    """The body of a frame with ids, rows and payloads, None when they do not fit."""
    if type(vectors) is dict:
        if len(vectors) != 1:
            return None
        ((name, vectors),) = vectors.items()
    else:
        name = ""
    packed = pack_rows(vectors)
    if packed is None:
        return None
    rows, dim, floats = packed
    ids = _ids(ids)
    _same(rows, ids)
    return _body(ids, text(name), dim, floats, _payloads(payloads, rows))


def _same(rows, ids):
    if rows != len(ids):
        raise ValueError("%d rows of vectors for %d ids" % (rows, len(ids)))


def rows_of(ids, vectors, payloads):
    """The points of columns that do not fit the frame."""
    ids = _ids(ids)
    if type(vectors) is dict:
        for rows in vectors.values():
            _same(len(rows), ids)
        vectors = [{name: rows[i] for name, rows in vectors.items()} for i in range(len(ids))]
    _same(len(vectors), ids)
    payloads = [None] * len(ids) if payloads is None else sequence(payloads)
    if len(payloads) != len(ids):
        raise ValueError("%d payloads for %d ids" % (len(payloads), len(ids)))
    return [Point(*parts) for parts in zip(ids, vectors, payloads)]
