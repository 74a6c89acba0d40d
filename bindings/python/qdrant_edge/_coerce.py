"""What constructors accept, and how they refuse the rest.

Each function takes a Python value and returns what the object keeps. The
exceptions are those of qdrant-edge-py: TypeError for a wrong type,
OverflowError for a number that does not fit, ValueError for a bad text.
"""

import sys
from operator import index
from struct import error as struct_error, pack

from . import _vectors
from ._vectors import Rows, structs, described, round_f32

_U64 = 1 << 64
_I64 = 1 << 63


def usize(x):
    n = x if type(x) is int else index(x)
    if n < 0:
        raise OverflowError("can't convert negative int to unsigned")
    if n >= _U64:
        raise OverflowError("int too big to convert")
    return n


def u32(x):
    n = index(x)
    if not 0 <= n < 1 << 32:
        raise OverflowError("number too %s to fit in target type" % ("small" if n < 0 else "large"))
    return n


def integer(x):
    n = index(x)
    if not -_I64 <= n < _I64:
        raise OverflowError("Python int too large to convert to C long")
    return n


def real(x):
    if type(x) is float:
        return x
    if isinstance(x, (str, bytes, bytearray)) or not (hasattr(x, "__float__") or hasattr(x, "__index__")):
        raise TypeError("must be real number, not %s" % type(x).__name__)
    return float(x)


def f32(x):
    return round_f32(real(x))


def boolean(x):
    if x is True or x is False:
        return x
    if type(x).__name__ in ("bool_", "bool") and type(x).__module__ == "numpy":
        return bool(x)
    raise TypeError("%s is not an instance of 'bool'" % described(x))


def text(x):
    if isinstance(x, str):
        return x
    raise TypeError("%s is not an instance of 'str'" % described(x))


def a(x, cls):
    """x if it is an instance of cls."""
    if isinstance(x, cls):
        return x
    raise TypeError("%s is not an instance of '%s'" % (described(x), cls.__name__))


def of(cls):
    """The function that takes instances of cls."""
    return lambda x: a(x, cls)


def members_of(x, cls):
    """A set of instances of cls."""
    if not isinstance(x, set):
        raise TypeError("%s is not an instance of 'set'" % described(x))
    return frozenset([a(member, cls) for member in x])


def not_nan(x, name):
    value = real(x)
    if value != value:
        raise ValueError("%s must not be NaN" % name)
    return value


def union(x, title, variants):
    """x if it is an instance of one of the (label, class) variants."""
    for _, cls in variants:
        if isinstance(x, cls):
            return x
    errors = ["%s is not an instance of '%s'" % (described(x), cls.__name__) for _, cls in variants]
    raise _no_variant(title, [label for label, _ in variants], map(TypeError, errors))


def _no_variant(title, labels, errors):
    lines = ["failed to extract enum %s ('%s')" % (title, " | ".join(labels))]
    for label, e in zip(labels, errors):
        lines.append("- variant %s (%s): TypeError: failed to extract field %s::%s.0, caused by %s: %s"
                     % (label, label, title, label, type(e).__name__, e))
    return TypeError("\n".join(lines))


def sequence(x):
    if type(x) is list or type(x) is tuple:
        return x
    if isinstance(x, (str, bytes)):
        raise TypeError("Can't extract `%s` to `Vec`" % type(x).__name__)
    from collections.abc import Sequence

    if isinstance(x, Sequence):
        return x
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(x, numpy.ndarray) and x.ndim == 1:
        return x.tolist()
    raise TypeError("%s is not an instance of 'Sequence'" % described(x))


def each(x, convert):
    return tuple([convert(v) for v in sequence(x)])


# --- keys, ids, times -------------------------------------------------------

_path = None


def json_path(x):
    """A payload key such as ``a.b[].c``."""
    global _path
    name = text(x)
    if name.isidentifier():
        return name
    if _path is None:
        import re

        _path = re.compile(r'(?:[\w-]+|"[^"]*")(?:\.(?:[\w-]+|"[^"]*")|\[\d*\])*')
    if _path.fullmatch(name) is None:
        raise ValueError("invalid JSON path %s" % name)
    return name


def point_id(x):
    """An int below 2**64 or a UUID (a uuid.UUID, or its text)."""
    if type(x) is int:
        if 0 <= x < _U64:
            return x
    elif isinstance(x, str):
        return _uuid(x)
    else:
        uuid = sys.modules.get("uuid")
        if uuid is not None and isinstance(x, uuid.UUID):
            return x
    try:
        return usize(x)
    except (TypeError, OverflowError) as e:
        raise _no_variant("Helper", ["NumId", "Uuid", "UuidStr"], [
            e, TypeError("Expected a `uuid.UUID` instance."),
            TypeError("%s is not an instance of 'str'" % described(x))]) from None


_HEX = frozenset("0123456789abcdefABCDEF")
_DASHES = (8, 13, 18, 23)


def _uuid(x):
    """The forms that Rust's uuid reads: 32 digits, with dashes, in braces, as urn."""
    from uuid import UUID

    body = x
    if len(body) == 45 and body.startswith("urn:uuid:"):
        body = body[9:]
    elif len(body) == 38 and body[0] == "{" and body[-1] == "}":
        body = body[1:-1]
    digits = body
    if len(body) == 36 and all(body[i] == "-" for i in _DASHES):
        digits = body.replace("-", "")
    if len(digits) == 32 and _HEX.issuperset(digits):
        return UUID(digits)
    raise ValueError("failed to parse %s as UUID: %s" % (x, _uuid_fault(body)))


def _uuid_fault(body):
    for i, c in enumerate(body):
        if c not in _HEX and c != "-":
            return "invalid character: found `%s` at %d" % (c, i)
    return "invalid length: expected length 32 for simple format, found %d" % len(body)


def point_ids(x):
    return each(x, point_id)


def point_id_set(x):
    if not isinstance(x, set):
        raise TypeError("%s is not an instance of 'set'" % described(x))
    return frozenset(map(point_id, x))


def key_list(x):
    return each(x, json_path)


def names(x):
    return each(x, text)


_time = None


def datetime(x):
    """A point in time as microseconds since 1970; forms without offset are UTC."""
    global _time
    written = text(x)
    if _time is None:
        import re

        _time = re.compile(
            r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?")
    found = _time.fullmatch(written.strip())
    if found is None:
        raise ValueError("failed to parse date-time: input contains invalid characters")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    from datetime import datetime as moment, timedelta

    try:
        at = moment(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
                    int(((fraction or "") + "000000")[:6]))
        if offset and offset not in "Zz":
            digits = offset[1:].replace(":", "")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
            at = at + shift if offset[0] == "-" else at - shift
    except (ValueError, OverflowError):
        raise ValueError("failed to parse date-time: input is out of range") from None
    return (at - moment(1970, 1, 1)) // timedelta(microseconds=1)


def datetime_text(micros):
    """A time as the properties show it: ``2024-01-01 10:00:00.500 UTC``."""
    from datetime import datetime as moment, timedelta

    shown = (moment(1970, 1, 1) + timedelta(microseconds=micros)).isoformat(" ")
    if "." in shown and shown.endswith("000"):
        shown = shown[:-3]
    return shown + " UTC"


def start_from_kept(x):
    """An int, a float, or, in a tuple, the microseconds of a time."""
    if isinstance(x, str):
        return (datetime(x),)
    try:
        return integer(x)
    except (TypeError, OverflowError) as e:
        wrong = e
    try:
        return real(x)
    except TypeError as e:
        raise _no_variant("Helper", ["Integer", "Float", "DateTime"], [
            wrong, e, TypeError("%s is not an instance of 'str'" % described(x))]) from None


def start_from_value(kept):
    return datetime_text(kept[0]) if type(kept) is tuple else kept


def text_scoring(x, params):
    """True and False stand for the default parameters and none."""
    if isinstance(x, bool):
        return params() if x else None
    return union(x, "PyTextScoringInterface", (("Enabled", bool), ("Params", params)))


def index_schema(x, kinds, as_params):
    """The schema of a payload index: a type or parameters."""
    if isinstance(x, kinds):
        return x
    try:
        return as_params(x)
    except TypeError as e:
        raise _no_variant("Helper", ["Type", "Params"], [TypeError("%s is not an instance of '%s'" % (described(x), kinds.__name__)), e]) from None


def slices(total, number):
    if total == 0:
        raise ValueError("total must be greater than 0")
    if number >= total:
        raise ValueError("index must be less than total")


# --- matches and geometry ---------------------------------------------------


def match_value(x):
    if isinstance(x, str):
        return x
    if isinstance(x, bool):
        return x
    try:
        return integer(x)
    except (TypeError, OverflowError) as e:
        raise _no_variant("Helper", ["String", "Integer", "Bool"], [
            TypeError("%s is not an instance of 'str'" % described(x)), e,
            TypeError("%s is not an instance of 'bool'" % described(x))]) from None


def match_list(x):
    if not isinstance(x, list):
        error = TypeError("%s is not an instance of 'list'" % described(x))
        raise _no_variant("Helper", ["Strings", "Integers"], [error, error])
    if all(isinstance(v, str) for v in x):
        return tuple(dict.fromkeys(x))
    try:
        return tuple(dict.fromkeys(map(integer, x)))
    except (TypeError, OverflowError) as e:
        odd = next(v for v in x if not isinstance(v, str))
        raise _no_variant("Helper", ["Strings", "Integers"], [
            TypeError("%s is not an instance of 'str'" % described(odd)), e]) from None


def latitude(lon, lat):
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        from ._repr import f64

        raise ValueError("Wrong format of GeoPoint payload: expected `lat` = %s within [-90;90] and `lon` = %s within [-180;180]"
                         % (f64(lat), f64(lon)))


def closed_line(points):
    """Refuse a line string that is no ring."""
    if len(points) < 4:
        raise ValueError("Validation failed: polygon invalid, the size must be at least 4, got %d" % len(points))
    first, last = points[0], points[-1]
    if (first.lon, first.lat) != (last.lon, last.lat):
        raise ValueError("Validation failed: polygon invalid, the first and the last points should be the same to form a closed line")
    return points


# --- vectors and payload ----------------------------------------------------


def dimensions(x):
    """The dimensions of a sparse vector as packed uint32."""
    numbers = sequence(x)
    try:
        return pack("<%dI" % len(numbers), *numbers)
    except struct_error:
        for n in map(index, numbers):
            if not 0 <= n <= 0xFFFFFFFF:
                raise OverflowError("number too %s to fit in target type" % ("small" if n < 0 else "large")) from None
        return pack("<%dI" % len(numbers), *map(index, numbers))


def query_vector(x, sparse):
    """The vector of a query: dense, sparse, or a multivector of equal non-empty rows."""
    vector = named_vector(x, sparse)
    if type(vector) is Rows:
        try:
            _check_rows(vector.rows)
        except ValueError as e:
            raise _no_vector(x, sparse, TypeError("must be real number, not list"), e) from None
    return vector


def _check_rows(rows):
    dim = len(rows[0]) if rows else 0
    if dim == 0:
        raise ValueError("Validation failed: MultiDenseVector cannot have zero dimension")
    for row in rows:
        if len(row) != dim:
            raise ValueError("Vector dimension error: expected dim: %d, got %d" % (dim // 4, len(row) // 4))


def named_vector(x, sparse):
    """A dense vector, a multivector, or an instance of the sparse class."""
    kind = type(x)
    if kind is list:
        try:
            return structs[len(x)].pack(*x)
        except (KeyError, struct_error, OverflowError):
            pass  # a new dimension, or something else than finite numbers
    elif kind is sparse:
        return x
    try:
        return _vectors.pack_vector(x)
    except TypeError as e:
        raise _no_vector(x, sparse, e, e) from None


def _no_vector(x, sparse, dense, multi):
    return _no_variant("Helper", ["Dense", "Sparse", "MultiDense"], [
        dense, TypeError("%s is not an instance of '%s'" % (described(x), sparse.__name__)), multi])


def point_vector(x, sparse):
    """The vectors of a point: one, or a dict of named ones, which may be sparse."""
    try:
        if isinstance(x, dict):
            return {text(name): named_vector(v, sparse) for name, v in x.items()}
        return _vectors.pack_vector(x)
    except TypeError as e:
        if isinstance(x, dict):
            single, named = TypeError("%s is not an instance of 'Sequence'" % described(x)), e
        else:
            single, named = e, TypeError("%s is not an instance of 'dict'" % described(x))
        raise _no_variant("Helper", ["Single", "MultiDense", "Named"], [single, single, named]) from None


def payload_json(x):
    """The canonical JSON of a payload, taken when the object is made."""
    if not isinstance(x, dict):
        raise TypeError("%s is not an instance of 'dict'" % described(x))
    from . import _json

    return _json.dumps(x)


def payload_choice(x, selector):
    """bool, a list of keys, or a PayloadSelector."""
    if x is True or x is False:
        return x
    if isinstance(x, selector):
        return x if x._variant else x._inner
    try:
        return key_list(x)
    except (TypeError, ValueError) as e:
        raise _no_variant("Helper", ["Bool", "Fields", "Selector"], [
            TypeError("%s is not an instance of 'bool'" % described(x)), e,
            TypeError("%s is not an instance of 'PayloadSelector'" % described(x))]) from None


def vector_choice(x):
    """bool or a list of vector names."""
    if x is True or x is False:
        return x
    try:
        return names(x)
    except TypeError as e:
        raise _no_variant("Helper", ["Bool", "Selector"], [
            TypeError("%s is not an instance of 'bool'" % described(x)), e]) from None


def vector_params(x, cls):
    """EdgeConfig's vectors: parameters of the default vector, or a dict of named ones."""
    if x is None:
        return {}
    if isinstance(x, cls):
        return {"": x}
    try:
        return params_by_name(x, cls)
    except TypeError as e:
        raise _no_variant("Helper", ["Default", "Explicit"], [
            TypeError("%s is not an instance of '%s'" % (described(x), cls.__name__)), e]) from None


def params_by_name(x, cls):
    """A copy of a dict of parameters by vector name."""
    return {text(name): a(params, cls) for name, params in a(x, dict).items()}


def some_vectors(vectors, sparse_vectors):
    if not vectors and not sparse_vectors:
        raise ValueError("EdgeConfig requires at least one of vectors or sparse_vectors to be non-empty")
