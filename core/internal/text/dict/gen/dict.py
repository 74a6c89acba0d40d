#!/usr/bin/env python3
"""Packs a sorted word list: python3 dict.py <list> [frequencies] > ../name.gz

A line of the list is a word (charabia 0.10.0's Thai words, dumped by ../norm/gen/dump.rs), or a word, its frequency and its class
(jieba-rs 0.10.4's dict.txt). The layout is in doc.go."""
import gzip
import math
import struct
import sys


def uvarint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


FREQUENCIES = sys.argv[2:] == ["frequencies"]
words, total = {}, 0
for line in open(sys.argv[1], encoding="utf-8"):
    fields = line.split() if FREQUENCIES else [line.rstrip("\n")]
    if not fields or not fields[0]:
        continue
    freq = int(fields[1]) if len(fields) > 1 else 1
    assert fields[0].encode() not in words, fields[0]
    words[fields[0].encode()] = freq
    total += freq
order = sorted(words)
freqs = sorted(set(words.values()))
assert freqs[0] > 0
rank = {f: i for i, f in enumerate(freqs)}
shared, sizes, suffixes, ranks, before = [], [], [], [], b""
for w in order:
    n = 0
    while n < min(len(w), len(before), 127) and w[n] == before[n]:
        n += 1
    shared.append(uvarint(n))
    sizes.append(uvarint(len(w) - n))
    suffixes.append(w[n:])
    ranks.append(uvarint(rank[words[w]]))
    before = w
logs = b"".join(struct.pack("<d", math.log(f)) for f in freqs)
streams = [logs, b"".join(shared), b"".join(sizes), b"".join(suffixes), b"".join(ranks)]
out = uvarint(len(order)) + struct.pack("<d", math.log(total)) + b"".join(uvarint(len(s)) + s for s in streams)
sys.stderr.write("%d words, %d frequencies, %d bytes\n" % (len(order), len(freqs), len(out)))
sys.stdout.buffer.write(gzip.compress(out, 9, mtime=0))
