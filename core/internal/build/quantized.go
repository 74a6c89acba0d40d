package build

import (
	"context"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// rowsOf is a storage of one row per point as the source of its quantized form.
type rowsOf struct{ vectors.Single }

func (s rowsOf) AppendRows(dst []float32, off uint32) ([]float32, error) {
	return s.Floats(off, dst), nil
}

// quantized writes the quantized form that the configuration asks for and opens it; nil without one.
func (b *builder) quantized(ctx context.Context, v *api.NamedVectorParams, st vectors.Single) (*quant.Vectors, error) {
	config := b.Settings.Quantization(v.Name)
	if config == nil {
		return nil, nil
	}
	dir := b.to.Vectors(v.Name)
	spec := quant.Spec{Dim: int(v.Params.Size), Distance: v.Params.Distance}
	if err := quant.Build(ctx, b.FS, dir, spec, config, rowsOf{st}); err != nil {
		return nil, err
	}
	return quant.Open(b.FS, dir, spec, true)
}

// pairs scores points against each other: by their quantized forms where there are some, as a search that starts with these does.
func pairs(q *quant.Vectors, exact hnsw.PointScorer) hnsw.PointScorer {
	if q == nil {
		return exact
	}
	return q.Between()
}
