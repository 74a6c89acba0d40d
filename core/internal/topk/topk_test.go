package topk

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// less is the order of the package document, spelled out.
func less(a, b Scored) int {
	an, bn := a.Score != a.Score, b.Score != b.Score
	switch {
	case an != bn && an, !an && !bn && a.Score < b.Score:
		return 1
	case an != bn, !an && !bn && a.Score > b.Score:
		return -1
	}
	if as, bs := math.Signbit(float64(a.Score)), math.Signbit(float64(b.Score)); !an && as != bs {
		if as {
			return 1
		}
		return -1
	}
	return int(a.ID) - int(b.ID)
}

func scores() *rapid.Generator[float32] {
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()),
		math.Float32frombits(0xffc00001), float32(math.Inf(1)), float32(math.Inf(-1))}
	return rapid.OneOf(rapid.SampledFrom(special), rapid.Float32Range(-2, 2))
}

func bitsOf(points []Scored) [][2]uint32 {
	out := make([][2]uint32, len(points))
	for i, p := range points {
		out[i] = [2]uint32{p.ID, math.Float32bits(p.Score)}
		if p.Score != p.Score {
			out[i][1] = math.MaxUint32
		}
	}
	return out
}

func TestHeapAgainstSort(t *testing.T) {
	heap := New(3)
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(0, 40).Draw(t, "k")
		values := rapid.SliceOfN(scores(), 0, 120).Draw(t, "scores")
		heap.Reset(k)
		all := make([]Scored, len(values))
		for i, s := range values {
			all[i] = Scored{ID: uint32(i * 7919 % 257), Score: s}
			heap.Push(all[i].ID, s)
		}
		slices.SortStableFunc(all, less)
		sorted := slices.Clone(all)
		Sort(sorted)
		require.Equal(t, bitsOf(all), bitsOf(sorted))
		want := all[:min(k, len(all))]
		if worst, ok := heap.Threshold(); ok {
			require.Equal(t, bitsOf(want[k-1:]), bitsOf([]Scored{{want[k-1].ID, worst}}))
		}
		require.Equal(t, len(want), heap.Len())
		require.Equal(t, bitsOf(want), bitsOf(heap.Sorted()))
	})
}

func TestPushAllocatesNothing(t *testing.T) {
	heap := New(50)
	ids, values := make([]uint32, 500), make([]float32, 500)
	for i := range ids {
		ids[i], values[i] = uint32(i), float32(i*31%97)
	}
	require.Zero(t, testing.AllocsPerRun(20, func() {
		heap.Reset(50)
		heap.PushAll(ids, values)
		heap.Sorted()
	}))
}

func TestEmptyHeap(t *testing.T) {
	for _, heap := range []*Heap{New(0), New(-1), {}} {
		require.False(t, heap.Push(1, 1))
		_, ok := heap.Threshold()
		require.False(t, ok)
		require.Empty(t, heap.Sorted())
	}
}
