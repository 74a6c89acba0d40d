package hnsw

import (
	"encoding/json"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// ConfigFile is the name of the parameters file.
const ConfigFile = "hnsw_config.json"

// maxM bounds numbers of links per point that files and callers may ask for.
const maxM = 1 << 16

// Config is hnsw_config.json. FullScanThreshold counts vectors.
type Config struct {
	M                  int  `json:"m"`
	M0                 int  `json:"m0"`
	EfConstruct        int  `json:"ef_construct"`
	Ef                 int  `json:"ef"`
	FullScanThreshold  int  `json:"full_scan_threshold"`
	MaxIndexingThreads int  `json:"max_indexing_threads"`
	PayloadM           *int `json:"payload_m"`
	PayloadM0          *int `json:"payload_m0"`
	IndexedVectors     *int `json:"indexed_vector_count"`
}

// HasLinks tells whether a graph of these parameters connects anything.
func (c *Config) HasLinks() bool { return c.M > 0 || (c.PayloadM != nil && *c.PayloadM > 0) }

// ReadConfig reads the parameters from an index directory.
func ReadConfig(fs disk.FS, dir string) (*Config, error) {
	name := filepath.Join(dir, ConfigFile)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, err
	}
	return decodeConfig(name, data)
}

func decodeConfig(name string, data []byte) (*Config, error) {
	var f struct {
		Config
		Alias *int `json:"indexing_threshold"` // older name of full_scan_threshold
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, disk.Corruptf(name, 0, "%v", err)
	}
	c := f.Config
	if f.Alias != nil && c.FullScanThreshold == 0 {
		c.FullScanThreshold = *f.Alias
	}
	for _, m := range []int{c.M, c.M0} {
		if m < 0 || m > maxM {
			return nil, disk.Corruptf(name, 0, "%d links per point", m)
		}
	}
	if c.Ef < 0 || c.EfConstruct < 0 || c.FullScanThreshold < 0 {
		return nil, disk.Corruptf(name, 0, "a negative parameter")
	}
	return &c, nil
}

// Write stores the parameters in an index directory.
func (c *Config) Write(fs disk.FS, dir string) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return disk.WriteFileAtomic(fs, filepath.Join(dir, ConfigFile), data)
}
