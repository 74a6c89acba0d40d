#!/usr/bin/env python3
"""Writes tables.gz from the output of dump.rs and charabia's sources: python3 tables.py <dump folder> <charabia folder> > ../tables.gz

Records are separated by the byte 1e: "d" and a character with its decomposition, "v" and an ideograph with the one it stands for, "m" and the nonspacing marks,
"s" and a separator."""
import gzip
import pathlib
import re
import struct
import sys

dump, charabia = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
out = []


def text(codes):
    return "".join(chr(int(c, 16)) for c in codes.split())


for kind, name in (("d", "nfkd.txt"), ("v", "kv.txt")):
    for line in (dump / name).read_text().splitlines():
        a, b = line.split("\t")
        out.append(kind + text(a) + text(b))
marks = (charabia / "dictionaries/bin/nonspacing_mark/marks.bin").read_bytes()
out.append("m" + "".join(chr(c) for (c,) in struct.iter_unpack("<I", marks)))
source = (charabia / "src/separators.rs").read_text()
body = source[source.index("DEFAULT_SEPARATORS"):]
body = body[body.index("= &[") + 4:body.index("];")]
body = re.sub(r"//[^\n]*\n", "\n", body)
escapes = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def unescape(word):
    word = re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m.group(1), 16)), word)
    return re.sub(r"\\(.)", lambda m: escapes[m.group(1)], word)


words = [unescape(w) for w in re.findall(r'"((?:[^"\\]|\\.)*)"', body)]
for w in words:
    assert len(w) == 1 or w in (". ", ", ", "។ល។"), w
    out.append("s" + w)
assert not any("\x1e" in line for line in out)
sys.stdout.buffer.write(gzip.compress("\x1e".join(out).encode(), 9, mtime=0))
