package segment

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// openGraph opens the graph of an indexed vector; nil when there is none, and searches scan.
func openGraph(fs disk.FS, dir string, v *Vector) (*hnsw.Graph, error) {
	if v.Hnsw == nil {
		return nil, nil
	}
	if ok, err := disk.Exists(fs, filepath.Join(dir, hnsw.GraphFile)); err != nil || !ok {
		return nil, err
	}
	opts := graphOptions(v.Hnsw)
	opts.Missing = graphParameters(v.Hnsw, v.Store)
	g, err := hnsw.Open(fs, dir, opts)
	if err != nil {
		return nil, err
	}
	if g.Points() > v.Store.Len() {
		err := disk.Corruptf(filepath.Join(dir, hnsw.GraphFile), 0, "a graph of %d points over %d vectors", g.Points(), v.Store.Len())
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func graphOptions(c *api.HnswConfig) hnsw.Options {
	if c.Memory == nil {
		return hnsw.Options{Cold: c.OnDisk != nil && *c.OnDisk}
	}
	return hnsw.Options{Cold: *c.Memory == api.MemoryCold, Pinned: *c.Memory == api.MemoryPinned}
}

// graphParameters is what the file of parameters would say: the threshold is in vectors of the average size, over all slots.
func graphParameters(c *api.HnswConfig, st vectors.Storage) *hnsw.Config {
	average := uint64(1)
	if n := uint64(st.Len()); n > 0 {
		average = max(vectors.Bytes(st)/n, 1)
	}
	p := &hnsw.Config{M: int(c.M), M0: 2 * int(c.M), EfConstruct: int(c.EfConstruct), Ef: int(c.EfConstruct),
		FullScanThreshold: int(min(c.FullScanThreshold, 1<<40) * 1024 / average), MaxIndexingThreads: int(c.MaxIndexingThreads)}
	if c.PayloadM != nil {
		m, m0 := int(*c.PayloadM), 2*int(*c.PayloadM)
		p.PayloadM, p.PayloadM0 = &m, &m0
	}
	return p
}
