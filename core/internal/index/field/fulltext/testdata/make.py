"""Makes wheel-0.9.0.tar.gz with qdrant-edge-py 0.9.0: appendable/<key>, optimized/<key> (directories of full-text indexes), schemas.json: their
schemas, texts.json: the texts by the number of the point, and appendable.json, optimized.json: those numbers by slot.
"""
import gzip, io, json, os, pathlib, random, re, struct, tarfile, tempfile
import qdrant_edge as q

T = q.TokenizerType
SCHEMAS = {
    "w": q.TextIndexParams(tokenizer=T.Word),
    "p": q.TextIndexParams(tokenizer=T.Word, phrase_matching=True),
    "s": q.TextIndexParams(tokenizer=T.Word, scoring=True, on_disk=True),
    "b": q.TextIndexParams(tokenizer=T.Word, scoring=True, phrase_matching=True),
    "x": q.TextIndexParams(tokenizer=T.Whitespace, phrase_matching=True, on_disk=True, lowercase=False),
    "f": q.TextIndexParams(tokenizer=T.Prefix, min_token_len=2, max_token_len=5),
    "m": q.TextIndexParams(tokenizer=T.Multilingual, phrase_matching=True),
    "c": q.TextIndexParams(tokenizer=T.Code, scoring=True, phrase_matching=True),
    "e": q.TextIndexParams(tokenizer=T.Word, ascii_folding=True, stopwords=q.Language.English, stemmer=q.SnowballParams(q.SnowballLanguage.English), min_token_len=2),
}
MUTABLE = "wb"  # the mutable form of these
COUNT = 400
SHARED = "the quick brown fox jumps over the lazy dog near a river bank where running water flows".split()
OTHER = ["Über", "café", "naïve", "Ελληνικά", "привет", "мир", "日本語", "東京都", "北京大学", "ภาษาไทย", "getUserName", "HTTPServer2", "snake_case_id", "x\0y", "\0", "…", "can't"]


def text(rng):
    words = rng.choices(SHARED, weights=range(len(SHARED), 0, -1), k=rng.randrange(14))
    words += rng.choices(OTHER, k=rng.choice([0, 0, 1, 2])) + ["w%d" % rng.paretovariate(0.7) for _ in range(rng.randrange(4))]
    rng.shuffle(words)
    return " ".join(words)


def payload(i, rng):
    n = rng.choice([0, 1, 1, 1, 2, 3])
    value = [text(rng) for _ in range(n)]
    value = value[0] if n == 1 else rng.choice([value, value + [""], value + [7]])
    if i == 17:
        value = " ".join(rng.choices(SHARED, k=9000))  # a length that is rounded
    return {"n": i, **({} if i >= COUNT - 5 else {key: value for key in SCHEMAS})}


def shard(path, payloads, optimize):
    os.makedirs(path)
    config = q.EdgeConfig(vectors={"": q.EdgeVectorParams(size=4, distance=q.Distance.Dot)},
                          optimizers=q.EdgeOptimizersConfig(indexing_threshold=1, default_segment_number=1))
    s = q.EdgeShard.create(str(path), config)
    s.update(q.UpdateOperation.create_field_index("n", q.IntegerIndexParams()))
    for key, schema in SCHEMAS.items():
        if optimize or key in MUTABLE:
            s.update(q.UpdateOperation.create_field_index(key, schema))
    s.update(q.UpdateOperation.upsert_points([q.Point(i, [float(i % 7), 1.0, 2.0, 3.0], p) for i, p in enumerate(payloads)]))
    if optimize:
        s.optimize()
    s.flush()
    s.close()


def numbers(d):
    """The values of an integer map index by slot."""
    if (d / "point_to_values.bin").exists():
        b = (d / "point_to_values.bin").read_bytes()
        return [struct.unpack_from("<q", b, struct.unpack_from("<Q", b, 4096 + 16 * i)[0])[0] for i in range(struct.unpack_from("<Q", b, 8)[0])]
    b, page = (d / "tracker.dat").read_bytes(), (d / "page_0.dat").read_bytes()
    return [struct.unpack_from("<q", page, 8 * struct.unpack_from("<I", b, 12 + 16 * i)[0])[0] for i in range(struct.unpack_from("<I", b)[0])]


def add(tar, name, value):
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    info = tarfile.TarInfo(name)
    info.size = len(raw)
    tar.addfile(info, io.BytesIO(raw))


def plain(info):
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    return info


def main():
    rng = random.Random(9)
    payloads = [payload(i, rng) for i in range(COUNT)]
    buf = io.BytesIO()
    tar = tarfile.open(fileobj=buf, mode="w")
    with tempfile.TemporaryDirectory() as tmp:
        for form, optimize in ("appendable", False), ("optimized", True):
            path = pathlib.Path(tmp) / form
            shard(path, payloads, optimize)
            for d in sorted(path.glob("segments/*/payload_index/*-*")):
                key, kind = re.fullmatch(r"[0-9a-v]{24}-(\w+)-(\w+)", d.name).groups()
                config = json.loads((d.parent / "config.json").read_text())
                if (config["indexed_types"][key][0]["mutability"] == "mutable") == optimize:
                    continue
                if kind == "map" and key == "n":
                    add(tar, form + ".json", numbers(d))
                if kind == "text":
                    tar.add(d, f"{form}/{key}", filter=plain)
                if optimize:
                    schemas = {k: v for k, v in config["indexed_fields"].items() if k in SCHEMAS}
    add(tar, "schemas.json", schemas)
    add(tar, "texts.json", [p.get("w") for p in payloads])
    tar.close()
    out = pathlib.Path(__file__).with_name("wheel-0.9.0.tar.gz")
    out.write_bytes(gzip.compress(buf.getvalue(), 9, mtime=0))
    print(out, out.stat().st_size)


main()
