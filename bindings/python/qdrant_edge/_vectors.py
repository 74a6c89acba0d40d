"""Vectors on this side of the border: packed little-endian float32 bytes.

A dense vector is ``bytes``. A multivector is ``Rows``. A sparse vector is a
``SparseVector``, which keeps its indices and values packed. Floats leave as
Python floats only when somebody reads a property.
"""

import sys
from struct import Struct, error as struct_error, unpack

from ._repr import F32s, show

structs = {}


def floats(count):
    """The cached Struct of ``count`` little-endian float32."""
    try:
        return structs[count]
    except KeyError:
        if len(structs) > 256:
            structs.clear()
        made = structs[count] = Struct("<%df" % count)
        return made


class Rows:
    """A multivector: rows of one or of different lengths."""

    __slots__ = ("rows",)

    def __init__(self, rows):
        self.rows = rows


def pack_dense(x):
    """A sequence or buffer of numbers as float32 bytes; TypeError when it is none."""
    kind = type(x)
    if kind is list or kind is tuple:
        return pack_numbers(x)
    if isinstance(x, (str, bytes, bytearray)):
        raise TypeError("Can't extract `%s` to `Vec`" % kind.__name__)
    packed = _from_buffer(x)
    if packed is not None:
        if type(packed) is Rows:
            raise TypeError("must be real number, not %s" % kind.__name__)
        return packed
    return pack_numbers(_sequence(x))


def pack_numbers(x):
    try:
        return floats(len(x)).pack(*x)
    except struct_error:
        return _pack_slow(x)
    except OverflowError:
        return _pack_slow(x)


def _pack_slow(x):
    values = []
    for v in x:
        if isinstance(v, (str, bytes, list, tuple, dict)) or not (hasattr(v, "__float__") or hasattr(v, "__index__")):
            raise TypeError("must be real number, not %s" % type(v).__name__)
        values.append(round_f32(float(v)))
    return floats(len(values)).pack(*values)


_one = Struct("<f")


def round_f32(value):
    """The float64 that holds the float32 nearest to value."""
    try:
        return _one.unpack(_one.pack(value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def pack_vector(x):
    """A dense vector or, when its elements are sequences, a multivector."""
    kind = type(x)
    if kind is list or kind is tuple:
        if x and (isinstance(x[0], (list, tuple)) or (not isinstance(x[0], (int, float)) and hasattr(x[0], "__len__"))):
            return Rows([pack_dense(row) for row in x])
        return pack_numbers(x)
    if isinstance(x, (str, bytes, bytearray)):
        raise TypeError("Can't extract `%s` to `Vec`" % kind.__name__)
    packed = _from_buffer(x)
    if packed is not None:
        return packed
    return pack_vector(_sequence(x))


def _sequence(x):
    from collections.abc import Sequence

    if isinstance(x, Sequence):
        return list(x)
    raise TypeError("%s is not an instance of 'Sequence'" % described(x))


def described(x):
    return "'None'" if x is None else "'%s' object" % type(x).__qualname__


def _from_buffer(x):
    """float32 bytes of an object with the buffer protocol, None when it has none."""
    try:
        view = memoryview(x)
    except TypeError:
        return _from_numpy(x)
    if view.ndim > 2:
        raise TypeError("a vector has one dimension, a multivector two, not %d" % view.ndim)
    if view.format in ("f", "<f") and sys.byteorder == "little":
        data = view.tobytes()
    else:
        converted = _from_numpy(x)
        if converted is not None:
            return converted
        if view.format not in ("d", "e", "f", "b", "h", "i", "l", "q", "B", "H", "I", "L", "Q"):
            raise TypeError("must be real number, not buffer of '%s'" % view.format)
        if view.ndim == 2:
            return Rows([pack_numbers(row) for row in view.tolist()])
        return pack_numbers(view.tolist())
    if view.ndim == 2:
        step = 4 * view.shape[1]
        return Rows([data[i * step : (i + 1) * step] for i in range(view.shape[0])])
    return data


def pack_rows(x):
    """(rows, elements of a row, float32 data) of a two-dimensional array; None of anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(x, numpy.ndarray):
        if x.ndim != 2 or x.dtype.kind not in "fiub":
            return None
        return x.shape[0], x.shape[1], memoryview(_as_f32(numpy, x)).cast("B") if x.size else b""
    try:
        view = memoryview(x)
    except TypeError:
        return None
    if view.ndim != 2 or view.format not in ("f", "<f") or sys.byteorder != "little":
        return None
    return view.shape[0], view.shape[1], view.tobytes()


def _from_numpy(x):
    """float32 bytes of a NumPy array of any float or integer type."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if not isinstance(x, numpy.ndarray):
        if not hasattr(x, "__array__"):
            return None
        x = numpy.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("must be real number, not array of %s" % x.dtype)
    if x.ndim == 2:
        return Rows([row.tobytes() for row in _as_f32(numpy, x)])
    if x.ndim != 1:
        raise TypeError("a vector has one dimension, a multivector two, not %d" % x.ndim)
    return _as_f32(numpy, x).tobytes()


def _as_f32(numpy, x):
    with numpy.errstate(over="ignore"):
        return numpy.ascontiguousarray(x, dtype="<f4")


def to_list(vector):
    """What a ``vector`` property returns: a fresh list, or the sparse vector."""
    kind = type(vector)
    if kind is bytes:
        return list(floats(len(vector) // 4).unpack(vector))
    if kind is Rows:
        return [list(floats(len(row) // 4).unpack(row)) for row in vector.rows]
    return vector


def to_ints(packed):
    """The list of packed uint32."""
    return list(unpack("<%dI" % (len(packed) // 4), packed))


def show_vector(vector):
    kind = type(vector)
    if kind is bytes:
        return show(F32s(floats(len(vector) // 4).unpack(vector)))
    if kind is Rows:
        return "[%s]" % ", ".join(map(show_vector, vector.rows))
    return vector._show()
