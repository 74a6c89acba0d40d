package turbo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

func vectors() [][]float32 {
	return [][]float32{{1, 2, 3, -4, 5}, {0, 0, 0, 0, 0}, {-1, 0.5, 7, 2, 1e-3}, {9, -9, 1, 1, 1}}
}

func seq(yield func([]float32) bool) {
	for _, v := range vectors() {
		if !yield(v) {
			return
		}
	}
}

// FuzzDecode: a description is read or refused as corrupt; what was read encodes and scores without a fault and, written, is the same again.
func FuzzDecode(f *testing.F) {
	for d := range params.Distance(4) {
		v := params.Vector{Dim: 5, Distance: d, Invert: !d.Inner()}
		c := Train(v, seq, 4, Bits2, false)
		f.Add(c.AppendMeta(nil))
	}
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode("f", data)
		if err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
			return
		}
		if c.Params().Dim > 64 {
			return
		}
		v := make([]float32, c.Params().Dim)
		for i := range v {
			v[i] = float32(i) - 2
		}
		rows := make([]byte, 2*c.Size())
		c.Encode(rows[:c.Size()], v)
		q, out := c.Query(v), make([]float32, 2)
		q.Score(rows, out)
		one := make([]float32, 2)
		q.Gather(rows, []uint32{1, 0}, one)
		for i := range out {
			require.Equal(t, params.Finite(out[i]), params.Finite(one[1-i]))
			if params.Finite(out[i]) {
				require.Equal(t, out[i], one[1-i])
			}
		}
		c.Between(rows[:c.Size()], rows[c.Size():])
		again := c.AppendMeta(nil)
		back, err := Decode("f", again)
		require.NoError(t, err)
		require.Equal(t, again, back.AppendMeta(nil))
	})
}
