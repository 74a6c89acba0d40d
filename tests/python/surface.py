#!/usr/bin/env python3
"""surface.py DIRECTORY OUT: the whole public surface of the qdrant_edge module in a directory, as JSON.

Keys map to (category, value). Categories: api (names, kinds, members,
signatures, properties, relations of classes), behaviour (repr, equality, hash,
copy, pickle, immutability, types of exceptions), cosmetic (texts of exceptions
and docs, addresses masked). test_surface.py compares two of these.
"""

import copy
import inspect
import json
import os
import pickle
import re
import shutil
import sys
import tempfile

from surface_cases import BAD, SAMPLES, SHARD_OBJECTS

ADDR = re.compile(r"0x[0-9a-fA-F]+")


def mask(s):
    return ADDR.sub("0xADDR", s)


def jsonable(v, depth=0):
    if depth > 6:
        return "<deep>"
    if v is None or isinstance(v, (bool, str)):
        return v
    if type(v) is int:
        return v
    if isinstance(v, float):
        if v != v or v in (float("inf"), float("-inf")):
            return {"__float__": repr(v)}
        return v
    if isinstance(v, (list, tuple)):
        return [jsonable(x, depth + 1) for x in v]
    if isinstance(v, (set, frozenset)):
        return {"__set__": sorted((json.dumps(jsonable(x, depth + 1), sort_keys=True) for x in v))}
    if isinstance(v, dict):
        return {"__dict__": sorted([[jsonable(k, depth + 1), jsonable(x, depth + 1)] for k, x in v.items()],
                                   key=lambda kv: json.dumps(kv[0], sort_keys=True))}
    return {"__repr__": mask(repr(v)), "__type__": type(v).__name__}


def exc(e):
    return {"raises": type(e).__name__, "mro": [c.__name__ for c in type(e).__mro__][:4]}


class Dump:
    def __init__(self, q):
        self.q = q
        self.entries = {}

    def put(self, key, value, cat="api"):
        self.entries[key] = {"cat": cat, "value": value}

    def probe(self, key, fn, cat="behaviour", conv=jsonable):
        try:
            v = {"ok": conv(fn())}
        except BaseException as e:  # pyo3 PanicException derives from BaseException
            if isinstance(e, (KeyboardInterrupt, SystemExit)):
                raise
            v = exc(e)
            self.put(key + "!msg", mask(str(e)), "cosmetic")
        self.put(key, v, cat)


def default_repr(d):
    if d is inspect.Parameter.empty:
        return None
    if d is Ellipsis:
        return "..."
    return mask(repr(d))


def signature_of(obj):
    """[[name, kind, default], ...] or None. self/cls is dropped."""
    try:
        sig = inspect.signature(obj)
    except (ValueError, TypeError):
        return None
    out = []
    for i, p in enumerate(sig.parameters.values()):
        if i == 0 and p.name in ("self", "$self", "cls", "_cls"):
            continue
        out.append([p.name, p.kind.name, default_repr(p.default)])
    return out


def ctor_signature(cls):
    ts = getattr(cls, "__text_signature__", None)
    # a plain python class without an __init__ inherits object's
    if cls.__init__ is object.__init__ and cls.__new__ is object.__new__ and not ts:
        return None
    s = signature_of(cls)
    if s is not None and [x[1] for x in s] == ["VAR_POSITIONAL", "VAR_KEYWORD"]:
        # pyo3 classes without a constructor are reported as (*args, **kwargs)
        return None
    return s


def public(cls):
    return [n for n in dir(cls) if not n.startswith("_")]


def raw_attr(cls, name):
    for c in cls.__mro__:
        if name in c.__dict__:
            return c.__dict__[name]
    return None


def member_kind(cls, name):
    raw = raw_attr(cls, name)
    val = getattr(cls, name)
    if isinstance(val, type):
        return "class"
    if type(val) is cls or (isinstance(val, cls) and not callable(val)):
        return "member"
    if isinstance(raw, staticmethod):
        return "staticmethod"
    if isinstance(raw, classmethod) or type(raw).__name__ == "classmethod_descriptor":
        return "classmethod"
    if isinstance(raw, property) or type(raw).__name__ in ("getset_descriptor", "member_descriptor"):
        return "property"
    if callable(val):
        if type(raw).__name__ in ("builtin_function_or_method",):
            return "staticmethod"
        return "method"
    if hasattr(raw, "__get__"):
        return "property"
    return "attribute"


def walk_class(d, cls, path):
    key = "class:" + path
    d.put(key, True)
    d.put(key + "#doc", (inspect.getdoc(cls) or "").strip(), "cosmetic")
    d.put(key + "#module", [cls.__module__, cls.__qualname__], "cosmetic")
    bases = [c.__qualname__ for c in cls.__mro__[1:] if c is not object]
    # a wrapper may have private helper bases; only the public ones count
    d.put(key + "#bases", [b for b in bases if not b.startswith("_") and b in PUBLIC])
    sig = ctor_signature(cls)
    ts = getattr(cls, "__text_signature__", None)
    if sig is None and ts and ts != "(*args, **kwargs)":
        # MatchExcept(except): a keyword as parameter name, only possible by position or **
        d.put(key + "#init", ts, "cosmetic")
    else:
        d.put(key + "#init", sig)
    ma = cls.__dict__.get("__match_args__")
    d.put(key + "#match_args", list(ma) if ma is not None else None, "behaviour")
    parent_variants = set()
    for b in cls.__mro__[1:]:
        if b.__qualname__ in PUBLIC and b is not cls:
            parent_variants |= set(public(b))
    names = public(cls)
    for n in names:
        if n in parent_variants and "." in path:
            # variants see the sibling variants by inheritance: note presence only
            d.put(key + "/inherited:" + n, True, "behaviour")
            continue
        k = member_kind(cls, n)
        v = getattr(cls, n)
        mk = key + "/" + n
        d.put(mk, k)
        if k == "class":
            walk_class(d, v, path + "." + n)
        elif k in ("staticmethod", "method", "classmethod"):
            d.put(mk + "#sig", signature_of(v))
            d.put(mk + "#doc", (inspect.getdoc(v) or "").strip(), "cosmetic")
        elif k == "member":
            d.probe(mk + "#repr", lambda: repr(v))
            d.probe(mk + "#str", lambda: str(v))
            d.probe(mk + "#int", lambda: int(v))
            d.probe(mk + "#same", lambda: [getattr(cls, n) is v, getattr(cls, n) == v, v != v])
            d.probe(mk + "#vs_int", lambda: [v == int(v), int(v) == v])
            d.probe(mk + "#vs_str", lambda: v == n)
            d.probe(mk + "#hash", lambda: isinstance(hash(v), int))
            d.probe(mk + "#name", lambda: v.name)
            d.probe(mk + "#value", lambda: v.value)
            d.probe(mk + "#lt", lambda: v < v)
            d.probe(mk + "#in_set", lambda: len({v, v}))
            d.probe(mk + "#copy", lambda: copy.copy(v) is v)
            d.probe(mk + "#deepcopy", lambda: copy.deepcopy(v) is v)
            d.probe(mk + "#pickle", lambda: pickle.loads(pickle.dumps(v)) == v)
            d.probe(mk + "#bool", lambda: bool(v))
    members = [n for n in names if member_kind(cls, n) == "member"]
    if members:
        d.probe(key + "#iter", lambda: list(iter(cls)))
        d.probe(key + "#call0", lambda: cls())
        d.probe(key + "#call_int", lambda: cls(0))
        d.probe(key + "#call_str", lambda: cls(members[0]))
        d.probe(key + "#getitem", lambda: cls[members[0]])
        d.probe(key + "#cross_eq", lambda: [[getattr(cls, a) == getattr(cls, b) for b in members] for a in members])
        d.probe(key + "#setattr", lambda: setattr(getattr(cls, members[0]), "zzz", 1))
        d.probe(key + "#subclass", lambda: type("Sub", (cls,), {}) and True)


# names an `import *` user could meet, kept by __all__
PUBLIC = set()


def probe_instances(d, ns):
    q = d.q
    for i, (cls, src) in enumerate(SAMPLES):
        key = "sample:%s" % src
        try:
            obj = eval(src, dict(ns))
            obj2 = eval(src, dict(ns))
        except BaseException as e:
            d.put(key, exc(e), "behaviour")
            d.put(key + "!msg", mask(str(e)), "cosmetic")
            continue
        d.put(key, {"ok": type(obj).__qualname__}, "behaviour")
        r = repr(obj)
        default = " object at 0x" in r
        d.put(key + "#repr", mask(r), "cosmetic" if default else "behaviour")
        d.put(key + "#str_is_repr", str(obj) == r, "behaviour")
        for n in public(type(obj)):
            kd = member_kind(type(obj), n)
            if kd == "property":
                d.probe(key + "." + n, lambda: getattr(obj, n), conv=lambda v: [type(v).__name__, jsonable(v)])
        d.probe(key + "#eq_self", lambda: obj == obj)
        d.probe(key + "#eq_same", lambda: obj == obj2)
        d.probe(key + "#hash", lambda: isinstance(hash(obj), int))
        first = next(j for j, (c, s) in enumerate(SAMPLES) if c == cls) == i
        if not first:
            continue
        d.probe(key + "#copy", lambda: type(copy.copy(obj)).__name__)
        d.probe(key + "#deepcopy", lambda: type(copy.deepcopy(obj)).__name__)
        d.probe(key + "#pickle", lambda: type(pickle.loads(pickle.dumps(obj))).__name__)
        d.probe(key + "#len", lambda: len(obj))
        d.probe(key + "#iter", lambda: list(obj))
        d.probe(key + "#bool", lambda: bool(obj))
        d.probe(key + "#setattr_new", lambda: setattr(obj, "zzz_new", 1))
        props = [n for n in public(type(obj)) if member_kind(type(obj), n) == "property"]
        if props:
            d.probe(key + "#setattr_prop", lambda: setattr(obj, props[0], getattr(obj, props[0])))
            d.probe(key + "#delattr_prop", lambda: delattr(obj, props[0]))
        d.probe(key + "#getattr_missing", lambda: obj.zzz_missing)
        d.probe(key + "#subclass", lambda: type("Sub", (type(obj),), {}) and True)
        d.probe(key + "#lt", lambda: obj < obj2)
        d.probe(key + "#dict", lambda: obj.__dict__)


def probe_bad(d, ns):
    for src in BAD:
        key = "bad:" + src
        d.probe(key, lambda: eval(src, dict(ns)), conv=lambda v: type(v).__name__)


def probe_shard_objects(d, ns):
    """Objects that only come out of a shard."""
    q = d.q
    tmp = tempfile.mkdtemp(prefix="surface-")
    try:
        sdir = os.path.join(tmp, "s")
        src_make = [
            'EdgeShard.create(D, EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot)))',
            'EdgeShard(D, EdgeConfig(vector_data={"": VectorDataConfig(2, Distance.Dot)}))',
            'Shard(D, SegmentConfig(vector_data={"": VectorDataConfig(2, Distance.Dot)}))',
        ]
        shard = None
        for s in src_make:
            try:
                os.makedirs(sdir, exist_ok=True)
                shard = eval(s, dict(ns, D=sdir))
                break
            except BaseException:
                shutil.rmtree(sdir, ignore_errors=True)
        d.put("shard:made", shard is not None, "behaviour")
        if shard is None:
            return
        ns = dict(ns, S=shard)

        def ev(src):
            return eval(src, dict(ns))

        for name, src in SHARD_OBJECTS:
            key = "shard:" + name
            try:
                obj = ev(src)
            except BaseException as e:
                d.put(key, exc(e), "behaviour")
                d.put(key + "!msg", mask(str(e)), "cosmetic")
                continue
            d.put(key, {"ok": type(obj).__name__}, "behaviour")
            r = mask(repr(obj))
            d.put(key + "#repr", r, "cosmetic" if "0xADDR" in r else "behaviour")
            if type(obj).__module__ == "builtins" and type(obj).__name__ in ("list", "tuple", "int", "bool", "NoneType", "str"):
                continue
            for n in public(type(obj)):
                kd = member_kind(type(obj), n)
                d.put(key + "/" + n, kd)
                if kd == "property":
                    d.probe(key + "." + n, lambda: getattr(obj, n), conv=lambda v: [type(v).__name__, jsonable(v)])
                elif kd in ("method", "staticmethod"):
                    d.put(key + "/" + n + "#sig", signature_of(getattr(type(obj), n)))
            if name == "EdgeShard":
                d.probe(key + "#enter", lambda: obj.__enter__)
                d.probe(key + "#pickle", lambda: pickle.dumps(obj))
                d.probe(key + "#copy", lambda: copy.copy(obj))
                continue
            for label, fn in [
                ("eq_self", lambda: obj == obj), ("eq_same", lambda: obj == ev(src)), ("hash", lambda: isinstance(hash(obj), int)),
                ("copy", lambda: type(copy.copy(obj)).__name__), ("pickle", lambda: type(pickle.loads(pickle.dumps(obj))).__name__),
                ("len", lambda: len(obj)), ("iter", lambda: len(list(obj))), ("bool", lambda: bool(obj)), ("getitem", lambda: type(obj[0]).__name__),
                ("setattr", lambda: setattr(obj, "zzz", 1)), ("call", lambda: type(obj)()),
            ]:
                d.probe(key + "#" + label, fn)
    finally:
        shutil.rmtree(tmp, ignore_errors=True)


def main(where, out):
    sys.path.insert(0, os.path.abspath(where))
    import qdrant_edge as q

    assert os.path.realpath(os.path.dirname(os.path.dirname(q.__file__))) == os.path.realpath(where), q.__file__
    d = Dump(q)
    names = sorted(n for n in dir(q) if not n.startswith("_") and not inspect.ismodule(getattr(q, n)))
    exported = sorted(set(n for n in names if n in q.__all__) | set(n for n in q.__all__ if hasattr(q, n)))
    ns = {n: getattr(q, n) for n in exported}
    PUBLIC.update(getattr(v, "__qualname__", n) for n, v in ns.items())
    for n, v in ns.items():
        d.put("name:" + n, "class" if isinstance(v, type) else "function" if callable(v) else "value")
        if isinstance(v, type):
            walk_class(d, v, n)
    probe_instances(d, ns)
    probe_bad(d, ns)
    probe_shard_objects(d, ns)
    with open(out, "w") as f:
        json.dump(d.entries, f)


if __name__ == "__main__":
    main(*sys.argv[1:])
