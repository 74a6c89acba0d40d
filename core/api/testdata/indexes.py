"""indexes.py OUT: what the reference wheel (on PYTHONPATH) logs for schemas of payload indexes and for names of vectors, as JSON."""

import json
import pathlib
import struct
import sys
import tempfile

from qdrant_edge import *  # noqa: F401,F403

OPERATIONS = """
create_field_index("a", PayloadSchemaType.Keyword)
create_field_index("a.b[].c", PayloadSchemaType.Uuid)
create_field_index("a", KeywordIndexParams())
create_field_index("a", KeywordIndexParams(True, False, True, True, Memory.Cold))
create_field_index("n[].x", KeywordIndexParams(nested="n"))
create_field_index("a", IntegerIndexParams())
create_field_index("a", IntegerIndexParams(True, False, True, True, False, Memory.Cached))
create_field_index("n[].x", IntegerIndexParams(nested="n"))
create_field_index("a", FloatIndexParams())
create_field_index("a", FloatIndexParams(True, True, False, Memory.Pinned))
create_field_index("n[].x", FloatIndexParams(nested="n"))
create_field_index("a", GeoIndexParams())
create_field_index("n[].x", GeoIndexParams(True, False, Memory.Pinned, "n"))
create_field_index("a", BoolIndexParams())
create_field_index("n[].x", BoolIndexParams(True, False, Memory.Pinned, "n"))
create_field_index("a", DatetimeIndexParams())
create_field_index("a", DatetimeIndexParams(True, False, True, Memory.Pinned))
create_field_index("n[].x", DatetimeIndexParams(nested="n"))
create_field_index("a", UuidIndexParams())
create_field_index("a", UuidIndexParams(True, False, True, Memory.Pinned))
create_field_index("n[].x", UuidIndexParams(nested="n"))
create_field_index("a", TextIndexParams())
create_field_index("n[].x", TextIndexParams(TokenizerType.Prefix, 1, 10, True, False, True, StopwordsSet({Language.Turkish, Language.English, Language.Arabic}, {"the", "a", "zz"}), True, SnowballParams(SnowballLanguage.Tamil), True, Memory.Cold, True, "n"))
create_field_index("a", TextIndexParams(TokenizerType.Code, stopwords=Language.Hinglish, stemmer=DisabledStemmer(), scoring=False))
create_field_index("a", TextIndexParams(TokenizerType.Multilingual, stopwords=StopwordsSet(), scoring=TextScoringParams()))
create_field_index("a", TextIndexParams(TokenizerType.Whitespace, stopwords=StopwordsSet(set(), set())))
delete_field_index("a.b")
create_dense_vector("d", 4, Distance.Manhattan)
create_dense_vector("e", 65536, Distance.Cosine, MultiVectorConfig(MultiVectorComparator.MaxSim), VectorStorageDatatype.Uint8)
create_sparse_vector("s")
create_sparse_vector("t", Modifier.Idf, VectorStorageDatatype.Float16)
delete_vector_name("d")
delete_points_by_filter(Filter(must=[SliceCondition(7, 3)]))
""".strip().splitlines()


def records(wal):
    """The data of the entries of the one segment of a log."""
    raw = next(p for p in sorted(wal.iterdir()) if p.name.startswith("open-1")).read_bytes()
    at = 8
    while at + 12 <= len(raw):
        size = struct.unpack_from("<Q", raw, at)[0]
        if size == 0:
            return
        yield raw[at + 8 : at + 8 + size]
        at += 8 + size + (-(size + 4) % 8) + 4


def main(out):
    with tempfile.TemporaryDirectory() as work:
        shard = EdgeShard.create(work, EdgeConfig(vectors=EdgeVectorParams(2, Distance.Dot)))
        for text in OPERATIONS:
            shard.update(eval("UpdateOperation." + text))
        found = [r.hex() for r in records(pathlib.Path(work) / "wal")]
        assert len(found) == len(OPERATIONS), len(found)
        shard.close()
    with open(out, "w") as f:
        json.dump([{"name": name, "cbor": cbor} for name, cbor in zip(OPERATIONS, found)], f, indent=0)


main(sys.argv[1])
