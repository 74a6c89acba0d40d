package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Create makes a new empty appendable segment in dir, which must not exist, and opens it. An interrupted Create leaves a directory
// without version.info, which the next load of the shard removes.
func Create(fs disk.FS, dir string, cfg *api.EdgeConfig) (*Segment, error) {
	raw, err := plainConfig(cfg)
	if err != nil {
		return nil, err
	}
	if err := create(fs, dir, raw); err != nil {
		// What is left has no version.info: if it cannot be removed now, the next load does.
		return nil, errors.Join(err, fs.RemoveAll(dir))
	}
	return Open(fs, dir)
}

func create(fs disk.FS, dir string, raw []byte) error {
	if err := fs.MkdirAll(dir); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	st := stateFile{Config: raw}
	if err := writeState(fs, dir, &st); err != nil {
		return err
	}
	if err := fs.MkdirAll(filepath.Join(dir, payloadIndex)); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, payloadIndex, indexConfig), []byte(`{"indexed_fields":{}}`)); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	s, err := open(fs, dir, modeCreate)
	if err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return errors.Join(err, s.Close())
	}
	if err := s.Close(); err != nil {
		return err
	}
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, VersionFile), []byte(version)); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return fs.SyncDir(filepath.Dir(dir))
}

func writeState(fs disk.FS, dir string, st *stateFile) error {
	buf := []byte(`{"initial_version":`)
	buf = appendVersion(buf, st.InitialVersion)
	buf = append(buf, `,"version":`...)
	buf = appendVersion(buf, st.Version)
	buf = append(buf, `,"config":`...)
	buf = append(buf, st.Config...)
	buf = append(buf, '}')
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, stateName), buf); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}

func appendVersion(dst []byte, v *uint64) []byte {
	if v == nil {
		return append(dst, "null"...)
	}
	return strconv.AppendUint(dst, *v, 10)
}

type newVector struct {
	Size         uint64          `json:"size"`
	Distance     string          `json:"distance"`
	StorageType  string          `json:"storage_type"`
	Index        json.RawMessage `json:"index"`
	Quantization json.RawMessage `json:"quantization_config"`
	Datatype     *string         `json:"datatype,omitempty"`
}

// plainConfig is the config of an appendable segment of a shard configuration.
func plainConfig(cfg *api.EdgeConfig) ([]byte, error) {
	if err := CheckSupported(cfg); err != nil {
		return nil, err
	}
	vectors := append([]api.NamedVectorParams(nil), cfg.Vectors...)
	sort.Slice(vectors, func(i, j int) bool { return vectors[i].Name < vectors[j].Name })
	buf := []byte(`{"vector_data":{`)
	for i, v := range vectors {
		if i > 0 {
			buf = append(buf, ',')
		}
		key, err := json.Marshal(v.Name)
		if err != nil {
			return nil, fmt.Errorf("segment: vector name: %w", err)
		}
		nv := newVector{Size: v.Params.Size, Distance: v.Params.Distance.String(), StorageType: "InRamChunkedMmap",
			Index: json.RawMessage(`{"type":"plain","options":{}}`), Quantization: json.RawMessage("null")}
		if cold(v.Params.Memory, v.Params.OnDisk, false) {
			nv.StorageType = "ChunkedMmap"
		}
		if v.Params.Datatype != nil {
			f32 := "float32"
			nv.Datatype = &f32
		}
		val, err := json.Marshal(nv)
		if err != nil {
			return nil, fmt.Errorf("segment: vector %q: %w", v.Name, err)
		}
		buf = append(append(append(buf, key...), ':'), val...)
	}
	kind := "in_ram_mmap"
	if cold(cfg.PayloadMemory, cfg.OnDiskPayload, true) {
		kind = "mmap"
	}
	buf = append(buf, `},"payload_storage_type":{"type":"`...)
	buf = append(buf, kind...)
	buf = append(buf, `"}`...)
	if cfg.IDTrackerMemory != nil {
		buf = append(buf, `,"id_tracker_memory":"`...)
		buf = append(buf, memoryName(*cfg.IDTrackerMemory)...)
		buf = append(buf, '"')
	}
	return append(buf, '}'), nil
}

// cold resolves a memory placement against the older on_disk flag.
func cold(m *api.Memory, onDisk *bool, byDefault bool) bool {
	switch {
	case m != nil:
		return *m == api.MemoryCold
	case onDisk != nil:
		return *onDisk
	}
	return byDefault
}

func memoryName(m api.Memory) string {
	return [...]string{"cold", "cached", "pinned"}[m%3]
}

// CheckSupported refuses configurations that this release cannot store.
func CheckSupported(cfg *api.EdgeConfig) error {
	for _, v := range cfg.SparseVectors {
		return api.Errorf(api.Unsupported, "vector %q: sparse vectors are not supported yet", v.Name)
	}
	for _, v := range cfg.Vectors {
		switch p := v.Params; {
		case p == nil || p.Size == 0 || p.Size > 65536:
			return api.Errorf(api.InvalidArgument, "vector %q: the size must be between 1 and 65536", v.Name)
		case p.MultivectorConfig != nil:
			return api.Errorf(api.Unsupported, "vector %q: multivectors are not supported yet", v.Name)
		case p.Datatype != nil && *p.Datatype != api.DatatypeFloat32:
			return api.Errorf(api.Unsupported, "vector %q: only the datatype float32 is supported yet", v.Name)
		}
	}
	return nil
}
