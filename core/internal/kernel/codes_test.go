package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCodes: whole numbers come out the same as by the plain loops, at all lengths and alignments and at the ends of the ranges.
func TestCodes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	table16, table4 := make([]int16, 16), []int16{-128, -38, 38, 127}
	for i := range table16 {
		table16[i] = int16(r.IntN(256) - 128)
	}
	buf, other, words := make([]byte, 40_000), make([]byte, 40_000), make([]int16, 320_000)
	for fill := range 2 {
		for i := range buf {
			buf[i], other[i] = byte(r.Uint32()), byte(r.Uint32())
			if fill == 1 {
				buf[i], other[i] = 255, byte(i%2)*255
			}
		}
		for i := range words {
			words[i] = int16(r.IntN(2*8127+1) - 8127)
			if fill == 1 {
				words[i] = 8127
			}
		}
		for _, n := range lengths() {
			for at := range 3 {
				a, b := buf[at:at+n], other[2*at:2*at+n]
				require.Equal(t, codeDotGo(a, b), CodeDot(a, b), n)
				require.Equal(t, byteSquaresGo(a, b), byteSquares(a, b), n)
				require.Equal(t, byteDistanceGo(a, b), ByteDistance(a, b), n)
				q := words[at:]
				require.Equal(t, octetDotGo(q[:n], a), OctetDot(q[:n], a), n)
				require.Equal(t, nibbleDotGo(q[:2*n], a, table16), NibbleDot(q[:2*n], a, table16), n)
				require.Equal(t, pairDotGo(q[:4*n], a, table4), PairDot(q[:4*n], a, table4), n)
				require.Equal(t, bitDotGo(q[:8*n], a), BitDot(q[:8*n], a), n)
			}
		}
	}
}

func lengths() (ns []int) {
	for n := range 140 {
		ns = append(ns, n)
	}
	return append(ns, 1000, 8191, 8192, 8193, 39_000)
}

// TestEveryHalf: all halves widen as one by one.
func TestEveryHalf(t *testing.T) {
	all := make([]Half, 1<<16)
	for i := range all {
		all[i] = Half(i)
	}
	for _, n := range []int{0, 1, 7, 8, 9, 1 << 16} {
		wide := make([]float32, n)
		WidenHalves(wide, all[len(all)-n:])
		for i, h := range all[len(all)-n:] {
			require.Equal(t, math.Float32bits(h.Float32()), math.Float32bits(wide[i]), h)
		}
	}
}

func TestDiffering(t *testing.T) {
	a, b := make([]byte, 37), make([]byte, 37)
	require.Zero(t, Differing(a, b))
	b[36], b[0] = 3, 255
	require.Equal(t, 10, Differing(a, b))
}

func TestLookupSum(t *testing.T) {
	table := make([]float32, 256*7)
	for i := range table {
		table[i] = float32(i/256 + 1)
	}
	require.Equal(t, float32(28), LookupSum(table, []byte{1, 2, 3, 4, 5, 6, 7}))
}

func BenchmarkCodes(b *testing.B) {
	x, y, q := make([]byte, 1024), make([]byte, 1024), make([]int16, 8192)
	table := make([]int16, 16)
	for name, fn := range map[string]func() int{"dot": func() int { return CodeDot(x, y) }, "manhattan": func() int { return ByteDistance(x, y) },
		"octets": func() int { return OctetDot(q[:1024], x) }, "nibbles": func() int { return NibbleDot(q[:1024], x[:512], table) },
		"pairs": func() int { return PairDot(q[:1024], x[:256], table[:4]) }, "bits": func() int { return BitDot(q[:1024], x[:128]) },
		"differing": func() int { return Differing(x[:128], y[:128]) }} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fn()
			}
		})
	}
}

func TestAddColumn(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var column [Columns]float32
	for i := range column {
		column[i] = r.Float32()*4 - 2
	}
	for _, m := range []Metric{MetricDot, MetricEuclid, MetricManhattan} {
		var a, b [Columns]float32
		for range 5 {
			x := r.Float32() - 0.5
			AddColumn(m, &a, &column, x)
			addColumnGo(m, &b, &column, x)
			require.Equal(t, b, a)
		}
	}
}
