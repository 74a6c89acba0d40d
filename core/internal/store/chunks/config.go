package chunks

import (
	"encoding/json"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// config is config.json. Other keys ("populate" of older versions) are ignored.
type config struct {
	ChunkBytes int `json:"chunk_size_bytes"`
	PerChunk   int `json:"chunk_size_vectors"`
	Dim        int `json:"dim"`
}

func (c config) encode() []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // three integers always marshal
	}
	return b
}

func readConfig(fsys disk.FS, name string, item, dim int) (config, error) {
	var c config
	b, err := disk.ReadFile(fsys, name)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, disk.Corruptf(name, 0, "%v", err)
	}
	if c.Dim != dim {
		return c, disk.Corruptf(name, 0, "dim is %d, want %d", c.Dim, dim)
	}
	if c.PerChunk <= 0 || c.ChunkBytes/c.PerChunk != item || c.ChunkBytes%c.PerChunk != 0 {
		return c, disk.Corruptf(name, 0, "%d items of %d bytes do not make %d bytes", c.PerChunk, item, c.ChunkBytes)
	}
	return c, nil
}
