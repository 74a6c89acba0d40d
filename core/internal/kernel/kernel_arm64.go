//go:build arm64 && !purego

package kernel

import "unsafe"

//go:noescape
func dotNEON(a, b *float32, n int) float32

//go:noescape
func euclidNEON(a, b *float32, n int) float32

//go:noescape
func manhattanNEON(a, b *float32, n int) float32

//go:noescape
func squaresNEON(v *float32, n int) float32

//go:noescape
func prefetch(p *float32, n int)

// NEON is part of every arm64 processor, so nothing is detected here.

func pair(m Metric, a, b []float32) float32 {
	if len(a) < narrowLen {
		return pairGo(m, a, b)
	}
	switch m {
	case MetricEuclid:
		return euclidNEON(&a[0], &b[0], len(a))
	case MetricManhattan:
		return manhattanNEON(&a[0], &b[0], len(a))
	default:
		return dotNEON(&a[0], &b[0], len(a))
	}
}

func refs(m Metric, q []float32, at []*float32, ahead int, out []float32) {
	bytes := 4 * len(q)
	for _, r := range at[:min(ahead, len(at))] {
		prefetch(r, bytes)
	}
	for i, r := range at {
		if i+ahead < len(at) {
			prefetch(at[i+ahead], bytes)
		}
		out[i] = pair(m, q, unsafe.Slice(r, len(q)))
	}
}

func rows(m Metric, q, matrix, out []float32) {
	for i := range out {
		out[i] = pair(m, q, matrix[i*len(q):][:len(q)])
	}
}

// sumSquares is Σ v² in the order of cosine_preprocess_neon.
func sumSquares(v []float32) float32 {
	if len(v) < narrowLen {
		return dotGo(v, v)
	}
	return squaresNEON(&v[0], len(v))
}

// byInverse says whether vectors of n elements are normalised by multiplying
// with 1/length (as the vector code of Qdrant does) instead of dividing.
func byInverse(n int) bool { return n >= narrowLen }
