package segment

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

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

// VectorConfig is what segment.json says of one dense vector.
type VectorConfig struct {
	Name     string
	Size     int
	Distance api.Distance
	OnDisk   bool // storage kinds that do not populate the page cache
	Matrix   bool // one immutable file instead of chunks
	Hnsw     *api.HnswConfig
}

// Config is the part of segment.json that this release understands.
type Config struct {
	Vectors         []VectorConfig // in order of their names
	PayloadOnDisk   bool
	IDTrackerMemory *api.Memory
}

// Appendable reports whether points may be added.
func (c *Config) Appendable() bool {
	for i := range c.Vectors {
		if c.Vectors[i].Matrix || c.Vectors[i].Hnsw != nil {
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
	VectorData         map[string]vectorFile      `json:"vector_data"`
	SparseVectorData   map[string]json.RawMessage `json:"sparse_vector_data"`
	PayloadStorageType struct {
		Type string `json:"type"`
	} `json:"payload_storage_type"`
	IDTrackerMemory *string `json:"id_tracker_memory"`
}

type vectorFile struct {
	Size        uint64 `json:"size"`
	Distance    string `json:"distance"`
	StorageType string `json:"storage_type"`
	Index       struct {
		Type    string          `json:"type"`
		Options json.RawMessage `json:"options"`
	} `json:"index"`
	Quantization json.RawMessage `json:"quantization_config"`
	Multivector  json.RawMessage `json:"multivector_config"`
	Datatype     *string         `json:"datatype"`
}

type hnswFile struct {
	M                  uint64  `json:"m"`
	EfConstruct        uint64  `json:"ef_construct"`
	FullScanThreshold  *uint64 `json:"full_scan_threshold"`
	FullScanKB         *uint64 `json:"full_scan_threshold_kb"`
	MaxIndexingThreads uint64  `json:"max_indexing_threads"`
	OnDisk             *bool   `json:"on_disk"`
	PayloadM           *uint64 `json:"payload_m"`
	InlineStorage      *bool   `json:"inline_storage"`
	Memory             *string `json:"memory"`
}

// readState reads segment.json; a file that is not what it should be is corrupt.
func readState(fs disk.FS, dir string) (*stateFile, *Config, error) {
	name := filepath.Join(dir, stateName)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, nil, fmt.Errorf("segment: %w", err)
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
	if err != nil {
		return nil, nil, err
	}
	return &st, cfg, nil
}

func (cf *configFile) decode(name string) (*Config, error) {
	for v := range cf.SparseVectorData {
		return nil, api.Errorf(api.Unsupported, "vector %q: sparse vectors are not supported yet (%s)", v, name)
	}
	cfg := &Config{PayloadOnDisk: cf.PayloadStorageType.Type == "mmap"}
	switch cf.PayloadStorageType.Type {
	case "mmap", "in_ram_mmap":
	default:
		return nil, api.Errorf(api.Unsupported, "payload storage %q is not supported (%s)", cf.PayloadStorageType.Type, name)
	}
	if cf.IDTrackerMemory != nil {
		m, err := decodeMemory(*cf.IDTrackerMemory)
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
	sort.Slice(cfg.Vectors, func(i, j int) bool { return cfg.Vectors[i].Name < cfg.Vectors[j].Name })
	for i := range cfg.Vectors {
		vf := cf.VectorData[cfg.Vectors[i].Name]
		if cfg.Appendable() && isSet(vf.Quantization) {
			return nil, api.Errorf(api.Unsupported, "vector %q: quantization of an appendable segment is not supported yet (%s)", cfg.Vectors[i].Name, name)
		}
	}
	return cfg, nil
}

func isSet(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

func (vf *vectorFile) decode(file, name string) (VectorConfig, error) {
	vc := VectorConfig{Name: name, Size: int(vf.Size)}
	if vf.Size == 0 || vf.Size > 1<<20 {
		return vc, disk.Corruptf(file, 0, "vector %q: size %d", name, vf.Size)
	}
	d, ok := decodeDistance(vf.Distance)
	if !ok {
		return vc, api.Errorf(api.Unsupported, "vector %q: distance %q is not supported (%s)", name, vf.Distance, file)
	}
	vc.Distance = d
	if isSet(vf.Multivector) {
		return vc, api.Errorf(api.Unsupported, "vector %q: multivectors are not supported yet (%s)", name, file)
	}
	if vf.Datatype != nil && *vf.Datatype != "float32" {
		return vc, api.Errorf(api.Unsupported, "vector %q: datatype %s is not supported yet (%s)", name, *vf.Datatype, file)
	}
	switch vf.StorageType {
	case "ChunkedMmap":
		vc.OnDisk = true
	case "InRamChunkedMmap":
	case "Mmap":
		vc.OnDisk, vc.Matrix = true, true
	case "InRamMmap":
		vc.Matrix = true
	default:
		return vc, api.Errorf(api.Unsupported, "vector %q: storage %q is not supported (%s)", name, vf.StorageType, file)
	}
	switch vf.Index.Type {
	case "plain":
	case "hnsw":
		h, err := decodeHnsw(vf.Index.Options)
		if err != nil {
			return vc, disk.Corruptf(file, 0, "vector %q: hnsw options: %v", name, err)
		}
		vc.Hnsw = h
	default:
		return vc, api.Errorf(api.Unsupported, "vector %q: index %q is not supported (%s)", name, vf.Index.Type, file)
	}
	return vc, nil
}

func decodeHnsw(raw json.RawMessage) (*api.HnswConfig, error) {
	var f hnswFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, err
	}
	h := &api.HnswConfig{M: f.M, EfConstruct: f.EfConstruct, MaxIndexingThreads: f.MaxIndexingThreads,
		OnDisk: f.OnDisk, PayloadM: f.PayloadM, InlineStorage: f.InlineStorage}
	switch {
	case f.FullScanThreshold != nil:
		h.FullScanThreshold = *f.FullScanThreshold
	case f.FullScanKB != nil:
		h.FullScanThreshold = *f.FullScanKB
	}
	if f.Memory != nil {
		m, err := decodeMemory(*f.Memory)
		if err != nil {
			return nil, err
		}
		h.Memory = &m
	}
	return h, nil
}

func decodeMemory(s string) (api.Memory, error) {
	switch s {
	case "cold":
		return api.MemoryCold, nil
	case "cached":
		return api.MemoryCached, nil
	case "pinned":
		return api.MemoryPinned, nil
	}
	return 0, fmt.Errorf("unknown memory placement %q", s)
}

func decodeDistance(s string) (api.Distance, bool) {
	for _, d := range []api.Distance{api.DistanceCosine, api.DistanceEuclid, api.DistanceDot, api.DistanceManhattan} {
		if d.String() == s {
			return d, true
		}
	}
	return 0, false
}

// checkVersion refuses directories of other layouts than 0.6.
func checkVersion(fs disk.FS, dir string) error {
	name := filepath.Join(dir, VersionFile)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	s := strings.TrimSpace(string(data))
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return disk.Corruptf(name, 0, "not a version: %q", s)
	}
	for _, p := range parts {
		if _, err := strconv.ParseUint(p, 10, 32); err != nil {
			return disk.Corruptf(name, 0, "not a version: %q", s)
		}
	}
	if parts[0] != "0" || parts[1] != "6" {
		return api.Errorf(api.Unsupported, "segment version %s is not supported, only 0.6 (%s)", s, name)
	}
	return nil
}
