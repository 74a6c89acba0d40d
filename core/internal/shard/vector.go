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
	if err := v.fits(value, ""); err != nil {
		return err
	}
	return distinct(value, "")
}

// fits checks kind and size. Errors end with the name unless it is "".
func (v Vector) fits(value api.Vector, named string) error {
	switch value := value.(type) {
	case api.DenseVector:
		if v.Sparse {
			return wrongUse("sparse", named)
		}
		return v.checkSize(len(value), named)
	case api.MultiDenseVector:
		switch {
		case !v.Multi:
			return wrongUse("multi", named)
		case value.Dim <= 0 || len(value.Flat) == 0 || len(value.Flat)%value.Dim != 0:
			return api.Errorf(api.InvalidArgument, "%d numbers do not make rows of %d%s", len(value.Flat), value.Dim, suffix(named))
		}
		return v.checkSize(value.Dim, named)
	case api.SparseVector:
		switch {
		case !v.Sparse:
			return wrongUse("sparse", named)
		case len(value.Indices) != len(value.Values):
			return api.Errorf(api.InvalidArgument, "%d indices and %d values%s", len(value.Indices), len(value.Values), suffix(named))
		}
		return nil
	}
	return api.Errorf(api.InvalidArgument, "a vector is required%s", suffix(named))
}

func suffix(named string) string {
	if named == "" {
		return ""
	}
	return " for vector '" + named + "'"
}

func wrongUse(kind, named string) error {
	return api.Errorf(api.InvalidArgument, "Wrong usage of %s vectors%s", kind, suffix(named))
}

func (v Vector) checkSize(got int, named string) error {
	if got == v.Size {
		return nil
	}
	return api.Errorf(api.InvalidArgument, "Vector dimension error: expected dim: %d, got %d%s", v.Size, got, suffix(named))
}

// distinct refuses a sparse vector with equal indices.
func distinct(value api.Vector, named string) error {
	sparse, ok := value.(api.SparseVector)
	if !ok {
		return nil
	}
	seen := make(map[uint32]struct{}, len(sparse.Indices))
	for _, i := range sparse.Indices {
		seen[i] = struct{}{}
	}
	if len(seen) != len(sparse.Indices) {
		return api.Errorf(api.InvalidArgument, "indices of a sparse vector must be unique%s", suffix(named))
	}
	return nil
}

// numbers are the elements or weights of a value.
func numbers(value api.Vector) []float32 {
	switch value := value.(type) {
	case api.DenseVector:
		return value
	case api.MultiDenseVector:
		return value.Flat
	case api.SparseVector:
		return value.Values
	}
	return nil
}
