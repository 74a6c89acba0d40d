"""Results: points as they come over the border, decoded when somebody looks.

A packed list is u32 count, u32 flags (1 = a next offset follows, 2 = it is a
UUID, 4 = some ids are UUIDs, 8 = order values, 16 = all points have vectors of one
shape), 16 bytes next offset, then records of 48 bytes: id, u64 version, f32
score, u32 flags (1 = UUID, 2 = payload, 4 = vector), offset and length of the
payload, offset and length of the vectors. With order values, 8 bytes for each
point follow the records: an integer (flag 8 of the point) or a float64 (16).

Vectors are u32 count, then for each u32 bytes of its name, the name, zeros to a
multiple of four, u32 kind and what the kind has: 1 u32 dimension, floats;
2 u32 rows, u32 dimension, floats; 3 u32 count, u32 indices, floats.
"""

from itertools import repeat
from struct import Struct

from ._base import Value, final, new, put
from ._coerce import point_vector
from . import _gen
from ._gen import Memory, PayloadSchemaType, SparseVector
from ._json import scanner
from ._repr import f32, payload as show_payload, show
from ._vectors import floats
from .errors import Corrupt
from ._models import show_point_vector

_head = Struct("<IIQQ")
_counts = Struct("<II")
_id_at = Struct("<QQ")
_version_at = Struct("<Q")
_places = Struct("<5I")  # flags, payload offset and length, vectors' offset and length
_int_at = Struct("<q")
_float_at = Struct("<d")
_score_at = Struct("<f")
_u32 = Struct("<I")
_UUID, _PAYLOAD, _VECTOR, _INT_ORDER, _FLOAT_ORDER = 1, 2, 4, 8, 16
_scan = None  # the JSON scanner, set with the first points


def _uuid(low, high):
    from uuid import UUID

    return UUID(bytes=_id_at.pack(low, high))


class PointBase(Value):
    """What ScoredPoint and Record share: an answer, where in it their record is, and the shape of its vectors if all have the same."""

    __module__ = "builtins"
    __slots__ = ("id", "_state")

    @property
    def payload(self):
        data, at, _ = self._state
        flags, start, size, _, _ = _places.unpack_from(data, at + 28)
        try:
            return _scan(str(data[start : start + size], "utf-8"), 0)[0] if flags & _PAYLOAD else None
        except (ValueError, StopIteration) as e:
            raise Corrupt("the stored payload of point %s is no JSON: %s" % (self.id, e)) from e

    @property
    def vector(self):
        data, at, shape = self._state
        if shape is not None:
            name, head, dim, words, numbers = shape
            start = (words[at // 4 + 10] + head) // 4
            values = numbers[start : start + dim].tolist()
            return {name: values} if name else values
        flags, _, _, start, _ = _places.unpack_from(data, at + 28)
        return _vectors(data, start) if flags & _VECTOR else None

    @property
    def order_value(self):
        data, at, _ = self._state
        flags = data[at + 28]
        if not flags & (_INT_ORDER | _FLOAT_ORDER):
            return None
        place = 24 + 48 * _counts.unpack_from(data)[0] + (at - 24) // 6
        return (_int_at if flags & _INT_ORDER else _float_at).unpack_from(data, place)[0]

    def _show(self):
        parts = ["id=%s" % show(self.id)]
        if isinstance(self, ScoredPoint):
            parts.append("version=%d, score=%s" % (self.version, f32(self.score)))
        vector = self.vector
        parts.append("vector=%s" % show_point_vector(None if vector is None else point_vector(vector, SparseVector)))
        parts.append("payload=%s" % show_payload(self.payload))
        return "%s(%s, order_value=%s)" % (type(self).__name__, ", ".join(parts), show(self.order_value))

    def __repr__(self):
        return self._show()


@final
class ScoredPoint(PointBase):
    """A hit of a query."""

    __module__ = "builtins"
    __slots__ = ("score",)

    @property
    def version(self):
        data, at, _ = self._state
        return _version_at.unpack_from(data, at + 16)[0]


@final
class Record(PointBase):
    """A stored point."""

    __module__ = "builtins"
    __slots__ = ()


_set_state = PointBase._state.__set__
_set_id = PointBase.id.__set__
_set_score = ScoredPoint.score.__set__


def _vectors(data, at):
    """The vectors of a record: the default one, or a dict of named ones."""
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
            found[name] = list(floats(dim).unpack_from(data, at))
            at += 4 * dim
        elif kind == 2:
            rows, dim = _u32.unpack_from(data, at + 4)[0], _u32.unpack_from(data, at + 8)[0]
            at += 12
            size = 4 * dim * rows
            found[name] = list(map(list, floats(dim).iter_unpack(data[at : at + size]))) if size else [[]] * rows
            at += size
        elif kind == 3:
            end = 4 * _u32.unpack_from(data, at + 4)[0]
            at += 8
            found[name] = sparse = new(SparseVector)
            put(sparse, "_indices", data[at : at + end])
            put(sparse, "_values", data[at + end : at + 2 * end])
            at += 2 * end
        else:
            raise ValueError("a vector of kind %d needs a newer qdrant_edge" % kind)
    if len(found) == 1 and "" in found and type(found[""]) is not SparseVector:
        return found[""]
    return found


def _shape(data):
    """The name of the one dense vector of every point, the bytes before its floats, their number, the answer as words and as floats."""
    at = _u32.unpack_from(data, 24 + 40)[0]
    size = _u32.unpack_from(data, at + 4)[0]
    head = 16 + (size + 3 & ~3)
    name = data[at + 8 : at + 8 + size].decode("utf-8")
    whole = memoryview(data)
    whole = whole[: len(whole) & ~3]
    return name, head, _u32.unpack_from(data, at + head - 4)[0], whole.cast("I"), whole.cast("f")


_columns = {}  # count of records -> the Structs of their ids and of their scores


def _columns_of(count):
    made = _columns.get(count)
    if made is None:
        if len(_columns) > 256:
            _columns.clear()
        made = _columns[count] = Struct("<" + "Q40x" * count), Struct("<" + "24xf20x" * count)
    return made


def _mixed_ids(data, places):
    for at in places:
        low, high = _id_at.unpack_from(data, at)
        yield _uuid(low, high) if data[at + 28] & _UUID else low


def points(data, cls):
    """The points of a packed list. What nearly everybody reads is set for all points at once, by loops that run in C."""
    global _scan
    if _scan is None:
        _scan = scanner()
    count, flags = _counts.unpack_from(data)
    shape = _shape(data) if flags & 16 and count else None
    if count == 1:
        return [_point(data, cls, flags, shape)]
    found = list(map(new, repeat(cls, count)))
    places = range(24, 24 + 48 * count, 48)
    ids, scores = _columns_of(count)
    any(map(_set_state, found, zip(repeat(data), places, repeat(shape))))  # a setter returns None
    any(map(_set_id, found, _mixed_ids(data, places) if flags & 4 else ids.unpack_from(data, 24)))
    if cls is ScoredPoint:
        any(map(_set_score, found, scores.unpack_from(data, 24)))
    return found


def _point(data, cls, flags, shape):
    """The only point of a packed list."""
    point = new(cls)
    _set_state(point, (data, 24, shape))
    low, high = _id_at.unpack_from(data, 24)
    _set_id(point, _uuid(low, high) if flags & 4 else low)
    if cls is ScoredPoint:
        _set_score(point, _score_at.unpack_from(data, 48)[0])
    return point


def next_offset(data):
    """The id at which the next page of a scroll begins, None on the last one."""
    _, flags, low, high = _head.unpack_from(data)
    if not flags & 1:
        return None
    return _uuid(low, high) if flags & 2 else low


def _member(cls, text):
    """The member of an enum with the JSON name."""
    return next(m for m in vars(cls).values() if isinstance(m, cls) and m._json == text)


def _stopwords(found):
    if isinstance(found, str):
        return _member(_gen.Language, found)
    languages, custom = found.get("languages"), found.get("custom")
    return _gen.StopwordsSet(None if languages is None else {_member(_gen.Language, name) for name in languages},
                             None if custom is None else set(custom))


def _stemmer(found):
    if found["type"] == "none":
        return _gen.DisabledStemmer()
    return _gen.SnowballParams(_member(_gen.SnowballLanguage, found["language"]))


_READ = {"memory": lambda x: _member(Memory, x), "tokenizer": lambda x: _member(_gen.TokenizerType, x), "stopwords": _stopwords,
         "stemmer": _stemmer, "scoring": bool}


def index_params(found):
    """The parameters of a payload index from their JSON; None for an index without."""
    if found is None:
        return None
    cls = getattr(_gen, found["type"].capitalize() + "IndexParams")
    return cls(**{key: _READ[key](x) if key in _READ else x for key, x in found.items() if key != "type" and x is not None})


@final
class PayloadIndexInfo(Value):
    """An index of a payload key: its type, its parameters, the points in it."""

    __module__ = "builtins"
    __slots__ = ("data_type", "params", "points")
    _repr = (("data_type", "data_type"), ("params", "params"), ("points", "points"))


def index_info(found):
    """The PayloadIndexInfo of its JSON."""
    info = new(PayloadIndexInfo)
    put(info, "data_type", getattr(PayloadSchemaType, found["data_type"].capitalize()))
    put(info, "params", index_params(found.get("params")))
    put(info, "points", found.get("points", 0))
    return info


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
