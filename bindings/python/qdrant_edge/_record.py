"""Results: points as they come over the border, decoded when somebody looks.

A packed list is u32 count, u32 flags (1 = a next offset follows, 2 = it is a
UUID), 16 bytes next offset, then records of 48 bytes: id, u64 version, f32
score, u32 flags (1 = UUID, 2 = payload, 4 = vector), offset and length of the
payload, offset and length of the vectors.
"""

from itertools import repeat
from struct import Struct

from ._base import Value, final, new
from ._json import loads
from ._repr import f32, payload as show_payload, show
from ._vectors import Rows, floats
from ._models import show_point_vector, point_vector_value

_head = Struct("<IIQQ")
_record = Struct("<QQQfIIIII")
_ids = Struct("<QQ")
_u32 = Struct("<I")
_UUID, _PAYLOAD, _VECTOR = 1, 2, 4


def _id(low, high, flags):
    if not flags & _UUID:
        return low
    from uuid import UUID

    return UUID(bytes=_ids.pack(low, high))


class PointBase(Value):
    """What ScoredPoint and Record share: a record of an answer, and the answer."""

    __module__ = "builtins"
    __slots__ = ("_state",)

    @property
    def id(self):
        rec = self._state[0]
        return _id(rec[0], rec[1], rec[4])

    @property
    def payload(self):
        rec, data = self._state
        if not rec[4] & _PAYLOAD:
            return None
        return loads(data[rec[5] : rec[5] + rec[6]].decode("utf-8"))

    @property
    def vector(self):
        packed = self._packed()
        return None if packed is None else point_vector_value(packed)

    @property
    def order_value(self):
        return None

    def _packed(self):
        rec, data = self._state
        return _vectors(data, rec[7]) if rec[4] & _VECTOR else None

    def _show(self):
        parts = ["id=%s" % show(self.id)]
        if isinstance(self, ScoredPoint):
            parts.append("version=%d, score=%s" % (self.version, f32(self.score)))
        parts.append("vector=%s" % show_point_vector(self._packed()))
        parts.append("payload=%s" % show_payload(self.payload))
        return "%s(%s, order_value=None)" % (type(self).__name__, ", ".join(parts))

    def __repr__(self):
        return self._show()


@final
class ScoredPoint(PointBase):
    """A hit of a query."""

    __module__ = "builtins"
    __slots__ = ()

    @property
    def score(self):
        return self._state[0][3]

    @property
    def version(self):
        return self._state[0][2]


@final
class Record(PointBase):
    """A stored point."""

    __module__ = "builtins"
    __slots__ = ()


_set_state = PointBase._state.__set__


def _vectors(data, at):
    """The vectors of a record: the packed default one, or a dict of named ones."""
    found = {}
    count = _u32.unpack_from(data, at)[0]
    at += 4
    for _ in range(count):
        size = _u32.unpack_from(data, at)[0]
        name = data[at + 4 : at + 4 + size].decode("utf-8")
        at += 4 + size + (-size & 3)
        kind = _u32.unpack_from(data, at)[0]
        if kind == 1:
            dim = _u32.unpack_from(data, at + 4)[0]
            at += 8
            found[name] = data[at : at + 4 * dim]
            at += 4 * dim
        elif kind == 2:
            rows, dim = _u32.unpack_from(data, at + 4)[0], _u32.unpack_from(data, at + 8)[0]
            at += 12
            found[name] = Rows([data[at + 4 * dim * i : at + 4 * dim * (i + 1)] for i in range(rows)])
            at += 4 * dim * rows
        else:
            raise ValueError("a vector of kind %d needs a newer qdrant_edge" % kind)
    return found[""] if len(found) == 1 and "" in found else found


def points(data, cls):
    """The points of a packed list."""
    count = _u32.unpack_from(data)[0]
    found = list(map(new, repeat(cls, count)))
    records = _record.iter_unpack(memoryview(data)[24 : 24 + 48 * count])
    any(map(_set_state, found, zip(records, repeat(data))))  # runs in C: a setter returns None
    return found


def next_offset(data):
    """The id at which the next page of a scroll begins, None on the last one."""
    _, flags, low, high = _head.unpack_from(data)
    return _id(low, high, _UUID if flags & 2 else 0) if flags & 1 else None


@final
class ShardInfo(Value):
    """What a shard holds."""

    __module__ = "builtins"
    __slots__ = ("segments_count", "points_count", "indexed_vectors_count", "_schema")
    _repr = (("segments_count", "segments_count"), ("points_count", "points_count"),
             ("indexed_vectors_count", "indexed_vectors_count"), ("payload_schema", "payload_schema"))

    @property
    def payload_schema(self):
        return dict(self._schema)

    def __repr__(self):
        return self._show()
