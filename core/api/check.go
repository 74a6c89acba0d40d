package api

import "math"

// validateVector checks sizes and that indices are distinct.
func validateVector(v Vector) error {
	switch v := v.(type) {
	case DenseVector:
		if len(v) == 0 || len(v) > MaxVectorSize {
			return Errorf(InvalidArgument, "vector has %d dimensions, 1 to %d are accepted", len(v), MaxVectorSize)
		}
	case MultiDenseVector:
		if v.Dim <= 0 || v.Dim > MaxVectorSize || len(v.Flat) == 0 || len(v.Flat) > MaxVectorFlat || len(v.Flat)%v.Dim != 0 {
			return Errorf(InvalidArgument, "multivector of %d numbers in rows of %d is not accepted", len(v.Flat), v.Dim)
		}
	case SparseVector:
		return validateSparse(v)
	}
	return nil
}

func validateSparse(v SparseVector) error {
	if len(v.Indices) != len(v.Values) {
		return Errorf(InvalidArgument, "sparse vector has %d indices and %d values", len(v.Indices), len(v.Values))
	}
	if len(v.Indices) > MaxVectorFlat {
		return Errorf(InvalidArgument, "sparse vector has %d elements, at most %d are accepted", len(v.Indices), MaxVectorFlat)
	}
	seen := make(map[uint32]struct{}, len(v.Indices))
	for _, i := range v.Indices {
		seen[i] = struct{}{}
	}
	if len(seen) != len(v.Indices) {
		return Errorf(InvalidArgument, "sparse vector has equal indices")
	}
	return nil
}

func validateVectorStruct(v VectorStruct) error {
	for i := range v {
		if err := validateVector(v[i].Vector); err != nil {
			if v[i].Name == "" {
				return err
			}
			return Wrap(InvalidArgument, err, "vector %q", v[i].Name)
		}
	}
	return nil
}

// Finite reports whether no number of the vector is NaN or infinite.
func Finite(v []float32) bool {
	for _, f := range v {
		if math.IsInf(float64(f), 0) || f != f {
			return false
		}
	}
	return true
}
