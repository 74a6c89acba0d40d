"""The rules that every value class of this package follows.

Values are immutable, compare by identity, cannot be copied, pickled or
subclassed, and say that they live in ``builtins``, as the classes of
qdrant-edge-py do.
"""

from ._json import js
from ._repr import default_repr, fields_repr

new = object.__new__
put = object.__setattr__


class Signature:
    """A ``__signature__`` that is built from its text when somebody asks."""

    def __init__(self, text):
        self.text = text

    def __get__(self, obj, owner=None):
        import inspect

        scope = {}
        exec("def f(%s): pass" % self.text, scope)  # the text is ours
        return inspect.signature(scope["f"])


class Sealed:
    """Base of everything that refuses to be changed, copied or subclassed."""

    __slots__ = ()
    _variant = True  # false of a union's base, see _models.UnionBase

    def __init_subclass__(cls, **kwargs):
        for base in cls.__mro__[1:]:
            if "_final" in base.__dict__ and base._final:
                raise TypeError("type 'builtins.%s' is not an acceptable base type" % base.__name__)

    def __setattr__(self, name, value):
        raise AttributeError(_cannot_set(self, name))

    def __delattr__(self, name):
        raise AttributeError(_cannot_set(self, name))

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle 'builtins.%s' object" % type(self).__name__)

    def __getattr__(self, name):
        raise AttributeError("'builtins.%s' object has no attribute '%s'" % (type(self).__name__, name))

    def __repr__(self):
        return default_repr(self)


class Value(Sealed):
    """A value with fields: ``_repr`` names them in order, ``_keys`` maps them to JSON, ``_f32`` are those that hold float32s."""

    __slots__ = ()
    _repr = ()
    _f32 = ()
    _keys = ()
    _wrap = None  # the one member around the JSON
    _tag = None  # what the member "type" says
    _lone = False  # the JSON is that of the one field

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create 'builtins.%s' instances" % cls.__name__)

    def _show(self):
        return fields_repr(self)

    def _js(self):
        """The JSON of the value, in Qdrant's REST shape."""
        if self._lone:
            return js(getattr(self, self._keys[0][1]))
        parts = [] if self._tag is None else ['"type":"%s"' % self._tag]
        for key, attr in self._keys:
            value = getattr(self, attr)
            if value is not None:
                parts.append('"%s":%s' % (key, js(value)))
        text = "{%s}" % ",".join(parts)
        return text if self._wrap is None else '{"%s":%s}' % (self._wrap, text)


def final(cls):
    """Close a class: nothing may derive from it."""
    cls._final = True
    return cls


def _cannot_set(obj, name):
    cls = type(obj)
    if name.startswith("_") or not hasattr(cls, name):
        return "'builtins.%s' object has no attribute '%s'" % (cls.__name__, name)
    return "attribute '%s' of 'builtins.%s' objects is not writable" % (name, cls.__name__)


class Enum(Sealed):
    """A closed set of names; ``int()`` gives the position, nothing else compares."""

    __slots__ = ("_name", "_json", "_number")

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create 'builtins.%s' instances" % cls.__name__)

    def __int__(self):
        return self._number

    def __repr__(self):
        return "%s.%s" % (type(self).__name__, self._name)

    _show = __repr__

    def _js(self):
        return '"%s"' % self._json


class IntEnum(Enum):
    """An Enum that also equals its number, and for that has no hash."""

    __slots__ = ()

    def __eq__(self, other):
        if isinstance(other, IntEnum):
            return self is other
        return other == self._number if isinstance(other, int) else NotImplemented

    def __hash__(self):
        raise TypeError("unhashable type: 'builtins.%s'" % type(self).__name__)


def members(cls, *pairs):
    """Fill an enum class with its (name, JSON name) members."""
    for number, (name, text) in enumerate(pairs):
        member = new(cls)
        put(member, "_name", name)
        put(member, "_json", text)
        put(member, "_number", number)
        setattr(cls, name, member)
    return final(cls)
