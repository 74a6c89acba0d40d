package binary

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// Train makes a quantizer; the vectors are looked at when the encodings need what is known of their elements.
func Train(v params.Vector, vectors params.Seq, e Encoding, q QueryEncoding, multi bool) *Codec {
	m := meta{Vector: &v, Encoding: e, Query: q}
	if e != OneBit || q != SameAsStorage {
		m.Stats = &stats{Elements: measure(vectors, v.Dim)}
	}
	return newCodec(m, multi)
}

// measure follows Welford's method.
func measure(vectors params.Seq, dim int) []element {
	out := make([]element, dim)
	for i := range out {
		out[i] = element{Min: math.MaxFloat32, Max: -math.MaxFloat32}
	}
	means, squares := make([]float64, dim), make([]float64, dim)
	count := 0.0
	vectors(func(v []float32) bool {
		count++
		for i, x := range v {
			e := &out[i]
			if x < e.Min {
				e.Min = x
			}
			if x > e.Max {
				e.Max = x
			}
			delta := float64(x) - means[i]
			means[i] += delta / count
			squares[i] += float64(delta * (float64(x) - means[i]))
		}
		return true
	})
	for i := range out {
		if count > 1 {
			out[i].Stddev = float32(math.Sqrt(squares[i] / (count - 1)))
		}
		out[i].Mean = float32(means[i])
	}
	return out
}
