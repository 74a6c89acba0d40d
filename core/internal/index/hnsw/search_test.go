package hnsw

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/topk"
)

// every accepts each n-th point.
func every(n uint32) Accept {
	return func(ids, out []uint32) []uint32 {
		for _, p := range ids {
			if p%n == 0 {
				out = append(out, p)
			}
		}
		return out
	}
}

func TestFilteredSearch(t *testing.T) {
	c := newCloud(4000, 16, 1)
	dir := t.TempDir()
	build(t, dir, c, upTo(c.points()), 3, 1)
	g := open(t, dir, Options{})
	require.Greater(t, recall(t, g, c, 40, 10, 100, every(2)), 0.95)
	none := func(ids, out []uint32) []uint32 { return out }
	have, found, err := g.Search(context.Background(), &Request{Limit: 10, Scorer: &query{c, c.row(0)}, Accept: none}, nil)
	require.NoError(t, err)
	require.False(t, found)
	require.Empty(t, have)
}

// TestAcorn: filters that leave little are searched better, and nothing else appears.
func TestAcorn(t *testing.T) {
	c := newCloud(4000, 16, 1)
	dir := t.TempDir()
	build(t, dir, c, upTo(c.points()), 3, 1)
	g := open(t, dir, Options{})
	count := func(acorn bool, n uint32) (hits, all int) {
		other := newCloud(60, c.dim, 1)
		for i := range uint32(60) {
			q := &query{c, other.row(i)}
			have, _, err := g.Search(context.Background(), &Request{Limit: 10, Ef: 32, Scorer: q, Accept: every(n), Acorn: acorn}, nil)
			require.NoError(t, err)
			got := map[uint32]bool{}
			for _, h := range have {
				require.Zero(t, h.ID%n)
				require.False(t, got[h.ID])
				got[h.ID] = true
			}
			for _, w := range q.exact(10, every(n)) {
				all++
				if got[w.ID] {
					hits++
				}
			}
		}
		return hits, all
	}
	for _, n := range []uint32{1, 3, 10, 30} {
		plain, all := count(false, n)
		acorn, _ := count(true, n)
		require.GreaterOrEqual(t, acorn, plain, "1 of %d", n)
		if n <= 10 {
			require.Greater(t, acorn, all*9/10, "1 of %d", n)
		}
	}
}

// TestOnlyAccepted: whatever the filter, nothing else appears, nothing twice, and not more than asked for.
func TestOnlyAccepted(t *testing.T) {
	c := newCloud(1500, 8, 1)
	dir := t.TempDir()
	build(t, dir, c, upTo(c.points()), 3, 1)
	for _, o := range []Options{{}, {Pinned: true}} {
		g := open(t, dir, o)
		for n := uint32(1); n < 60; n += 7 {
			for _, limit := range []int{0, 1, 10, 5000} {
				have, found, err := g.Search(context.Background(), &Request{Limit: limit, Ef: 1, Scorer: &query{c, c.row(7)}, Accept: every(n)}, nil)
				require.NoError(t, err)
				require.LessOrEqual(t, len(have), limit)
				require.True(t, found || len(have) == 0)
				seen := map[uint32]bool{}
				for _, h := range have {
					require.Zero(t, h.ID%n)
					require.False(t, seen[h.ID])
					seen[h.ID] = true
				}
			}
		}
	}
}

// TestNoAllocation: after the first searches nothing is allocated.
func TestNoAllocation(t *testing.T) {
	c := newCloud(2000, 16, 1)
	dir := t.TempDir()
	build(t, dir, c, upTo(c.points()), 3, 1)
	g := open(t, dir, Options{})
	q := &query{c, c.row(9)}
	r := &Request{Limit: 10, Ef: 128, Scorer: q, Accept: every(2)}
	var dst []topk.Scored
	search := func() { dst, _, _ = g.Search(context.Background(), r, dst[:0]) }
	search()
	require.Zero(t, testing.AllocsPerRun(300, search))
	require.Len(t, dst, 10)
}

// TestConcurrentSearches: many searches of one graph give what each gives alone.
func TestConcurrentSearches(t *testing.T) {
	c := newCloud(2000, 16, 1)
	dir := t.TempDir()
	build(t, dir, c, upTo(c.points()), 3, 2)
	g := open(t, dir, Options{})
	search := func(p uint32) []topk.Scored {
		have, _, err := g.Search(context.Background(), &Request{Limit: 5, Ef: 40, Scorer: &query{c, c.row(p)}}, nil)
		require.NoError(t, err)
		return have
	}
	var want [50][]topk.Scored
	for p := range want {
		want[p] = search(uint32(p))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for p := range want {
				if have, _, err := g.Search(context.Background(), &Request{Limit: 5, Ef: 40, Scorer: &query{c, c.row(uint32(p))}}, nil); err != nil ||
					len(have) != 5 || have[4] != want[p][4] {
					t.Errorf("query %d: %v %v", p, have, err)
				}
			}
		})
	}
	wg.Wait()
}
