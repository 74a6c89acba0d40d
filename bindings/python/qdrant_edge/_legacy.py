"""The spellings of qdrant-edge-py 0.1 to 0.5.

``Shard``, ``EdgeShard(path, config)``, ``SegmentConfig``, ``EdgeConfig(vector_data=..)``
and ``VectorDataConfig`` mean what the names of 0.9 mean. Storage types of those
releases were placement hints and have no effect.
"""

from ._base import Enum, Sealed, members
from ._gen import EdgeConfig, EdgeVectorParams, HnswIndexConfig
from ._old_arguments import PayloadStorageType


class VectorStorageType(Enum):
    """Where vectors of 0.1 to 0.4 were kept."""

    __module__ = "builtins"
    __slots__ = ()


members(VectorStorageType, ("ChunkedMmap", ""), ("InRamChunkedMmap", ""), ("Memory", ""), ("Mmap", ""))


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


NAMES = ("VectorStorageType", "PayloadStorageType", "VectorDataConfig", "SegmentConfig")
