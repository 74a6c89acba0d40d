package shard

import (
	"github.com/qdrant-edge-go/edge/core/api"
)

// Vector is what the configuration says of a vector, as far as requests depend on it.
type Vector struct {
	Name     string
	Size     int          // elements of a row; 0 when sparse
	Distance api.Distance // Dot when sparse
	Multi    bool
	Sparse   bool
	Idf      bool // weights of a sparse query are multiplied by how rare their dimension is
}

// VectorOf returns a vector of the shard by name.
func (s *Shard) VectorOf(name string) (Vector, bool) { return vectorOf(s.cfg.Load(), name) }

func vectorOf(c *api.EdgeConfig, name string) (Vector, bool) {
	if p := vectorParams(c, name); p != nil {
		return Vector{Name: name, Size: int(p.Size), Distance: p.Distance, Multi: p.MultivectorConfig != nil}, true
	}
	for i := range c.SparseVectors {
		if v := &c.SparseVectors[i]; v.Name == name {
			idf := v.Params != nil && v.Params.Modifier != nil && *v.Params.Modifier == api.ModifierIdf
			return Vector{Name: name, Distance: api.DistanceDot, Sparse: true, Idf: idf}, true
		}
	}
	return Vector{}, false
}

// Check refuses a value that is of another kind or size than the vector.
func (v Vector) Check(value api.Vector) error {
	_, err := v.numbers(value, "")
	return err
}

// numbers checks a value and returns the numbers in it. Errors about its size end with of.
func (v Vector) numbers(value api.Vector, of string) ([]float32, error) {
	switch value := value.(type) {
	case api.DenseVector:
		if v.Sparse {
			return nil, v.wrongKind("sparse")
		}
		return value, v.checkSize(len(value), of)
	case api.MultiDenseVector:
		switch {
		case v.Sparse:
			return nil, v.wrongKind("sparse")
		case !v.Multi:
			return nil, v.wrongKind("dense")
		case value.Dim <= 0 || len(value.Flat) == 0 || len(value.Flat)%value.Dim != 0:
			return nil, api.Errorf(api.InvalidArgument, "vector %q: %d numbers do not make rows of %d", v.Name, len(value.Flat), value.Dim)
		}
		return value.Flat, v.checkSize(value.Dim, of)
	case api.SparseVector:
		if !v.Sparse {
			return nil, v.wrongKind("dense")
		}
		return value.Values, v.checkIndices(value)
	}
	return nil, api.Errorf(api.InvalidArgument, "vector %q: a vector is required", v.Name)
}

func (v Vector) wrongKind(want string) error {
	return api.Errorf(api.InvalidArgument, "vector %q: a %s vector is required", v.Name, want)
}

func (v Vector) checkSize(got int, of string) error {
	if got == v.Size {
		return nil
	}
	return api.Errorf(api.InvalidArgument, "Vector dimension error: expected dim: %d, got %d%s", v.Size, got, of)
}

func (v Vector) checkIndices(value api.SparseVector) error {
	if len(value.Indices) != len(value.Values) {
		return api.Errorf(api.InvalidArgument, "vector %q: %d indices and %d values", v.Name, len(value.Indices), len(value.Values))
	}
	seen := make(map[uint32]struct{}, len(value.Indices))
	for _, i := range value.Indices {
		seen[i] = struct{}{}
	}
	if len(seen) != len(value.Indices) {
		return api.Errorf(api.InvalidArgument, "vector %q: indices must be unique", v.Name)
	}
	return nil
}
