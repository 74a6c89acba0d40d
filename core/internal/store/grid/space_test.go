package grid

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestGapByWords compares the two ways to a gap, on masks of runs of any length.
func TestGapByWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 2000 {
		mask := make([]byte, 3*64/8)
		if round&1 == 1 {
			mask = make([]byte, 256/8)
		}
		n := 1 + rng.IntN(1+round%200)
		for at, used := 0, rng.IntN(2) == 0; at < len(mask)*8; used = !used {
			end := min(len(mask)*8, at+1+rng.IntN(n))
			for ; at < end; at++ {
				if used {
					mask[at/8] |= 1 << (at % 8)
				}
			}
		}
		s := space{region: len(mask) * 8, mask: &disk.Mapping{Data: mask}}
		require.Equal(t, s.computeBits(0, s.region), s.compute(0), "%x", mask)
	}
}
