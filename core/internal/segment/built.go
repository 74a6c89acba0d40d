package segment

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/plan"
)

// Part is a segment and those of its slots that a newer copy elsewhere replaces.
type Part struct {
	Seg    *Segment
	Hidden bits.Set
}

// BuildRequest says what segment to build. The sources are locked for reading time and again, not all along: meanwhile points may be dropped from
// them, which the result may or may not have. Nothing else may change.
type BuildRequest struct {
	FS       disk.FS
	Dir      string // of the new segment; does not exist
	Config   *api.EdgeConfig
	Settings *plan.Settings
	Parts    []Part
	Indexed  bool           // the result is optimized, else appendable
	CPUs     int            // processors, for what the configuration leaves open
	Threads  int            // that build a graph at most; 0 for no bound
	Progress func(Progress) // called from several threads; nil for none
}

// Progress says how far a build is.
type Progress struct {
	Stage  Stage
	Vector string // of the stages that concern one vector
	Done   int
	Total  int // points
}

// Stage is a part of a build.
type Stage string

// The stages of a build, in their order; those from StageVectors on come once per vector.
const (
	StagePayload  Stage = "payload"
	StageFields   Stage = "payload index"
	StageVectors  Stage = "vectors"
	StageQuantize Stage = "quantization"
	StageGraph    Stage = "graph"
)

// IndexedVector says how an optimized segment keeps a dense vector.
type IndexedVector struct {
	Params       *api.VectorParams
	OnDisk       bool
	Hnsw         *api.HnswConfig
	Quantization api.QuantizationConfig
}

// Layout is where the parts of a segment directory are.
type Layout string

// Vectors is the directory of a vector storage.
func (l Layout) Vectors(name string) string { return filepath.Join(string(l), storageDir(name)) }

// Index is the directory of a vector index.
func (l Layout) Index(name string) string { return filepath.Join(string(l), indexDir(name)) }

// Payload is the directory of the payload storage.
func (l Layout) Payload() string { return filepath.Join(string(l), payloadDir) }

// Fields is the directory of the payload indexes.
func (l Layout) Fields() string { return filepath.Join(string(l), payloadIndex) }

// WriteFields stores the schemas of payload indexes, which the next open builds.
func (l Layout) WriteFields(fs disk.FS, fields map[string]json.RawMessage) error {
	return field.WriteSchemas(fs, l.Fields(), fields)
}

// WriteState stores segment.json of an optimized segment.
func (l Layout) WriteState(fs disk.FS, cfg *api.EdgeConfig, vectors map[string]IndexedVector, version *uint64) error {
	c := newConfig{VectorData: make(map[string]newVector, len(vectors)), IDTrackerMemory: name(cfg.IDTrackerMemory)}
	for n, iv := range vectors {
		v := plainVector(iv.Params, nil)
		v.StorageType = "InRamMmap"
		switch {
		case iv.Inline():
			v.StorageType = "GraphInline"
		case iv.OnDisk:
			v.StorageType = "Mmap"
		}
		v.Quantization = api.AppendQuantizationConfigJSON(nil, iv.Quantization)
		v.Index = append(iv.Hnsw.AppendJSON([]byte(`{"type":"hnsw","options":`)), '}')
		c.VectorData[n] = v
	}
	if len(cfg.SparseVectors) > 0 {
		c.SparseVectorData = make(map[string]newSparse, len(cfg.SparseVectors))
	}
	for i := range cfg.SparseVectors {
		c.SparseVectorData[cfg.SparseVectors[i].Name] = optimizedSparse(cfg.SparseVectors[i].Params)
	}
	c.PayloadStorageType.Type = payloadType(cfg)
	raw, err := json.Marshal(&c)
	if err != nil {
		return fmt.Errorf("segment: config: %w", err)
	}
	return writeState(fs, string(l), &stateFile{InitialVersion: version, Version: version, Config: raw})
}

// Finish makes the directory a segment. Everything else in it must be durable.
func (l Layout) Finish(fs disk.FS) error {
	if err := disk.WriteFileAtomic(fs, filepath.Join(string(l), VersionFile), []byte(version)); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}

// Reach raises the version of a segment that was built to that of its sources.
func (s *Segment) Reach(version uint64) { s.bump(version) }

// Built says of an appendable segment that it was built from others, the newest of which had this version. Flush stores it.
func (s *Segment) Built(version uint64) {
	s.state.InitialVersion = &version
	s.bump(version)
}
