package slots

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Set
		has := map[uint32]bool{}
		span := rapid.SampledFrom([]int{20, 5000, 1 << 20}).Draw(t, "span")
		for range rapid.IntRange(0, 4).Draw(t, "rounds") {
			start, n := rapid.IntRange(0, span).Draw(t, "start"), rapid.IntRange(1, 6000).Draw(t, "n")
			if rapid.Bool().Draw(t, "add") {
				for i := range n {
					id := uint32((start + i*7) % span)
					require.Equal(t, !has[id], p.Add(id))
					has[id] = true
				}
				continue
			}
			for i := range n {
				if id := uint32((start + i*7) % span); has[id] {
					p.Remove(id)
					delete(has, id)
				}
			}
		}
		require.Equal(t, len(has), p.Len())
		for range 20 {
			id := rapid.Uint32Range(0, uint32(span)).Draw(t, "id")
			require.Equal(t, has[id], p.Has(id))
		}
		if len(has) == 0 {
			require.Empty(t, p.AppendTo(nil))
			return
		}
		require.Equal(t, slices.Sorted(maps.Keys(has)), p.AppendTo(nil))
	})
}
