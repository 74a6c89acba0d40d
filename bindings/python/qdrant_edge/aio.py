"""EdgeShard for asyncio.

Each method runs in a thread of the event loop's default executor: the library
releases the GIL, so the loop goes on meanwhile. Calls on one shard may overlap.
"""

import asyncio
import functools
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Tuple, Type, TypeVar, Union
from uuid import UUID

from . import (CountRequest, EdgeConfig, EdgeShard, FacetRequest, FacetResponse, PayloadSelector, PointGroup, QueryBatchRequest,
               QueryGroupsRequest, QueryRequest, Record, ScoredPoint, ScrollRequest, SearchMatrixOffsets, SearchMatrixPair, SearchMatrixRequest,
               SearchRequest, UpdateOperation)

if TYPE_CHECKING:
    from . import _ShardInfo

_T = TypeVar("_T")
_Path = Union[str, "os.PathLike[str]"]
_Id = Union[int, UUID]


async def _run(call: Callable[..., _T], *args: Any) -> _T:
    return await asyncio.get_running_loop().run_in_executor(None, functools.partial(call, *args))


class AsyncEdgeShard:
    """The methods of EdgeShard as coroutines. Make one with ``create`` or ``load``, or around an open shard."""

    def __init__(self, shard: EdgeShard) -> None:
        self.shard: EdgeShard = shard

    @classmethod
    async def create(cls, path: _Path, config: EdgeConfig) -> "AsyncEdgeShard":
        """Create a shard in a directory, which is made if it is missing."""
        return cls(await _run(EdgeShard.create, path, config))

    @classmethod
    async def load(cls, path: _Path, config: Optional[EdgeConfig] = None) -> "AsyncEdgeShard":
        """Open an existing shard; a config must fit what is there."""
        return cls(await _run(EdgeShard.load, path, config))

    async def update(self, operation: UpdateOperation) -> None:
        """Apply an operation; when it returns, it survives a crash of the process."""
        await _run(self.shard.update, operation)

    async def query(self, query: QueryRequest) -> List[ScoredPoint]:
        """Run a query and return its hits, best first."""
        return await _run(self.shard.query, query)

    async def query_batch(self, request: QueryBatchRequest) -> List[List[ScoredPoint]]:
        """Run queries over the same state of the shard and return the hits of each."""
        return await _run(self.shard.query_batch, request)

    async def query_groups(self, request: QueryGroupsRequest) -> List[PointGroup]:
        """Run a query and return its best hits by the values of a payload key."""
        return await _run(self.shard.query_groups, request)

    async def search(self, search: SearchRequest) -> List[ScoredPoint]:
        """Run a query without prefetches."""
        return await _run(self.shard.search, search)

    async def search_matrix_pairs(self, request: SearchMatrixRequest) -> List[SearchMatrixPair]:
        """Compare a sample of the points with each other and return the similarities by ids."""
        return await _run(self.shard.search_matrix_pairs, request)

    async def search_matrix_offsets(self, request: SearchMatrixRequest) -> SearchMatrixOffsets:
        """The same, with points named by their places in a list of ids."""
        return await _run(self.shard.search_matrix_offsets, request)

    async def facet(self, facet: FacetRequest) -> FacetResponse:
        """The number of points of each value of an indexed payload key."""
        return await _run(self.shard.facet, facet)

    async def scroll(self, scroll: ScrollRequest) -> Tuple[List[Record], Optional[_Id]]:
        """A page of points, and the id at which the next page begins."""
        return await _run(self.shard.scroll, scroll)

    async def count(self, count: CountRequest) -> int:
        """The number of points that match."""
        return await _run(self.shard.count, count)

    async def retrieve(self, point_ids: Sequence[Union[int, UUID, str]],
                       with_payload: Union[None, bool, Sequence[str], PayloadSelector] = None,
                       with_vector: Union[None, bool, Sequence[str]] = None) -> List[Record]:
        """Points by id; ids that do not exist are left out."""
        return await _run(self.shard.retrieve, point_ids, with_payload, with_vector)

    async def info(self) -> "_ShardInfo":
        """Counts of segments, points and indexed vectors."""
        return await _run(self.shard.info)

    async def flush(self) -> None:
        """Make every update durable in the segments and shorten the log."""
        await _run(self.shard.flush)

    async def optimize(self) -> bool:
        """Merge segments and build graphs where the thresholds call for it; true when anything was done."""
        return await _run(self.shard.optimize)

    async def snapshot_manifest(self) -> Dict[str, Any]:
        """The manifest to send to a server for a partial snapshot."""
        return await _run(self.shard.snapshot_manifest)

    async def update_from_snapshot(self, snapshot_path: _Path, tmp_dir: Optional[_Path] = None) -> None:
        """Apply a full or partial snapshot: all of it, or, with an exception, nothing."""
        await _run(self.shard.update_from_snapshot, snapshot_path, tmp_dir)

    async def close(self) -> None:
        """Flush and close; closing twice is no error."""
        await _run(self.shard.close)

    async def __aenter__(self) -> "AsyncEdgeShard":
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()
