"""Copies of directories whose files are mostly holes, as those of shards are: zeros become holes again."""

from __future__ import annotations

import os
import shutil

BLOCK = 1 << 16
ZEROS = bytes(BLOCK)


def tree(source, target) -> None:
    shutil.copytree(source, target, copy_function=file)


def file(source, target) -> None:
    with open(source, "rb") as old, open(target, "wb") as new:
        for place in blocks(old.fileno()):
            block = os.pread(old.fileno(), BLOCK, place)
            if block != ZEROS[:len(block)]:
                os.pwrite(new.fileno(), block, place)
        new.truncate(os.fstat(old.fileno()).st_size)


def blocks(fd: int):
    """Where the blocks begin that are not all hole."""
    place, size = 0, os.fstat(fd).st_size
    while place < size:
        try:
            place = max(place, os.lseek(fd, place, os.SEEK_DATA) // BLOCK * BLOCK)
        except OSError:  # nothing but a hole
            return
        yield place
        place += BLOCK
