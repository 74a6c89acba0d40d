package segment

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
)

// isQuantized tells the files of quantized vectors from those of the storage that holds them.
func isQuantized(name string) bool { return strings.HasPrefix(name, "quantized") }

// openQuantized opens the quantized form of a vector, if it has one; it must know as many points as the storage, unless it grows with it.
func (s *Segment) openQuantized(v *Vector, readOnly bool) error {
	if v.Sparse != nil {
		return nil
	}
	dir := filepath.Join(s.dir, storageDir(v.Name))
	q, err := quant.Open(s.fs, dir, v.quantSpec(), readOnly)
	if err != nil || q == nil {
		return err
	}
	switch {
	case q.Grows() != s.Appendable():
		// Left behind by a change of layout: it is not kept up to date, so it does not count.
		return q.Close()
	case !q.Grows() && q.Len() < v.Store.Len():
		return errors.Join(disk.Corruptf(filepath.Join(dir, quant.ConfigFile), 0, "%d of %d vectors are quantized", q.Len(), v.Store.Len()), q.Close())
	}
	v.Quantized = q
	return nil
}

// createQuantized gives the vectors of an appendable segment the quantized form that their configuration asks for, where it is missing.
func (s *Segment) createQuantized() error {
	if !s.Appendable() {
		return nil
	}
	for i := range s.vectors {
		v := &s.vectors[i]
		if v.Quantized != nil || v.Sparse != nil || !quant.Appendable(v.Quantization) {
			continue
		}
		dir := filepath.Join(s.dir, storageDir(v.Name))
		if err := quant.Create(context.Background(), s.fs, dir, v.quantSpec(), v.Quantization, v.Store); err != nil {
			return fmt.Errorf("vector %q: %w", v.Name, err)
		}
		if err := s.openQuantized(v, false); err != nil {
			return fmt.Errorf("vector %q: %w", v.Name, err)
		}
	}
	return nil
}

func (v *VectorConfig) quantSpec() quant.Spec {
	return quant.Spec{Dim: v.Size, Distance: v.Distance, Elements: v.elements(), Multi: v.Multi != nil}
}

// quantize keeps the quantized form up to date with a value that was stored.
func (v *Vector) quantize(off uint32, value api.Vector) error {
	if v.Quantized == nil {
		return nil
	}
	switch value := value.(type) {
	case api.DenseVector:
		return v.Quantized.Set(off, value)
	case api.MultiDenseVector:
		return v.Quantized.Set(off, value.Flat)
	}
	return nil
}
