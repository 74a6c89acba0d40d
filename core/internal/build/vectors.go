package build

import (
	"context"
	"errors"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// vector writes the storage and, over it, the quantized form and the graph.
func (b *builder) vector(ctx context.Context, v *api.NamedVectorParams) error {
	if err := b.FS.MkdirAll(b.to.Vectors(v.Name)); err != nil {
		return err
	}
	switch elements(v.Params) {
	case api.DatatypeTurbo4, api.DatatypeTurbo8, api.DatatypeTurbo16:
		return b.packed(ctx, v)
	case api.DatatypeFloat16:
		return vectorOf[kernel.Half](ctx, b, v)
	case api.DatatypeUint8:
		return vectorOf[uint8](ctx, b, v)
	}
	return vectorOf[float32](ctx, b, v)
}

func vectorsOf(name string) segment.Progress {
	return segment.Progress{Stage: segment.StageVectors, Vector: name}
}

func elements(p *api.VectorParams) api.VectorDatatype {
	if p.Datatype == nil {
		return api.DatatypeFloat32
	}
	return *p.Datatype
}

func vectorOf[T vectors.Element](ctx context.Context, b *builder, v *api.NamedVectorParams) error {
	write := matrix[T]
	if v.Params.MultivectorConfig != nil {
		write = multi[T]
	}
	insert, err := write(ctx, b, v)
	if err != nil {
		return err
	}
	st, err := openBuilt[T](b, v)
	if err != nil {
		return err
	}
	return b.over(ctx, v, st, insert)
}

// over writes what is made from a storage, which it closes.
func (b *builder) over(ctx context.Context, v *api.NamedVectorParams, st vectors.Storage, insert []uint32) error {
	q, err := b.quantized(ctx, v, st)
	if err == nil {
		err = b.graph(ctx, v, st, q, insert)
	}
	if q != nil {
		err = errors.Join(err, q.Close())
	}
	if err == nil && b.inline(v) {
		return vectors.LeaveInline(b.FS, b.to.Vectors(v.Name), st)
	}
	return errors.Join(err, st.Close())
}

func openBuilt[T vectors.Element](b *builder, v *api.NamedVectorParams) (vectors.Storage, error) {
	dir, dim := b.to.Vectors(v.Name), int(v.Params.Size)
	if v.Params.MultivectorConfig != nil {
		return vectors.OpenMultiReadOnly[T](b.FS, dir, dim)
	}
	return vectors.OpenMatrixReadOnly[T](b.FS, dir, dim)
}

// matrix writes an immutable storage and returns the slots that have a vector.
func matrix[T vectors.Element](ctx context.Context, b *builder, v *api.NamedVectorParams) (insert []uint32, err error) {
	w, err := vectors.CreateMatrix[T](b.FS, b.to.Vectors(v.Name), int(v.Params.Size))
	if err != nil {
		return nil, err
	}
	err = b.each(ctx, vectorsOf(v.Name), func(slot int, from *segment.Segment, r row) error {
		of := from.Vector(v.Name)
		if of == nil || !of.Has(r.off) {
			return w.Append(nil)
		}
		table, ok := of.Store.(vectors.Table[T])
		if !ok {
			return foreign(of.Store)
		}
		insert = append(insert, uint32(slot))
		return w.Append(table.Row(r.off))
	})
	if err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return insert, w.Finish()
}

func foreign(st vectors.Storage) error {
	return api.Errorf(api.Unsupported, "a %T cannot be optimized into vectors of another kind", st)
}

// multi writes a storage of multivectors, which has one form only, and returns the slots that have a vector.
func multi[T vectors.Element](ctx context.Context, b *builder, v *api.NamedVectorParams) (insert []uint32, err error) {
	st, err := vectors.OpenMulti[T](b.FS, b.to.Vectors(v.Name), int(v.Params.Size))
	if err != nil {
		return nil, err
	}
	var rows []float32
	err = b.each(ctx, vectorsOf(v.Name), func(slot int, from *segment.Segment, r row) error {
		of := from.Vector(v.Name)
		if of == nil || !of.Has(r.off) {
			_, err := st.Delete(uint32(slot))
			return err
		}
		table, ok := of.Store.(vectors.Multi)
		if !ok {
			return foreign(of.Store)
		}
		insert = append(insert, uint32(slot))
		if rows, err = table.Floats(r.off, rows[:0]); err != nil {
			return err
		}
		return st.SetFloats(uint32(slot), rows)
	})
	if err == nil {
		err = st.Flush()
	}
	return insert, errors.Join(err, st.Close())
}

func specOf(p *api.VectorParams) quant.Spec {
	return quant.Spec{Dim: int(p.Size), Distance: p.Distance, Elements: elements(p), Multi: p.MultivectorConfig != nil}
}

// quantized writes the quantized form that the configuration asks for and opens it; nil without one.
func (b *builder) quantized(ctx context.Context, v *api.NamedVectorParams, st vectors.Storage) (*quant.Vectors, error) {
	config := b.Settings.Quantization(v.Name)
	if config == nil {
		return nil, nil
	}
	b.report(segment.Progress{Stage: segment.StageQuantize, Vector: v.Name}, 0)
	dir, spec := b.to.Vectors(v.Name), specOf(v.Params)
	if err := quant.Build(ctx, b.FS, dir, spec, config, st); err != nil {
		return nil, err
	}
	return quant.Open(b.FS, dir, spec, true)
}
