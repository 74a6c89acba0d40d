package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/plan"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/idmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/payload"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// optimized writes the parts one after the other.
func (b *builder) optimized(ctx context.Context, fields map[string]json.RawMessage) error {
	if err := b.FS.MkdirAll(b.Dir); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := b.ids(); err != nil {
		return fmt.Errorf("build: ids: %w", err)
	}
	if err := b.payloads(ctx); err != nil {
		return fmt.Errorf("build: payload: %w", err)
	}
	if err := b.fields(fields); err != nil {
		return fmt.Errorf("build: payload index: %w", err)
	}
	how := make(map[string]segment.IndexedVector, len(b.Config.Vectors))
	for i := range b.Config.Vectors {
		v := &b.Config.Vectors[i]
		how[v.Name] = segment.IndexedVector{Params: v.Params, OnDisk: b.Settings.OnDisk(v.Name), Hnsw: b.Settings.Hnsw(v.Name),
			Quantization: b.Settings.Quantization(v.Name)}
		if err := b.vector(ctx, v); err != nil {
			return fmt.Errorf("build: vector %q: %w", v.Name, err)
		}
	}
	return b.to.WriteState(b.FS, b.Config, how, b.version)
}

func (b *builder) ids() error {
	c := idmap.Contents{IDs: make([]api.PointID, len(b.rows)), Versions: make([]uint64, len(b.rows))}
	for i, r := range b.rows {
		c.IDs[i], c.Versions[i] = r.id, b.Parts[r.part].Seg.IDs().Version(r.off)
	}
	write := idmap.WriteImmutable
	if onDisk := b.Settings.IDsOnDisk; onDisk != nil && *onDisk {
		write = idmap.WriteDisk
	}
	return write(b.FS, b.Dir, c)
}

func (b *builder) payloads(ctx context.Context) error {
	st, err := payload.Create(b.FS, b.to.Payload())
	if err != nil {
		return err
	}
	var buf []byte
	err = b.each(ctx, func(slot int, from *segment.Segment, r row) error {
		raw, err := from.Payload(r.off, buf[:0])
		if err != nil || raw == nil {
			return err
		}
		buf = raw
		return st.Set(uint32(slot), raw)
	})
	if err == nil {
		err = st.Flush()
	}
	return errors.Join(err, st.Close())
}

// vector writes the storage and, over it, the graph.
func (b *builder) vector(ctx context.Context, v *api.NamedVectorParams) error {
	dir := b.to.Vectors(v.Name)
	if err := b.FS.MkdirAll(dir); err != nil {
		return err
	}
	insert, err := b.matrix(ctx, dir, v)
	if err != nil {
		return err
	}
	st, err := vectors.OpenMatrixReadOnly[float32](b.FS, dir, int(v.Params.Size))
	if err != nil {
		return err
	}
	q, err := b.quantized(ctx, v, st)
	if err == nil {
		err = b.graph(ctx, v, st, q, insert)
	}
	if q != nil {
		err = errors.Join(err, q.Close())
	}
	return errors.Join(err, st.Close())
}

// matrix writes the storage and returns the slots that have a vector.
func (b *builder) matrix(ctx context.Context, dir string, v *api.NamedVectorParams) (insert []uint32, err error) {
	w, err := vectors.CreateMatrix[float32](b.FS, dir, int(v.Params.Size))
	if err != nil {
		return nil, err
	}
	err = b.each(ctx, func(slot int, from *segment.Segment, r row) error {
		of := from.Vector(v.Name)
		if of == nil || !of.Has(r.off) {
			return w.Append(nil)
		}
		dense, ok := of.Store.(vectors.Dense)
		if !ok {
			return api.Errorf(api.Unsupported, "a %T cannot be optimized yet", of.Store)
		}
		insert = append(insert, uint32(slot))
		return w.Append(dense.Row(r.off))
	})
	if err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return insert, w.Finish()
}

func (b *builder) graph(ctx context.Context, v *api.NamedVectorParams, st vectors.Dense, q *quant.Vectors, insert []uint32) error {
	h := b.Settings.Hnsw(v.Name)
	cfg := graphConfig(h, int(v.Params.Size), len(b.rows), len(insert))
	rows, _ := st.Rows(0)
	by := pairs(q, &between{rows: rows, dim: int(v.Params.Size), kernel: kernel.For(metricOf(v.Params.Distance))})
	g, err := hnsw.Build(ctx, &hnsw.BuildRequest{Config: cfg, Points: len(b.rows), Insert: insert, Seed: uint64(len(b.rows)),
		Threads: plan.Threads(h, b.CPUs), Scorer: func() hnsw.PointScorer { return by }})
	if err != nil {
		return err
	}
	dir := b.to.Index(v.Name)
	if err := b.FS.MkdirAll(dir); err != nil {
		return err
	}
	return g.Write(b.FS, dir)
}

// graphConfig turns kilobytes into vectors, by the average size of a vector over all points.
func graphConfig(h *api.HnswConfig, dim, points, live int) *hnsw.Config {
	average := 1
	if points > 0 && live > 0 {
		average = max(live*dim*4/points, 1)
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

func metricOf(d api.Distance) kernel.Metric {
	switch d {
	case api.DistanceEuclid:
		return kernel.MetricEuclid
	case api.DistanceManhattan:
		return kernel.MetricManhattan
	}
	return kernel.MetricDot
}
