package segment

import (
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// openInline opens a vector whose only copy stands between the links of its graph.
func (s *Segment) openInline(v *Vector, dir, index string, readOnly bool) (err error) {
	if v.Multi != nil || v.Hnsw == nil {
		return disk.Corruptf(filepath.Join(s.dir, stateName), 0, "vector %q: only single vectors with a graph can be in it", v.Name)
	}
	if v.Graph, err = hnsw.Open(s.fs, index, graphOptions(v.Hnsw)); err != nil {
		return err
	}
	if v.Store, err = s.inlineStore(v, dir, readOnly); err != nil {
		v.Store = nil
		return err
	}
	return s.openQuantized(v, readOnly)
}

func (s *Segment) inlineStore(v *Vector, dir string, readOnly bool) (vectors.Storage, error) {
	if c := quant.Packer(v.quantSpec()); c != nil {
		return asStorage(vectors.OpenPackedInline(s.fs, dir, v.Size, c, v.Graph, readOnly))
	}
	switch v.elements() {
	case api.DatatypeFloat16:
		return asStorage(vectors.OpenInline[kernel.Half](s.fs, dir, v.Size, v.Graph, readOnly))
	case api.DatatypeUint8:
		return asStorage(vectors.OpenInline[uint8](s.fs, dir, v.Size, v.Graph, readOnly))
	}
	return asStorage(vectors.OpenInline[float32](s.fs, dir, v.Size, v.Graph, readOnly))
}

// Inline reports whether the vectors move into the file of links: a graph may ask for it, and links need the quantized vectors of the points that
// they lead to.
func (v IndexedVector) Inline() bool {
	return v.Hnsw.InlineStorage != nil && *v.Hnsw.InlineStorage && v.Quantization != nil && v.Params.MultivectorConfig == nil
}
