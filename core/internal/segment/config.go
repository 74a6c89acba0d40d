package segment

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	stateName    = "segment.json"
	version      = "0.6.0"
	payloadDir   = "payload_storage"
	payloadIndex = "payload_index"
	indexConfig  = "config.json"
)

// VersionFile is the name of the file that makes a directory a segment.
const VersionFile = "version.info"

// Config is the part of segment.json that this release understands.
type Config struct {
	Vectors         []VectorConfig // dense and sparse, in order of their names
	PayloadOnDisk   bool
	IDTrackerMemory *api.Memory
}

// Appendable reports whether points may be added.
func (c *Config) Appendable() bool {
	for i := range c.Vectors {
		if !c.Vectors[i].appendable() {
			return false
		}
	}
	return true
}

type stateFile struct {
	InitialVersion *uint64         `json:"initial_version"`
	Version        *uint64         `json:"version"`
	Config         json.RawMessage `json:"config"`
}

type configFile struct {
	VectorData         map[string]vectorFile `json:"vector_data"`
	SparseVectorData   map[string]sparseFile `json:"sparse_vector_data"`
	PayloadStorageType struct {
		Type string `json:"type"`
	} `json:"payload_storage_type"`
	IDTrackerMemory *string `json:"id_tracker_memory"`
}

// readState reads segment.json; a file that is not what it should be is corrupt.
func readState(fs disk.FS, dir string, m mode) (*stateFile, *Config, error) {
	name := filepath.Join(dir, stateName)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, nil, fmt.Errorf("segment: %w", err)
	}
	r := current
	if m != modeCreate { // the version comes last
		if r, err = readRelease(fs, dir); err != nil {
			return nil, nil, err
		}
	}
	if data, err = migrated(name, data, r); err != nil {
		return nil, nil, err
	}
	var st stateFile
	if err := json.Unmarshal(data, &st); err != nil {
		return nil, nil, disk.Corruptf(name, 0, "%v", err)
	}
	var cf configFile
	if err := json.Unmarshal(st.Config, &cf); err != nil {
		return nil, nil, disk.Corruptf(name, 0, "config: %v", err)
	}
	cfg, err := cf.decode(name)
	if err != nil || m != modeWrite {
		return &st, cfg, err
	}
	return &st, cfg, settle(fs, dir, &st, r)
}

func (cf *configFile) decode(name string) (*Config, error) {
	cfg := &Config{PayloadOnDisk: cf.PayloadStorageType.Type == "mmap"}
	switch cf.PayloadStorageType.Type {
	case "mmap", "in_ram_mmap":
	default:
		return nil, api.Errorf(api.Unsupported, "payload storage %q is not supported (%s)", cf.PayloadStorageType.Type, name)
	}
	if cf.IDTrackerMemory != nil {
		m, err := api.ParseMemory(*cf.IDTrackerMemory)
		if err != nil {
			return nil, disk.Corruptf(name, 0, "id_tracker_memory: %v", err)
		}
		cfg.IDTrackerMemory = &m
	}
	for v, vf := range cf.VectorData {
		vc, err := vf.decode(name, v)
		if err != nil {
			return nil, err
		}
		cfg.Vectors = append(cfg.Vectors, vc)
	}
	for v, sf := range cf.SparseVectorData {
		vc, err := sf.decode(name, v)
		if err != nil {
			return nil, err
		}
		cfg.Vectors = append(cfg.Vectors, vc)
	}
	sort.Slice(cfg.Vectors, func(i, j int) bool { return cfg.Vectors[i].Name < cfg.Vectors[j].Name })
	return cfg, nil
}
