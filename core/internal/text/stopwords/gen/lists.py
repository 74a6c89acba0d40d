#!/usr/bin/env python3
"""Writes words.gz from the engine's stop_words sources: python3 lists.py <folder> > ../words.gz

Languages are separated by the byte 1e, the name and the words of one by 1f (a word of the lists ends with a tab)."""
import gzip
import json
import pathlib
import re
import sys

lines = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.rs")):
    if path.stem == "mod":
        continue
    text = path.read_text()
    body = text[text.index("= &[") + 4:text.index("];")]
    body = re.sub(r"//[^\n]*", "", body)
    words = [json.loads(w, strict=False) for w in re.findall(r'"(?:[^"\\]|\\.)*"', body)]
    assert words and not any("\x1e" in w or "\x1f" in w for w in words), path
    lines.append("\x1f".join([path.stem] + words))
sys.stdout.buffer.write(gzip.compress("\x1e".join(lines).encode(), 9, mtime=0))
