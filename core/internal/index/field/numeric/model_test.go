package numeric

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func number[K Number](t *rapid.T) K { return K(rapid.IntRange(-20, 20).Draw(t, "number")) / 2 }

func bound[K Number](t *rapid.T) Bound[K] {
	v := number[K](t)
	return rapid.SampledFrom([]Bound[K]{{}, Included(v), Excluded(v)}).Draw(t, "bound")
}

// pairsOf lists the distinct pairs of the model within bounds, in order.
func pairsOf[K Number](model map[uint32][]K, lo, hi Bound[K]) (out []Pair[K]) {
	for off, values := range model {
		for _, v := range values {
			if lo.above(v) && hi.below(v) && !slices.Contains(out, Pair[K]{v, off}) {
				out = append(out, Pair[K]{v, off})
			}
		}
	}
	slices.SortFunc(out, Pair[K].compare)
	return out
}

// agree compares all that an index says with the model.
func agree[K Number](t require.TestingT, x *Index[K], model map[uint32][]K, lo, hi Bound[K]) {
	require.Equal(t, len(model), x.Indexed())
	want := pairsOf(model, lo, hi)
	for _, desc := range []bool{false, true} {
		var got []Pair[K]
		x.Range(lo, hi, desc, func(v K, off uint32) bool {
			got = append(got, Pair[K]{v, off})
			return true
		})
		if desc {
			slices.Reverse(got)
		}
		require.Equal(t, want, got)
	}
	points := map[uint32]bool{}
	for _, p := range want {
		points[p.Off] = true
	}
	var all []uint32
	for _, off := range x.AppendPoints(nil, lo, hi) {
		require.True(t, points[off])
		all = append(all, off)
	}
	require.Len(t, all, len(want))
	least, expected, most := x.Estimate(lo, hi)
	require.LessOrEqual(t, least, len(points))
	require.GreaterOrEqual(t, most, len(points))
	require.LessOrEqual(t, least, expected)
	require.LessOrEqual(t, expected, most)
	all = all[:0]
	for off := range slots(model) {
		all = append(all, off)
		require.Equal(t, len(model[off]), x.ValuesCount(off))
		require.Equal(t, model[off], x.Values(off, nil))
		require.Equal(t, points[off], x.Check(off, lo, hi))
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(points)), x.Filter(all, all[:0], lo, hi))
}

func model[K Number](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		x, err := Create[K](disk.OS, dir)
		require.NoError(t, err)
		defer func() { require.NoError(t, x.Close()) }()
		live, flushed := map[uint32][]K{}, map[uint32][]K{}
		off := rapid.Uint32Range(0, 60)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				at, values := off.Draw(t, "off"), numbers[K](t)
				require.NoError(t, x.Set(at, values...))
				if delete(live, at); len(values) > 0 {
					live[at] = values
				}
			},
			"remove": func(t *rapid.T) {
				at := off.Draw(t, "off")
				require.NoError(t, x.Remove(at))
				delete(live, at)
			},
			"flush": func(t *rapid.T) {
				require.NoError(t, x.Flush())
				flushed = maps.Clone(live)
			},
			"reopen": func(t *rapid.T) {
				require.NoError(t, x.Close())
				x, err = Open[K](disk.OS, dir, Options{})
				require.NoError(t, err)
				live = maps.Clone(flushed)
			},
			"": func(t *rapid.T) { agree(t, x, live, bound[K](t), bound[K](t)) },
		})
	})
}

func numbers[K Number](t *rapid.T) []K {
	values := make([]K, rapid.IntRange(0, 4).Draw(t, "values"))
	for i := range values {
		values[i] = number[K](t)
	}
	return values
}

func TestModel(t *testing.T) {
	t.Run("integer", model[int64])
	t.Run("float", model[float64])
}

func TestPairSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s pairSet[int64]
		has := map[Pair[int64]]bool{}
		for range rapid.IntRange(1, 4).Draw(t, "rounds") {
			step := rapid.SampledFrom([]int{1, -1, 7919}).Draw(t, "step")
			start, n := rapid.IntRange(0, 4000).Draw(t, "start"), rapid.IntRange(1, 3000).Draw(t, "n")
			add := rapid.Bool().Draw(t, "add")
			for i := range n {
				v := ((start+i*step)%5000 + 5000) % 5000
				p := Pair[int64]{int64(v / 3), uint32(v)}
				if add {
					require.Equal(t, !has[p], s.insert(p))
					has[p] = true
				} else {
					require.Equal(t, has[p], s.remove(p))
					delete(has, p)
				}
			}
		}
		require.Equal(t, len(has), s.n)
		want := slices.SortedFunc(maps.Keys(has), Pair[int64].compare)
		var got []Pair[int64]
		from, to := s.span(Bound[int64]{}, Bound[int64]{})
		require.Equal(t, len(has), s.count(from, to))
		s.each(from, to, func(v int64, off uint32) bool {
			got = append(got, Pair[int64]{v, off})
			return true
		})
		require.Equal(t, want, got)
	})
}
