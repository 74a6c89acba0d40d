package segment

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Segments of version 0.3 describe one vector, with the index and the kind of storage of the segment beside it; those of 0.4 and 0.5 describe
// each vector, with index, storage and quantization of the segment where the vector has none of its own. Both are rewritten when they are
// opened for writing. Older ones are refused, as are newer ones.

// release is a version of the layout.
type release [3]uint64

var current = release{0, 6, 0}

// newer leaves the last number out: it never changed a layout.
func (r release) newer(o release) bool { return r[0] > o[0] || (r[0] == o[0] && r[1] > o[1]) }

// readRelease reads version.info.
func readRelease(fs disk.FS, dir string) (release, error) {
	name := filepath.Join(dir, VersionFile)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return release{}, fmt.Errorf("segment: %w", err)
	}
	text := strings.TrimSpace(string(data))
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return release{}, disk.Corruptf(name, 0, "not a version: %q", text)
	}
	var r release
	for i, p := range parts {
		if r[i], err = strconv.ParseUint(p, 10, 32); err != nil {
			return release{}, disk.Corruptf(name, 0, "not a version: %q", text)
		}
	}
	if r.newer(current) || (r[0] == 0 && r[1] < 3) {
		return r, api.Errorf(api.Unsupported, "segment version %s is not supported, only 0.3 to 0.6 (%s)", text, name)
	}
	return r, nil
}

type oldState struct {
	Version *uint64 `json:"version"`
	Config  struct {
		// of 0.3
		VectorSize uint64 `json:"vector_size"`
		Distance   string `json:"distance"`
		// of 0.4 and 0.5
		VectorData map[string]oldVector `json:"vector_data"`
		// of both
		Index       json.RawMessage `json:"index"`
		StorageType struct {
			Type string `json:"type"`
		} `json:"storage_type"`
		PayloadStorage json.RawMessage `json:"payload_storage_type"`
		Quantization   json.RawMessage `json:"quantization_config"`
	} `json:"config"`
}

type oldVector struct {
	Size         uint64          `json:"size"`
	Distance     string          `json:"distance"`
	Hnsw         json.RawMessage `json:"hnsw_config"`
	Quantization json.RawMessage `json:"quantization_config"`
	OnDisk       *bool           `json:"on_disk"`
}

// migrated turns a segment.json of an older layout into one of the present layout.
func migrated(name string, data []byte, r release) ([]byte, error) {
	if r[1] > 5 {
		return data, nil
	}
	var old oldState
	if err := json.Unmarshal(data, &old); err != nil {
		return nil, disk.Corruptf(name, 0, "%v", err)
	}
	vectors := old.Config.VectorData
	if r[1] == 3 {
		vectors = map[string]oldVector{"": {Size: old.Config.VectorSize, Distance: old.Config.Distance}}
	}
	c := newConfig{VectorData: make(map[string]newVector, len(vectors))}
	for n, v := range vectors {
		c.VectorData[n] = old.vector(&v)
	}
	c.PayloadStorageType.Type = "mmap"
	if isSet(old.Config.PayloadStorage) {
		if err := json.Unmarshal(old.Config.PayloadStorage, &c.PayloadStorageType); err != nil {
			return nil, disk.Corruptf(name, 0, "payload_storage_type: %v", err)
		}
	}
	raw, err := json.Marshal(&c)
	if err != nil {
		return nil, err
	}
	return json.Marshal(&stateFile{Version: old.Version, Config: raw})
}

func (old *oldState) vector(v *oldVector) newVector {
	out := newVector{Size: v.Size, Distance: v.Distance, StorageType: "Memory", Index: old.Config.Index, Quantization: json.RawMessage("null")}
	if old.Config.StorageType.Type == "mmap" || (v.OnDisk != nil && *v.OnDisk) {
		out.StorageType = "Mmap"
	}
	if isSet(v.Hnsw) {
		out.Index = json.RawMessage(`{"type":"hnsw","options":` + string(v.Hnsw) + `}`)
	}
	if isSet(old.Config.Quantization) && isSet(v.Quantization) {
		out.Quantization = v.Quantization
	}
	return out
}

// settle writes what migrated made, the version last.
func settle(fs disk.FS, dir string, st *stateFile, r release) error {
	if r[1] > 5 {
		return nil
	}
	if err := writeState(fs, dir, st); err != nil {
		return err
	}
	return Layout(dir).Finish(fs)
}
