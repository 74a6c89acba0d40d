"""Makes wheel-0.9.0.tar.gz with qdrant-edge-py 0.9.0: appendable/ and optimized/ are directories of geo indexes, appendable.json and optimized.json
the places of each slot, and estimates.json the approximate counts of areas in both."""
import gzip, io, json, pathlib, random, tarfile, tempfile
import qdrant_edge as q

HERE = pathlib.Path(__file__).resolve().parent
COUNT = 400


def place(rng):
    lon = rng.choice([rng.uniform(-180, 180), 13.4 + rng.gauss(0, 0.01), -180.0, 180.0, 0.0, 179.99])
    lat = rng.choice([rng.uniform(-90, 90), 52.5 + rng.gauss(0, 0.01), 90.0, -90.0, 0.0])
    return {"lon": lon, "lat": lat}


def places(rng):
    n = rng.choice([0, 1, 1, 1, 1, 2, 3])
    values = [place(rng) for _ in range(n)]
    if n == 3:
        values[2] = dict(values[0])
    return values


def areas(rng):
    point = lambda: [rng.uniform(-180, 180), rng.uniform(-90, 90)]
    for _ in range(40):
        yield {"circle": [[13.4, 52.5] if rng.random() < 0.4 else point(), 10 ** rng.uniform(2, 7)]}
        a, b = point(), point()
        yield {"box": [a[0], max(a[1], b[1]), b[0], min(a[1], b[1])]}
        x, y, r = rng.uniform(-140, 140), rng.uniform(-60, 60), rng.uniform(0.1, 30)
        ring = lambda r: [[x - r, y - r / 2], [x + r, y - r / 2], [x + r / 3, y + r], [x - r, y - r / 2]]
        yield {"rings": [ring(r)] + ([ring(r / 2)] if rng.random() < 0.5 else [])}


def condition(a):
    point = lambda p: q.GeoPoint(p[0], p[1])
    if "circle" in a:
        return q.FieldCondition("g", geo_radius=q.GeoRadius(point(a["circle"][0]), a["circle"][1]))
    if "box" in a:
        w, n, e, s = a["box"]
        return q.FieldCondition("g", geo_bounding_box=q.GeoBoundingBox(q.GeoPoint(w, n), q.GeoPoint(e, s)))
    lines = [[point(p) for p in r] for r in a["rings"]]
    return q.FieldCondition("g", geo_polygon=q.GeoPolygon(lines[0], lines[1:]))


def slots(directory, payloads):
    """The places by slot: a wheel copies points into an optimized segment in an order of its own, which the values tell."""
    import struct
    f = lambda p: struct.pack("<dd", p["lon"], p["lat"])
    raw = directory / "point_to_values.bin"
    if not raw.exists():
        b, page = (directory / "tracker.dat").read_bytes(), (directory / "page_0.dat").read_bytes()
        out = []
        for i in range(struct.unpack_from("<I", b)[0]):
            tag, pg, block, length = struct.unpack_from("<IIII", b, 4 + 16 * i)
            out.append([list(struct.unpack_from("<dd", page, 16 * block + 16 * k)) for k in range(length // 16)] if tag else [])
        return out
    b = raw.read_bytes()
    out = []
    for i in range(struct.unpack_from("<Q", b, 8)[0]):
        at, n = struct.unpack_from("<QQ", b, 4096 + 16 * i)
        out.append([list(struct.unpack_from("<dd", b, at + 16 * k)) for k in range(n)])
    return out


def plain(info):
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    return info


def main():
    rng = random.Random(5)
    payloads = [places(rng) for _ in range(COUNT)]
    asked = list(areas(rng))
    buf = io.BytesIO()
    tar = tarfile.open(fileobj=buf, mode="w")

    def add(name, value):
        raw = json.dumps(value, separators=(",", ":")).encode()
        info = tarfile.TarInfo(name)
        info.size = len(raw)
        tar.addfile(info, io.BytesIO(raw))

    with tempfile.TemporaryDirectory() as tmp:
        for form in "appendable", "optimized":
            path = pathlib.Path(tmp) / form
            path.mkdir()
            config = q.EdgeConfig(vectors={"": q.EdgeVectorParams(size=4, distance=q.Distance.Dot)},
                                  optimizers=q.EdgeOptimizersConfig(indexing_threshold=1, default_segment_number=1))
            s = q.EdgeShard.create(str(path), config)
            s.update(q.UpdateOperation.create_field_index("g", q.GeoIndexParams()))
            s.update(q.UpdateOperation.upsert_points([q.Point(i, [1.0, 2.0, 3.0, float(i)], {"g": p}) for i, p in enumerate(payloads)]))
            if form == "optimized":
                s.optimize()
            s.flush()
            counts = [s.count(q.CountRequest(filter=q.Filter(must=[condition(a)]), exact=False)) for a in asked]
            exact = [s.count(q.CountRequest(filter=q.Filter(must=[condition(a)]), exact=True)) for a in asked]
            s.close()
            for d in sorted(path.glob("segments/*/payload_index/*-map")):
                if (d / "tracker.dat").exists() == (form == "optimized"):
                    continue
                tar.add(d, form, filter=plain)
                add(form + ".json", slots(d, payloads))
            add(form + ".counts.json", [{"area": a, "approximate": n, "exact": m} for a, n, m in zip(asked, counts, exact)])
    tar.close()
    out = HERE / "wheel-0.9.0.tar.gz"
    out.write_bytes(gzip.compress(buf.getvalue(), 9, mtime=0))
    print(out.stat().st_size)


main()
