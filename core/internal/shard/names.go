package shard

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/wal"
)

// createVectorName refuses a vector that cannot be added. One that exists with the same space stays as it is.
func (c *checker) createVectorName(op *api.CreateVectorName) error {
	if err := segment.CheckName(op.VectorName); err != nil {
		return err
	}
	p, err := segment.ParamsOf(op.Config)
	if err != nil {
		return err
	}
	if err := segment.CheckSupported(with(&api.EdgeConfig{}, op.VectorName, p)); err != nil {
		return err
	}
	if _, exists := vectorOf(c.cfg, op.VectorName); exists && !c.strange && !sameSpace(c.cfg, op.VectorName, p) {
		return api.Errorf(api.InvalidArgument,
			"vector '%s' already exists with different parameters; delete it before recreating with a different configuration", op.VectorName)
	}
	return nil
}

func sameSpace(cfg *api.EdgeConfig, name string, p segment.NamedParams) bool {
	if have := vectorParams(cfg, name); have != nil {
		return p.Dense != nil && compatibleVectors(p.Dense, have) == nil
	}
	for i := range cfg.SparseVectors {
		if v := &cfg.SparseVectors[i]; v.Name == name && p.Sparse != nil {
			have := v.Params
			if have == nil {
				have = &api.SparseVectorParams{}
			}
			return equal(have.Modifier, p.Sparse.Modifier) && equal(have.Datatype, p.Sparse.Datatype)
		}
	}
	return false
}

func equal[T comparable](a, b *T) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// with is a configuration that has a vector, without one that lacks it.
func with(cfg *api.EdgeConfig, name string, p segment.NamedParams) *api.EdgeConfig {
	c := without(cfg, name)
	if p.Dense != nil {
		c.Vectors = append(c.Vectors, api.NamedVectorParams{Name: name, Params: p.Dense})
	} else {
		c.SparseVectors = append(c.SparseVectors, api.NamedSparseVectorParams{Name: name, Params: p.Sparse})
	}
	return c
}

func without(cfg *api.EdgeConfig, name string) *api.EdgeConfig {
	c := *cfg
	c.Vectors = slices.DeleteFunc(slices.Clone(c.Vectors), func(v api.NamedVectorParams) bool { return v.Name == name })
	c.SparseVectors = slices.DeleteFunc(slices.Clone(c.SparseVectors), func(v api.NamedSparseVectorParams) bool { return v.Name == name })
	return &c
}

func (w *writer) createVectorName(op *api.CreateVectorName) error {
	p, err := segment.ParamsOf(op.Config)
	if err != nil {
		return err
	}
	for _, own := range w.view.own() {
		if err := own.Seg.AddVector(w.op, op.VectorName, p); err != nil {
			return err
		}
	}
	return nil
}

// deleteVectorName takes a vector away. The points of a segment that would then look like one that takes points move out of it first.
func (w *writer) deleteVectorName(op *api.DeleteVectorName) error {
	for _, p := range w.view.own() {
		seg := p.Seg
		if !seg.DependsOn(op.VectorName) {
			continue
		}
		var ids []api.PointID
		for id := range seg.IDs().From(nil) {
			ids = append(ids, id)
		}
		if err := w.edit(ids, &segment.Edit{Without: []string{op.VectorName}}); err != nil {
			return err
		}
	}
	for _, p := range w.view.own() {
		if seg := p.Seg; !seg.DependsOn(op.VectorName) {
			if err := seg.DropVector(w.op, op.VectorName); err != nil {
				return err
			}
		}
	}
	return nil
}

// named follows an operation that added or took away a vector: the configuration says so, and segments that had to be emptied go.
func (s *Shard) named(op api.UpdateOperation) error {
	cfg := s.cfg.Load()
	switch op := op.(type) {
	case *api.CreateVectorName:
		if _, exists := vectorOf(cfg, op.VectorName); exists {
			return nil
		}
		p, err := segment.ParamsOf(op.Config)
		if err != nil {
			return err
		}
		cfg = with(cfg, op.VectorName, p)
	case *api.DeleteVectorName:
		if err := s.dissolve(op.VectorName); err != nil {
			return err
		}
		if _, exists := vectorOf(cfg, op.VectorName); !exists {
			return nil
		}
		cfg = without(cfg, op.VectorName)
	default:
		return nil
	}
	s.cfg.Store(cfg)
	s.turn.interrupt()
	return writeConfig(s.fs, s.path, cfg)
}

// dissolve removes the segments that deleteVectorName emptied, once their points are durable elsewhere.
func (s *Shard) dissolve(name string) error {
	var empty []*segment.Segment
	for _, p := range s.view.Load().own() {
		if p.Seg.DependsOn(name) {
			empty = append(empty, p.Seg)
		}
	}
	if len(empty) == 0 {
		return nil
	}
	if err := s.view.Load().settle(); err != nil {
		return err
	}
	s.publish(s.without(empty))
	var errs []error
	for _, seg := range empty {
		errs = append(errs, s.fs.Rename(seg.Dir(), seg.Dir()+deletedSuffix))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	return s.remove(empty)
}

// settle makes durable what the segments hold.
func (v *View) settle() error {
	v.lock()
	defer v.unlock()
	return v.flush()
}

// operationName is within how many bytes of an entry its operation is named.
const operationName = 64

// settleNames brings segments and configuration to one set of vectors, when a crash came between changing one of them and the next: the log
// says what was on its way. It returns the configuration, and the names whose vectors in the log may be of another space than they are now.
func settleNames(cfg *api.EdgeConfig, l *wal.Log, segs []*segment.Segment) (_ *api.EdgeConfig, changed map[string]bool, err error) {
	if l == nil || len(segs) == 0 {
		return cfg, nil, nil
	}
	type change struct {
		op     uint64
		config api.VectorNameConfig // nil when the vector was taken away
	}
	last := map[string]change{}
	err = l.Read(l.FirstIndex(), func(i uint64, data []byte) error {
		if !bytes.Contains(data[:min(len(data), operationName)], []byte("_vector_name")) {
			return nil
		}
		op, err := decodeOperation(data)
		if err != nil {
			return nil // the replay will say so
		}
		switch op := op.(type) {
		case *api.CreateVectorName:
			c := checker{cfg: &api.EdgeConfig{}, strange: true}
			if c.createVectorName(op) == nil {
				last[op.VectorName] = change{i, op.Config}
			}
		case *api.DeleteVectorName:
			last[op.VectorName] = change{op: i}
		}
		return nil
	})
	if err != nil {
		return cfg, nil, err
	}
	changed = make(map[string]bool, len(last))
	for name, c := range last {
		changed[name] = true
		if cfg, err = settleName(cfg, segs, name, c.op, c.config); err != nil {
			return cfg, nil, err
		}
	}
	return cfg, changed, nil
}

// settleName leaves a vector alone that all segments have, or none: the replay does the rest in its order.
func settleName(cfg *api.EdgeConfig, segs []*segment.Segment, name string, op uint64, config api.VectorNameConfig) (*api.EdgeConfig, error) {
	have := 0
	for _, seg := range segs {
		if seg.Vector(name) != nil {
			have++
		}
	}
	var p segment.NamedParams
	if config != nil {
		var err error
		if p, err = segment.ParamsOf(config); err != nil {
			return cfg, err
		}
	}
	add := config != nil
	for _, seg := range segs {
		if !add && seg.DependsOn(name) { // has points to move out first: the replay takes the vector away
			p, add = paramsOf(seg.Vector(name)), true
		}
	}
	for _, seg := range segs {
		if have == 0 || have == len(segs) {
			break
		}
		var err error
		if add {
			err = seg.AddVector(op, name, p)
		} else {
			err = seg.DropVector(op, name)
		}
		if err != nil {
			return cfg, err
		}
	}
	if cfg == nil {
		return nil, nil
	}
	_, known := vectorOf(cfg, name)
	has := segs[0].Vector(name) != nil
	switch {
	case known && !has:
		return without(cfg, name), nil
	case has && !known && config != nil:
		return with(cfg, name, p), nil
	}
	return cfg, nil
}

// paramsOf is what an operation would have to say to add a vector again.
func paramsOf(v *segment.Vector) segment.NamedParams {
	if v.Sparse != nil {
		return segment.NamedParams{Sparse: &api.SparseVectorParams{Modifier: v.Sparse.Modifier, Datatype: v.Datatype}}
	}
	return segment.NamedParams{Dense: &api.VectorParams{Size: uint64(v.Size), Distance: v.Distance, MultivectorConfig: v.Multi, Datatype: v.Datatype}}
}
