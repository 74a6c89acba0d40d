package score_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/score"
)

// table is a scorer of fixed similarities.
type table []float32

func (t table) Score(ids []uint32, out []float32) {
	for i, id := range ids {
		out[i] = t[id]
	}
}

func (t table) ScoreRows(from uint32, out []float32) int {
	return copy(out, t[min(int(from), len(t)):])
}
func (table) Err() error { return nil }

func fold(f score.Fold, sims ...float32) float32 {
	var rows [][]float32
	for _, s := range sims {
		rows = append(rows, []float32{s})
	}
	out := []float32{0}
	f.Fold(rows, out)
	return out[0]
}

func TestFolds(t *testing.T) {
	zero := float32(math.Copysign(0, -1))
	for _, c := range []struct {
		name string
		fold score.Fold
		sims []float32
		want float32
	}{
		{"best positive", score.Recommend{Positives: 2}, []float32{1, 3, 2}, 0.5 * (0.75 + 1)},
		{"best negative", score.Recommend{Positives: 1}, []float32{1, 3, 2}, -0.5 * (0.75 + 1)},
		{"equal counts as negative", score.Recommend{Positives: 1}, []float32{1, 1}, -0.75},
		{"only negative", score.Recommend{}, []float32{-1}, -0.25},
		{"sum", score.Recommend{Positives: 2, Sum: true}, []float32{1, 3, 2}, 2},
		{"sum of none", score.Recommend{Sum: true}, nil, 0},
		{"discover", score.Discover{}, []float32{1, 2, 1, 5, 3}, 2.75},
		{"discover, equal pair", score.Discover{}, []float32{1, 2, 2}, 0.75},
		{"discover, signed zeros", score.Discover{}, []float32{1, 0, zero, zero, 0}, 0.75},
		{"discover, no pairs", score.Discover{}, []float32{-1}, 0.25},
		{"context, inside", score.Context{}, []float32{2, 1}, 0},
		{"context, outside", score.Context{}, []float32{1, 2}, -1 / float32(2)},
		{"context, none", score.Context{}, nil, 0},
		{"feedback", score.Feedback{A: 2, Weights: []float32{3, 0.5}}, []float32{5, 2, 1, 4, 8}, 10 + 3 - 2},
	} {
		require.InDelta(t, c.want, fold(c.fold, c.sims...), 1e-6, c.name)
	}
	require.Negative(t, fold(score.Context{}, 1, 1), "a tie loses")
}

// TestCustom: however the points are asked for, each gets the fold of its own similarities, and what cannot be compared counts as 0.
func TestCustom(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(rt, "points")
		examples := rapid.SliceOfN(rapid.SliceOfN(rapid.Float32Range(-2, 2), n, n), 1, 4).Draw(rt, "similarities")
		var batches []score.Batch
		for _, e := range examples {
			if n > 0 {
				e[n/2] = float32(math.NaN())
			}
			batches = append(batches, table(e))
		}
		f := score.Recommend{Positives: len(examples) / 2}
		c := score.NewCustom(batches, f)
		want := make([]float32, n)
		for i := range want {
			var sims []float32
			for _, e := range examples {
				if x := e[i]; x == x {
					sims = append(sims, x)
				} else {
					sims = append(sims, 0)
				}
			}
			want[i] = fold(f, sims...)
		}
		got := make([]float32, n+10)
		require.Equal(rt, n, c.ScoreRows(0, got))
		require.Equal(rt, want, got[:n])
		ids := make([]uint32, n)
		for i := range ids {
			ids[i] = uint32(n - 1 - i)
		}
		c.Score(ids, got[:n])
		for i, id := range ids {
			require.Equal(rt, want[id], got[i])
		}
	})
}

func TestCustomDoesNotAllocate(t *testing.T) {
	c := score.NewCustom([]score.Batch{make(table, 500), make(table, 500)}, score.Discover{})
	out := make([]float32, 500)
	require.Zero(t, testing.AllocsPerRun(10, func() { c.ScoreRows(0, out) }))
}

func TestCompare(t *testing.T) {
	multi := func(dim int, x ...float32) api.Vector { return api.MultiDenseVector{Dim: dim, Flat: x} }
	sparse := func(at uint32, x float32) api.Vector {
		return api.SparseVector{Indices: []uint32{at}, Values: []float32{x}}
	}
	for _, c := range []struct {
		d             api.Distance
		query, stored api.Vector
		want          float32
	}{
		{api.DistanceDot, api.DenseVector{1, 2}, api.DenseVector{3, 4}, 11},
		{api.DistanceCosine, api.DenseVector{3, 4}, api.DenseVector{1, 0}, 0.6},
		{api.DistanceEuclid, api.DenseVector{1, 2}, api.DenseVector{3, 4}, -8},
		{api.DistanceDot, multi(2, 1, 0, 0, 1), multi(2, 2, 3, 1, 5), 2 + 5},
		{api.DistanceDot, api.DenseVector{1, 0}, multi(2, 2, 3, 1, 5), 2},
		{api.DistanceDot, sparse(7, 2), sparse(7, 3), 6},
		{api.DistanceDot, sparse(7, 2), sparse(8, 3), 0},
		{api.DistanceDot, api.DenseVector{1}, api.DenseVector{3, 4}, 0},
		{api.DistanceDot, api.DenseVector{1}, sparse(1, 1), 0},
		{api.DistanceDot, sparse(1, 1), api.DenseVector{1}, 0},
	} {
		require.InDelta(t, c.want, score.Compare(c.d, c.query)(c.stored), 1e-6, c)
	}
}
