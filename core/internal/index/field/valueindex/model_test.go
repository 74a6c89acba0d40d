package valueindex

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// sample draws keys that repeat.
func sample[K Key](t *rapid.T) K {
	n := rapid.IntRange(0, 12).Draw(t, "key")
	var k any
	switch any(*new(K)).(type) {
	case string:
		k = fmt.Sprint([]string{"", "a", "ab", "é", "long enough to need blocks "}[n%5], n)
	case int64:
		k = int64(n-6) << (n * 5)
	default:
		var u UUID
		binary.BigEndian.PutUint64(u[4:], uint64(n)<<(n*4))
		k = u
	}
	return k.(K)
}

// unique keeps the first of equal values.
func unique[K Key](values []K) []K {
	var out []K
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// agree compares all that an index says with the model.
func agree[K Key](t require.TestingT, x *Index[K], model map[uint32][]K, foreign K) {
	points := map[K][]uint32{}
	total := 0
	for _, off := range slices.Sorted(maps.Keys(model)) {
		for _, v := range model[off] {
			points[v] = append(points[v], off)
			total++
		}
	}
	require.Equal(t, len(model), x.Indexed())
	for k, want := range points {
		require.GreaterOrEqual(t, x.Count(k), len(want))
		require.Equal(t, want, x.AppendPoints(nil, k))
	}
	if _, ok := points[foreign]; !ok && x.Mutable() {
		require.Zero(t, x.Count(foreign))
		require.Empty(t, x.AppendPoints(nil, foreign))
	}
	seen := map[K]int{}
	x.EachKey(func(k K, n int) bool { seen[k] = n; return true })
	require.Len(t, seen, len(points))
	for k, n := range seen {
		require.Len(t, points[k], n)
	}
	agreeIn(t, x, model)
	any := x.Match([]K{foreign}, false)
	except := x.Match([]K{foreign}, true)
	var all, passed, missed []uint32
	for off := range slotsOf(model) {
		all = append(all, off)
		require.Equal(t, len(model[off]), x.ValuesCount(off))
		require.ElementsMatch(t, model[off], x.Values(off, nil))
		has := slices.Contains(model[off], foreign)
		require.Equal(t, has, x.Has(off, foreign))
		require.Equal(t, has, any.Check(off))
		other := slices.ContainsFunc(model[off], func(k K) bool { return k != foreign })
		require.Equal(t, other, except.Check(off))
		if has {
			passed = append(passed, off)
		}
		if other {
			missed = append(missed, off)
		}
	}
	require.ElementsMatch(t, passed, any.Filter(all, nil))
	require.ElementsMatch(t, missed, except.Filter(slices.Clone(all), nil))
}

// agreeIn compares the counts of some of the points, found in each way, with the model.
func agreeIn[K Key](t require.TestingT, x *Index[K], model map[uint32][]K) {
	set, points, want := bits.New(64), 0, map[K]int{}
	for _, off := range slices.Sorted(maps.Keys(model)) {
		if off%3 != 0 {
			set = set.Grow(int(off) + 1)
			set.Put(off, true)
			points++
			for _, k := range model[off] {
				want[k]++
			}
		}
	}
	count := func(in func(fn func(K, int) bool)) map[K]int {
		got := map[K]int{}
		in(func(k K, n int) bool { got[k] += n; return true })
		return got
	}
	require.Equal(t, want, count(func(fn func(K, int) bool) { x.CountIn(set, points, fn) }))
	if m := x.image; m != nil {
		require.Equal(t, want, count(func(fn func(K, int) bool) { m.countByPoints(set, points, fn) }))
		require.Equal(t, want, count(func(fn func(K, int) bool) { m.countByPoints(set, 0, fn) }))
		require.Equal(t, want, count(func(fn func(K, int) bool) { m.countByKeys(set, fn) }))
	} else {
		require.Equal(t, want, count(func(fn func(K, int) bool) { x.mem.countIn(set, 0, fn) }))
	}
}

func model[K Key](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		x, err := Create[K](disk.OS, dir)
		require.NoError(t, err)
		defer func() { require.NoError(t, x.Close()) }()
		live, flushed := map[uint32][]K{}, map[uint32][]K{}
		off := rapid.Uint32Range(0, 60)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				at, values := off.Draw(t, "off"), drawKeys[K](t)
				require.NoError(t, x.Set(at, values...))
				if delete(live, at); len(values) > 0 {
					live[at] = unique(values)
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
			"": func(t *rapid.T) { agree(t, x, live, sample[K](t)) },
		})
	})
}

func drawKeys[K Key](t *rapid.T) []K {
	values := make([]K, rapid.IntRange(0, 4).Draw(t, "values"))
	for i := range values {
		values[i] = sample[K](t)
	}
	return values
}

func TestModel(t *testing.T) {
	t.Run("keyword", model[string])
	t.Run("integer", model[int64])
	t.Run("uuid", model[UUID])
}
