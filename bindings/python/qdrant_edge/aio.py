"""EdgeShard and SyncedShard for asyncio.

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
from .sync import DeadLetter, Pending, Status, SyncedShard

if TYPE_CHECKING:
    from . import _CheckReport, _ShardInfo

_T = TypeVar("_T")
_Path = Union[str, "os.PathLike[str]"]
_Id = Union[int, UUID]


async def _run(call: Callable[..., _T], *args: Any) -> _T:
    return await asyncio.get_running_loop().run_in_executor(None, functools.partial(call, *args))


class _Reads:
    """The reads that both kinds of shard have."""

    shard: Union[EdgeShard, SyncedShard]

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


class AsyncEdgeShard(_Reads):
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

    @staticmethod
    async def check(path: _Path) -> "_CheckReport":
        """Verify every file of a shard that nobody has open; change nothing."""
        return await _run(EdgeShard.check, path)

    async def update(self, operation: UpdateOperation) -> None:
        """Apply an operation; when it returns, it survives a crash of the process."""
        await _run(self.shard.update, operation)

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


class AsyncSyncedShard(_Reads):
    """The methods of SyncedShard as coroutines. Make one with ``open``, or around an open shard.

    A task that is cancelled while it pushes, pulls, syncs or waits ends all such calls that run on the shard.
    """

    def __init__(self, shard: SyncedShard) -> None:
        self.shard: SyncedShard = shard

    @classmethod
    async def open(cls, path: _Path, config: Optional[EdgeConfig] = None, **options: Any) -> "AsyncSyncedShard":
        """Open a synced directory, made when it is missing; the options are those of ``SyncedShard.open``."""
        return cls(await _run(functools.partial(SyncedShard.open, path, config, **options)))

    async def update(self, operation: UpdateOperation) -> int:
        """Apply an operation here, keep it for the server, and return its number."""
        return await _run(self.shard.update, operation)

    async def flush(self) -> None:
        """Make everything durable and drop what the log need not keep."""
        await _run(self.shard.flush)

    async def push(self, timeout: Optional[float] = None) -> None:
        """Send what waits for the server, in order."""
        await self._transfer(self.shard.push, timeout)

    async def pull(self, timeout: Optional[float] = None) -> None:
        """Bring the mirror to the state of the server, all or nothing."""
        await self._transfer(self.shard.pull, timeout)

    async def sync(self, timeout: Optional[float] = None) -> None:
        """Push, then pull."""
        await self._transfer(self.shard.sync, timeout)

    async def wait_synced(self, seq: int, timeout: Optional[float] = None) -> bool:
        """Wait until the server has acknowledged, or refused, every operation up to one; false when the time has passed."""
        return await self._transfer(self.shard.wait_synced, seq, timeout)

    async def cancel(self) -> None:
        """End the pushes, pulls, syncs and waits that run now."""
        await _run(self.shard.cancel)

    async def start(self) -> None:
        """Push and pull in the background from now on."""
        await _run(self.shard.start)

    async def stop(self) -> None:
        """End the background work."""
        await _run(self.shard.stop)

    async def pending(self) -> Pending:
        """How many operations wait for the server, and their size."""
        return await _run(self.shard.pending)

    async def dead_letters(self) -> List[DeadLetter]:
        """What the server refused for good, oldest first."""
        return await _run(self.shard.dead_letters)

    async def requeue(self, dead_letter: Union[int, DeadLetter]) -> int:
        """Make a dead letter an operation again: the newest one."""
        return await _run(self.shard.requeue, dead_letter)

    async def discard(self, dead_letter: Union[int, DeadLetter]) -> None:
        """Give a dead letter up."""
        await _run(self.shard.discard, dead_letter)

    async def status(self) -> Status:
        """What is known at this moment, without asking the server."""
        return await _run(self.shard.status)

    async def metrics(self) -> Dict[str, int]:
        """Counters since the shard was opened, by name."""
        return await _run(self.shard.metrics)

    async def point_states(self, point_ids: Sequence[Union[int, UUID, str]]) -> List[str]:
        """How far each point has come."""
        return await _run(self.shard.point_states, point_ids)

    async def set_api_key(self, api_key: str) -> None:
        """Send another key from now on."""
        await _run(self.shard.set_api_key, api_key)

    async def verify(self) -> Dict[str, Any]:
        """Read every file and check it; ``ok`` of the report says that nothing is damaged."""
        return await _run(self.shard.verify)

    async def backup(self, path: _Path) -> None:
        """Write a copy, with what waits for the server, to a path that does not exist yet."""
        await _run(self.shard.backup, path)

    async def reset(self, mode: str) -> None:
        """Forget which collection this is in step with, and the mirror of it."""
        await _run(self.shard.reset, mode)

    async def close(self) -> None:
        """Stop the background work, give up transfers, flush and close."""
        await _run(self.shard.close)

    async def __aenter__(self) -> "AsyncSyncedShard":
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()

    async def _transfer(self, call: Callable[..., _T], *args: Any) -> _T:
        try:
            return await _run(call, *args)
        except asyncio.CancelledError:
            await _run(self.shard.cancel)
            raise
