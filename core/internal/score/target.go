package score

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Target is the vector that stands for examples: the average of the positive ones, moved away from that of the negative ones. Of multivectors
// all rows are taken, those of negative ones negated.
func Target(positive, negative []api.Vector) (api.Vector, error) {
	target, err := average(positive)
	if err != nil || len(negative) == 0 {
		return target, err
	}
	away, err := average(negative)
	if err != nil {
		return nil, err
	}
	switch p := target.(type) {
	case api.DenseVector:
		if n, ok := away.(api.DenseVector); ok {
			if len(p) != len(n) {
				return nil, api.Errorf(api.InvalidArgument, "Vector dimension error: expected dim: %d, got %d", len(p), len(n))
			}
			for i := range p {
				p[i] += p[i] - n[i]
			}
			return p, nil
		}
	case api.SparseVector:
		if n, ok := away.(api.SparseVector); ok {
			return combine(p, n, func(a, b float32) float32 { return a + a - b }), nil
		}
	case api.MultiDenseVector:
		if n, ok := away.(api.MultiDenseVector); ok {
			for _, x := range n.Flat {
				p.Flat = append(p.Flat, -x)
			}
			return p, nil
		}
	}
	return nil, api.Errorf(api.InvalidArgument,
		"Positive and negative vectors should be of the same type, either all dense or all sparse or all multi")
}

// average returns a vector of its own.
func average(list []api.Vector) (api.Vector, error) {
	if len(list) == 0 {
		return nil, api.Errorf(api.InvalidArgument, "Positive vectors should not be empty with `average` strategy")
	}
	mixed := api.Errorf(api.InvalidArgument, "Can't average vectors with different types")
	n := float32(len(list))
	switch list[0].(type) {
	case api.DenseVector:
		var sum api.DenseVector
		for _, v := range list {
			dense, ok := v.(api.DenseVector)
			if !ok {
				return nil, mixed
			}
			sum = append(sum, make([]float32, max(0, len(dense)-len(sum)))...)
			for i, x := range dense {
				sum[i] += x
			}
		}
		for i := range sum {
			sum[i] /= n
		}
		return sum, nil
	case api.SparseVector:
		var sum api.SparseVector
		for _, v := range list {
			sparse, ok := v.(api.SparseVector)
			if !ok {
				return nil, mixed
			}
			sum = combine(ascending(sparse), sum, func(a, b float32) float32 { return a + b })
		}
		for i := range sum.Values {
			sum.Values[i] /= n
		}
		return sum, nil
	case api.MultiDenseVector:
		var all api.MultiDenseVector
		for _, v := range list {
			multi, ok := v.(api.MultiDenseVector)
			if !ok {
				return nil, mixed
			}
			if all.Dim == 0 {
				all.Dim = multi.Dim
			}
			all.Flat = append(all.Flat, multi.Flat...)
		}
		return all, nil
	}
	return nil, api.Errorf(api.InvalidArgument, "a vector is required")
}

// combine joins the dimensions of two vectors whose indices ascend; a dimension that one lacks is 0 there.
func combine(a, b api.SparseVector, op func(a, b float32) float32) (out api.SparseVector) {
	for i, j := 0, 0; i < len(a.Indices) || j < len(b.Indices); {
		switch {
		case j == len(b.Indices) || (i < len(a.Indices) && a.Indices[i] < b.Indices[j]):
			out.Indices, out.Values = append(out.Indices, a.Indices[i]), append(out.Values, op(a.Values[i], 0))
			i++
		case i == len(a.Indices) || a.Indices[i] > b.Indices[j]:
			out.Indices, out.Values = append(out.Indices, b.Indices[j]), append(out.Values, op(0, b.Values[j]))
			j++
		default:
			out.Indices, out.Values = append(out.Indices, a.Indices[i]), append(out.Values, op(a.Values[i], b.Values[j]))
			i++
			j++
		}
	}
	return out
}

// ascending is the vector with its indices in order.
func ascending(v api.SparseVector) api.SparseVector {
	if slices.IsSorted(v.Indices) || len(v.Indices) != len(v.Values) {
		return v
	}
	out := api.SparseVector{Indices: slices.Sorted(slices.Values(v.Indices)), Values: make([]float32, len(v.Values))}
	for i, index := range v.Indices {
		at, _ := slices.BinarySearch(out.Indices, index)
		out.Values[at] = v.Values[i]
	}
	return out
}
