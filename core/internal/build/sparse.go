package build

import (
	"context"
	"errors"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
)

// sparse writes the storage of a sparse vector and its index.
func (b *builder) sparse(ctx context.Context, v *api.NamedSparseVectorParams) (err error) {
	dir := b.to.Vectors(v.Name)
	if err := b.FS.MkdirAll(dir); err != nil {
		return err
	}
	st, err := sparse.Open(b.FS, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	var dims []uint32
	var weights []float32
	err = b.each(ctx, vectorsOf(v.Name), func(slot int, from *segment.Segment, r row) error {
		of := from.Vector(v.Name)
		if of == nil || !of.Has(r.off) {
			_, err := st.Delete(uint32(slot))
			return err
		}
		src, ok := of.Store.(*sparse.Store)
		if !ok {
			return api.Errorf(api.Incompatible, "a %T is no sparse vector", of.Store)
		}
		var err error
		if dims, weights, err = src.Get(r.off, dims[:0], weights[:0]); err != nil {
			return err
		}
		return st.Set(uint32(slot), dims, weights)
	})
	if err != nil {
		return err
	}
	if err := st.Flush(); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return b.to.WriteInverted(b.FS, v, st)
}
