"""The shared library: found and loaded at the first call, loaded anew after a fork.

A Go runtime does not survive fork(): its threads are gone in the child. The
child therefore gets a second copy of the library, through a memory file so that
the loader takes it for another one. Shards opened before the fork belong to
the parent.
"""

import os
import sys
from _thread import allocate_lock

VARIABLE = "QDRANT_EDGE_LIBRARY"
_FILES = {"win32": "qdrant_edge.dll", "darwin": "libqdrant_edge.dylib"}

generation = 0  # counts forks: handles of another generation are not ours
entry = None  # the loaded qe_call, None until the first use
library = None  # what it is in
_lock = allocate_lock()
_loaded = False  # this process or an ancestor has loaded the library file itself


def library_path():
    """Where the library is: the environment variable, or beside this file."""
    path = os.environ.get(VARIABLE)
    if not path:
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), _FILES.get(sys.platform, "libqdrant_edge.so"))
    if not os.path.exists(path):
        raise ImportError("the library of qdrant_edge is missing: %s (set %s to its path)" % (path, VARIABLE))
    return path


def load():
    """Load the library if it is not, and return its entry point."""
    global entry, library, _loaded
    with _lock:
        if entry is None:
            path = library_path()
            if not _loaded:
                from . import _neighbour

                _neighbour.warn()
            library = _open_copy(path) if _loaded else _open(path)
            call = library.qe_call  # every other function goes through it, but for callbacks
            from ctypes import c_int64

            call.restype = c_int64
            _loaded = True
            entry = call
        return entry


def _open(path):
    import ctypes

    try:
        return ctypes.CDLL(path)
    except OSError as e:
        if "initial-exec" in str(e) or "static TLS" in str(e):
            raise ImportError("this platform's C library cannot load Go libraries (musl?): %s" % e) from None
        raise ImportError("cannot load %s: %s" % (path, e)) from None


def _open_copy(path):
    """Load the library as if it were another one, which gives it a fresh runtime."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("qdrant_edge")
        try:
            _copy(path, fd)
            return _open("/proc/self/fd/%d" % fd)
        finally:
            os.close(fd)
    import tempfile

    fd, name = tempfile.mkstemp(suffix=os.path.basename(path))
    try:
        _copy(path, fd)
        return _open(name)
    finally:
        os.close(fd)
        os.unlink(name)


def _copy(path, fd):
    with open(path, "rb") as source, os.fdopen(os.dup(fd), "wb") as target:
        import shutil

        shutil.copyfileobj(source, target, 1 << 20)


def _after_fork_in_child():
    global generation, entry, library, _lock
    generation += 1
    entry = library = None
    _lock = allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)

