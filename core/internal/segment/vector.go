package segment

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// Vector is one named vector of a segment.
type Vector struct {
	VectorConfig
	Store     vectors.Storage // a vectors.Single, a vectors.Multi or a *sparse.Store
	Quantized *quant.Vectors  // nil when there is no quantized form
	Graph     *hnsw.Graph     // nil without an index
	inverted  *inverted       // of a sparse vector
	touched   *uint64         // last operation that touched the storage since it was opened
}

// Has reports whether the slot has this vector.
func (v *Vector) Has(off uint32) bool {
	return int(off) < v.Store.Len() && !v.Store.IsDeleted(off)
}

// Value returns a copy of the vector of a slot that has one.
func (v *Vector) Value(off uint32) (api.Vector, error) {
	switch st := v.Store.(type) {
	case vectors.Single:
		return api.DenseVector(st.Floats(off, make([]float32, 0, v.Size))), nil
	case vectors.Multi:
		rows, err := st.Floats(off, nil)
		if err != nil {
			return nil, fmt.Errorf("vector %q of slot %d: %w", v.Name, off, err)
		}
		return api.MultiDenseVector{Dim: v.Size, Flat: rows}, nil
	case *sparse.Store:
		indices, values, err := st.Get(off, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("vector %q of slot %d: %w", v.Name, off, err)
		}
		return api.SparseVector{Indices: indices, Values: values}, nil
	}
	return nil, v.mismatch(nil)
}

// Ready returns a vector in the form in which it is stored and moved: normalised where the distance wants it, a dense one for multivectors as
// one row, a sparse one in the order of its indices. It is false for a vector of another kind or size.
func (v *VectorConfig) Ready(given api.Vector) (api.Vector, bool) {
	switch value := given.(type) {
	case api.DenseVector:
		switch {
		case v.Sparse != nil || len(value) != v.Size:
			return nil, false
		case v.Multi != nil:
			return api.MultiDenseVector{Dim: v.Size, Flat: v.normalised(value)}, true
		case v.normalises():
			return api.DenseVector(v.normalised(value)), true
		}
		return given, true
	case api.MultiDenseVector:
		if v.Multi == nil || value.Dim != v.Size || len(value.Flat) == 0 || len(value.Flat)%v.Size != 0 {
			return nil, false
		}
		return api.MultiDenseVector{Dim: v.Size, Flat: v.normalised(value.Flat)}, true
	case api.SparseVector:
		if v.Sparse == nil {
			return nil, false
		}
		return sorted(value)
	}
	return nil, false
}

// normalises is false for vectors of bytes: their cosine is computed in full.
func (v *VectorConfig) normalises() bool {
	return v.Distance == api.DistanceCosine && v.elements() != api.DatatypeUint8
}

func (v *VectorConfig) normalised(rows []float32) []float32 {
	if !v.normalises() {
		return rows
	}
	out := make([]float32, len(rows))
	for at := 0; at < len(rows); at += v.Size {
		score.PreprocessInto(v.Distance, out[at:at+v.Size], rows[at:at+v.Size])
	}
	return out
}

// sorted puts a sparse vector in the order of its indices; false when they are not as many as the values.
func sorted(v api.SparseVector) (api.SparseVector, bool) {
	if len(v.Indices) != len(v.Values) {
		return v, false
	}
	if slices.IsSorted(v.Indices) {
		return v, true
	}
	order := make([]int, len(v.Indices))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(v.Indices[a], v.Indices[b]) })
	by := api.SparseVector{Indices: make([]uint32, len(order)), Values: make([]float32, len(order))}
	for i, from := range order {
		by.Indices[i], by.Values[i] = v.Indices[from], v.Values[from]
	}
	return by, true
}

// set stores a value that is ready for it; nil marks it as missing.
func (v *Vector) set(off uint32, value api.Vector) error {
	switch value := value.(type) {
	case nil:
		_, err := v.Store.Delete(off)
		return err
	case api.DenseVector:
		if st, ok := v.Store.(vectors.Single); ok {
			return st.SetFloats(off, value)
		}
	case api.MultiDenseVector:
		if st, ok := v.Store.(vectors.Multi); ok {
			return st.SetFloats(off, value.Flat)
		}
	case api.SparseVector:
		if st, ok := v.Store.(*sparse.Store); ok {
			return st.Set(off, value.Indices, value.Values)
		}
	}
	return v.mismatch(value)
}

func (v *Vector) mismatch(value api.Vector) error {
	return api.Errorf(api.InvalidArgument, "vector %q: a %T cannot be stored in a %T", v.Name, value, v.Store)
}

// openVector opens a vector with its index.
func (s *Segment) openVector(vc *VectorConfig, m mode) (v Vector, err error) {
	v = Vector{VectorConfig: *vc}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("vector %q: %w", vc.Name, err), v.close())
		}
	}()
	dir := filepath.Join(s.dir, storageDir(vc.Name))
	if absent, err := s.absent(dir, vc, m); err != nil || absent {
		v.Store, v.inverted = absentStore{}, &inverted{}
		return v, err
	}
	index := filepath.Join(s.dir, indexDir(vc.Name))
	if vc.Inline {
		return v, s.openInline(&v, dir, index, m == modeRead)
	}
	st, err := openStorage(s.fs, dir, vc, m == modeRead)
	if err != nil {
		return v, err // st is an interface that holds nothing
	}
	v.Store = st
	if v.Sparse != nil {
		v.inverted, err = openInverted(s.fs, index, vc)
		return v, err
	}
	if v.Graph, err = openGraph(s.fs, index, &v); err != nil {
		return v, err
	}
	err = s.openQuantized(&v, m == modeRead)
	return v, err
}

func (v *Vector) close() error {
	errs := []error{v.inverted.close()}
	if v.Store != nil {
		errs = append(errs, v.Store.Close())
	}
	if v.Graph != nil {
		errs = append(errs, v.Graph.Close())
	}
	if v.Quantized != nil {
		errs = append(errs, v.Quantized.Close())
	}
	return errors.Join(errs...)
}

func openStorage(fs disk.FS, dir string, vc *VectorConfig, readOnly bool) (vectors.Storage, error) {
	if vc.Sparse != nil {
		if readOnly {
			return sparse.OpenReadOnly(fs, dir)
		}
		return sparse.Open(fs, dir)
	}
	if c := quant.Packer(vc.quantSpec()); c != nil {
		switch {
		case vc.Multi != nil:
			return asStorage(vectors.OpenPackedMulti(fs, dir, vc.Size, c, readOnly))
		case vc.Matrix:
			return asStorage(vectors.OpenPackedFile(fs, dir, vc.Size, c, readOnly))
		}
		return asStorage(vectors.OpenPacked(fs, dir, vc.Size, c, readOnly))
	}
	switch vc.elements() {
	case api.DatatypeFloat16:
		return openElements[kernel.Half](fs, dir, vc, readOnly)
	case api.DatatypeUint8:
		return openElements[uint8](fs, dir, vc, readOnly)
	}
	return openElements[float32](fs, dir, vc, readOnly)
}

// asStorage makes a failed opening a nil interface.
func asStorage[T vectors.Storage](st T, err error) (vectors.Storage, error) {
	if err != nil {
		return nil, err
	}
	return st, nil
}

func openElements[T vectors.Element](fs disk.FS, dir string, vc *VectorConfig, readOnly bool) (vectors.Storage, error) {
	switch {
	case vc.Multi != nil && readOnly:
		return vectors.OpenMultiReadOnly[T](fs, dir, vc.Size)
	case vc.Multi != nil:
		return vectors.OpenMulti[T](fs, dir, vc.Size)
	case vc.Matrix && readOnly:
		return vectors.OpenMatrixReadOnly[T](fs, dir, vc.Size)
	case vc.Matrix:
		return vectors.OpenMatrix[T](fs, dir, vc.Size)
	case readOnly:
		return vectors.OpenChunkedReadOnly[T](fs, dir, vc.Size)
	}
	return vectors.OpenChunked[T](fs, dir, vc.Size)
}
