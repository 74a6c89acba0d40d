package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

var metrics = []Metric{MetricDot, MetricEuclid, MetricManhattan}

// exact is the score in float64 and the sum of the absolute terms.
func exact(m Metric, a, b []float32) (score, size float64) {
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		switch m {
		case MetricEuclid:
			score -= (x - y) * (x - y)
			size += (x - y) * (x - y)
		case MetricManhattan:
			score -= math.Abs(x - y)
			size += math.Abs(x - y)
		default:
			score += x * y
			size += math.Abs(x * y)
		}
	}
	return score, size
}

// shifted returns n random elements whose address is shift elements after an
// aligned one.
func shifted(r *rand.Rand, n, shift int) []float32 {
	buf := make([]float32, n+shift)
	for i := range buf {
		buf[i] = float32(r.NormFloat64())
	}
	return buf[shift:]
}

func TestOneAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 300; n++ {
		for _, m := range metrics {
			a, b := shifted(r, n, n%5), shifted(r, n, n%3)
			want, size := exact(m, a, b)
			bound := size * float64(n+4) * 0x1p-24
			got, plain := For(m).One(a, b), pairGo(m, a, b)
			require.InDelta(t, want, float64(got), bound, "metric %d length %d", m, n)
			require.InDelta(t, want, float64(plain), bound, "metric %d length %d portable", m, n)
			if n < narrowLen {
				require.Equal(t, math.Float32bits(plain), math.Float32bits(got), "metric %d length %d", m, n)
			}
		}
	}
}

func TestBatchesEqualOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, dim := range []int{1, 3, 15, 16, 17, 31, 32, 33, 64, 100, 257, 1600} {
		for _, n := range []int{0, 1, 2, 17, 64, 65, 131} {
			checkBatches(t, r, dim, n)
		}
	}
}

func checkBatches(t *testing.T, r *rand.Rand, dim, n int) {
	t.Helper()
	q, matrix := shifted(r, dim, 1), shifted(r, dim*n, 3)
	ids, at := make([]uint32, n), make([]*float32, n)
	for i := range ids {
		ids[i] = uint32(r.IntN(n))
		at[i] = &matrix[int(ids[i])*dim]
	}
	for _, m := range metrics {
		k := For(m)
		byID, byRef, all := make([]float32, n), make([]float32, n), make([]float32, n)
		k.Gather(q, matrix, dim, ids, byID)
		k.Refs(q, at, byRef)
		k.Rows(q, matrix, dim, all)
		for i, id := range ids {
			want := k.One(q, matrix[int(id)*dim:][:dim])
			require.Equal(t, want, byID[i])
			require.Equal(t, want, byRef[i])
			require.Equal(t, want, all[id])
		}
	}
}

func TestSpecialValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, n := range []int{1, 16, 32, 45} {
		for _, m := range metrics {
			a, b := make([]float32, n), make([]float32, n)
			a[n-1] = nan
			require.True(t, math.IsNaN(float64(For(m).One(a, b))))
			a[n-1], b[n-1] = inf, 1
			require.True(t, math.IsInf(float64(For(m).One(a, b)), 0))
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	k, v := For(MetricDot), make([]float32, 8)
	require.Panics(t, func() { k.One(v, v[:7]) })
	require.Panics(t, func() { k.Gather(v[:4], v, 4, []uint32{2}, v) })
	require.Panics(t, func() { k.Gather(v[:4], v, 4, []uint32{math.MaxUint32}, v) })
	require.Panics(t, func() { k.Gather(v[:3], v, 4, []uint32{0}, v) })
	require.Panics(t, func() { k.Rows(v[:4], v, 4, make([]float32, 3)) })
	require.Panics(t, func() { k.Refs(nil, nil, nil) })
	require.Panics(t, func() { Normalize(v, v[:4]) })
}

func TestNormalize(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := 1; n <= 300; n++ {
		v := shifted(r, n, n%4)
		out := make([]float32, n)
		Normalize(out, v)
		s, _ := exact(MetricDot, out, out)
		require.InDelta(t, 1, s, 1e-6)
		again := make([]float32, n)
		Normalize(again, out)
		require.Equal(t, out, again, "idempotent")
		Normalize(v, v)
		require.Equal(t, out, v, "in place")
	}
	tiny := []float32{1e-4, 0}
	Normalize(tiny, tiny)
	require.Equal(t, []float32{1e-4, 0}, tiny)
}

func TestGatherAllocatesNothing(t *testing.T) {
	k, q, matrix := For(MetricEuclid), make([]float32, 48), make([]float32, 48*100)
	ids, out := make([]uint32, 100), make([]float32, 100)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		k.Gather(q, matrix, 48, ids, out)
		k.Rows(q, matrix, 48, out)
		k.One(q, matrix[:48])
	}))
}

func BenchmarkRows128(b *testing.B)  { benchRows(b, 128, rows) }
func BenchmarkRows768(b *testing.B)  { benchRows(b, 768, rows) }
func BenchmarkPlain128(b *testing.B) { benchRows(b, 128, rowsGo) }
func BenchmarkPlain768(b *testing.B) { benchRows(b, 768, rowsGo) }

func benchRows(b *testing.B, dim int, f func(m Metric, q, matrix, out []float32)) {
	const n = 64
	q, matrix, out := make([]float32, dim), make([]float32, dim*n), make([]float32, n)
	for b.Loop() {
		f(MetricDot, q, matrix, out)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/vector")
}
