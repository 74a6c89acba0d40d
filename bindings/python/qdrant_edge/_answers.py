"""Results that are lists of lists, counts of values and similarities."""

from struct import Struct

from ._base import Value, final, new, put
from ._json import loads
from ._record import ScoredPoint, points
from ._repr import show

_pair = Struct("<II")


def _lists(data):
    """(name, list) of each list of a packed list of lists; see the C library's packed.go."""
    count, _ = _pair.unpack_from(data)
    at = 8
    for _ in range(count):
        name_size, size = _pair.unpack_from(data, at)
        at += 8
        name = data[at : at + name_size]
        at += name_size + (-name_size & 3)
        yield name, points(data[at : at + size], ScoredPoint)
        at += size + (-size & 3)


def batches(data):
    """The hits of each query of a batch."""
    return [hits for _, hits in _lists(data)]


@final
class PointGroup(Value):
    """The best hits of one value of the key that a query was grouped by."""

    __module__ = "builtins"
    __slots__ = ("id", "hits")
    _repr = (("id", "id"), ("hits", "hits"))

    def __repr__(self):
        return self._show()


def groups(data):
    """The groups, that of the best hit first."""
    found = []
    for name, hits in _lists(data):
        group = new(PointGroup)
        put(group, "id", loads(name.decode("utf-8")))
        put(group, "hits", hits)
        found.append(group)
    return found


@final
class FacetHit(Value):
    """A value and the number of points that have it."""

    __module__ = "builtins"
    __slots__ = ("value", "count")

    def __repr__(self):
        return self._show()

    def _show(self):
        value = self.value
        kind = "Bool" if isinstance(value, bool) else "Keyword" if isinstance(value, str) else "Int"
        return "FacetHit(value=%s(%s), count=%d)" % (kind, str(value).lower() if kind == "Bool" else show(value), self.count)


@final
class FacetHits(Value):
    """An iterator over the hits of a FacetResponse."""

    __module__ = "builtins"
    __qualname__ = "PyFacetHitIter"
    __slots__ = ("_rest",)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._rest)


FacetHits.__name__ = "PyFacetHitIter"


@final
class FacetResponse(Value):
    """Values with their counts, the most frequent first."""

    __module__ = "builtins"
    __slots__ = ("_hits",)

    @property
    def hits(self):
        return list(self._hits)

    def __len__(self):
        return len(self._hits)

    def __iter__(self):
        hits = new(FacetHits)
        put(hits, "_rest", iter(self._hits))
        return hits

    def __repr__(self):
        return "FacetResponse(hits=%d)" % len(self._hits)

    _show = __repr__


def facet(found):
    """The FacetResponse of its JSON."""
    hits = []
    for item in found["hits"]:
        hit = new(FacetHit)
        put(hit, "value", item["value"])
        put(hit, "count", item["count"])
        hits.append(hit)
    response = new(FacetResponse)
    put(response, "_hits", tuple(hits))
    return response


@final
class SearchMatrixPair(Value):
    """The similarity of two points."""

    __module__ = "builtins"
    __slots__ = ("a", "b", "score")
    _repr = (("a", "a"), ("b", "b"), ("score", "score"))
    _f32 = ("score",)

    def __repr__(self):
        return self._show()


@final
class SearchMatrixOffsets(Value):
    """Similarities of points that are named by their places in ``ids``."""

    __module__ = "builtins"
    __slots__ = ("offsets_row", "offsets_col", "scores", "ids")
    _repr = (("offsets_row", "offsets_row"), ("offsets_col", "offsets_col"), ("scores", "scores"), ("ids", "ids"))
    _f32 = ("scores",)

    def __repr__(self):
        return self._show()


def _id(value):
    if isinstance(value, int):
        return value
    from uuid import UUID

    return UUID(value)


def matrix_pairs(found):
    """The pairs of a matrix from its JSON."""
    pairs = []
    for item in found["pairs"]:
        pair = new(SearchMatrixPair)
        put(pair, "a", _id(item["a"]))
        put(pair, "b", _id(item["b"]))
        put(pair, "score", float(item["score"]))
        pairs.append(pair)
    return pairs


def matrix_offsets(found):
    """The SearchMatrixOffsets of its JSON."""
    offsets = new(SearchMatrixOffsets)
    put(offsets, "offsets_row", found["offsets_row"])
    put(offsets, "offsets_col", found["offsets_col"])
    put(offsets, "scores", list(map(float, found["scores"])))
    put(offsets, "ids", list(map(_id, found["ids"])))
    return offsets
