package segment

import (
	"encoding/json"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// VectorConfig is what segment.json says of one vector.
type VectorConfig struct {
	Name         string
	Size         int          // elements of a row; 0 when sparse
	Distance     api.Distance // Dot when sparse
	OnDisk       bool         // storage kinds that do not populate the page cache
	Matrix       bool         // the storage is immutable; multivectors have chunks all the same
	Inline       bool         // the vectors are in the file of links alone
	Hnsw         *api.HnswConfig
	Datatype     *api.VectorDatatype // of the stored elements, or of a sparse index; nil is float32
	Multi        *api.MultiVectorConfig
	Quantization api.QuantizationConfig
	Sparse       *SparseConfig // nil when dense
}

// SparseConfig is what segment.json says of a sparse vector beyond its name.
type SparseConfig struct {
	FullScanThreshold *uint64
	Index             string // kind of index: "MutableRam" has no files
	Memory            *api.Memory
	Modifier          *api.Modifier
}

// mutableIndex is the kind of sparse index that is built at load from the storage.
const mutableIndex = "MutableRam"

func (v *VectorConfig) appendable() bool {
	if v.Sparse != nil {
		return v.Sparse.Index == mutableIndex
	}
	return !v.Matrix && v.Hnsw == nil
}

// elements is the type of what the storage holds.
func (v *VectorConfig) elements() api.VectorDatatype {
	if v.Datatype == nil || v.Sparse != nil {
		return api.DatatypeFloat32
	}
	return *v.Datatype
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

type sparseFile struct {
	Index struct {
		FullScanThreshold *uint64 `json:"full_scan_threshold"`
		IndexType         string  `json:"index_type"`
		Datatype          *string `json:"datatype"`
		Memory            *string `json:"memory"`
	} `json:"index"`
	StorageType string  `json:"storage_type"`
	Modifier    *string `json:"modifier"`
}

func isSet(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

func (vf *vectorFile) decode(file, name string) (VectorConfig, error) {
	vc := VectorConfig{Name: name, Size: int(vf.Size)}
	if vf.Size == 0 || vf.Size > 1<<20 {
		return vc, disk.Corruptf(file, 0, "vector %q: size %d", name, vf.Size)
	}
	d, err := api.ParseDistance(vf.Distance)
	if err != nil {
		return vc, api.Errorf(api.Unsupported, "vector %q: distance %q is not supported (%s)", name, vf.Distance, file)
	}
	vc.Distance = d
	if err := vc.kind(vf, file); err != nil {
		return vc, err
	}
	switch vf.StorageType {
	case "ChunkedMmap":
		vc.OnDisk = true
	case "InRamChunkedMmap":
	case "Mmap":
		vc.OnDisk, vc.Matrix = true, true
	case "InRamMmap":
		vc.Matrix = true
	case "GraphInline":
		vc.Matrix, vc.Inline = true, true
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

// kind reads what is optional: element type, multivectors, quantization.
func (v *VectorConfig) kind(vf *vectorFile, file string) error {
	if vf.Datatype != nil {
		t, err := api.ParseVectorDatatype(*vf.Datatype)
		if err != nil {
			return api.Errorf(api.Unsupported, "vector %q: datatype %s is not supported yet (%s)", v.Name, *vf.Datatype, file)
		}
		v.Datatype = &t
	}
	if isSet(vf.Multivector) {
		var m struct {
			Comparator string `json:"comparator"`
		}
		if err := json.Unmarshal(vf.Multivector, &m); err != nil {
			return disk.Corruptf(file, 0, "vector %q: multivector_config: %v", v.Name, err)
		}
		c, err := api.ParseMultiVectorComparator(m.Comparator)
		if err != nil {
			return api.Errorf(api.Unsupported, "vector %q: comparator %q is not supported (%s)", v.Name, m.Comparator, file)
		}
		v.Multi = &api.MultiVectorConfig{Comparator: c}
	}
	if isSet(vf.Quantization) {
		// A kind that is not known here does not matter: vectors are read from their storage.
		v.Quantization, _ = api.DecodeQuantizationConfigJSON(vf.Quantization)
	}
	return nil
}

func (sf *sparseFile) decode(file, name string) (VectorConfig, error) {
	sc := &SparseConfig{FullScanThreshold: sf.Index.FullScanThreshold, Index: sf.Index.IndexType}
	vc := VectorConfig{Name: name, Distance: api.DistanceDot, Sparse: sc}
	switch sf.StorageType {
	case "mmap":
	default:
		return vc, api.Errorf(api.Unsupported, "sparse vector %q: storage %q is not supported (%s)", name, sf.StorageType, file)
	}
	switch sc.Index {
	case mutableIndex, "ImmutableRam":
	case "Mmap":
		vc.OnDisk = true
	default:
		return vc, api.Errorf(api.Unsupported, "sparse vector %q: index %q is not supported (%s)", name, sc.Index, file)
	}
	if sf.Index.Datatype != nil {
		t, err := api.ParseVectorDatatype(*sf.Index.Datatype)
		if err != nil {
			return vc, api.Errorf(api.Unsupported, "sparse vector %q: datatype %q is not supported (%s)", name, *sf.Index.Datatype, file)
		}
		vc.Datatype = &t
	}
	if sf.Index.Memory != nil {
		m, err := api.ParseMemory(*sf.Index.Memory)
		if err != nil {
			return vc, disk.Corruptf(file, 0, "sparse vector %q: %v", name, err)
		}
		sc.Memory = &m
	}
	if sf.Modifier != nil {
		m, err := api.ParseModifier(*sf.Modifier)
		if err != nil {
			return vc, api.Errorf(api.Unsupported, "sparse vector %q: modifier %q is not supported (%s)", name, *sf.Modifier, file)
		}
		sc.Modifier = &m
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
		m, err := api.ParseMemory(*f.Memory)
		if err != nil {
			return nil, err
		}
		h.Memory = &m
	}
	return h, nil
}
