package score

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
)

// metricOf is the kernel behind a distance.
func metricOf(d api.Distance) kernel.Metric {
	switch d {
	case api.DistanceEuclid:
		return kernel.MetricEuclid
	case api.DistanceManhattan:
		return kernel.MetricManhattan
	default:
		return kernel.MetricDot
	}
}

// Preprocess returns the form in which a vector is stored and compared: for
// Cosine a normalised copy, otherwise the vector itself.
func Preprocess(d api.Distance, v []float32) []float32 {
	if d != api.DistanceCosine {
		return v
	}
	out := make([]float32, len(v))
	kernel.Normalize(out, v)
	return out
}

// PreprocessInto is Preprocess into dst, which must be as long as v and may be v.
func PreprocessInto(d api.Distance, dst, v []float32) {
	if d == api.DistanceCosine {
		kernel.Normalize(dst, v)
		return
	}
	copy(dst, v)
}

// Postprocess turns a score of the engine into the one that is reported.
func Postprocess(d api.Distance, s float32) float32 {
	switch d {
	case api.DistanceEuclid:
		return float32(math.Sqrt(math.Abs(float64(s))))
	case api.DistanceManhattan:
		return float32(math.Abs(float64(s)))
	default:
		return s
	}
}

// LargerIsBetter tells how reported scores are ordered.
func LargerIsBetter(d api.Distance) bool {
	return d != api.DistanceEuclid && d != api.DistanceManhattan
}
