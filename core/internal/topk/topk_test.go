package topk

import (
	"cmp"
	"math"
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
	return cmp.Compare(a.ID, b.ID)
}

func scores() *rapid.Generator[float32] {
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()),
		math.Float32frombits(0xffc00001), float32(math.Inf(1)), float32(math.Inf(-1))}
	return rapid.OneOf(rapid.SampledFrom(special), rapid.Float32Range(-2, 2))
}

// TestKeysHaveTheOrder: keys of points compare as the points do, and give them back.
func TestKeysHaveTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Scored{ID: rapid.Uint32().Draw(t, "a"), Score: scores().Draw(t, "score a")}
		b := Scored{ID: rapid.Uint32().Draw(t, "b"), Score: scores().Draw(t, "score b")}
		require.Equal(t, less(a, b), cmp.Compare(Key(b.ID, b.Score), Key(a.ID, a.Score)))
		back := OfKey(Key(a.ID, a.Score))
		require.Equal(t, a.ID, back.ID)
		require.Equal(t, a.ID, IDOfKey(Key(a.ID, a.Score)))
		if a.Score == a.Score {
			require.Equal(t, math.Float32bits(a.Score), math.Float32bits(back.Score))
		}
	})
}
