"""Makes files of text indexes with qdrant-edge-py 0.9.0.

plain.dat and phrase.dat are postings.dat without and with positions, frequencies.dat is the term_frequencies.dat of an index that ranks.
"""
import pathlib, random, re, shutil, tempfile
import qdrant_edge as q

HERE = pathlib.Path(__file__).resolve().parent
WORDS = ["the", "of", "and"] + [f"w{i}" for i in range(200)]

rng = random.Random(5)
with tempfile.TemporaryDirectory() as tmp:
    path = pathlib.Path(tmp) / "shard"
    path.mkdir()
    s = q.EdgeShard.create(str(path), q.EdgeConfig(
        vectors={"": q.EdgeVectorParams(size=4, distance=q.Distance.Dot)},
        optimizers=q.EdgeOptimizersConfig(indexing_threshold=1, default_segment_number=1)))
    for key, phrases in (("plain", False), ("phrase", True)):
        s.update(q.UpdateOperation.create_field_index(key, q.TextIndexParams(phrase_matching=phrases)))
    s.update(q.UpdateOperation.create_field_index("ranked", q.TextIndexParams(scoring=True)))
    points = []
    for i in range(900):
        text = " ".join(rng.choices(WORDS, [60, 40, 20] + [1] * 200, k=rng.randrange(12)))
        points.append(q.Point(i, [float(i % 7), 1.0, 2.0, 3.0], {"plain": text, "phrase": text, "ranked": text}))
    s.update(q.UpdateOperation.upsert_points(points))
    s.optimize()
    s.flush()
    s.close()
    for d in path.glob("segments/*/payload_index/*-text"):
        key = re.fullmatch(r"[0-9a-v]{24}-(\w+)-text", d.name).group(1)
        if key == "ranked":
            if (d / "term_frequencies.dat").exists():
                shutil.copy(d / "term_frequencies.dat", HERE / "frequencies.dat")
        elif (d / "postings.dat").exists():
            shutil.copy(d / "postings.dat", HERE / f"{key}.dat")
