"""The coroutines do what the methods of EdgeShard do, many at once."""

import asyncio
import inspect

import pytest
import qdrant_edge
from qdrant_edge import CountRequest, Distance, EdgeConfig, EdgeShard, EdgeVectorParams, Point, Query, QueryRequest, UpdateOperation
from qdrant_edge.aio import AsyncEdgeShard, AsyncSyncedShard
from qdrant_edge.sync import SyncedShard

CONFIG = EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot))


def test_calls_overlap(tmp_path):
    async def run():
        async with await AsyncEdgeShard.create(tmp_path, CONFIG) as shard:
            await asyncio.gather(*[shard.update(UpdateOperation.upsert_points([Point(i, [float(i), 0.0])])) for i in range(20)])
            found = await asyncio.gather(*[shard.query(QueryRequest(1, query=Query.Nearest([1.0, 0.0]))) for _ in range(20)])
            assert [hits[0].id for hits in found] == [19] * 20
            assert await shard.count(CountRequest()) == 20
            with pytest.raises(qdrant_edge.InvalidArgument):
                await shard.query(QueryRequest(1, query=Query.Nearest([1.0])))
        with pytest.raises(qdrant_edge.Closed):
            await shard.flush()
        async with await AsyncEdgeShard.load(tmp_path) as again:
            return [r.id for r in await again.retrieve([3, 4])]

    assert asyncio.run(run()) == [3, 4]


@pytest.mark.parametrize("shard, coroutines, special", [
    (EdgeShard, AsyncEdgeShard, {"create", "load", "unpack_snapshot"}), (SyncedShard, AsyncSyncedShard, {"open", "restore"})])
def test_every_method_has_its_coroutine(shard, coroutines, special):
    for name in vars(shard):
        if name.startswith("_") or name in special:
            continue
        method, ours = getattr(shard, name), getattr(coroutines, name)
        assert inspect.iscoroutinefunction(ours), name
        assert list(inspect.signature(ours).parameters) == list(inspect.signature(method).parameters), name
