package kernel

import "math"

// ByteMetric scores two vectors of bytes of equal length, in whole numbers up to the last step. Higher is better.
type ByteMetric func(a, b []uint8) float32

// BytesFor returns the function of a metric.
func BytesFor(m Metric) ByteMetric {
	switch m {
	case MetricEuclid:
		return bytesEuclid
	case MetricManhattan:
		return bytesManhattan
	default:
		return bytesDot
	}
}

func bytesDot(a, b []uint8) float32 { return float32(CodeDot(a, b)) }

func bytesEuclid(a, b []uint8) float32 {
	check(len(a) == len(b))
	return -float32(byteSquares(a, b))
}

func bytesManhattan(a, b []uint8) float32 { return -float32(ByteDistance(a, b)) }

// BytesCosine is the cosine of two vectors of bytes, which are stored as they came; 0 when one has no length.
func BytesCosine(a, b []uint8) float32 {
	check(len(a) == len(b))
	dot, left, right := codeDot(a, b), codeDot(a, a), codeDot(b, b)
	if left == 0 || right == 0 {
		return 0
	}
	return float32(dot) / float32(math.Sqrt(float64(float32(left)*float32(right))))
}
