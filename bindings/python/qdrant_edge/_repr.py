"""How values print: the grammar of Rust's derived Debug with Python names.

Floats print as Rust's Display does (no exponent, no ``.0``), except inside a
payload, where they print as in JSON. Strings print in double quotes.
"""

from struct import pack, unpack

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def default_repr(obj):
    return "<builtins.%s object at 0x%x>" % (type(obj).__name__, id(obj))


def fields_repr(obj):
    """``Name(field=value, ...)`` in the order of the class's ``_repr``."""
    cls = type(obj)
    parts = []
    for label, attr in cls._repr:
        value = getattr(obj, attr)
        parts.append("%s=%s" % (label, f32s(value) if attr in cls._f32 else show(value)))
    return "%s(%s)" % (cls.__qualname__, ", ".join(parts))


def show(value):
    """The repr of a value inside another value."""
    kind = type(value)
    if value is None or kind is bool:
        return str(value)
    if kind is int:
        return str(value)
    if kind is float:
        return f64(value)
    if kind is str:
        return string(value)
    if kind is F32s:
        return value.show()
    if kind is list or kind is tuple:
        return "[%s]" % ", ".join(map(show, value))
    if kind is dict:
        return "{%s}" % ", ".join("%s: %s" % (string(k), show(v)) for k, v in value.items())
    if kind is set or kind is frozenset:
        return "{%s}" % ", ".join(map(show, value))
    inner = getattr(value, "_show", None)
    if inner is not None:
        return inner()
    return string(str(value))  # a UUID


def string(text):
    if text.isprintable() and '"' not in text and "\\" not in text:
        return '"%s"' % text
    return '"%s"' % "".join(map(_char, text))


def _char(c):
    if c in _ESCAPES:
        return _ESCAPES[c]
    return c if c.isprintable() else "\\u{%x}" % ord(c)


def f64(x):
    """A float as Rust's Display prints it."""
    return _plain(x, repr(x))


def f32(x):
    """A float that holds an f32, with the shortest digits that give the same f32."""
    if x != x or x in (float("inf"), float("-inf")):
        return f64(x)
    for digits in range(6, 10):
        text = "%.*g" % (digits, x)
        try:
            if unpack("<f", pack("<f", float(text)))[0] == x:
                break
        except OverflowError:
            continue
    return _plain(x, text)


def _plain(x, text):
    if x != x:
        return "NaN"
    if "e" in text:
        from decimal import Decimal

        text = "{:f}".format(Decimal(text))
    if text.endswith(".0"):
        text = text[:-2]
    return text


def f32s(value):
    """A float, or floats in lists, that hold f32."""
    if type(value) is float:
        return f32(value)
    return "[%s]" % ", ".join(map(f32s, value)) if type(value) is list else show(value)


def payload(value):
    """A payload value: like JSON, with Python's True, False and None."""
    kind = type(value)
    if kind is dict:
        return "{%s}" % ", ".join("%s: %s" % (string(k), payload(v)) for k, v in value.items())
    if kind is list:
        return "[%s]" % ", ".join(map(payload, value))
    if kind is float:
        return json_float(value)
    return show(value)


def json_float(x):
    """A float as serde_json prints it: 1.0, 1e+300, 1e-7."""
    text = repr(x)
    mantissa, e, exponent = text.partition("e")
    if not e:
        return text
    if mantissa.endswith(".0"):
        mantissa = mantissa[:-2]
    sign = "-" if exponent.startswith("-") else "+"
    number = exponent.lstrip("+-0")
    return "%se%s%s" % (mantissa, "-" if sign == "-" else "+", number)


class F32s:
    """Floats that hold f32 values, for printing."""

    __slots__ = ("values",)

    def __init__(self, values):
        self.values = values

    def show(self):
        return "[%s]" % ", ".join(map(f32, self.values))
