//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// hasWide says that the assembly can run here. It is never written after start.
var hasWide = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// pair, refs and rows get checked arguments: no length is zero.

func pair(m Metric, a, b []float32) float32 {
	if !hasWide {
		return pairGo(m, a, b)
	}
	switch m {
	case MetricEuclid:
		return l2Pair(&a[0], &b[0], len(a))
	case MetricManhattan:
		return l1Pair(&a[0], &b[0], len(a))
	default:
		return dotPair(&a[0], &b[0], len(a))
	}
}

func refs(m Metric, q []float32, at []*float32, ahead int, out []float32) {
	if !hasWide {
		refsGo(m, q, at, out)
		return
	}
	switch m {
	case MetricEuclid:
		l2Refs(&q[0], &at[0], len(at), len(q), ahead, &out[0])
	case MetricManhattan:
		l1Refs(&q[0], &at[0], len(at), len(q), ahead, &out[0])
	default:
		dotRefs(&q[0], &at[0], len(at), len(q), ahead, &out[0])
	}
}

func rows(m Metric, q, matrix, out []float32) {
	if !hasWide {
		rowsGo(m, q, matrix, out)
		return
	}
	switch m {
	case MetricEuclid:
		l2Rows(&q[0], &matrix[0], len(out), len(q), &out[0])
	case MetricManhattan:
		l1Rows(&q[0], &matrix[0], len(out), len(q), &out[0])
	default:
		dotRows(&q[0], &matrix[0], len(out), len(q), &out[0])
	}
}

// sumSquares is Σ v² in the order of cosine_preprocess_avx / _sse: that of dot.
func sumSquares(v []float32) float32 {
	return pair(MetricDot, v, v)
}

// byInverse says whether vectors of n elements are normalised by multiplying
// with 1/length (as the wide code of Qdrant does) instead of dividing.
func byInverse(n int) bool { return n >= wideLen }
