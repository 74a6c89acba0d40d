package quant

import (
	"bytes"
	"context"

	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// Verify quantizes the vectors of the storage again and counts the points whose rows are others. Points that an appendable form has no rows of do not
// count, and neither do deleted ones there.
func (v *Vectors) Verify(ctx context.Context, st vectors.Storage) (differing int, err error) {
	b := &builder{ctx: ctx, spec: v.spec, src: st, about: v.about, codec: v.codec, turned: v.spec.Rotated(v.about.config)}
	encode, row, next := b.encode(), make([]byte, v.size), 0
	b.points(func(off uint32, rows []float32) bool {
		at := span{uint32(next), uint32(len(rows) / v.spec.Dim)}
		next += int(at.count)
		if v.about.mutable && (int(off) >= v.Len() || st.IsDeleted(off)) {
			return true
		}
		if v.spec.Multi {
			want := at.count
			if at, b.err = v.span(off); b.err != nil {
				return false
			}
			if at.count != want {
				differing++
				return true
			}
		}
		if int64(at.first)+int64(at.count) > int64(v.count) {
			differing++
			return true
		}
		stored := v.together(at, nil)
		for i := range int(at.count) {
			encode(row, rows[i*v.spec.Dim:(i+1)*v.spec.Dim])
			if !bytes.Equal(row, stored[i*v.size:(i+1)*v.size]) {
				differing++
				break
			}
		}
		return true
	})
	return differing, b.err
}
