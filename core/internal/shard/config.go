package shard

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

const configName = "edge_config.json"

// readConfig reads edge_config.json; nil when there is none.
func readConfig(fsys disk.FS, path string) (*api.EdgeConfig, error) {
	name := filepath.Join(path, configName)
	data, err := disk.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	cfg, err := api.DecodeEdgeConfigJSON(data)
	if err != nil {
		return nil, disk.Corruptf(name, 0, "%v", err)
	}
	return cfg, nil
}

func writeConfig(fsys disk.FS, path string, cfg *api.EdgeConfig) error {
	name := filepath.Join(path, configName)
	data := cfg.AppendJSON(nil)
	if old, err := disk.ReadFile(fsys, name); err == nil && string(old) == string(data) {
		return nil
	}
	if err := disk.WriteFileAtomic(fsys, name, data); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	return nil
}

// initialConfig is the argument filled up from the persisted file; nil when there is neither.
func initialConfig(provided, persisted *api.EdgeConfig) (*api.EdgeConfig, error) {
	switch {
	case provided == nil:
		return persisted, nil
	case persisted == nil:
		return provided, nil
	case provided.WalEnabled != nil && walEnabled(provided) != walEnabled(persisted):
		return nil, api.Errorf(api.Incompatible, "wal_enabled cannot be changed after the shard is created (the shard was created with wal_enabled=%t)", walEnabled(persisted))
	}
	return fill(provided, persisted), nil
}

func walEnabled(c *api.EdgeConfig) bool { return c == nil || c.WalEnabled == nil || *c.WalEnabled }

// fill returns c with what it leaves open taken from base. Vector maps are taken whole, never merged; the two ways to say where the payload
// lives count as one setting.
func fill(c, base *api.EdgeConfig) *api.EdgeConfig {
	r := *c
	if r.OnDiskPayload == nil && r.PayloadMemory == nil {
		r.OnDiskPayload, r.PayloadMemory = base.OnDiskPayload, base.PayloadMemory
	}
	if len(r.Vectors) == 0 {
		r.Vectors = base.Vectors
	}
	if len(r.SparseVectors) == 0 {
		r.SparseVectors = base.SparseVectors
	}
	if r.QuantizationConfig == nil {
		r.QuantizationConfig = base.QuantizationConfig
	}
	orElse(&r.IDTrackerMemory, base.IDTrackerMemory)
	orElse(&r.HnswConfig, base.HnswConfig)
	orElse(&r.Optimizers, base.Optimizers)
	orElse(&r.WalOptions, base.WalOptions)
	orElse(&r.WalEnabled, base.WalEnabled)
	orElse(&r.MaxSearchThreads, base.MaxSearchThreads)
	orElse(&r.SearchPoolCore, base.SearchPoolCore)
	return &r
}

func orElse[T any](p **T, base *T) {
	if *p == nil {
		*p = base
	}
}

// derived is what the segments say of their shard's configuration; nil without segments.
func derived(segs []*segment.Segment) (*api.EdgeConfig, error) {
	var acc *api.EdgeConfig
	for _, s := range segs {
		one := fromSegment(s.Config())
		if acc == nil {
			acc = one
			continue
		}
		if err := compatible(acc, one); err != nil {
			return nil, api.Wrap(api.Incompatible, err, "segment %s is incompatible with previously loaded segments", s.UUID())
		}
		acc = fill(acc, one)
	}
	return acc, nil
}

func fromSegment(sc *segment.Config) *api.EdgeConfig {
	onDisk := sc.PayloadOnDisk
	placed := placement(onDisk)
	c := &api.EdgeConfig{OnDiskPayload: &onDisk, PayloadMemory: &placed, IDTrackerMemory: sc.IDTrackerMemory}
	same := true
	for i := range sc.Vectors {
		v := &sc.Vectors[i]
		cold, mem := v.OnDisk, placement(v.OnDisk)
		if v.Sparse != nil {
			c.SparseVectors = append(c.SparseVectors, api.NamedSparseVectorParams{Name: v.Name, Params: &api.SparseVectorParams{
				FullScanThreshold: v.Sparse.FullScanThreshold, OnDisk: &cold, Modifier: v.Sparse.Modifier, Datatype: v.Datatype, Memory: v.Sparse.Memory}})
			continue
		}
		c.Vectors = append(c.Vectors, api.NamedVectorParams{Name: v.Name, Params: &api.VectorParams{
			Size: uint64(v.Size), Distance: v.Distance, OnDisk: &cold, Memory: &mem, MultivectorConfig: v.Multi, Datatype: v.Datatype,
			QuantizationConfig: v.Quantization, HnswConfig: v.Hnsw}})
		if v.Hnsw != nil {
			if c.HnswConfig == nil {
				c.HnswConfig = v.Hnsw
			}
			same = same && v.Hnsw.M == c.HnswConfig.M && v.Hnsw.EfConstruct == c.HnswConfig.EfConstruct
		}
	}
	if !same {
		c.HnswConfig = nil
	}
	return c
}

func placement(onDisk bool) api.Memory {
	if onDisk {
		return api.MemoryCold
	}
	return api.MemoryCached
}

// compatible compares what stored vectors depend on.
func compatible(want, have *api.EdgeConfig) error {
	if len(want.Vectors) != len(have.Vectors) || len(want.SparseVectors) != len(have.SparseVectors) {
		return fmt.Errorf("expected vector storages with keys %s, but got %s", vectorNames(want), vectorNames(have))
	}
	for _, w := range want.SparseVectors {
		if v, ok := vectorOf(have, w.Name); !ok || !v.Sparse {
			return fmt.Errorf("expected sparse vector storage with key %q not found", w.Name)
		}
	}
	for _, w := range want.Vectors {
		h := vectorParams(have, w.Name)
		if h == nil {
			return fmt.Errorf("expected vector storage with key %q not found", w.Name)
		}
		if err := compatibleVectors(w.Params, h); err != nil {
			return fmt.Errorf("vector %q: %w", w.Name, err)
		}
	}
	return nil
}

func compatibleVectors(want, have *api.VectorParams) error {
	switch {
	case have.Size != want.Size:
		return fmt.Errorf("expected size %d, but got %d", want.Size, have.Size)
	case have.Distance != want.Distance:
		return fmt.Errorf("expected distance %s, but got %s", want.Distance, have.Distance)
	case elements(have) != elements(want):
		return fmt.Errorf("expected datatype %s, but got %s", elements(want), elements(have))
	case (have.MultivectorConfig == nil) != (want.MultivectorConfig == nil):
		return errors.New("one and several vectors per point do not go together")
	}
	return nil
}

func elements(p *api.VectorParams) api.VectorDatatype {
	if p.Datatype == nil {
		return api.DatatypeFloat32
	}
	return *p.Datatype
}

func vectorNames(c *api.EdgeConfig) string {
	var names []string
	for _, v := range c.Vectors {
		names = append(names, fmt.Sprintf("%q", v.Name))
	}
	for _, v := range c.SparseVectors {
		names = append(names, fmt.Sprintf("%q", v.Name))
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func vectorParams(c *api.EdgeConfig, name string) *api.VectorParams {
	for i := range c.Vectors {
		if c.Vectors[i].Name == name {
			return c.Vectors[i].Params
		}
	}
	return nil
}

// resolve merges the layers: argument, persisted file, segments.
func resolve(initial *api.EdgeConfig, segs []*segment.Segment) (*api.EdgeConfig, error) {
	from, err := derived(segs)
	if err != nil {
		return nil, err
	}
	switch {
	case initial == nil && from == nil:
		return nil, api.Errorf(api.InvalidArgument, "edge config is not provided and no segments were loaded")
	case initial == nil:
		return from, nil
	case from == nil:
		return initial, nil
	}
	merged := fill(initial, from)
	if err := compatible(merged, from); err != nil {
		return nil, api.Wrap(api.Incompatible, err, "config is incompatible with existing segments")
	}
	return merged, nil
}
