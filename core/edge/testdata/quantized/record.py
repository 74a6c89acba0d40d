"""Records what the reference makes of quantized vectors: python3 record.py > recorded.json.gz, with the reference's package installed.

The vectors come from a generator that the test repeats, so that only sums of files and results of searches have to be kept.
"""
import glob, gzip, hashlib, json, os, shutil, struct, sys, tempfile
import qdrant_edge as q

N, DIM = 200, 24
D, DT, M = q.Distance, q.VectorStorageDatatype, q.Memory
S = lambda **k: q.ScalarQuantizationConfig(q.ScalarType.Int8, **k)
P = q.ProductQuantizationConfig
B = q.BinaryQuantizationConfig
T = lambda b: q.TurboQuantQuantizationConfig(bits=b)
C, E, QE, TB = q.CompressionRatio, q.BinaryQuantizationEncoding, q.BinaryQuantizationQueryEncoding, q.TurboQuantBitSize
KINDS = {'s': S(), 's9': S(quantile=0.9), 'p8': P(C.X8), 'p32': P(C.X32), 'b1': B(), 'b2': B(encoding=E.TwoBits), 'b15': B(encoding=E.OneAndHalfBits),
         'b1q4': B(query_encoding=QE.Scalar4Bits), 'b2q8': B(encoding=E.TwoBits, query_encoding=QE.Scalar8Bits), 'b15q4': B(encoding=E.OneAndHalfBits, query_encoding=QE.Scalar4Bits),
         't1': T(TB.Bits1), 't15': T(TB.Bits1_5), 't2': T(TB.Bits2), 't4': T(TB.Bits4), 't8': T(TB.Bits8)}
DISTANCES = {'c': D.Cosine, 'd': D.Dot, 'e': D.Euclid, 'm': D.Manhattan}


class Numbers:
    def __init__(self, seed): self.x = seed
    def next(self):
        self.x = (self.x * 1664525 + 1013904223) & 0xffffffff
        return self.x >> 8
    def row(self, of_bytes): return [float(self.next() >> 16) if of_bytes else self.next() / (1 << 23) - 1 for _ in range(DIM)]


def names():
    out = {}
    for k, c in KINDS.items():
        for d, dist in DISTANCES.items():
            out[f'{k}_{d}'] = dict(distance=dist, quantization_config=c)
    for k in ('s', 'p8', 'b1', 'b2', 't2', 't4'):
        if k != 'p8': out[f'{k}_c_multi'] = dict(distance=D.Cosine, quantization_config=KINDS[k], multivector_config=q.MultiVectorConfig(q.MultiVectorComparator.MaxSim))
        out[f'{k}_c_half'] = dict(distance=D.Cosine, quantization_config=KINDS[k], datatype=DT.Float16)
        out[f'{k}_c_bytes'] = dict(distance=D.Cosine, quantization_config=KINDS[k], datatype=DT.Uint8)
    turbo = {'turbo4': DT.Turbo4, 'turbo8': DT.Turbo8, 'turbo16': DT.Turbo16}
    for t, dt in turbo.items():
        for d, dist in DISTANCES.items():
            out[f'x_{d}_{t}'] = dict(distance=dist, datatype=dt)
        out[f'x_c_multi_{t}'] = dict(distance=D.Cosine, datatype=dt, multivector_config=q.MultiVectorConfig(q.MultiVectorComparator.MaxSim))
    for k, d, t in (('t2', 'c', 'turbo4'), ('s', 'd', 'turbo8'), ('t15', 'c', 'turbo8'), ('t4', 'm', 'turbo8'), ('t4', 'e', 'turbo16'), ('b1', 'c', 'turbo4')):
        out[f'{k}_{d}_{t}'] = dict(distance=DISTANCES[d], datatype=turbo[t], quantization_config=KINDS[k])
    return out


def rows(r, name, i): return [r.row('bytes' in name) for _ in range(1 + i % 3 if 'multi' in name else 1)]
def value(name, rs): return rs if 'multi' in name else rs[0]
def digest(b): return hashlib.sha256(b).hexdigest()[:16]


def searches(s, name, seed):
    r, out = Numbers(seed + 1000), []
    for _ in range(2):
        v = value(name, rows(r, name, 1))
        for params in (dict(rescore=False), dict(), dict(oversampling=3.0, rescore=True), dict(ignore=True), None):
            p = q.SearchParams(exact=True) if params is None else q.SearchParams(quantization=q.QuantizationSearchParams(**params))
            out.append([[x.id, x.score] for x in s.search(q.SearchRequest(query=q.Query.Nearest(v, name), limit=5, params=p))])
    return out


def run(optimize):
    d = tempfile.mkdtemp()
    vs = names() if optimize else {n: p for n, p in names().items() if n[0] in 'btx'}
    cfg = q.EdgeConfig(vectors={n: q.EdgeVectorParams(size=DIM, **p) for n, p in vs.items()}, hnsw_config=q.HnswIndexConfig(m=8, ef_construct=16, full_scan_threshold=1000000),
                       optimizers=q.EdgeOptimizersConfig(indexing_threshold=1 if optimize else 0, default_segment_number=1))
    s = q.EdgeShard.create(d, cfg)
    gens = {n: Numbers(i + 1) for i, n in enumerate(sorted(vs))}
    for i in range(N):
        v = {n: value(n, rows(gens[n], n, i)) for n in sorted(vs)}
        v = {n: x for k, (n, x) in enumerate(sorted(v.items())) if (i + k) % 17 != 0}
        s.update(q.UpdateOperation.upsert_points([q.Point(i, v, None)]))
    if optimize: s.optimize()
    s.flush()
    out = {'config': json.load(open(d + '/edge_config.json')), 'vectors': {}}
    seg = [x for x in glob.glob(d + '/segments/*') if glob.glob(x + '/vector_index*') or not optimize][0]
    for i, n in enumerate(sorted(vs)):
        files = {}
        base = f'{seg}/vector_storage-{n}/'
        for f in sorted(glob.glob(base + 'quantized*') + glob.glob(base + 'tq_vectors.dat')):
            if os.path.isfile(f): files[os.path.basename(f)] = digest(open(f, 'rb').read())
        for sub in ('quantized_data', 'tq_vectors'):
            if os.path.isdir(base + sub):
                c = json.load(open(f'{base}{sub}/config.json'))
                count = struct.unpack('<Q', open(f'{base}{sub}/status.dat', 'rb').read())[0]
                files[sub] = digest(open(f'{base}{sub}/chunk_0.mmap', 'rb').read(count * c['dim']))
        if 'turbo' in n:
            got = [r.vector[n] for r in sorted(s.retrieve(list(range(N)), False, [n]), key=lambda r: r.id) if r.vector and n in r.vector]
            flat = [x for v in got for r in (v if isinstance(v[0], list) else [v]) for x in r]
            files['retrieved'] = digest(struct.pack(f'<{len(flat)}f', *flat))
        out['vectors'][n] = {'files': files, 'searches': searches(s, n, i + 1)}
    s.close(); shutil.rmtree(d)
    return out


sys.stdout.buffer.write(gzip.compress(json.dumps({'optimized': run(True), 'appendable': run(False)}, separators=(',', ':')).encode(), mtime=0))
