"""Qdrant's storage and search in your process, kept in step with a Qdrant server.

The classes are those of qdrant-edge-py; ``EdgeError`` and its subclasses are
what the engine raises.
"""

from . import _gen, _legacy, errors
from ._gen import *  # noqa: F401,F403
from ._legacy import (FeedbackSimpleQuery, PayloadStorageType, SegmentConfig, SimpleFeedbackStrategy, SparseIndexConfig, SparseIndexType,
                      SparseVectorDataConfig, SparseVectorStorageType, VectorDataConfig, VectorStorageType)
from ._record import Record, ScoredPoint
from ._update import UpdateOperation
from .errors import (AlreadyExists, Cancelled, Closed, Corrupt, DiskFull, EdgeError, Forked, IncompleteSnapshot, Incompatible,
                     InternalError, InvalidArgument, IOFailure, Locked, NotFound, Unsupported)
from .shard import EdgeShard

Shard = EdgeShard

__version__ = _gen.VERSION
__all__ = list(_gen.NAMES + _legacy.NAMES + errors.NAMES) + ["EdgeShard", "Record", "ScoredPoint", "Shard", "UpdateOperation"]
