package scalar

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

const (
	sampleSize  = 5000
	quantileMin = 127 // fewer vectors are taken as they are
)

// Train chooses the range of the codes for count vectors. The quantile is nil when all elements count.
func Train(v params.Vector, vectors params.Seq, count int, quantile *float32) *Codec {
	low, high := float32(math.MaxFloat32), float32(-math.MaxFloat32)
	vectors(func(v []float32) bool {
		low, high = widen(low, high, v)
		return true
	})
	switch {
	case count > 0:
	case v.Count != nil && *v.Count > 0:
		return between(v, 0, 0) // there are vectors, but all are deleted
	default:
		return newCodec(v, 0, 0, 0)
	}
	if quantile != nil && *quantile < 1 && count >= quantileMin {
		if inner := cut(vectors, count, v.Dim, *quantile); len(inner) >= 2 {
			low, high = widen(math.MaxFloat32, -math.MaxFloat32, inner)
		}
	}
	return between(v, low, high)
}

func widen(low, high float32, values []float32) (float32, float32) {
	for _, x := range values {
		if x < low {
			low = x
		}
		if x > high {
			high = x
		}
	}
	return low, high
}

// cut returns the elements of a sample without the outer ones.
func cut(vectors params.Seq, count, dim int, quantile float32) []float32 {
	n := min(count, sampleSize)
	values := make([]float32, 0, n*dim)
	at, taken := 0, 0
	vectors(func(v []float32) bool {
		if at == taken*count/n {
			values = append(values, v...)
			taken++
		}
		at++
		return taken < n
	})
	if len(values) < 4 {
		return nil
	}
	slices.Sort(values)
	outer := min((len(values)-1)/2, int(float32(float32(taken)*(1-quantile))/2))
	outer = max(outer, 1)
	if len(values)-outer <= outer+1 {
		return nil
	}
	return values[outer+1 : len(values)-outer]
}
