#!/usr/bin/env python3
"""Records what the reference makes of every character: python3 characters.py > characters.json

For each configuration the CRC-32 of the document indices, one checksum for each 4,096 code points: of every character alone and between
two letters, the number of indices and then the indices as little-endian 32-bit numbers. An argument names a folder for the indices
themselves, for finding a difference."""
import json
import struct
import sys
import zlib

import qdrant_edge as q

T = q.TokenizerType
CONFIGS = {
    "word": dict(tokenizer=T.Word),
    "whitespace": dict(tokenizer=T.Whitespace, ascii_folding=True),
    "multilingual": dict(tokenizer=T.Multilingual, lowercase=False),
    "code": dict(tokenizer=T.Code),
}


def main():
    out = {}
    for name, c in CONFIGS.items():
        m = q.Bm25(q.Bm25Config(stemmer=q.DisabledStemmer(), stopwords=q.StopwordsSet(set(), set()), **c))
        crcs, all_ = [], b""
        for block in range(0, 0x110000, 4096):
            data = bytearray()
            for c in range(block, block + 4096):
                if 0xd800 <= c < 0xe000:
                    continue
                for text in (chr(c), "a%sB" % chr(c)):
                    v = m.embed_document(text).indices
                    data += struct.pack("<B%dI" % len(v), len(v), *v)
            crcs.append(zlib.crc32(data))
            all_ += data
        out[name] = crcs
        if len(sys.argv) > 1:
            open("%s/%s.bin" % (sys.argv[1], name), "wb").write(all_)
    json.dump(out, sys.stdout)


main()
