"""The parts of generated classes that are more than a list of names.

Requests and points are immutable, so each is encoded once: ``_body`` keeps the
JSON text, its length and the packed floats that belong to it, see body().
"""

from struct import Struct

from ._base import Sealed, Value, new, put
from ._json import js, quote
from ._repr import fields_repr, payload as show_payload, show
from ._vectors import Rows, show_vector, to_ints, to_list


class Arena:
    """The floats of one request, in the order in which its JSON refers to them."""

    __slots__ = ("chunks", "count")

    def __init__(self):
        self.chunks = []
        self.count = 0

    def vector(self, vector):
        """Take a vector in, return the JSON that stands for it."""
        if type(vector) is not bytes:
            return self._rows(vector.rows) if type(vector) is Rows else vector._encode(self)
        size = len(vector) >> 2
        text = '{"$f32":[%d,%d]}' % (self.count, size)
        self.chunks.append(vector)
        self.count += size
        return text

    def _rows(self, rows):
        size = len(rows[0]) >> 2 if rows else 0
        if not size or any(len(row) != len(rows[0]) for row in rows):
            return "[%s]" % ",".join(map(self.vector, rows))  # to be refused with a reason
        size *= len(rows)
        text = '{"$f32":[%d,%d,%d]}' % (self.count, size, len(rows))
        self.chunks.extend(rows)
        self.count += size
        return text


CAPACITY = 1 << 16  # bytes of an out buffer
_sizes = Struct("<QII")


def body(text, floats=b""):
    """A frame from its fifth field on: size of the out buffer, bytes of JSON, count of floats, JSON, padding, floats."""
    return packed_body(text.encode("utf-8"), floats)


def packed_body(raw, floats):
    """The same of what is no JSON."""
    return _sizes.pack(CAPACITY, len(raw), len(floats) >> 2) + raw + b"\0" * (-len(raw) & 3) + floats


# --- points -----------------------------------------------------------------


class SparseVectorBase(Value):
    __slots__ = ()

    def _show(self):
        return "SparseVector(indices=%s, values=%s)" % (self.indices, show_vector(self._values))

    def _encode(self, arena):
        return '{"indices":[%s],"values":%s}' % (",".join(map(str, to_ints(self._indices))), arena.vector(self._values))


def point_vector_value(vector):
    if type(vector) is dict:
        return {name: to_list(v) for name, v in vector.items()}
    return to_list(vector)


def show_point_vector(vector):
    if vector is None:
        return "None"
    if type(vector) is dict:
        return "{%s}" % ", ".join("%s: %s" % (show(name), show_vector(v)) for name, v in vector.items())
    return show_vector(vector)


class PointBase(Value):
    __slots__ = ()

    def _show(self):
        cls = type(self)
        parts = ["id=%s" % show(self.id), "vector=%s" % show_point_vector(self._vector)]
        if len(cls._repr) == 3:
            parts.append("payload=%s" % ("None" if self._payload is None else show_payload(self.payload)))
        return "%s(%s)" % (cls.__name__, ", ".join(parts))

    def _encode(self, arena):
        vector = self._vector
        if type(vector) is dict:
            text = "{%s}" % ",".join(["%s:%s" % (quote(name), arena.vector(v)) for name, v in vector.items()])
        else:
            text = arena.vector(vector)
        kept = getattr(self, "_payload", None)
        if kept is None:
            return '{"id":%s,"vector":%s}' % (js(self.id), text)
        return '{"id":%s,"vector":%s,"payload":%s}' % (js(self.id), text, kept)


# --- conditions -------------------------------------------------------------


class GeoPolygonBase(Value):
    __slots__ = ()

    def _js(self):
        text = '{"exterior":{"points":%s}' % js(self._exterior)
        if self._interiors is not None:
            text += ',"interiors":[%s]' % ",".join(['{"points":%s}' % js(ring) for ring in self._interiors])
        return text + "}"


class RangeFloatBase(Value):
    __slots__ = ()


class RangeDateTimeBase(Value):
    __slots__ = ()

    def _js(self):
        parts = []
        for key, attr in self._repr:
            shown = getattr(self, attr)
            if shown is not None:
                parts.append('"%s":"%sZ"' % (key, shown[:-4].replace(" ", "T")))
        return "{%s}" % ",".join(parts)


def except_argument(args, kwargs):
    """The one argument of MatchExcept, whose name is a keyword of Python."""
    if len(args) + len(kwargs) == 0:
        raise TypeError("MatchExcept.__new__() missing 1 required positional argument: 'except'")
    for name in kwargs:
        if name != "except":
            raise TypeError("MatchExcept.__new__() got an unexpected keyword argument '%s'" % name)
    if len(args) + len(kwargs) > 1:
        raise TypeError("MatchExcept.__new__() takes 2 positional arguments but %d were given" % (len(args) + 1))
    return args or (kwargs["except"],)


# --- unions -----------------------------------------------------------------


class UnionBase(Value):
    """A union: its variants derive from it; read back, a value has the base type only."""

    __slots__ = ("_inner",)
    _variant = False  # True in the generated variants

    def _show(self):
        return fields_repr(self) if self._variant else self._inner._show()


def bare(x):
    """The variant behind a value that was read back."""
    return x if x._variant else x._inner


def covered(variant):
    """The value as the base class, without the fields of the variant."""
    covered = new(type(variant).__mro__[1])
    put(covered, "_inner", variant)
    return covered


class SelectorBase(UnionBase):
    __slots__ = ()

    def _js(self):
        return '{"%s":%s}' % (type(self).__name__.lower(), js(self._keys))


def query_value(query):
    """A query that is read back: Query's variants lose their fields, the others do not."""
    return covered(query) if type(query).__mro__[1].__name__ == "Query" else query


def with_payload_value(kept):
    if type(kept) is tuple:
        return list(kept)
    if isinstance(kept, SelectorBase):
        return covered(kept)
    return kept


def with_vector_value(kept):
    return list(kept) if type(kept) is tuple else kept


# --- requests ---------------------------------------------------------------


class RequestBase(Value):
    __slots__ = ("_cached",)

    def __getattr__(self, name):
        if name == "_cached":
            return None
        return Sealed.__getattr__(self, name)

    def _body(self):
        made = self._cached
        if made is None:
            made = self._encode()
            put(self, "_cached", made)
        return made


class FilterBase(Value):
    """A filter, whose JSON is kept: the same one is asked for again and again."""

    __slots__ = ("_text",)

    def __getattr__(self, name):
        if name == "_text":
            return None
        return Sealed.__getattr__(self, name)

    def _js(self):
        text = self._text
        if text is None:
            text = Value._js(self)
            put(self, "_text", text)
        return text


class ScrollRequestBase(RequestBase):
    __slots__ = ()

    def _encode(self):
        parts = []
        for key in ("offset", "limit", "filter"):
            value = getattr(self, key)
            if value is not None:
                parts.append('"%s":%s' % (key, js(value)))
        if self._with_payload is not None:
            parts.append('"with_payload":%s' % js(self._with_payload))
        parts.append('"with_vector":%s' % js(self._with_vector))
        if self.order_by is not None:
            parts.append('"order_by":%s' % js(self.order_by))
        return body("{%s}" % ",".join(parts))


class CountRequestBase(RequestBase):
    __slots__ = ()

    def _encode(self):
        parts = ['"exact":%s' % js(self.exact)]
        if self.filter is not None:
            parts.append('"filter":%s' % js(self.filter))
        return body("{%s}" % ",".join(parts))


class PlainRequestBase(RequestBase):
    """A request without vectors."""

    __slots__ = ()

    def _encode(self):
        return body(self._js())


class IdfParamsBase(Value):
    __slots__ = ()

    def _js(self):
        return '"global"' if self.corpus is None else '{"corpus":%s}' % js(self.corpus)
