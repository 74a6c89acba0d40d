"""Qdrant's storage and search in your process, kept in step with a Qdrant server.

The classes are those of qdrant-edge-py; ``EdgeError`` and its subclasses are
what the engine raises.
"""

from . import _gen, _legacy, errors
from ._answers import FacetHit, FacetResponse, PointGroup, SearchMatrixOffsets, SearchMatrixPair
from ._bm25 import Bm25
from ._gen import *  # noqa: F401,F403
from ._legacy import (FeedbackSimpleQuery, PayloadStorageType, SegmentConfig, SimpleFeedbackStrategy, SparseIndexConfig, SparseIndexType,
                      SparseVectorDataConfig, SparseVectorStorageType, VectorDataConfig, VectorStorageType)
from ._record import Record, ScoredPoint
from ._shard import EdgeShard
from ._update import UpdateOperation
from .errors import (AlreadyExists, Cancelled, Closed, Corrupt, DiskFull, EdgeError, Forked, IncompleteSnapshot, Incompatible,
                     InternalError, InvalidArgument, IOFailure, Locked, NotFound, OutOfMemory, Refused, ServerChanged, SyncError, Unauthorized,
                     Unavailable, Unsupported)

Shard = EdgeShard

__version__ = _gen.VERSION
__all__ = list(_gen.NAMES + _legacy.NAMES + errors.NAMES) + [
    "Bm25", "EdgeShard", "FacetHit", "FacetResponse", "PointGroup", "Record", "ScoredPoint", "SearchMatrixOffsets", "SearchMatrixPair", "Shard",
    "UpdateOperation"]
