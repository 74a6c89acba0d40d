package build

import (
	"errors"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// inline reports whether the vectors move into the file of links.
func (b *builder) inline(v *api.NamedVectorParams) bool { return b.indexed(v).Inline() }

// indexed says how the new segment keeps a vector.
func (b *builder) indexed(v *api.NamedVectorParams) segment.IndexedVector {
	return segment.IndexedVector{Params: v.Params, OnDisk: b.Settings.OnDisk(v.Name), Hnsw: b.Settings.Hnsw(v.Name),
		Quantization: b.Settings.Quantization(v.Name)}
}

// writeGraph stores a graph, with the vectors of the points and the quantized ones of their links in it where the configuration asks for that.
func (b *builder) writeGraph(dir string, g *hnsw.Builder, v *api.NamedVectorParams, st vectors.Storage, q *quant.Vectors) error {
	if !b.inline(v) {
		return g.Write(b.FS, dir)
	}
	size, align, row, ok := vectors.RowsOf(st)
	if !ok {
		return foreign(st)
	}
	return g.WriteInline(b.FS, dir, &hnsw.Inline{
		BaseSize: size, BaseAlign: align, Base: func(p uint32) ([]byte, error) { return found(row(p), size) },
		LinkSize: q.RowBytes(), LinkAlign: q.RowAlign(), Link: func(p uint32) ([]byte, error) { return found(q.Row(p), q.RowBytes()) },
	})
}

var errShort = errors.New("fewer vectors than points")

func found(row []byte, size int) ([]byte, error) {
	if len(row) != size {
		return nil, errShort
	}
	return row, nil
}
