package kernel

import "math"

const (
	zeroLength      = 1.1920929e-7 // f32 epsilon: shorter vectors are kept as they are
	normalizedDelta = 1e-6         // squared lengths this near to 1 count as normalised
)

// Normalize writes src scaled to length 1 into dst, which must be as long as
// src and may be src. A vector that is zero or normalised already is copied.
func Normalize(dst, src []float32) {
	check(len(dst) == len(src))
	if len(src) == 0 {
		return
	}
	s := sumSquares(src)
	if s < zeroLength || abs32(s-1) <= normalizedDelta {
		copy(dst, src)
		return
	}
	length := float32(math.Sqrt(float64(s)))
	if byInverse(len(src)) {
		inverse := 1 / length
		for i, x := range src {
			dst[i] = x * inverse
		}
		return
	}
	for i, x := range src {
		dst[i] = x / length
	}
}
