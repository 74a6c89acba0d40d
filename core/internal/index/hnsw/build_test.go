package hnsw

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/topk"
)

// cloud is points around some centres.
type cloud struct {
	dim  int
	rows []float32
	by   kernel.Kernel
}

func newCloud(n, dim int, seed uint64) *cloud {
	r := rand.New(rand.NewPCG(seed, 7))
	centres := make([]float32, 40*dim)
	for i := range centres {
		centres[i] = float32(r.NormFloat64())
	}
	c := &cloud{dim: dim, rows: make([]float32, n*dim), by: kernel.For(kernel.MetricEuclid)}
	for i := range n {
		centre := centres[r.IntN(40)*dim:]
		for j := range dim {
			c.rows[i*dim+j] = centre[j] + 0.4*float32(r.NormFloat64())
		}
	}
	return c
}

func (c *cloud) row(p uint32) []float32 { return c.rows[int(p)*c.dim:][:c.dim] }
func (c *cloud) points() int            { return len(c.rows) / c.dim }

func (c *cloud) Between(p uint32, ids []uint32, out []float32) {
	c.by.Gather(c.row(p), c.rows, c.dim, ids, out)
}

// query scores a cloud against a vector.
type query struct {
	*cloud
	vector []float32
}

func (q *query) Score(ids []uint32, out []float32) { q.by.Gather(q.vector, q.rows, q.dim, ids, out) }

// exact is the best acceptable points.
func (q *query) exact(k int, accept Accept) (best []topk.Scored) {
	var keys []uint64
	for p := range uint32(q.points()) {
		if ids := []uint32{p}; accept == nil || len(accept(ids, ids[:0])) > 0 {
			out := []float32{0}
			q.Score([]uint32{p}, out)
			keys = append(keys, topk.Key(p, out[0]))
		}
	}
	slices.Sort(keys)
	for i := len(keys) - 1; i >= max(0, len(keys)-k); i-- {
		best = append(best, topk.OfKey(keys[i]))
	}
	return best
}

func upTo(n int) []uint32 {
	ids := make([]uint32, n)
	for i := range ids {
		ids[i] = uint32(i)
	}
	return ids
}

func build(t testing.TB, dir string, c *cloud, insert []uint32, seed uint64, threads int) {
	t.Helper()
	cfg := &Config{M: 8, M0: 16, EfConstruct: 60, Ef: 60, FullScanThreshold: 100}
	b, err := Build(context.Background(), &BuildRequest{Config: cfg, Points: c.points(), Insert: insert, Seed: seed, Threads: threads,
		Scorer: func() PointScorer { return c }})
	require.NoError(t, err)
	require.Equal(t, len(insert), int(b.inserted.Load()))
	require.NoError(t, b.Write(disk.OS, dir))
}

// recall is the share of the exact answers that the graph finds.
func recall(t testing.TB, g *Graph, c *cloud, queries, k, ef int, accept Accept) float64 {
	t.Helper()
	hits, all := 0, 0
	other := newCloud(queries, c.dim, 1)
	for i := range uint32(queries) {
		q := &query{c, other.row(i)}
		have, found, err := g.Search(context.Background(), &Request{Limit: k, Ef: ef, Scorer: q, Accept: accept}, nil)
		require.NoError(t, err)
		require.True(t, found)
		got := map[uint32]bool{}
		for j, h := range have {
			got[h.ID] = true
			require.True(t, j == 0 || topk.Key(have[j-1].ID, have[j-1].Score) > topk.Key(h.ID, h.Score))
		}
		for _, w := range q.exact(k, accept) {
			all++
			if got[w.ID] {
				hits++
			}
		}
	}
	return float64(hits) / float64(all)
}

func TestBuildAndSearch(t *testing.T) {
	c := newCloud(4000, 24, 1)
	for _, threads := range []int{1, 4} {
		dir := t.TempDir()
		build(t, dir, c, upTo(c.points()), 3, threads)
		for _, o := range []Options{{}, {Cold: true, Pinned: true}} {
			g := open(t, dir, o)
			require.Equal(t, 4000, *g.Config().IndexedVectors)
			require.Greater(t, recall(t, g, c, 50, 10, 100, nil), 0.97)
		}
	}
}

// TestSeedDecides: on one thread equal requests give equal files.
func TestSeedDecides(t *testing.T) {
	c := newCloud(700, 8, 2)
	files := map[string][]byte{}
	for i, seed := range []uint64{5, 5, 6} {
		dir := t.TempDir()
		build(t, dir, c, upTo(c.points()), seed, 1)
		for _, name := range []string{GraphFile, CompressedLinksFile} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			switch i {
			case 0:
				files[name] = data
			case 1:
				require.Equal(t, files[name], data)
			case 2:
				require.NotEqual(t, files[name], data)
			}
		}
	}
}

// TestGaps: points that are not inserted have no links and never appear.
func TestGaps(t *testing.T) {
	c := newCloud(2000, 16, 4)
	var insert []uint32
	for p := range uint32(2000) {
		if p%3 != 0 {
			insert = append(insert, p)
		}
	}
	dir := t.TempDir()
	build(t, dir, c, insert, 1, 2)
	g := open(t, dir, Options{})
	for p := uint32(0); p < 2000; p += 3 {
		row, err := g.Links(nil, p, 0)
		require.NoError(t, err)
		require.Empty(t, row)
	}
	alive := func(ids, out []uint32) []uint32 {
		for _, p := range ids {
			if p%3 != 0 {
				out = append(out, p)
			}
		}
		return out
	}
	require.Greater(t, recall(t, g, c, 40, 10, 100, alive), 0.97)
}

func TestSmallGraphs(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5} {
		c := newCloud(max(n, 1), 4, 1)
		c.rows = c.rows[:4*n]
		dir := t.TempDir()
		build(t, dir, c, upTo(n), 1, 2)
		g := open(t, dir, Options{Pinned: true})
		have, found, err := g.Search(context.Background(), &Request{Limit: 10, Scorer: &query{c, make([]float32, 4)}}, nil)
		require.NoError(t, err)
		require.Equal(t, n > 0, found)
		require.Len(t, have, n)
	}
}

// TestDuplicates: many equal vectors do not wall off the others.
func TestDuplicates(t *testing.T) {
	c := newCloud(1500, 8, 9)
	for p := range uint32(500) {
		copy(c.row(p), c.row(0))
	}
	dir := t.TempDir()
	build(t, dir, c, upTo(c.points()), 1, 1)
	g := open(t, dir, Options{})
	seen := make([]bool, c.points())
	todo := []uint32{g.header.main[0].point}
	for n := 0; len(todo) > 0; n++ {
		p := todo[0]
		todo = todo[1:]
		row, err := g.Links(nil, p, 0)
		require.NoError(t, err)
		for _, q := range row {
			if !seen[q] {
				seen[q] = true
				todo = append(todo, q)
			}
		}
	}
	reached := 0
	for p := 500; p < c.points(); p++ {
		if seen[p] {
			reached++
		}
	}
	require.Greater(t, reached, 990)
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := newCloud(1000, 8, 1)
	_, err := Build(ctx, &BuildRequest{Config: &Config{M: 4, M0: 8, EfConstruct: 20}, Points: 1000, Insert: upTo(1000), Threads: 2,
		Scorer: func() PointScorer { return c }})
	require.ErrorIs(t, err, context.Canceled)
	dir := t.TempDir()
	build(t, dir, c, upTo(1000), 1, 1)
	g := open(t, dir, Options{})
	_, _, err = g.Search(ctx, &Request{Limit: 500, Scorer: &query{c, c.row(0)}}, nil)
	require.ErrorIs(t, err, context.Canceled)
}
