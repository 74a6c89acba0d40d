"""JSON of payloads: exact integers, key order kept, one pass each way."""

from operator import index

from ._vectors import described

_U64 = 1 << 64
_I64 = 1 << 63
_quote = None
_scan = None
_MAX_DEPTH = 120


def quote(text):
    """A JSON string; non-ASCII characters stay as they are."""
    global _quote
    if _quote is None:
        from json import encoder

        _quote = encoder.c_encode_basestring or encoder.py_encode_basestring
    return _quote(text)


def dumps(value):
    """The JSON text of a dict of payload values."""
    return _object(value, 0)


def scanner():
    """The function (text, position) -> (value, end) of the json module."""
    global _scan
    if _scan is None:
        from json import JSONDecoder

        _scan = JSONDecoder().scan_once
    return _scan


def loads(text):
    """Any JSON value."""
    return scanner()(text, 0)[0]


def _object(value, depth):
    if depth > _MAX_DEPTH:
        raise ValueError("payload is nested too deeply")
    parts = []
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError("%s is not an instance of 'str'" % described(key))
        parts.append("%s:%s" % (quote(key), _value(item, depth)))
    return "{%s}" % ",".join(parts)


def _value(x, depth):
    kind = type(x)
    if kind is str:
        return quote(x)
    if kind is int:
        return _int(x)
    if kind is float:
        return _float(x)
    if x is None:
        return "null"
    if x is True:
        return "true"
    if x is False:
        return "false"
    if kind is dict:
        return _object(x, depth + 1)
    if kind is list or kind is tuple:
        if depth > _MAX_DEPTH:
            raise ValueError("payload is nested too deeply")
        return "[%s]" % ",".join([_value(v, depth + 1) for v in x])
    return _other(x, depth)


def _int(x):
    return str(x) if -_I64 <= x < _U64 else _float(float(x))


def _float(x):
    if x != x or x in (float("inf"), float("-inf")):
        from ._repr import f64

        raise ValueError("failed to convert %s into payload number type" % f64(x))
    return repr(x)


def _other(x, depth):
    """Values that are not exactly of a JSON type: subclasses, NumPy scalars, sequences."""
    if isinstance(x, str):
        return quote(str(x))
    if hasattr(x, "__index__"):
        if type(x).__name__ in ("bool_", "bool"):
            return "true" if x else "false"
        return _int(index(x))
    if type(x).__name__ == "bool_":
        return "true" if x else "false"
    if hasattr(x, "__float__"):
        return _float(float(x))
    if isinstance(x, dict):
        return _object(x, depth + 1)
    from collections.abc import Sequence

    if isinstance(x, Sequence):
        return _value(list(x), depth)
    raise TypeError("%s cannot be a payload value" % described(x))


_MAX_FLOAT = 1.7976931348623157e308


def js(x):
    """The JSON of a field of a value: models, enums, ids, numbers, lists, dicts."""
    kind = type(x)
    if kind is bool:
        return "true" if x else "false"
    if kind is int:
        return str(x)
    if kind is str:
        return quote(x)
    if kind is float:
        return number(x)
    if kind is tuple or kind is list or kind is frozenset:
        return "[%s]" % ",".join(map(js, x))
    if kind is dict:
        return "{%s}" % ",".join(["%s:%s" % (quote(k), js(v)) for k, v in x.items()])
    if x is None:
        return "null"
    inner = getattr(x, "_js", None)
    return '"%s"' % x if inner is None else inner()  # the former is a UUID


def number(x):
    """A float; JSON has no infinity, the largest number bounds the same values."""
    if x != x:
        raise ValueError("NaN cannot be compared with anything")
    return repr(max(-_MAX_FLOAT, min(_MAX_FLOAT, x)))
