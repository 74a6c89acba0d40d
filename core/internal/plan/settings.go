package plan

import (
	"bytes"
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Defaults of the optimizers.
const (
	segmentKBPerThread = 256_000
	indexingKB         = 10_000
	deletedRatio       = 0.2
	vacuumMin          = 1000
)

// Settings is a configuration with its defaults filled in.
type Settings struct {
	SegmentNumber int    // wanted segments
	MaxBytes      uint64 // of a merged segment
	IndexBytes    uint64 // from which a vector gets a graph
	DeletedRatio  float64
	VacuumMin     uint64
	PayloadOnDisk bool
	IDsOnDisk     *bool // nil leaves them where they are

	cfg *api.EdgeConfig
}

// New reads the settings of a shard on a machine with so many processors.
func New(cfg *api.EdgeConfig, cpus int) *Settings {
	o := cfg.Optimizers
	if o == nil {
		o = &api.OptimizersConfig{}
	}
	s := &Settings{cfg: cfg, SegmentNumber: min(max(cpus/2, 2), 8), DeletedRatio: or(o.DeletedThreshold, deletedRatio),
		VacuumMin: or(o.VacuumMinVectorNumber, vacuumMin), PayloadOnDisk: api.IsCold(cfg.PayloadMemory, cfg.OnDiskPayload, true)}
	if n := or(o.DefaultSegmentNumber, 0); n > 0 {
		s.SegmentNumber = int(min(n, math.MaxInt32))
	}
	s.MaxBytes = kilobytes(or(o.MaxSegmentSize, uint64(s.mostThreads(cpus))*segmentKBPerThread))
	switch kb := or(o.IndexingThreshold, indexingKB); kb {
	case 0:
		s.IndexBytes = math.MaxUint64
	default:
		s.IndexBytes = kilobytes(kb)
	}
	if m := cfg.IDTrackerMemory; m != nil {
		onDisk := *m == api.MemoryCold
		s.IDsOnDisk = &onDisk
	}
	return s
}

// Indexed reports whether a segment built from these gets graphs: its largest vector has reached the threshold.
func (s *Settings) Indexed(segments []Segment) bool {
	sums := map[string]uint64{}
	for i := range segments {
		for _, v := range segments[i].Vectors {
			if sums[v.Name] += v.Bytes; sums[v.Name] >= s.IndexBytes {
				return true
			}
		}
	}
	return s.IndexBytes == 0
}

// Hnsw is the graph configuration of a vector.
func (s *Settings) Hnsw(name string) *api.HnswConfig {
	if p := s.params(name); p != nil && p.HnswConfig != nil {
		return p.HnswConfig
	}
	if s.cfg.HnswConfig != nil {
		return s.cfg.HnswConfig
	}
	no := false
	return &api.HnswConfig{M: 16, EfConstruct: 100, FullScanThreshold: 10_000, OnDisk: &no}
}

// Quantization is that of a vector in optimized segments; nil for none.
func (s *Settings) Quantization(name string) api.QuantizationConfig {
	if p := s.params(name); p != nil && p.QuantizationConfig != nil {
		return p.QuantizationConfig
	}
	return s.cfg.QuantizationConfig
}

// requantize reports whether a segment's quantization of a vector is not the one that is wanted. Vectors without a graph have no quantization but
// the kinds that grow.
func requantize(have, want api.QuantizationConfig, indexed bool) bool {
	if have != nil && want != nil {
		return !bytes.Equal(api.AppendQuantizationConfigJSON(nil, have), api.AppendQuantizationConfigJSON(nil, want))
	}
	return (have == nil) != (want == nil) && (indexed || grows(have) || grows(want))
}

func grows(q api.QuantizationConfig) bool {
	switch q.(type) {
	case *api.BinaryQuantization, *api.TurboQuantization:
		return true
	}
	return false
}

// OnDisk reports whether the vectors are to stay out of memory.
func (s *Settings) OnDisk(name string) bool {
	onDisk, _ := s.placed(name)
	return onDisk
}

// placed is where a vector is configured to be; known is false when nothing is said.
func (s *Settings) placed(name string) (onDisk, known bool) {
	p := s.params(name)
	if p == nil || (p.Memory == nil && p.OnDisk == nil) {
		return false, false
	}
	return api.IsCold(p.Memory, p.OnDisk, false), true
}

func (s *Settings) params(name string) *api.VectorParams {
	for i := range s.cfg.Vectors {
		if s.cfg.Vectors[i].Name == name {
			return s.cfg.Vectors[i].Params
		}
	}
	return nil
}

// mostThreads is the largest number of threads that a graph of the shard is built on.
func (s *Settings) mostThreads(cpus int) int {
	most := 0
	for i := range s.cfg.Vectors {
		most = max(most, Threads(s.Hnsw(s.cfg.Vectors[i].Name), cpus))
	}
	if most == 0 {
		most = Threads(&api.HnswConfig{}, cpus)
	}
	return most
}

// Threads is how many threads build a graph.
func Threads(h *api.HnswConfig, cpus int) int {
	switch {
	case h.MaxIndexingThreads > 0:
		return int(min(h.MaxIndexingThreads, math.MaxInt16))
	case cpus > 64:
		return 16
	case cpus > 48:
		return 12
	}
	return max(min(cpus, 8), 1)
}

// rebuild reports whether a graph of one configuration does not serve another one.
func rebuild(have, want *api.HnswConfig) bool {
	return have.M != want.M || have.EfConstruct != want.EfConstruct || have.FullScanThreshold != want.FullScanThreshold ||
		!equal(have.PayloadM, want.PayloadM) || memory(have) != memory(want) || !equal(have.InlineStorage, want.InlineStorage)
}

func memory(h *api.HnswConfig) api.Memory {
	switch {
	case h.Memory != nil:
		return *h.Memory
	case h.OnDisk != nil && *h.OnDisk:
		return api.MemoryCold
	}
	return api.MemoryCached
}

func kilobytes(n uint64) uint64 {
	if n > math.MaxUint64/1024 {
		return math.MaxUint64
	}
	return n * 1024
}

func or[T any](p *T, byDefault T) T {
	if p == nil {
		return byDefault
	}
	return *p
}

func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
