package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHalvesRoundTrip(t *testing.T) {
	all, wide, back := make([]Half, 1<<16), make([]float32, 1<<16), make([]Half, 1<<16)
	for i := range all {
		all[i] = Half(i)
	}
	WidenHalves(wide, all)
	RoundHalves(back, wide)
	for i, h := range all {
		one := h.Float32()
		require.Equal(t, math.Float32bits(one), math.Float32bits(wide[i]), "%04x", i)
		if one != one {
			require.True(t, back[i].Float32() != back[i].Float32(), "%04x", i)
			continue
		}
		require.Equal(t, h, back[i])
	}
}

// nearest finds the nearest half by looking at the neighbours in value.
func nearest(f float32) Half {
	best, dist := Half(0), math.Inf(1)
	for h := Half(0); h < 0x7c00; h++ {
		d := math.Abs(float64(h.Float32()) - math.Abs(float64(f)))
		if d < dist || d == dist && h&1 == 0 {
			best, dist = h, d
		}
	}
	if math.Abs(float64(f)) >= 65520 {
		best = 0x7c00
	}
	if math.Signbit(float64(f)) {
		best |= 0x8000
	}
	return best
}

func TestHalfOf(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 65504, 65519.996, 65520, 70000, -1e30, 6e-8, 2.9802322e-8, 2.98023259e-8,
		8.940697e-8, 6.1e-5, 6.103515625e-05, 1.0004883, 1.0014648, 1e-45}
	for range 40 {
		values = append(values, float32(math.Ldexp(r.Float64()-0.5, r.IntN(44)-26)))
	}
	for _, f := range values {
		require.Equal(t, nearest(f), HalfOf(f), "%g", f)
	}
	require.Equal(t, Half(0x7c00), HalfOf(float32(math.Inf(1))))
	require.Equal(t, Half(0xfc00), HalfOf(float32(math.Inf(-1))))
	nan := HalfOf(float32(math.NaN())).Float32()
	require.True(t, nan != nan)
}

func TestBytes(t *testing.T) {
	in := []float32{1.9, -3, 300, 255, 254.99, 0.99, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Copysign(0, -1))}
	out, wide := make([]uint8, len(in)), make([]float32, len(in))
	CutBytes(out, in)
	require.Equal(t, []uint8{1, 0, 255, 255, 254, 0, 0, 255, 0, 0}, out)
	WidenBytes(wide, out)
	require.Equal(t, []float32{1, 0, 255, 255, 254, 0, 0, 255, 0, 0}, wide)
}

func TestByteMetrics(t *testing.T) {
	a, b := []uint8{1, 2, 200, 255}, []uint8{4, 0, 255, 199}
	require.Equal(t, float32(4+51000+50745), BytesFor(MetricDot)(a, b))
	require.Equal(t, float32(-(9 + 4 + 55*55 + 56*56)), BytesFor(MetricEuclid)(a, b))
	require.Equal(t, float32(-(3 + 2 + 55 + 56)), BytesFor(MetricManhattan)(a, b))
	require.InDelta(t, 101749/math.Sqrt((1+4+40000+65025)*(16+65025+39601)), BytesCosine(a, b), 1e-6)
	require.Zero(t, BytesCosine(a, make([]uint8, 4)))
	require.Panics(t, func() { bytesDot(a, b[:3]) })
}
