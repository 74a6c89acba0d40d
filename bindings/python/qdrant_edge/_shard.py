"""EdgeShard: an open shard and its life."""

import os
from struct import Struct, error as struct_error

from . import _gen, _native
from ._base import Sealed, final, new, put
from ._coerce import a, point_ids as id_list, payload_choice, vector_choice
from ._answers import batches, facet as facet_response, groups, matrix_offsets, matrix_pairs
from ._gen import (CountRequest, EdgeConfig, FacetRequest, PayloadSelector, QueryBatchRequest, QueryGroupsRequest, QueryRequest,
                   ScrollRequest, SearchMatrixRequest, SearchRequest)
from ._json import js
from ._models import body, packed_body
from ._record import Record, ScoredPoint, ShardInfo, index_info, next_offset, points
from ._update import UpdateOperation
from ._wire import COLUMNS, PACKED, answer, call, head
from .errors import Closed, EdgeError, Forked

_EMPTY = body("{}")
_NONE = bytes(8)  # the handle of functions that need none

_SHARD_CREATE = head(_gen.SHARD_CREATE)
_SHARD_LOAD = head(_gen.SHARD_LOAD)
_SHARD_CLOSE = head(_gen.SHARD_CLOSE)
_SHARD_FLUSH = head(_gen.SHARD_FLUSH)
_SHARD_OPTIMIZE = head(_gen.SHARD_OPTIMIZE)
_SHARD_UPDATE = head(_gen.SHARD_UPDATE)
_SHARD_UPDATE_COLUMNS = head(_gen.SHARD_UPDATE, COLUMNS)
_SHARD_QUERY = head(_gen.SHARD_QUERY, PACKED)
_SHARD_QUERY_BATCH = head(_gen.SHARD_QUERY_BATCH, PACKED)
_SHARD_QUERY_GROUPS = head(_gen.SHARD_QUERY_GROUPS, PACKED)
_SHARD_FACET = head(_gen.SHARD_FACET)
_SHARD_SEARCH_MATRIX_PAIRS = head(_gen.SHARD_SEARCH_MATRIX_PAIRS)
_SHARD_SEARCH_MATRIX_OFFSETS = head(_gen.SHARD_SEARCH_MATRIX_OFFSETS)
_SHARD_SEARCH = head(_gen.SHARD_SEARCH, PACKED)
_SHARD_SCROLL = head(_gen.SHARD_SCROLL, PACKED)
_SHARD_COUNT = head(_gen.SHARD_COUNT)
_SHARD_RETRIEVE = head(_gen.SHARD_RETRIEVE, PACKED)
_SHARD_RETRIEVE_COLUMNS = head(_gen.SHARD_RETRIEVE, PACKED | COLUMNS)
_SHARD_INFO = head(_gen.SHARD_INFO)
_SHARD_MANIFEST = head(_gen.SHARD_MANIFEST)
_SHARD_UPDATE_FROM_SNAPSHOT = head(_gen.SHARD_UPDATE_FROM_SNAPSHOT)
_UNPACK_SNAPSHOT = head(_gen.UNPACK_SNAPSHOT)
_CHECK_SHARD = head(_gen.CHECK_SHARD)


_SELECTIONS = {(p, v): ('{"ids":[],"with_payload":%s,"with_vector":%s}' % (js(p), js(v))).encode() for p in (True, False) for v in (True, False)}
_retrieves = {}  # (count of ids, with payload, with vector) -> the packer of the ids, the rest of the body


def _retrieve(count, with_payload, with_vector):
    if len(_retrieves) > 256:
        _retrieves.clear()
    rest = packed_body(_SELECTIONS[with_payload, with_vector], bytes(8 * count))
    made = _retrieves[count, with_payload, with_vector] = Struct("<%dQ" % count).pack, rest[: len(rest) - 8 * count]
    return made


def _path(x):
    path = os.fspath(x)
    if isinstance(path, bytes):
        raise TypeError("'bytes' object is not an instance of 'str'")
    return js(path)


def _release(handle, generation):
    """Close a shard that nobody holds any more."""
    if generation == _native.generation:
        try:
            call(_SHARD_CLOSE, handle, _EMPTY)
        except EdgeError:
            pass


def _opened(code, text):
    from weakref import finalize  # not at import: it would be a tenth of the time of that

    handle = int(answer(code, _NONE, body(text))["handle"]).to_bytes(8, "little")
    shard = new(EdgeShard)
    put(shard, "_handle", handle)
    put(shard, "_generation", _native.generation)
    put(shard, "_finalizer", finalize(shard, _release, handle, _native.generation))
    return shard


@final
class EdgeShard(Sealed):
    """A shard on disk, open in this process.

    Make one with ``create`` or ``load``; ``EdgeShard(path, config=None)``, the
    form of 0.4 and 0.5, does either. Close it, use it in a ``with`` statement,
    or let it go. Every method may be called from any thread.
    """

    __module__ = "builtins"
    __slots__ = ("_handle", "_generation", "_finalizer", "__weakref__")

    def __new__(cls, *args, **kwargs):
        return _by_path(*args, **kwargs)

    @staticmethod
    def create(path, config):
        """Create a shard in a directory, which is made if it is missing."""
        return _opened(_SHARD_CREATE, '{"path":%s,"config":%s}' % (_path(path), js(a(config, EdgeConfig))))

    @staticmethod
    def load(path, config=None):
        """Open an existing shard; a config must fit what is there."""
        text = '{"path":%s' % _path(path)
        if config is not None:
            text += ',"config":%s' % js(a(config, EdgeConfig))
        return _opened(_SHARD_LOAD, text + "}")

    @staticmethod
    def unpack_snapshot(snapshot_path, target_path):
        """Unpack a snapshot archive into a directory that ``load`` opens."""
        text = '{"snapshot_path":%s,"target_path":%s}' % (_path(snapshot_path), _path(target_path))
        call(_UNPACK_SNAPSHOT, _NONE, body(text))

    @staticmethod
    def check(path):
        """Verify every file of a shard that nobody has open; change nothing.

        ``ok`` says that no damage was found; ``findings`` are of the severities ``damage``, ``repair`` (the next load will put it
        right) and ``note``, with the file and, where it is known, the offset. NotFound where no shard is; damage is no error.
        """
        return answer(_CHECK_SHARD, _NONE, body('{"path":%s}' % _path(path)))

    def flush(self):
        """Make every update durable in the segments and shorten the log."""
        call(_SHARD_FLUSH, self._live(), _EMPTY)

    def optimize(self):
        """Merge segments and build graphs where the thresholds call for it. Blocks; true when anything was done."""
        return answer(_SHARD_OPTIMIZE, self._live(), _EMPTY)["optimized"]

    def close(self):
        """Flush and close; closing twice is no error."""
        if self._finalizer.detach() is not None:
            generation = self._generation
            handle = self._handle
            put(self, "_handle", None)
            if generation == _native.generation:
                call(_SHARD_CLOSE, handle, _EMPTY)

    def update(self, operation):
        """Apply an operation; when it returns, it survives a crash of the process."""
        if type(operation) is not UpdateOperation:
            a(operation, UpdateOperation)
        call(_SHARD_UPDATE_COLUMNS if operation._flags else _SHARD_UPDATE, self._live(), operation._body)

    def query(self, query):
        """Run a query and return its hits, best first."""
        if type(query) is not QueryRequest:
            a(query, QueryRequest)
        return points(call(_SHARD_QUERY, self._live(), query._body()), ScoredPoint)

    def search(self, search):
        """Run a query without prefetches."""
        code = _SHARD_SEARCH if a(search, SearchRequest)._is_plain else _SHARD_QUERY
        return points(call(code, self._live(), search._body()), ScoredPoint)

    def query_batch(self, request):
        """Run queries over the same state of the shard and return the hits of each. Searches that they have in common run once."""
        return batches(call(_SHARD_QUERY_BATCH, self._live(), a(request, QueryBatchRequest)._body()))

    def query_groups(self, request):
        """Run a query and return its best hits by the values of a payload key."""
        return groups(call(_SHARD_QUERY_GROUPS, self._live(), a(request, QueryGroupsRequest)._body()))

    def search_matrix_pairs(self, request):
        """Compare a sample of the points with each other and return the similarities by ids."""
        return matrix_pairs(answer(_SHARD_SEARCH_MATRIX_PAIRS, self._live(), a(request, SearchMatrixRequest)._body()))

    def search_matrix_offsets(self, request):
        """The same, with points named by their places in a list of ids."""
        return matrix_offsets(answer(_SHARD_SEARCH_MATRIX_OFFSETS, self._live(), a(request, SearchMatrixRequest)._body()))

    def facet(self, facet):
        """The number of points of each value of an indexed payload key."""
        return facet_response(answer(_SHARD_FACET, self._live(), a(facet, FacetRequest)._body()))

    def scroll(self, scroll):
        """A page of points in id order, and the id at which the next page begins."""
        data = call(_SHARD_SCROLL, self._live(), a(scroll, ScrollRequest)._body())
        return points(data, Record), next_offset(data)

    def count(self, count):
        """The number of points that match."""
        return int(answer(_SHARD_COUNT, self._live(), a(count, CountRequest)._body())["count"])

    def retrieve(self, point_ids, with_payload=None, with_vector=None):
        """Points by id; ids that do not exist are left out."""
        if type(with_payload) is bool and type(with_vector) is bool and type(point_ids) is list:
            key = len(point_ids), with_payload, with_vector
            pack, rest = _retrieves.get(key) or _retrieve(*key)
            try:
                ids = pack(*point_ids)
            except struct_error:
                pass  # not all of them are numbers
            else:
                return points(call(_SHARD_RETRIEVE_COLUMNS, self._live(), rest + ids), Record)
        parts = ['"ids":%s' % js(id_list(point_ids))]
        if with_payload is not None:
            parts.append('"with_payload":%s' % js(payload_choice(with_payload, PayloadSelector)))
        if with_vector is not None:
            parts.append('"with_vector":%s' % js(vector_choice(with_vector)))
        return points(call(_SHARD_RETRIEVE, self._live(), body("{%s}" % ",".join(parts))), Record)

    def info(self):
        """Counts of segments, points and indexed vectors."""
        found = answer(_SHARD_INFO, self._live(), _EMPTY)
        info = new(ShardInfo)
        for name in ("segments_count", "points_count", "indexed_vectors_count"):
            put(info, name, found[name])
        put(info, "_schema", {key: index_info(i) for key, i in (found.get("payload_schema") or {}).items()})
        return info

    def snapshot_manifest(self):
        """The manifest to send to a server for a partial snapshot."""
        return answer(_SHARD_MANIFEST, self._live(), _EMPTY)

    def update_from_snapshot(self, snapshot_path, tmp_dir=None):
        """Apply a full or partial snapshot: all of it, or, with an exception, nothing."""
        text = '{"snapshot_path":%s' % _path(snapshot_path)
        if tmp_dir is not None:
            text += ',"tmp_dir":%s' % _path(tmp_dir)
        call(_SHARD_UPDATE_FROM_SNAPSHOT, self._live(), body(text + "}"))

    def __enter__(self):
        self._live()
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def _live(self):
        if self._generation != _native.generation:
            raise Forked("this shard was opened before a fork(); open it again in the child process")
        handle = self._handle
        if handle is None:
            raise Closed("the shard has been closed")
        return handle


def _by_path(*args, **kwargs):
    """EdgeShard(path, config=None) of 0.4 and 0.5: load what is there, create what is not."""
    def parse(path, config=None):
        return path, config

    if not args and not kwargs:
        raise TypeError("EdgeShard() missing 1 required positional argument: 'path'")
    path, config = parse(*args, **kwargs)
    name = os.fspath(path)
    if not os.path.isdir(name):
        from .errors import NotFound

        raise NotFound("the directory %s does not exist" % name)
    if _holds_shard(name):
        return EdgeShard.load(name, config)
    if config is None:
        from .errors import InvalidArgument

        raise InvalidArgument("segment config is not provided and no segments were loaded")
    return EdgeShard.create(name, config)


def _holds_shard(path):
    if os.path.exists(os.path.join(path, "edge_config.json")):
        return True
    segments = os.path.join(path, "segments")
    return os.path.isdir(segments) and bool(os.listdir(segments))
