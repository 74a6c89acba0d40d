"""The spellings of qdrant-edge-py 0.1 to 0.5.

``Shard``, ``EdgeShard(path, config)``, ``SegmentConfig``, ``EdgeConfig(vector_data=..)``,
``VectorDataConfig`` and ``SparseVectorDataConfig`` mean what the names of 0.9 mean.
Storage and index types of those releases were placement hints and have no effect.
"""

from ._base import Enum, Sealed, Value, final, members, new, put
from ._coerce import a, usize
from ._gen import (EdgeConfig, EdgeSparseVectorParams, EdgeVectorParams, FeedbackNaiveQuery, Fusion, HnswIndexConfig, NaiveFeedbackStrategy,
                   Query, VectorStorageDatatype)
from ._old_arguments import PayloadStorageType


class VectorStorageType(Enum):
    """Where vectors of 0.1 to 0.4 were kept."""

    __module__ = "builtins"
    __slots__ = ()


members(VectorStorageType, ("ChunkedMmap", ""), ("InRamChunkedMmap", ""), ("Memory", ""), ("Mmap", ""))


class SparseVectorStorageType(Enum):
    """Where sparse vectors of 0.1 to 0.4 were kept."""

    __module__ = "builtins"
    __slots__ = ()


members(SparseVectorStorageType, ("Mmap", ""))


class SparseIndexType(Enum):
    """How sparse vectors of 0.1 to 0.4 were indexed."""

    __module__ = "builtins"
    __slots__ = ()


members(SparseIndexType, ("ImmutableRam", ""), ("Mmap", ""), ("MutableRam", ""))


@final
class SparseIndexConfig(Value):
    """Index parameters of 0.1 to 0.5: threshold and number type, with or without an index type among them."""

    __module__ = "builtins"
    __slots__ = ("full_scan_threshold", "index_type", "datatype")
    _repr = (("full_scan_threshold", "full_scan_threshold"), ("index_type", "index_type"), ("datatype", "datatype"))

    def __new__(cls, *args, **kwargs):
        kinds = [x for x in args if isinstance(x, SparseIndexType)]
        index_type = kwargs.pop("index_type", kinds[0] if kinds else SparseIndexType.MutableRam)
        return cls._make(index_type, *[x for x in args if not isinstance(x, SparseIndexType)], **kwargs)

    @classmethod
    def _make(cls, index_type, full_scan_threshold=None, datatype=None):
        self = new(cls)
        put(self, "full_scan_threshold", None if full_scan_threshold is None else usize(full_scan_threshold))
        put(self, "index_type", a(index_type, SparseIndexType))
        put(self, "datatype", None if datatype is None else a(datatype, VectorStorageDatatype))
        return self

    __repr__ = Value._show


class SparseVectorDataConfig(Sealed):
    """``EdgeSparseVectorParams`` of 0.1 to 0.5: with or without storage type."""

    __module__ = "builtins"
    __slots__ = ()

    def __new__(cls, index, *args, **kwargs):
        if args and isinstance(args[0], SparseVectorStorageType):
            kwargs["storage_type"], args = args[0], args[1:]
        return cls._make(a(index, SparseIndexConfig), *args, **kwargs)

    @classmethod
    def _make(cls, index, modifier=None, storage_type=SparseVectorStorageType.Mmap):
        a(storage_type, SparseVectorStorageType)
        return EdgeSparseVectorParams(index.full_scan_threshold, modifier=modifier, datatype=index.datatype)


class VectorDataConfig(Sealed):
    """``EdgeVectorParams`` of 0.1 to 0.5: with or without storage type and index."""

    __module__ = "builtins"
    __slots__ = ()

    def __new__(cls, size, distance, *args, **kwargs):
        kwargs = dict(kwargs)
        args = list(args)
        if args and isinstance(args[0], VectorStorageType):
            kwargs["storage_type"] = args.pop(0)
            if args:
                kwargs["index"] = args.pop(0)
        storage = kwargs.pop("storage_type", None)
        if storage is not None and not isinstance(storage, VectorStorageType):
            raise TypeError("'%s' object is not an instance of 'VectorStorageType'" % type(storage).__name__)
        index = kwargs.pop("index", None)
        names = ("quantization_config", "multivector_config", "datatype")
        if len(args) > len(names):
            raise TypeError("VectorDataConfig.__new__() takes at most %d arguments" % (len(names) + 4))
        for name, value in zip(names, args):
            if name in kwargs:
                raise TypeError("VectorDataConfig.__new__() got multiple values for argument '%s'" % name)
            kwargs[name] = value
        if isinstance(index, HnswIndexConfig):
            kwargs["hnsw_config"] = index
        return EdgeVectorParams(size, distance, **kwargs)


class SegmentConfig(Sealed):
    """``EdgeConfig`` of 0.1 to 0.4."""

    __module__ = "builtins"
    __slots__ = ()

    def __new__(cls, vector_data, sparse_vector_data=None, payload_storage_type=None):
        if payload_storage_type is not None and not isinstance(payload_storage_type, PayloadStorageType):
            raise TypeError("'%s' object is not an instance of 'PayloadStorageType'" % type(payload_storage_type).__name__)
        return EdgeConfig(vector_data, sparse_vector_data)


class Rrfk(Sealed):
    """``Fusion.Rrf`` of 0.1 to 0.5."""

    __module__ = "builtins"
    __slots__ = ()

    def __new__(cls, rrfk):
        return Fusion.Rrf(rrfk)


Fusion.Rrfk = Rrfk
FeedbackSimpleQuery = FeedbackNaiveQuery
SimpleFeedbackStrategy = NaiveFeedbackStrategy
Query.FeedbackSimple = Query.FeedbackNaive

NAMES = ("FeedbackSimpleQuery", "SimpleFeedbackStrategy", "VectorStorageType", "PayloadStorageType", "VectorDataConfig", "SegmentConfig", "SparseIndexConfig", "SparseIndexType",
         "SparseVectorDataConfig", "SparseVectorStorageType")
