"""SyncedShard: a shard that is kept in step with a collection of a Qdrant server.

One directory holds a mirror of the server's collection and what was changed
here since; both read as one shard. Updates and reads work without the server.
``push`` sends what waits, ``pull`` brings the mirror up to date, ``sync`` does
both, ``start`` does it in the background.
"""

import logging
import os
import threading
import weakref
from collections import namedtuple
from datetime import datetime, timezone
from operator import attrgetter

from . import _gen, _native
from ._coerce import a, point_ids as id_list
from ._gen import EdgeConfig
from ._json import js, loads
from ._models import body
from ._shard import EdgeShard, _EMPTY, _NONE, _path
from ._update import UpdateOperation
from ._wire import COLUMNS, answer, call, head
from .errors import EdgeError

__all__ = ["DeadLetter", "Pending", "Status", "SyncedShard"]

logger = logging.getLogger("qdrant_edge")

_OPEN, _CLOSE = head(_gen.SYNCED_OPEN), head(_gen.SYNCED_CLOSE)
_UPDATE, _UPDATE_COLUMNS = head(_gen.SYNCED_UPDATE), head(_gen.SYNCED_UPDATE, COLUMNS)
_FLUSH, _PENDING, _STATUS, _METRICS = (head(x) for x in (_gen.SYNCED_FLUSH, _gen.SYNCED_PENDING, _gen.SYNCED_STATUS, _gen.SYNCED_METRICS))
_PUSH, _PULL, _SYNC, _WAIT = (head(x) for x in (_gen.SYNCED_PUSH, _gen.SYNCED_PULL, _gen.SYNCED_SYNC, _gen.SYNCED_WAIT_SYNCED))
_DEAD_LETTERS, _REQUEUE, _DISCARD = (head(x) for x in (_gen.SYNCED_DEAD_LETTERS, _gen.SYNCED_REQUEUE, _gen.SYNCED_DISCARD))
_POINT_STATES, _SET_KEY = head(_gen.SYNCED_POINT_STATES), head(_gen.SYNCED_SET_KEY)
_VERIFY, _BACKUP, _RESTORE = (head(x) for x in (_gen.SYNCED_VERIFY, _gen.SYNCED_BACKUP, _gen.SYNCED_RESTORE))
_START, _STOP, _CANCEL, _RESET = (head(x) for x in (_gen.SYNCED_START, _gen.SYNCED_STOP, _gen.SYNCED_CANCEL, _gen.SYNCED_RESET))

Pending = namedtuple("Pending", "operations bytes")
Pending.__doc__ = "What waits for the server: how many operations, and their size in the log."

DeadLetter = namedtuple("DeadLetter", "id seq reason operation")
DeadLetter.__doc__ = "An operation, or the part of one, that the server refused for good; operation is its JSON."

_FIELDS = ("state", "running", "pending", "pending_bytes", "oldest_pending", "last_seq", "acked_seq", "cut", "dead_letters", "tombstones", "generation",
           "mirror_points", "overlay_points", "log_bytes", "last_push", "last_pull", "failures", "next_retry", "last_error", "bytes_sent",
           "bytes_received", "conflicts")
_TIMES = ("oldest_pending", "last_push", "last_pull", "next_retry")


class Status:
    """What is known of a synced shard at one moment; times are datetimes in UTC, None for never."""

    __slots__ = tuple("_" + name for name in _FIELDS)

    def __repr__(self):
        return "Status(%s)" % ", ".join("%s=%r" % (name, getattr(self, name)) for name in _FIELDS)


for _name in _FIELDS:
    setattr(Status, _name, property(attrgetter("_" + _name)))


def _status(found):
    status = Status()
    for name in _FIELDS:
        setattr(status, "_" + name, _time(found[name]) if name in _TIMES else found[name])
    return status


def _time(text):
    if not text:
        return None
    whole, _, rest = text.rstrip("Z").partition(".")
    made = datetime.strptime(whole[:19], "%Y-%m-%dT%H:%M:%S")
    zone = whole[19:] or rest.lstrip("0123456789")
    digits = rest[: len(rest) - len(zone)] if rest else ""
    made = made.replace(microsecond=int((digits + "000000")[:6]), tzinfo=timezone.utc)
    return made - datetime.strptime(zone, "%z").utcoffset() if zone else made


class SyncedShard:
    """A shard that is kept in step with a collection of a server.

    Make one with ``open``. Close it, use it in a ``with`` statement, or let it
    go. Every method may be called from any thread; reads and updates wait for
    no transfer. Failures of a transfer raise a ``SyncError`` and change
    nothing that was there.
    """

    __slots__ = ("_handle", "_generation", "_finalizer", "_callbacks", "__weakref__")

    def __init__(self, *args, **kwargs):
        raise TypeError("make a SyncedShard with SyncedShard.open()")

    @classmethod
    def open(cls, path, config=None, *, url=None, collection=None, api_key=None, shard_key=None, grpc=None, headers=None,
             ca_file=None, cert_file=None, key_file=None, server_name=None, pins=None, allow_plaintext=False,
             full_snapshots="auto", connect_timeout=None, idle_timeout=None, call_timeout=None, prepare_timeout=None,
             max_request_bytes=None, max_archive_bytes=None, bytes_per_second=None, retry_base=None, retry_max=None,
             retry_attempts=None, interval=None, push_delay=None, no_sync=False, max_pending=None, max_pending_bytes=None,
             when_full="refuse", conflicts="last_push_wins", disk_reserve=None, batch_operations=None, batch_bytes=None, on_progress=None, gate=None):
        """Open a synced directory, made when it is missing; that needs a config. Without a url the shard is offline.

        ``when_full`` is ``"refuse"`` or ``"wait"``, ``conflicts`` is ``"last_push_wins"`` or ``"server_wins"``. Times are in seconds, None is the library's default. Nothing is sent before the first push, pull or start.
        ``on_progress`` gets a dict for each step of a transfer, ``gate`` is asked before each transfer of the
        background work; both run on a thread of the library and must not push, pull, sync, stop or close. What
        happens is also told to the logger ``qdrant_edge``.
        """
        tls = {"ca": _read(ca_file), "cert": _read(cert_file), "key": _read(key_file), "server_name": server_name, "pins": pins}
        retry = {"base": retry_base, "max": retry_max, "attempts": retry_attempts}
        options = {
            "url": url, "collection": collection, "api_key": api_key, "shard_key": shard_key, "grpc": grpc,
            "headers": None if headers is None else dict(headers), "tls": _given(tls), "allow_plaintext": allow_plaintext,
            "full_snapshots": full_snapshots, "connect_timeout": connect_timeout, "idle_timeout": idle_timeout,
            "call_timeout": call_timeout, "prepare_timeout": prepare_timeout, "max_request_bytes": max_request_bytes,
            "max_archive_bytes": max_archive_bytes, "bytes_per_second": bytes_per_second, "retry": _given(retry),
            "interval": interval, "push_delay": push_delay, "no_sync": no_sync, "max_pending": max_pending,
            "max_pending_bytes": max_pending_bytes, "when_full": when_full, "conflicts": conflicts,
            "disk_reserve": disk_reserve, "batch_operations": batch_operations, "batch_bytes": batch_bytes}
        members = ['"config":%s' % js(a(config, EdgeConfig))] if config is not None else []
        members += ['"%s":%s' % (name, js(value)) for name, value in (_given(options) or {}).items()]
        opened = answer(_OPEN, _NONE, body('{"path":%s,"options":{%s}}' % (_path(path), ",".join(members))))
        self = object.__new__(cls)
        self._handle = int(opened["handle"]).to_bytes(8, "little")
        self._generation = _native.generation
        self._callbacks = []
        self._finalizer = weakref.finalize(self, _release, self._handle, _native.generation, self._callbacks)
        self._listen(url is not None, on_progress, gate)
        return self

    def _listen(self, logs, on_progress, gate):
        if logs:
            self._callbacks.append(_on("log", self._handle, _log))
        if on_progress is not None:
            self._callbacks.append(_on("progress", self._handle, on_progress))
        if gate is not None:
            self._callbacks.append(_on_gate(self._handle, gate))

    def close(self):
        """Stop the background work, give up transfers, flush and close; closing twice is no error."""
        if self._finalizer.detach() is not None:
            handle, self._handle = self._handle, None
            if self._generation == _native.generation:
                call(_CLOSE, handle, _EMPTY)
                self._callbacks.clear()

    def update(self, operation):
        """Apply an operation here, keep it for the server, and return its number."""
        a(operation, UpdateOperation)
        return answer(_UPDATE_COLUMNS if operation._flags else _UPDATE, self._live(), operation._body)["seq"]

    query = EdgeShard.query
    query_batch = EdgeShard.query_batch
    query_groups = EdgeShard.query_groups
    search = EdgeShard.search
    search_matrix_pairs = EdgeShard.search_matrix_pairs
    search_matrix_offsets = EdgeShard.search_matrix_offsets
    facet = EdgeShard.facet
    scroll = EdgeShard.scroll
    count = EdgeShard.count
    retrieve = EdgeShard.retrieve
    info = EdgeShard.info

    def flush(self):
        """Make everything durable and drop what the log need not keep."""
        call(_FLUSH, self._live(), _EMPTY)

    def push(self, timeout=None):
        """Send what waits for the server, in order. What it refuses for good becomes a dead letter; the rest goes on."""
        self._transfer(_PUSH, _timed(timeout))

    def pull(self, timeout=None):
        """Bring the mirror to the state of the server, all or nothing; reads and updates go on meanwhile."""
        self._transfer(_PULL, _timed(timeout))

    def sync(self, timeout=None):
        """Push, then pull."""
        self._transfer(_SYNC, _timed(timeout))

    def wait_synced(self, seq, timeout=None):
        """Wait until the server has acknowledged, or refused, every operation up to one; false when the time has passed."""
        return self._transfer(_WAIT, _timed(timeout, '"seq":%d' % seq))["synced"]

    def cancel(self):
        """End the pushes, pulls, syncs and waits that run now: they raise ``Cancelled``."""
        call(_CANCEL, self._live(), _EMPTY)

    def start(self):
        """Push and pull in the background from now on: at each interval, and soon after updates."""
        call(_START, self._live(), _EMPTY)

    def stop(self):
        """End the background work. What was acknowledged stays acknowledged."""
        call(_STOP, self._live(), _EMPTY)

    def pending(self):
        """How many operations wait for the server, and their size."""
        return Pending(**answer(_PENDING, self._live(), _EMPTY))

    def dead_letters(self):
        """What the server refused for good, oldest first."""
        return [DeadLetter(**letter) for letter in answer(_DEAD_LETTERS, self._live(), _EMPTY)]

    def requeue(self, dead_letter):
        """Make a dead letter, or the one of an id, an operation again: the newest one. Its number is returned."""
        return answer(_REQUEUE, self._live(), _letter(dead_letter))["seq"]

    def discard(self, dead_letter):
        """Give a dead letter, or the one of an id, up: its points are again what the server has."""
        call(_DISCARD, self._live(), _letter(dead_letter))

    def status(self):
        """What is known at this moment, without asking the server."""
        return _status(answer(_STATUS, self._live(), _EMPTY))

    def metrics(self):
        """Counters since the shard was opened, by name."""
        return answer(_METRICS, self._live(), _EMPTY)

    def point_states(self, point_ids):
        """How far each point has come: unknown, local, pushed, synced or dead."""
        return answer(_POINT_STATES, self._live(), body('{"ids":%s}' % js(id_list(point_ids))))

    def set_api_key(self, api_key):
        """Send another key from now on."""
        call(_SET_KEY, self._live(), body('{"api_key":%s}' % js(api_key)))

    def verify(self):
        """Read every file and check it; the report is a dict whose ``ok`` says that nothing is damaged."""
        return self._transfer(_VERIFY, _EMPTY)

    def backup(self, path):
        """Write a copy, with what waits for the server, to a path that does not exist yet, all or nothing."""
        self._transfer(_BACKUP, body('{"path":%s}' % _path(path)))

    @staticmethod
    def restore(path, target_path):
        """Make a synced directory, at a path that does not exist yet, of a backup, all or nothing."""
        call(_RESTORE, _NONE, body('{"path":%s,"target_path":%s}' % (_path(path), _path(target_path))))

    def reset(self, mode):
        """Forget which collection this is in step with, and the mirror of it: the way out of ``ServerChanged``.

        mode is ``"keep_local"`` (the points that were changed here and are not in the mirror), ``"keep_all"`` (every
        point; all are pushed) or ``"discard_local"`` (nothing).
        """
        self._transfer(_RESET, body('{"mode":%s}' % js(mode)))

    def __enter__(self):
        self._live()
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    _live = EdgeShard._live

    def _transfer(self, code, text):
        """Run a call that takes long. In the main thread a helper runs it, so that Ctrl-C ends it."""
        handle = self._live()
        if threading.current_thread() is not threading.main_thread():
            return answer(code, handle, text)
        result = []

        def run():
            try:
                result.append((answer(code, handle, text), None))
            except BaseException as e:
                result.append((None, e))

        helper = threading.Thread(target=run, name="qdrant_edge transfer", daemon=True)
        helper.start()
        try:
            helper.join()
        except BaseException:
            call(_CANCEL, handle, _EMPTY)
            helper.join()
            raise
        found, error = result[0]
        if error is not None:
            raise error
        return found


def _timed(timeout, *members):
    if timeout is not None:
        members = [*members, '"timeout":%s' % js(_positive(timeout))]
    return body("{%s}" % ",".join(members))


def _positive(timeout):
    if not timeout > 0:
        raise ValueError("timeout must be positive")
    return float(timeout)


def _letter(x):
    return body('{"id":%d}' % (x.id if isinstance(x, DeadLetter) else x))


def _given(members):
    return {name: value for name, value in members.items() if value is not None} or None


def _read(path):
    if path is None:
        return None
    with open(os.fspath(path), encoding="ascii") as f:
        return f.read()


def _release(handle, generation, callbacks):
    """Close a shard that nobody holds any more; its callbacks live until that is done."""
    if generation == _native.generation:
        try:
            call(_CLOSE, handle, _EMPTY)
        except EdgeError:
            pass
    callbacks.clear()


def _log(record):
    level = logging.getLevelName(record.pop("level", "INFO").replace("WARN", "WARNING"))
    if isinstance(level, int) and logger.isEnabledFor(level):
        record.pop("time", None)
        text = record.pop("msg", "")
        logger.log(level, "%s%s", text, "".join(" %s=%s" % item for item in record.items()))


def _on(name, handle, function):
    """Set a callback that gets JSON, and return what must live as long as it may be called."""
    import ctypes

    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)

    def called(_, text, size):
        try:
            function(loads(text[:size].decode("utf-8")))
        except BaseException:
            logger.exception("the %s callback failed", name)

    return _set("qe_synced_on_" + name, handle, kind(called))


def _on_gate(handle, function):
    import ctypes

    def called(_):
        try:
            return 1 if function() else 0
        except BaseException:
            logger.exception("the gate callback failed")
            return 0

    return _set("qe_synced_on_gate", handle, ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(called))


def _set(name, handle, made):
    import ctypes

    setter = getattr(_native.library, name)
    setter.restype = ctypes.c_int32
    status = setter(ctypes.c_uint64(int.from_bytes(handle, "little")), made, None, None)
    if status:
        raise EdgeError("%s answered with %d" % (name, status))
    return made
