package cbor

import (
	"encoding/hex"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHeadsAreShortest(t *testing.T) {
	for want, got := range map[string][]byte{
		"17":                 AppendUint(nil, 23),
		"1818":               AppendUint(nil, 24),
		"190100":             AppendUint(nil, 256),
		"1a00010000":         AppendUint(nil, 65536),
		"1b0000000100000000": AppendUint(nil, 1<<32),
		"20":                 AppendInt(nil, -1),
		"3818":               AppendInt(nil, -25),
		"f93c00":             AppendFloat64(nil, 1),
		"f98000":             AppendFloat32(nil, float32(math.Copysign(0, -1))),
		"f90001":             AppendFloat64(nil, 5.960464477539063e-08),
		"f97bff":             AppendFloat32(nil, 65504),
		"fa477ff000":         AppendFloat32(nil, 65520),
		"fb3fb999999999999a": AppendFloat64(nil, 0.1),
		"f97e00":             AppendFloat64(nil, math.NaN()),
		"f9fc00":             AppendFloat64(nil, math.Inf(-1)),
	} {
		require.Equal(t, want, hex.EncodeToString(got))
	}
}

func TestHalvesRoundTrip(t *testing.T) {
	for h := range 1 << 16 {
		f := fromHalf(uint16(h))
		back, ok := toHalf(f)
		require.True(t, ok)
		if f == f {
			require.Equal(t, uint16(h), back)
		}
	}
}

func TestFloatsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		r := Reader{Data: AppendFloat64(nil, f)}
		it, err := r.Next()
		require.NoError(t, err)
		require.Equal(t, math.Float64bits(f), math.Float64bits(it.Float))
		n := rapid.Float32().Draw(t, "n")
		r = Reader{Data: AppendFloat32(nil, n)}
		it, err = r.Next()
		require.NoError(t, err)
		require.Equal(t, float64(n), it.Float)
		require.True(t, it.Narrow)
	})
}

func TestInsertHead(t *testing.T) {
	dst := []byte{1, 2}
	for range 300 {
		dst = append(dst, 9)
	}
	dst = InsertHead(dst, 2, false, 300)
	require.Equal(t, []byte{1, 2, 0x99, 1, 44, 9}, dst[:6])
	require.Len(t, dst, 305)
}

func FuzzReader(f *testing.F) {
	f.Add([]byte{0xbf, 0x61, 0x61, 0x82, 1, 0xf9, 0x3c, 0, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := Reader{Data: data}
		for {
			before := r.Pos
			r.Peek()
			require.Equal(t, before, r.Pos)
			if _, err := r.Next(); err != nil {
				return
			}
			require.Greater(t, r.Pos, before)
			require.LessOrEqual(t, r.Pos, len(data))
		}
	})
}

func TestAppendFloatsIsEachFloatInTurn(t *testing.T) {
	values := []float32{0, 1, 0.5, 0.1, -2.25, 65504, 65505, 1e-8, 5.9604645e-08, 3.4e38,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.Float32frombits(0x7fc00001), math.Float32frombits(1)}
	want := AppendArray(nil, len(values))
	for _, v := range values {
		want = AppendFloat32(want, v)
	}
	require.Equal(t, want, AppendFloats(nil, values))
}
