package quant

import (
	"fmt"

	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// appendRows appends the rows of a point, deleted or not, as float32 numbers; rotated as they are stored if that is what is wanted.
func appendRows(dst []float32, st vectors.Storage, off uint32, rotated bool) ([]float32, error) {
	switch st := st.(type) {
	case vectors.Packed:
		if c, ok := st.Codec().(*turbo.Codec); ok && rotated {
			return c.Rotated(dst, st.Records().Row(off)), nil
		}
		return st.Floats(off, dst), nil
	case vectors.PackedMulti:
		c, ok := st.Codec().(*turbo.Codec)
		if !ok || !rotated {
			return st.Floats(off, dst)
		}
		records, err := st.Records(off, nil)
		for size := c.Size(); len(records) > 0; records = records[size:] {
			dst = c.Rotated(dst, records[:size])
		}
		return dst, err
	case vectors.Single:
		return st.Floats(off, dst), nil
	case vectors.Multi:
		return st.Floats(off, dst)
	}
	return nil, fmt.Errorf("quant: a %T cannot be quantized", st)
}
