package build

import (
	"context"
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/plan"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// graph links the points by their quantized vectors where there are some, as a search of these goes.
func (b *builder) graph(ctx context.Context, v *api.NamedVectorParams, st vectors.Storage, q *quant.Vectors, insert []uint32) error {
	h := b.Settings.Hnsw(v.Name)
	threads := plan.Threads(h, b.CPUs)
	if b.Threads > 0 {
		threads = min(threads, b.Threads)
	}
	at := segment.Progress{Stage: segment.StageGraph, Vector: v.Name}
	b.report(at, 0)
	g, err := hnsw.Build(ctx, &hnsw.BuildRequest{Config: graphConfig(h, vectors.Bytes(st), len(b.rows)), Points: len(b.rows), Insert: insert,
		Seed: uint64(len(b.rows)), Threads: threads, Scorer: pairs(v, st, q),
		Progress: func(done int) { b.report(at, done) }})
	if err != nil {
		return err
	}
	dir := b.to.Index(v.Name)
	if err := b.FS.MkdirAll(dir); err != nil {
		return err
	}
	return b.writeGraph(dir, g, v, st, q)
}

// pairs makes the scorers of points against each other, one per thread.
func pairs(v *api.NamedVectorParams, st vectors.Storage, q *quant.Vectors) func() hnsw.PointScorer {
	if q != nil {
		return func() hnsw.PointScorer { return q.Between() }
	}
	if dense, ok := st.(vectors.Dense); ok {
		rows, _ := dense.Rows(0)
		by := &between{rows: rows, dim: int(v.Params.Size), kernel: kernel.For(metricOf(v.Params.Distance))}
		return func() hnsw.PointScorer { return by }
	}
	return func() hnsw.PointScorer { return &likeQuery{st: st, params: v.Params} }
}

// graphConfig turns kilobytes into vectors, by the average size of a vector over all points.
func graphConfig(h *api.HnswConfig, bytes uint64, points int) *hnsw.Config {
	average := 1
	if points > 0 && bytes > 0 {
		average = int(max(bytes/uint64(points), 1))
	}
	c := &hnsw.Config{M: int(h.M), M0: 2 * int(h.M), EfConstruct: int(h.EfConstruct), Ef: int(h.EfConstruct),
		FullScanThreshold: int(min(h.FullScanThreshold, 1<<40)) * 1024 / average, MaxIndexingThreads: int(h.MaxIndexingThreads)}
	if h.PayloadM != nil {
		m, m0 := int(*h.PayloadM), 2*int(*h.PayloadM)
		c.PayloadM, c.PayloadM0 = &m, &m0
	}
	return c
}

// between scores rows of one matrix against each other. It holds nothing that changes, so all threads share it.
type between struct {
	rows   []float32
	dim    int
	kernel kernel.Kernel
}

func (s *between) Between(p uint32, ids []uint32, out []float32) {
	first := int(p) * s.dim
	s.kernel.Gather(s.rows[first:first+s.dim], s.rows, s.dim, ids, out)
}

// likeQuery scores points against each other as if the one were a query. It keeps the scorer of the last one.
type likeQuery struct {
	st     vectors.Storage
	params *api.VectorParams
	rows   []float32
	last   uint32
	batch  score.Batch
}

func (s *likeQuery) Between(p uint32, ids []uint32, out []float32) {
	if s.batch == nil || s.last != p {
		s.batch = s.scorer(p)
		s.last = p
	}
	if s.batch == nil {
		for i := range ids {
			out[i] = float32(math.Inf(-1))
		}
		return
	}
	s.batch.Score(ids, out)
}

func (s *likeQuery) scorer(p uint32) score.Batch {
	var err error
	switch st := s.st.(type) {
	case vectors.Single:
		s.rows = st.Floats(p, s.rows[:0])
	case vectors.Multi:
		s.rows, err = st.Floats(p, s.rows[:0])
	}
	if err != nil || len(s.rows) == 0 {
		return nil
	}
	var query api.Vector = api.DenseVector(s.rows)
	if s.params.MultivectorConfig != nil {
		query = api.MultiDenseVector{Dim: int(s.params.Size), Flat: s.rows}
	}
	batch, err := score.New(s.st, s.params.Distance, query)
	if err != nil {
		return nil
	}
	return batch
}

func metricOf(d api.Distance) kernel.Metric {
	switch d {
	case api.DistanceEuclid:
		return kernel.MetricEuclid
	case api.DistanceManhattan:
		return kernel.MetricManhattan
	}
	return kernel.MetricDot
}
