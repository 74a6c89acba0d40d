"""Queries in JSON: what the classes of queries, prefetches and requests have beside their fields.

``_ask(arena)`` gives the JSON of a query and the name of the vector that it
uses, None for the default one. Vectors go to the arena of the request.
"""

from ._base import Value
from ._json import js, quote
from ._models import Arena, RequestBase, UnionBase, body
from ._repr import fields_repr


def query_parts(query, arena):
    """The members ``query`` and ``using`` of a request."""
    encode = getattr(query, "_ask", None)
    if encode is None:
        return ['"query":{"sample":%s}' % js(query)]
    text, using = encode(arena)
    parts = ['"query":%s' % text]
    if using:
        parts.append('"using":%s' % quote(using))
    return parts


def _vectors(vectors, arena):
    return "[%s]" % ",".join(map(arena.vector, vectors))


def _pairs(pairs, arena):
    return "[%s]" % ",".join([pair._encode(arena) for pair in pairs])


# --- by examples ------------------------------------------------------------


class RecommendBase(Value):
    __slots__ = ()

    def _ask(self, arena, strategy):
        return '{"recommend":{"positive":%s,"negative":%s,"strategy":"%s"}}' % (
            _vectors(self._positives, arena), _vectors(self._negatives, arena), strategy)


class PairBase(Value):
    __slots__ = ()

    def _encode(self, arena):
        return '{"positive":%s,"negative":%s}' % (arena.vector(self._positive), arena.vector(self._negative))


class DiscoverBase(Value):
    __slots__ = ()

    def _ask(self, arena):
        return '{"discover":{"target":%s,"context":%s}}' % (arena.vector(self._target), _pairs(self._pairs, arena))


class ContextBase(Value):
    __slots__ = ()

    def _ask(self, arena):
        return '{"context":%s}' % _pairs(self._pairs, arena)


class FeedbackItemBase(Value):
    __slots__ = ()

    def _encode(self, arena):
        return '{"example":%s,"score":%s}' % (arena.vector(self._vector), js(self.score))


class FeedbackBase(Value):
    __slots__ = ()

    @property
    def strategy(self):
        return self.coefficients

    def _ask(self, arena):
        items = ",".join([item._encode(arena) for item in self._feedback])
        return '{"relevance_feedback":{"target":%s,"feedback":[%s],"strategy":%s}}' % (
            arena.vector(self._target), items, js(self.coefficients))


class QueryBase(UnionBase):
    """Of Query and its variants."""

    __slots__ = ()

    def __repr__(self):
        return self._show()

    def _ask(self, arena):
        kind = type(self).__name__
        if kind == "Nearest":
            text = '{"nearest":%s}' % arena.vector(self._query)
        elif kind == "RecommendBestScore":
            text = self.query._ask(arena, "best_score")
        elif kind == "RecommendSumScores":
            text = self.query._ask(arena, "sum_scores")
        else:
            text = self.query._ask(arena)
        return text, self.using


# --- of other kinds ---------------------------------------------------------


class FusionBase(UnionBase):
    """Of Fusion and its variants."""

    __slots__ = ()

    @property
    def rrfk(self):
        return self.k

    def _show(self):
        if type(self).__name__ == "Rrf" and self._weights is None:
            return "Fusion.Rrf(k=%d)" % self.k
        return fields_repr(self)

    def _ask(self, arena):
        if type(self).__name__ == "Dbsf":
            return '{"fusion":"dbsf"}', None
        weights = "" if self._weights is None else ',"weights":%s' % js(self.weights)
        return '{"rrf":{"k":%d%s}}' % (self.k, weights), None


class OrderByBase(Value):
    __slots__ = ()

    def _js(self):
        parts = ['"key":%s' % quote(self.key)]
        if self.direction is not None:
            parts.append('"direction":%s' % js(self.direction))
        start = self._start_from
        if type(start) is tuple:
            start = self.start_from[:-4].replace(" ", "T") + "Z"
        if start is not None:
            parts.append('"start_from":%s' % js(start))
        return "{%s}" % ",".join(parts)

    def _ask(self, arena):
        return '{"order_by":%s}' % self._js(), None


class MmrBase(Value):
    __slots__ = ()

    def _ask(self, arena):
        return '{"nearest":%s,"mmr":{"lambda":%s,"candidates_limit":%d}}' % (
            arena.vector(self._vector), js(self.lambda_), self.candidates_limit), self.using


setattr(MmrBase, "lambda", property(lambda self: self.lambda_))  # the name of releases before 0.6


class TextQueryBase(Value):
    __slots__ = ()

    def _ask(self, arena):
        return self._js(), None


class ExpressionBase(UnionBase):
    """Of Expression and its variants."""

    __slots__ = ()

    def _js(self):
        if type(self).__name__ != "Decay":
            return Value._js(self)
        parts = ['"x":%s' % js(self._x)]
        for key, value in (("target", self._target), ("midpoint", self.midpoint), ("scale", self.scale)):
            if value is not None:
                parts.append('"%s":%s' % (key, js(value)))
        return "{%s:{%s}}" % (js(self.kind), ",".join(parts))


class FormulaBase(Value):
    __slots__ = ()

    def _ask(self, arena):
        defaults = "" if self._defaults is None else ',"defaults":%s' % self._defaults
        return '{"formula":%s%s}' % (js(self._formula), defaults), None


# --- requests ---------------------------------------------------------------


def prefetches(list_, arena):
    """The member ``prefetch`` of a request; a lone one stands without brackets, which leaves more of the allowed depth."""
    texts = [p._text(arena) for p in list_]
    return '"prefetch":%s' % texts[0] if len(texts) == 1 else '"prefetch":[%s]' % ",".join(texts)


class PrefetchBase(Value):
    __slots__ = ()

    def _text(self, arena):
        parts = [] if self._query is None else query_parts(self._query, arena)
        if self._prefetches:
            parts.append(prefetches(self._prefetches, arena))
        for key in ("filter", "params", "score_threshold", "limit"):
            value = getattr(self, key)
            if value is not None:
                parts.append('"%s":%s' % (key, js(value)))
        return "{%s}" % ",".join(parts)


def request_tail(limit, offset, filter, params, threshold, payload, vector):
    """The members of a request beside its query."""
    text = '"limit":%d,"offset":%d,"with_payload":%s,"with_vector":%s}' % (limit, offset, js(payload), js(vector))
    if threshold is not None:
        text = '"score_threshold":%s,%s' % (js(threshold), text)
    if params is not None:
        text = '"params":%s,%s' % (params._js(), text)
    if filter is not None:
        text = '"filter":%s,%s' % (filter._js(), text)
    return text


def request_text(request, arena):
    """The JSON of a QueryRequest."""
    limit, offset, query, before, vector, payload, filter, threshold, params = request._fields
    parts = [] if query is None else query_parts(query, arena)
    if before:
        parts.append(prefetches(before, arena))
    parts.append(request_tail(limit, offset, filter, params, threshold, payload, vector))
    return "{" + ",".join(parts)


# Bodies without their vector, of requests that differ in that only.
_templates = {}


def _filled(key, vector, make):
    """The body of a request of which everything but the numbers is in the key."""
    made = _templates.get(key)
    if made is None:
        whole = make()
        made = whole[: len(whole) - len(vector)]
        if len(_templates) > 512:
            _templates.clear()
        _templates[key] = made
    return made + vector


def _is_nearest(query):
    return type(query).__name__ == "Nearest"


class QueryRequestBase(RequestBase):
    __slots__ = ()

    def _encode(self):
        limit, offset, query, before, vector, payload, filter, threshold, params = self._fields
        if filter is None and params is None and threshold is None and not before and _is_nearest(query) \
                and (payload is True or payload is False):
            packed, using = query._fields
            if type(packed) is bytes:
                return _filled((len(packed), using, limit, offset, vector, payload), packed, self._whole)
        return self._whole()

    def _whole(self):
        arena = Arena()
        text = request_text(self, arena)
        return body(text, b"".join(arena.chunks))


class SearchRequestBase(RequestBase):
    __slots__ = ()

    @property
    def _is_plain(self):
        """It fits the function of plain searches; other kinds of query go the way of a QueryRequest."""
        return _is_nearest(self._query)

    def _encode(self):
        query, limit, offset, filter, params, vector, payload, threshold = self._fields
        if filter is None and params is None and threshold is None and _is_nearest(query) and (payload is None or payload is True):
            packed, using = query._fields
            if type(packed) is bytes:
                return _filled((len(packed), using, limit, offset, vector, payload, "search"), packed, self._whole)
        return self._whole()

    def _whole(self):
        query, limit, offset, filter, params, vector, payload, threshold = self._fields
        arena = Arena()
        if not _is_nearest(query):
            parts = query_parts(query, arena)
        else:
            parts = ['"vector":%s' % arena.vector(query._query)]
            if query.using is not None:
                parts.append('"using":%s' % quote(query.using))
        parts.append(request_tail(limit, offset, filter, params, threshold, payload, vector))
        return body("{" + ",".join(parts), b"".join(arena.chunks))


class BatchBase(RequestBase):
    __slots__ = ()

    def _encode(self):
        arena = Arena()
        text = ",".join([request_text(query, arena) for query in self._queries])
        return body('{"searches":[%s]}' % text, b"".join(arena.chunks))


class GroupsBase(RequestBase):
    __slots__ = ()

    def _encode(self):
        arena = Arena()
        text = request_text(self.query, arena)
        # The last of two members of one name counts: the limit of a group request is the number of groups.
        text = '%s,"group_by":%s,"group_size":%d,"limit":%d}' % (text[:-1], js(self.group_by), self.group_size, self.groups)
        return body(text, b"".join(arena.chunks))
