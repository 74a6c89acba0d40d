package query

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// points makes a view of n points whose ids are their slots.
func points(t *testing.T, n uint64) *shard.View {
	t.Helper()
	s, err := shard.Create(disk.OS, t.TempDir(), &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 1}}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	op := &api.UpsertPoints{}
	for id := range n {
		op.Points = append(op.Points, api.Point{ID: api.NumID(id)})
	}
	_, err = s.Update(op)
	require.NoError(t, err)
	v, err := s.Acquire()
	require.NoError(t, err)
	t.Cleanup(v.RUnlock)
	return v
}

type scored struct {
	off   uint32
	score float32
}

func list(points ...scored) (out []result) {
	for _, p := range points {
		out = append(out, result{hit: hit{off: p.off, score: p.score}})
	}
	return out
}

func plain(list []result) (out []scored) {
	for _, r := range list {
		out = append(out, scored{r.off, r.score})
	}
	return out
}

func TestReciprocal(t *testing.T) {
	v := points(t, 5)
	a, b := list(scored{1, .9}, scored{2, .8}, scored{3, .7}), list(scored{3, 5}, scored{1, 4})
	got := reciprocal(v, [][]result{a, b}, 2, nil)
	third := float32(1) / 3
	require.Equal(t, []scored{{1, .5 + third}, {3, 1./4 + 1./2}, {2, third}}, plain(got))
	got = reciprocal(v, [][]result{a, b}, 60, []float32{0, 2})
	require.Equal(t, []scored{{3, 1 / (0.5 + 59)}, {1, 1 / (1. + 59)}, {2, 0}}, plain(got))
	require.Equal(t, []scored{{2, .5}, {4, .5}}, plain(reciprocal(v, [][]result{list(scored{4, 1}), list(scored{2, 1})}, 2, nil)), "ties by id")
	require.Empty(t, reciprocal(v, [][]result{nil, nil}, 2, nil))
	require.Equal(t, float32(.9), a[0].score, "sources stay")
}

func TestDistribution(t *testing.T) {
	v := points(t, 9)
	got := plain(distribution(v, [][]result{list(scored{1, 3}, scored{2, 2}, scored{3, 1}), list(scored{4, 7}), nil, list(scored{5, 2}, scored{6, 2})}))
	want := []scored{{1, 4. / 6}, {2, .5}, {4, .5}, {5, .5}, {6, .5}, {3, 2. / 6}}
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i].off, got[i].off)
		require.InDelta(t, want[i].score, got[i].score, 1e-6)
	}
	sum := plain(distribution(v, [][]result{list(scored{1, 2}), list(scored{1, 9})}))
	require.Equal(t, []scored{{1, 1}}, sum)
}

// TestDistributionPutsOrderedPointsFirst: as in the reference, a value that a point was ordered by counts more than its score.
func TestDistributionPutsOrderedPointsFirst(t *testing.T) {
	v := points(t, 4)
	with := func(off uint32, n int64) result {
		return result{hit: hit{off: off, score: 1}, value: orderValue{field.Number{Int: n}, true}}
	}
	got := distribution(v, [][]result{list(scored{0, 9}, scored{1, 1}), {with(2, 5), with(3, 7)}})
	require.Equal(t, []uint32{3, 2, 0, 1}, []uint32{got[0].off, got[1].off, got[2].off, got[3].off})
}

func TestCut(t *testing.T) {
	all := list(scored{1, 3}, scored{2, 2}, scored{3, 1})
	at := func(x float32) *float32 { return &x }
	require.Len(t, cut(all, nil, 2), 2)
	require.Len(t, cut(all, at(2), 9), 2)
	require.Len(t, cut(all, at(2.5), 9), 1)
	require.Empty(t, cut(all, at(4), 9))
	for _, c := range []struct {
		d    api.Distance
		at   float32
		want int
	}{{api.DistanceDot, 1, 2}, {api.DistanceDot, 0, 3}, {api.DistanceEuclid, 3.5, 3}, {api.DistanceEuclid, 3, 0}, {api.DistanceEuclid, 1, 0}} {
		require.Len(t, cutBeyond(all, c.d, &c.at), c.want, c)
	}
	require.Len(t, cutBeyond(all, api.DistanceDot, nil), 3)
}

func TestOrderOfNumbers(t *testing.T) {
	f := func(x float64) field.Number { return field.Number{Float: x, IsFloat: true} }
	i := func(x int64) field.Number { return field.Number{Int: x} }
	ascending := []field.Number{
		f(math.Inf(-1)), i(math.MinInt64), i(-1), f(-0.5), i(0), f(0.5), i(1 << 53), i(1<<53 + 1), f(1<<53 + 2), i(math.MaxInt64), f(1 << 63), f(math.NaN()),
	}
	for a, x := range ascending {
		for b, y := range ascending {
			c := compareNumbers(x, y)
			require.Equal(t, a < b, c < 0, "%v %v", x, y)
			require.Equal(t, a == b, c == 0, "%v %v", x, y)
		}
	}
	require.Zero(t, compareNumbers(f(3), i(3)))
	require.Zero(t, compareNumbers(f(math.NaN()), f(math.NaN())))
	require.Negative(t, orderValue{}.compare(orderValue{i(math.MinInt64), true}))
}

// TestPickTakesWhatIsUnlike: of two near vectors only one is picked before a far one.
func TestPickTakesWhatIsUnlike(t *testing.T) {
	own := []api.Vector{api.DenseVector{1, 0}, api.DenseVector{0.99, 0.1}, api.DenseVector{0, 1}}
	query := api.DenseVector{1, 0.2}
	require.Equal(t, []int{1, 0, 2}, newPicker(api.DistanceCosine, query, own, 1).pick(3))
	require.Equal(t, []int{1, 2, 0}, newPicker(api.DistanceCosine, query, own, 0.5).pick(3))
	require.Equal(t, []int{1}, newPicker(api.DistanceCosine, query, own, 0).pick(1))
	same := []api.Vector{api.DenseVector{1}, api.DenseVector{1}, api.DenseVector{1}}
	require.Equal(t, []int{2, 1, 0}, newPicker(api.DistanceDot, api.DenseVector{1}, same, 0.5).pick(3), "the last of equals")
}
