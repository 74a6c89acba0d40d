package kernel

import (
	"math"
	"unsafe"
)

const (
	narrowLen = 16 // from here on four accumulators of four lanes
	wideLen   = 32 // from here on wide accumulators
)

// negZero is the value from which Rust's f32 sum starts.
func negZero() float32 { return math.Float32frombits(1 << 31) }

func abs32(x float32) float32 {
	return math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
}

func pairGo(m Metric, a, b []float32) float32 {
	switch m {
	case MetricEuclid:
		return euclidGo(a, b)
	case MetricManhattan:
		return manhattanGo(a, b)
	default:
		return dotGo(a, b)
	}
}

func refsGo(m Metric, q []float32, at []*float32, out []float32) {
	for i, r := range at {
		out[i] = pairGo(m, q, unsafe.Slice(r, len(q)))
	}
}

func rowsGo(m Metric, q, matrix, out []float32) {
	for i := range out {
		out[i] = pairGo(m, q, matrix[i*len(q):][:len(q)])
	}
}

func mul(a, b float32) float32 { return float32(a * b) }

func square(a, b float32) float32 {
	d := a - b
	return float32(d * d)
}

func delta(a, b float32) float32 { return abs32(a - b) }

func dotGo(a, b []float32) float32 {
	b = b[:len(a)]
	sum, i := negZero(), 0
	switch {
	case len(a) >= wideLen:
		var s [8]float32
		for ; i+8 <= len(a); i += 8 {
			x, y := (*[8]float32)(a[i:]), (*[8]float32)(b[i:])
			s[0] += float32(x[0] * y[0])
			s[1] += float32(x[1] * y[1])
			s[2] += float32(x[2] * y[2])
			s[3] += float32(x[3] * y[3])
			s[4] += float32(x[4] * y[4])
			s[5] += float32(x[5] * y[5])
			s[6] += float32(x[6] * y[6])
			s[7] += float32(x[7] * y[7])
		}
		sum = sum8(&s)
	case len(a) >= narrowLen:
		sum, i = narrow(a, b, mul), narrowLen
	}
	for ; i < len(a); i++ {
		sum += float32(a[i] * b[i])
	}
	return sum
}

func euclidGo(a, b []float32) float32 {
	b = b[:len(a)]
	sum, i := negZero(), 0
	switch {
	case len(a) >= wideLen:
		var s [8]float32
		for ; i+8 <= len(a); i += 8 {
			x, y := (*[8]float32)(a[i:]), (*[8]float32)(b[i:])
			s[0] += square(x[0], y[0])
			s[1] += square(x[1], y[1])
			s[2] += square(x[2], y[2])
			s[3] += square(x[3], y[3])
			s[4] += square(x[4], y[4])
			s[5] += square(x[5], y[5])
			s[6] += square(x[6], y[6])
			s[7] += square(x[7], y[7])
		}
		sum = sum8(&s)
	case len(a) >= narrowLen:
		sum, i = narrow(a, b, square), narrowLen
	}
	for ; i < len(a); i++ {
		sum += square(a[i], b[i])
	}
	return -sum
}

func manhattanGo(a, b []float32) float32 {
	b = b[:len(a)]
	sum, i := negZero(), 0
	switch {
	case len(a) >= wideLen:
		var s [8]float32
		for ; i+8 <= len(a); i += 8 {
			x, y := (*[8]float32)(a[i:]), (*[8]float32)(b[i:])
			s[0] += delta(x[0], y[0])
			s[1] += delta(x[1], y[1])
			s[2] += delta(x[2], y[2])
			s[3] += delta(x[3], y[3])
			s[4] += delta(x[4], y[4])
			s[5] += delta(x[5], y[5])
			s[6] += delta(x[6], y[6])
			s[7] += delta(x[7], y[7])
		}
		sum = sum8(&s)
	case len(a) >= narrowLen:
		sum, i = narrow(a, b, delta), narrowLen
	}
	for ; i < len(a); i++ {
		sum += delta(a[i], b[i])
	}
	return -sum
}

func sum8(s *[8]float32) float32 {
	return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]))
}

// narrow is the sum of the first 16 terms in the order of simple_sse.rs.
func narrow(a, b []float32, term func(a, b float32) float32) float32 {
	x, y := (*[narrowLen]float32)(a), (*[narrowLen]float32)(b)
	var h [4]float32
	for i := range h {
		var s [4]float32
		for j := range s {
			s[j] = 0 + term(x[4*i+j], y[4*i+j])
		}
		h[i] = (s[0] + s[2]) + (s[1] + s[3])
	}
	return h[0] + h[1] + h[2] + h[3]
}
