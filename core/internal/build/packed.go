package build

import (
	"context"
	"errors"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// packed writes vectors of a turbo datatype: their records are copied, not packed anew.
func (b *builder) packed(ctx context.Context, v *api.NamedVectorParams) error {
	c := quant.Packer(specOf(v.Params))
	if v.Params.MultivectorConfig != nil {
		insert, err := b.packedMulti(ctx, v, c)
		if err != nil {
			return err
		}
		st, err := vectors.OpenPackedMulti(b.FS, b.to.Vectors(v.Name), int(v.Params.Size), c, true)
		if err != nil {
			return err
		}
		return b.over(ctx, v, st, insert)
	}
	insert, err := b.packedRows(ctx, v, c)
	if err != nil {
		return err
	}
	st, err := vectors.OpenPackedFile(b.FS, b.to.Vectors(v.Name), int(v.Params.Size), c, true)
	if err != nil {
		return err
	}
	return b.over(ctx, v, st, insert)
}

func (b *builder) packedRows(ctx context.Context, v *api.NamedVectorParams, c *turbo.Codec) (insert []uint32, err error) {
	err = vectors.WritePacked(b.FS, b.to.Vectors(v.Name), int(v.Params.Size), c, func(add func([]byte) error) error {
		return b.each(ctx, vectorsOf(v.Name), func(slot int, from *segment.Segment, r row) error {
			of := from.Vector(v.Name)
			if of == nil || !of.Has(r.off) {
				return add(nil)
			}
			st, ok := of.Store.(vectors.Packed)
			if !ok || st.Codec().Size() != c.Size() {
				return foreign(of.Store)
			}
			insert = append(insert, uint32(slot))
			return add(st.Records().Row(r.off))
		})
	})
	return insert, err
}

func (b *builder) packedMulti(ctx context.Context, v *api.NamedVectorParams, c *turbo.Codec) (insert []uint32, err error) {
	to, err := vectors.OpenPackedMulti(b.FS, b.to.Vectors(v.Name), int(v.Params.Size), c, false)
	if err != nil {
		return nil, err
	}
	err = b.each(ctx, vectorsOf(v.Name), func(slot int, from *segment.Segment, r row) error {
		of := from.Vector(v.Name)
		if of == nil || !of.Has(r.off) {
			_, err := to.Delete(uint32(slot))
			return err
		}
		st, ok := of.Store.(vectors.PackedMulti)
		if !ok || st.Codec().Size() != c.Size() {
			return foreign(of.Store)
		}
		records, err := st.Records(r.off, nil)
		if err != nil {
			return err
		}
		insert = append(insert, uint32(slot))
		return to.SetRecords(uint32(slot), records)
	})
	if err == nil {
		err = to.Flush()
	}
	return insert, errors.Join(err, to.Close())
}
