package segment

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
)

// openGraph opens the graph of an indexed vector; nil when there is none, and searches scan.
func openGraph(fs disk.FS, dir string, v *Vector) (*hnsw.Graph, error) {
	if v.Hnsw == nil {
		return nil, nil
	}
	for _, name := range []string{hnsw.ConfigFile, hnsw.GraphFile} {
		if ok, err := disk.Exists(fs, filepath.Join(dir, name)); err != nil || !ok {
			return nil, err
		}
	}
	g, err := hnsw.Open(fs, dir, graphOptions(v.Hnsw))
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
