package segment

import (
	"encoding/json"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
)

type newConfig struct {
	VectorData         map[string]newVector `json:"vector_data"`
	SparseVectorData   map[string]newSparse `json:"sparse_vector_data,omitempty"`
	PayloadStorageType struct {
		Type string `json:"type"`
	} `json:"payload_storage_type"`
	IDTrackerMemory *string `json:"id_tracker_memory,omitempty"`
}

type newVector struct {
	Size         uint64          `json:"size"`
	Distance     string          `json:"distance"`
	StorageType  string          `json:"storage_type"`
	Index        json.RawMessage `json:"index"`
	Quantization json.RawMessage `json:"quantization_config"`
	Multivector  *newMulti       `json:"multivector_config,omitempty"`
	Datatype     *string         `json:"datatype,omitempty"`
}

type newMulti struct {
	Comparator string `json:"comparator"`
}

type newSparse struct {
	Index       newSparseIndex `json:"index"`
	StorageType string         `json:"storage_type"`
	Modifier    *string        `json:"modifier,omitempty"`
}

type newSparseIndex struct {
	FullScanThreshold *uint64 `json:"full_scan_threshold"`
	IndexType         string  `json:"index_type"`
	Datatype          *string `json:"datatype,omitempty"`
	Memory            *string `json:"memory,omitempty"`
}

// plainConfig is the config of an appendable segment of a shard configuration.
func plainConfig(cfg *api.EdgeConfig) ([]byte, error) {
	if err := CheckSupported(cfg); err != nil {
		return nil, err
	}
	c := newConfig{VectorData: map[string]newVector{}, SparseVectorData: map[string]newSparse{}}
	for _, v := range cfg.Vectors {
		c.VectorData[v.Name] = plainVector(v.Params, cfg.QuantizationConfig)
	}
	for _, v := range cfg.SparseVectors {
		c.SparseVectorData[v.Name] = plainSparse(v.Params)
	}
	c.PayloadStorageType.Type = payloadType(cfg)
	c.IDTrackerMemory = name(cfg.IDTrackerMemory)
	buf, err := json.Marshal(&c)
	if err != nil {
		return nil, fmt.Errorf("segment: config: %w", err)
	}
	return buf, nil
}

func payloadType(cfg *api.EdgeConfig) string {
	if api.IsCold(cfg.PayloadMemory, cfg.OnDiskPayload, true) {
		return "mmap"
	}
	return "in_ram_mmap"
}

func plainVector(p *api.VectorParams, shardWide api.QuantizationConfig) newVector {
	v := newVector{Size: p.Size, Distance: p.Distance.String(), StorageType: "InRamChunkedMmap",
		Index: json.RawMessage(`{"type":"plain","options":{}}`), Quantization: json.RawMessage("null"), Datatype: name(p.Datatype)}
	if api.IsCold(p.Memory, p.OnDisk, false) {
		v.StorageType = "ChunkedMmap"
	}
	if p.MultivectorConfig != nil {
		v.Multivector = &newMulti{p.MultivectorConfig.Comparator.String()}
	}
	q := p.QuantizationConfig
	if q == nil {
		q = shardWide
	}
	switch q.(type) {
	case *api.BinaryQuantization, *api.TurboQuantization: // the kinds that others keep while a segment grows
		v.Quantization = api.AppendQuantizationConfigJSON(nil, q)
	}
	return v
}

func plainSparse(p *api.SparseVectorParams) newSparse {
	v := newSparse{Index: newSparseIndex{IndexType: mutableIndex}, StorageType: "mmap"}
	if p != nil {
		v.Index.FullScanThreshold, v.Index.Datatype, v.Index.Memory = p.FullScanThreshold, name(p.Datatype), name(p.Memory)
		v.Modifier = name(p.Modifier)
	}
	return v
}

// name is the JSON of an optional enum.
func name[T fmt.Stringer](v *T) *string {
	if v == nil {
		return nil
	}
	s := (*v).String()
	return &s
}

// CheckSupported refuses configurations that this release cannot store.
func CheckSupported(cfg *api.EdgeConfig) error {
	seen := map[string]bool{}
	for _, v := range cfg.Vectors {
		switch p := v.Params; {
		case p == nil || p.Size == 0 || p.Size > 65536:
			return api.Errorf(api.InvalidArgument, "vector %q: the size must be between 1 and 65536", v.Name)
		}
		seen[v.Name] = true
	}
	for _, v := range cfg.SparseVectors {
		if seen[v.Name] {
			return api.Errorf(api.InvalidArgument, "vector %q is dense and sparse", v.Name)
		}
	}
	return nil
}
