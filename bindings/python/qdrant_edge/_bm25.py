"""Bm25: sparse vectors of texts."""

from struct import Struct

from ._base import Value, final, new, put
from ._coerce import a, text as string
from ._gen import BM25_EMBED, Bm25Config, SparseVector
from ._json import js
from ._models import body
from ._wire import PACKED, call, head

_BM25_EMBED = head(BM25_EMBED, PACKED)
_NONE = bytes(8)
_count = Struct("<I")


def _embed(config, text, query):
    text = '{"config":%s,"text":%s,"query":%s}' % (config, js(string(text)), js(query))
    data = call(_BM25_EMBED, _NONE, body(text))
    end = 4 + 4 * _count.unpack_from(data)[0]
    vector = new(SparseVector)
    put(vector, "_indices", data[4:end])
    put(vector, "_values", data[end:])
    return vector


@final
class Bm25(Value):
    """A BM25 model. It needs neither a server nor a shard."""

    __module__ = "builtins"
    __slots__ = ("_config",)

    def __new__(cls, config=None):
        self = new(cls)
        put(self, "_config", "null" if config is None else js(a(config, Bm25Config)))
        _embed(self._config, "", True)  # refuses a configuration that means nothing
        return self

    def embed_query(self, text):
        """The vector of a query: each distinct token weighs one."""
        return _embed(self._config, text, True)

    def embed_document(self, text):
        """The vector of a document: each distinct token weighs by its frequency and the length of the document."""
        return _embed(self._config, text, False)
