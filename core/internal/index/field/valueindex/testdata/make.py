"""Makes wheel-0.9.0.tar.gz of the packages valueindex, numeric, boolean and null with qdrant-edge-py 0.9.0.

Each archive holds appendable/<key>, optimized/<key> (directories of payload indexes), values.json: the values by the number that each
point has under the key "n", and appendable.json, optimized.json: those numbers by slot.
"""
import gzip, io, json, os, pathlib, random, re, struct, tarfile, tempfile, uuid
import qdrant_edge as q

FIELDS = pathlib.Path(__file__).resolve().parents[2]
KEYS = {"map": "nikpu", "numeric": "nifd", "bool": "nb", "null": "nb"}
KINDS = {"map": "valueindex", "numeric": "numeric", "bool": "boolean", "null": "null"}
SCHEMAS = {
    "n": q.IntegerIndexParams(), "i": q.IntegerIndexParams(), "k": q.KeywordIndexParams(), "p": q.KeywordIndexParams(prefix=True),
    "u": q.UuidIndexParams(), "f": q.FloatIndexParams(), "d": q.DatetimeIndexParams(), "b": q.BoolIndexParams(),
}
COUNT = 700


def payload(i, rng):
    def some(make):
        n = rng.choice([0, 1, 1, 1, 1, 2, 3])
        values = [make() for _ in range(n)]
        return values[0] if n == 1 else values
    return {
        "n": i,
        "i": some(lambda: rng.choice([rng.randrange(-50, 50), rng.randrange(-2**63, 2**63)])),
        "k": some(lambda: rng.choice(["", "red", "grün", "blue" * rng.randrange(40)]) + str(rng.randrange(40))),
        "p": some(lambda: f"https://host{rng.randrange(30)}.example/{'dir/' * rng.randrange(3)}{rng.randrange(100)}"),
        "u": some(lambda: str(uuid.UUID(int=rng.choice([rng.randrange(20), rng.getrandbits(128)])))),
        "f": some(lambda: rng.choice([rng.randrange(-4 * 10**6, 4 * 10**6) / 8, float(rng.randrange(-5, 5)), -0.0, 1e300])),
        "d": some(lambda: f"20{rng.randrange(10, 30)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}T0{rng.randrange(10)}:30:00.{rng.randrange(10**6):06}Z"),
        "b": some(lambda: rng.random() < 0.3),
        **({"b": None} if i % 11 == 0 else {}),
    }


def shard(path, payloads, optimize):
    os.makedirs(path)
    config = q.EdgeConfig(vectors={"": q.EdgeVectorParams(size=4, distance=q.Distance.Dot)},
                          optimizers=q.EdgeOptimizersConfig(indexing_threshold=1, default_segment_number=1))
    s = q.EdgeShard.create(str(path), config)
    for key, schema in SCHEMAS.items():
        s.update(q.UpdateOperation.create_field_index(key, schema))
    points = [q.Point(i, [float(i % 7), 1.0, 2.0, 3.0], p) for i, p in enumerate(payloads)]
    s.update(q.UpdateOperation.upsert_points(points))
    if optimize:
        s.optimize()
    s.flush()
    s.close()


def indexes(path):
    for d in sorted(path.glob("segments/*/payload_index/*-*")):
        key, kind = re.fullmatch(r"[0-9a-v]{24}-(\w+)-(\w+)", d.name).groups()
        config = json.loads((d.parent / "config.json").read_text())
        if kind in KINDS:
            yield key, kind, d, config["indexed_types"][key]


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


def main():
    rng = random.Random(5)
    payloads = [payload(i, rng) for i in range(COUNT)]
    tars, orders = {}, {}
    with tempfile.TemporaryDirectory() as tmp:
        for form, optimize in ("appendable", False), ("optimized", True):
            path = pathlib.Path(tmp) / form
            shard(path, payloads, optimize)
            for key, kind, d, types in indexes(path):
                mutable = all(t["mutability"] == "mutable" for t in types)
                if mutable == optimize or key not in KEYS[kind]:
                    continue
                if kind == "map" and key == "n":
                    orders[form] = numbers(d)
                if kind not in tars:
                    buf = io.BytesIO()
                    tars[kind] = buf, tarfile.open(fileobj=buf, mode="w")
                tars[kind][1].add(d, f"{form}/{key}", filter=plain)
        for kind, (buf, tar) in tars.items():
            add(tar, "values.json", [{k: p[k] for k in KEYS[kind]} for p in payloads])
            for form, order in orders.items():
                add(tar, form + ".json", order)
            tar.close()
            out = FIELDS / KINDS[kind] / "testdata" / "wheel-0.9.0.tar.gz"
            out.write_bytes(gzip.compress(buf.getvalue(), 9, mtime=0))
            print(out, out.stat().st_size)


def plain(info):
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    return info


main()
