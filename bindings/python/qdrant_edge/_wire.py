"""Frames: one packed request in, one packed response out.

Request, little-endian: u32 magic, u16 function, u16 flags (1 = packed result,
2 = packed request), u64 handle, u64 size of the out buffer, u32 bytes of JSON, u32 count of floats;
JSON, zeros to a multiple of four, floats. The call returns the bytes written,
-1 when the answer waits under a token to be fetched with a larger buffer, or
-(100 + code) with a JSON error.
"""

import os
from struct import Struct

from . import _native
from ._json import loads
from ._models import CAPACITY
from .errors import EdgeError, from_kind

MAGIC = 0x31464551
FETCH = 1
PACKED = 1
COLUMNS = 2

_head = Struct("<IHH")
_fetch_frame = Struct("<IHHQQII")
_token = Struct("<QQ")
_length = Struct("<I")
_pool = []  # (buffer, view of it) pairs that no call is using


def _buffer(size):
    import ctypes

    buffer = ctypes.create_string_buffer(size)
    return buffer, memoryview(buffer).cast("B")


def head(code, flags=0):
    """The first bytes of the frames of a function."""
    return _head.pack(MAGIC, code, flags)


def call(head, handle, body):
    """Send a request to a function and return the bytes of the answer.

    The frame is the head of the function, eight bytes of handle, and what _models.body made.
    """
    entry = _native.entry or _native.load()
    try:
        pair = _pool.pop()
    except IndexError:
        pair = _buffer(CAPACITY)
    buffer, view = pair
    try:
        n = entry(head + handle + body, buffer)
        if n >= 0:
            return view[:n].tobytes()
        if n == -1:
            return _fetch(entry, *_token.unpack_from(view))
        raise _error(n, view)
    finally:
        if len(_pool) < 64:
            _pool.append(pair)


def _fetch(entry, token, needed):
    buffer, view = _buffer(max(needed, 256))
    n = entry(_fetch_frame.pack(MAGIC, FETCH, 0, token, len(view), 0, 0), buffer)
    if n < 0:
        raise _error(n, view)
    return view[:n].tobytes()


def _error(n, view):
    size = _length.unpack_from(view)[0]
    if n > -100 or size > len(view) - 4:
        return EdgeError("the library answered with the unknown code %d" % n)
    found = loads(view[4 : 4 + size].tobytes().decode("utf-8"))
    return from_kind(found.get("kind"), found.get("message", ""))


def answer(head, handle, body):
    """Send a request to a function and return its JSON answer."""
    data = call(head, handle, body)
    return loads(data.decode("utf-8")) if data else None


def _after_fork_in_child():
    _pool.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
