"""The five steps of the guide "Synchronize Qdrant Edge with a Server", on 20,000 real word vectors, against an embedded hub.

Run by `make demo`. The hub stands in for a Qdrant server: point QDRANT_URL (and QDRANT_API_KEY) at a real one and nothing else changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import warnings
import zlib
from pathlib import Path
from queue import Queue
from typing import Dict, List, Tuple

import requests
from qdrant_client import QdrantClient, models

from qdrant_edge import (
    Distance,
    EdgeConfig,
    EdgeShard,
    EdgeVectorParams,
    FieldCondition,
    Filter,
    Point,
    Query,
    QueryRequest,
    RangeFloat,
    UpdateOperation,
    CountRequest,
)

sys.path.insert(0, str(Path(__file__).parent))
import words as dataset  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
COLLECTION, VECTOR, TIMESTAMP = "words", "word", "timestamp"
SERVER_WORDS, LOCAL_WORDS, BATCH = 20_000, 300, 500


def main() -> None:
    names, floats = dataset.load(ROOT / "build" / "data", SERVER_WORDS + LOCAL_WORDS)
    vectors = [floats[i * 100 : i * 100 + 100] for i in range(len(names))]
    with tempfile.TemporaryDirectory(prefix="qdrant-edge-demo-") as work:
        hub, url, key = start_hub(Path(work))
        try:
            Demo(Path(work), url, key, names, vectors).run()
        finally:
            if hub is not None:
                hub.terminate()
                hub.wait()


def start_hub(work: Path) -> Tuple[subprocess.Popen | None, str, str]:
    if os.environ.get("QDRANT_URL"):
        return None, os.environ["QDRANT_URL"], os.environ.get("QDRANT_API_KEY", "")
    binary = os.environ.get("QDRANT_EDGE_HUB", str(ROOT / "build" / "qdrant-edge"))
    key = "demo-key"
    hub = subprocess.Popen(
        [binary, "hub", "--listen", "127.0.0.1:0", str(work / "hub")],
        env={**os.environ, "QDRANT_EDGE_HUB_API_KEY": key},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert hub.stdout is not None
    url = hub.stdout.readline().split()[-1]
    return hub, url, key


class Demo:
    """A device with two shards beside a server."""

    def __init__(self, work: Path, url: str, key: str, names: List[str], vectors: List) -> None:
        self.url, self.key, self.names, self.vectors = url, key, names, vectors
        self.mutable_dir, self.immutable_dir = work / "device" / "mutable", work / "device" / "immutable"
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")  # the hub listens on loopback
        self.client = QdrantClient(url=url, api_key=key or None, timeout=60, check_compatibility=False)
        self.upload_queue: Queue = Queue()
        self.word_of: Dict[int, str] = dict(enumerate(names))

    def run(self) -> None:
        self.fill_server()
        self.step1_mutable_shard()
        self.step2_immutable_shard()
        self.step3_dual_write()
        self.step5_query("before the partial snapshot: the new words come from the mutable shard")
        self.step4_partial_snapshot()
        self.step5_query("after it: they come from the immutable shard")
        self.mutable.close()
        self.immutable.close()

    def fill_server(self) -> None:
        title(f"A server at {self.url} with {SERVER_WORDS:,} words")
        if self.client.collection_exists(COLLECTION):
            self.client.delete_collection(COLLECTION)
        self.client.create_collection(COLLECTION, {VECTOR: models.VectorParams(size=100, distance=models.Distance.COSINE)})
        started = time.perf_counter()
        for at in range(0, SERVER_WORDS, BATCH):
            batch = [self.rest_point(i, time.time()) for i in range(at, min(at + BATCH, SERVER_WORDS))]
            self.client.upsert(COLLECTION, batch, wait=True)
            progress("uploaded", at + len(batch), SERVER_WORDS)
        say(f"{SERVER_WORDS / (time.perf_counter() - started):,.0f} points/s through qdrant-client")

    def step1_mutable_shard(self) -> None:
        title("1. A mutable Edge shard for local writes")
        config = EdgeConfig(vectors={VECTOR: EdgeVectorParams(size=100, distance=Distance.Cosine)})
        self.mutable = EdgeShard.create(self.mutable_dir, config)
        say(f"{allocated(self.mutable_dir) / 1024:,.0f} KiB on disk when empty")

    def step2_immutable_shard(self) -> None:
        title("2. An immutable Edge shard from the server's snapshot")
        started = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=self.immutable_dir.parent) as restore_dir:
            snapshot = Path(restore_dir) / "shard.snapshot"
            moved, _ = self.download("GET", "snapshot", snapshot)
            EdgeShard.unpack_snapshot(str(snapshot), str(self.immutable_dir))
        self.immutable = EdgeShard.load(self.immutable_dir)
        say(f"{moved} moved, {self.immutable.count(CountRequest()):,} points open after {time.perf_counter() - started:.2f} s")

    def step3_dual_write(self) -> None:
        title(f"3. Dual write: {LOCAL_WORDS} new words on the device, queued for the server")
        for i in range(SERVER_WORDS, SERVER_WORDS + LOCAL_WORDS):
            now = time.time()
            point = Point(id=i, vector={VECTOR: self.vectors[i]}, payload={"word": self.names[i], TIMESTAMP: now})
            self.mutable.update(UpdateOperation.upsert_points([point]))
            self.upload_queue.put(self.rest_point(i, now))
            progress("written", i - SERVER_WORDS + 1, LOCAL_WORDS)
        say(f"mutable shard: {self.mutable.count(CountRequest()):,} points; queue: {self.upload_queue.qsize():,}")

    def step4_partial_snapshot(self) -> None:
        title("4. Upload the queue, then bring the immutable shard up to date by partial snapshot")
        batch = []
        while not self.upload_queue.empty():
            batch.append(self.upload_queue.get_nowait())
        self.client.upsert(COLLECTION, batch, wait=True)
        say(f"{len(batch):,} points uploaded; the server has {self.client.count(COLLECTION).count:,}")
        sync_timestamp = time.time()
        before = self.immutable.count(CountRequest())
        moved, status = self.pull()
        say(f"partial snapshot: {moved} moved; immutable shard {before:,} → {self.immutable.count(CountRequest()):,} points")
        moved, status = self.pull()
        say(f"once more: HTTP {status}, {moved} moved")
        synced = Filter(must=[FieldCondition(key=TIMESTAMP, range=RangeFloat(lte=sync_timestamp))])
        self.mutable.update(UpdateOperation.delete_points_by_filter(synced))
        say(f"synced points dropped: mutable shard has {self.mutable.count(CountRequest()):,} points")

    def pull(self) -> Tuple[str, int]:
        with tempfile.TemporaryDirectory(dir=self.immutable_dir.parent) as temp_dir:
            archive = Path(temp_dir) / "partial.snapshot"
            moved, status = self.download("POST", "snapshot/partial/create", archive, json=self.immutable.snapshot_manifest())
            self.immutable.update_from_snapshot(str(archive))
        return moved, status

    def step5_query(self, when: str) -> None:
        title(f"5. Query both shards, {when}")
        for word in ("coffee", "violin", self.names[SERVER_WORDS + 7]):
            request = QueryRequest(query=Query.Nearest(self.vectors[self.names.index(word)], using=VECTOR), limit=6, with_payload=True)
            hits = [(p, "mutable") for p in self.mutable.query(request)] + [(p, "immutable") for p in self.immutable.query(request)]
            hits.sort(key=lambda hit: hit[0].score, reverse=True)
            seen, merged = set(), []
            for point, shard in hits:
                if point.id not in seen:
                    seen.add(point.id)
                    merged.append((point.payload["word"], point.score, shard))
            say(f"{word:>12}: " + "  ".join(f"{w} {s:.3f}{'*' if shard == 'mutable' else ''}" for w, s, shard in merged[1:6]))
        say("* from the mutable shard")

    def rest_point(self, i: int, timestamp: float) -> models.PointStruct:
        payload = {"word": self.names[i], TIMESTAMP: timestamp}
        return models.PointStruct(id=i, vector={VECTOR: self.vectors[i].tolist()}, payload=payload)

    def download(self, method: str, what: str, target: Path, **kwargs) -> Tuple[str, int]:
        url = f"{self.url}/collections/{COLLECTION}/shards/0/{what}"
        headers = {"api-key": self.key, "Accept-Encoding": "gzip"}
        with requests.request(method, url, headers=headers, stream=True, timeout=60, **kwargs) as response:
            response.raise_for_status()
            packed = response.headers.get("Content-Encoding") == "gzip"
            moved, unpack = 0, zlib.decompressobj(zlib.MAX_WBITS | 16)
            with open(target, "wb") as file:
                for chunk in response.raw.stream(1 << 16, decode_content=False):
                    moved += len(chunk)
                    file.write(unpack.decompress(chunk) if packed else chunk)
        return f"{size(moved)} (an archive of {size(target.stat().st_size)})", response.status_code


def allocated(directory: Path) -> int:
    return sum(f.stat().st_blocks * 512 for f in directory.rglob("*"))


def size(count: int) -> str:
    return f"{count / 1e6:,.2f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"


def title(text: str) -> None:
    print(f"\n{text}", flush=True)


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def progress(what: str, done: int, total: int) -> None:
    if sys.stdout.isatty():
        width = 30 * done // total
        print(f"\r   [{'#' * width}{'.' * (30 - width)}] {done:,} of {total:,} {what}", end="\n" if done == total else "", flush=True)
    elif done == total:
        say(f"{total:,} {what}")


if __name__ == "__main__":
    main()
