package segment

import (
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
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
	switch v.elements() {
	case api.DatatypeFloat16:
		v.Store, err = vectors.OpenInline[kernel.Half](s.fs, dir, v.Size, v.Graph, readOnly)
	case api.DatatypeUint8:
		v.Store, err = vectors.OpenInline[uint8](s.fs, dir, v.Size, v.Graph, readOnly)
	default:
		v.Store, err = vectors.OpenInline[float32](s.fs, dir, v.Size, v.Graph, readOnly)
	}
	if err != nil {
		v.Store = nil
		return err
	}
	return s.openQuantized(v, readOnly)
}
