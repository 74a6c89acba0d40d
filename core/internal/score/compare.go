package score

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
)

// Comparison scores a vector, as stored, against the one that it was made for; 0 when they cannot be compared.
type Comparison func(stored api.Vector) float32

// Compare returns the comparison with a query. Numbers of every datatype are compared as float32.
func Compare(d api.Distance, query api.Vector) Comparison {
	k := kernel.For(metricOf(d))
	switch query := query.(type) {
	case api.DenseVector:
		row := Preprocess(d, query)
		return func(stored api.Vector) float32 {
			switch stored := stored.(type) {
			case api.DenseVector:
				return one(k, row, stored)
			case api.MultiDenseVector:
				return maxSim(k, row, stored, len(row))
			}
			return 0
		}
	case api.MultiDenseVector:
		rows := slices.Clone(query.Flat)
		for row := range slices.Chunk(rows, max(query.Dim, 1)) {
			PreprocessInto(d, row, row)
		}
		return func(stored api.Vector) float32 {
			if stored, ok := stored.(api.MultiDenseVector); ok {
				return maxSim(k, rows, stored, query.Dim)
			}
			return 0
		}
	case api.SparseVector:
		return func(stored api.Vector) float32 {
			if stored, ok := stored.(api.SparseVector); ok {
				sum, _ := sparseDot(query.Indices, query.Values, stored.Indices, stored.Values)
				return sum
			}
			return 0
		}
	}
	return func(api.Vector) float32 { return 0 }
}

func one(k kernel.Kernel, query, stored []float32) float32 {
	if len(query) != len(stored) || len(query) == 0 {
		return 0
	}
	var out [1]float32
	k.Rows(query, stored, len(query), out[:])
	return out[0]
}

func maxSim(k kernel.Kernel, query []float32, stored api.MultiDenseVector, dim int) float32 {
	if dim <= 0 || stored.Dim != dim {
		return 0
	}
	sum := float32(0)
	for row := range slices.Chunk(query, dim) {
		best := float32(math.Inf(-1))
		for other := range slices.Chunk(stored.Flat, dim) {
			if x := one(k, row, other); x > best {
				best = x
			}
		}
		sum += best
	}
	return sum
}

// sparseDot is the dot product over the dimensions that both vectors have, whose indices ascend; false when there is none.
func sparseDot(ai []uint32, av []float32, bi []uint32, bv []float32) (sum float32, common bool) {
	for i, j := 0, 0; i < len(ai) && j < len(bi); {
		switch a, b := ai[i], bi[j]; {
		case a < b:
			i++
		case a > b:
			j++
		default:
			sum += float32(av[i] * bv[j])
			common = true
			i++
			j++
		}
	}
	return sum, common
}
