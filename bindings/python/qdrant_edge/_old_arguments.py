"""What classes of today accept from code for qdrant-edge-py 0.1 to 0.5; the classes of those releases are in _legacy."""

from ._base import Enum, Value, members


class PayloadStorageType(Enum):
    """Where payloads of 0.1 to 0.4 were kept."""

    __module__ = "builtins"
    __slots__ = ()


members(PayloadStorageType, ("InRamMmap", ""), ("Mmap", ""))


def edge_config(args, kwargs):
    """EdgeConfig's arguments with ``vector_data`` and ``sparse_vector_data`` renamed."""
    for old, name in (("vector_data", "vectors"), ("sparse_vector_data", "sparse_vectors")):
        if old in kwargs:
            kwargs = dict(kwargs)
            if name in kwargs:
                raise TypeError("EdgeConfig() takes %s or %s, not both" % (old, name))
            kwargs[name] = kwargs.pop(old)
    return args, kwargs


class EdgeConfigBase(Value):
    """The properties of 0.5 on EdgeConfig."""

    __slots__ = ()

    @property
    def vector_data(self):
        return self.vectors

    @property
    def sparse_vector_data(self):
        return self.sparse_vectors

    @property
    def payload_storage_type(self):
        return PayloadStorageType.InRamMmap if self.on_disk_payload is False else PayloadStorageType.Mmap


def mmr(args, kwargs):
    """Mmr's arguments; ``lambda`` was the name of ``lambda_``, and 0.1 had ``using`` in second place."""
    if "lambda" in kwargs:
        kwargs = dict(kwargs)
        if "lambda_" in kwargs:
            raise TypeError("Mmr() takes lambda or lambda_, not both")
        kwargs["lambda_"] = kwargs.pop("lambda")
    if len(args) >= 2 and (args[1] is None or isinstance(args[1], str)):
        kwargs = dict(kwargs, using=args[1])
        args = args[:1] + args[2:]
    return args, kwargs


def hnsw_index_config(args, kwargs):
    """HnswIndexConfig's arguments; a bool or None in fourth place is ``on_disk``."""
    if len(args) >= 4 and (args[3] is None or isinstance(args[3], bool)):
        args = args[:3] + (0,) + args[3:]
    return args, kwargs
