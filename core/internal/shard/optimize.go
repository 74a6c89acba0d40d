package shard

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/plan"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// tempDir is where segments are built. What a crash left in it is of no use to anyone.
const tempDir = "temp_segments"

// deletedSuffix marks directories that a load removes.
const deletedSuffix = ".deleted"

// Build makes a segment directory, durable when it returns; see package build.
type Build func(context.Context, *segment.BuildRequest) error

// Optimization says how to optimize.
type Optimization struct {
	Build    Build
	Threads  int            // that build a graph at most; 0 for what the configuration says
	Progress func(Progress) // called by one goroutine at a time; nil for none
}

// Progress says how far a task of an optimization is.
type Progress struct {
	By      plan.Optimizer
	Sources int // segments that are built into one
	segment.Progress
}

// Optimize builds segments anew until the plans call for nothing more, and tells whether it built any. Reads and updates go on beside it; what
// updates write meanwhile is left for the next call, but for the points that they drop. An error, or the end of the context, leaves the segments of the
// unfinished task in service. Calls run one after the other. A change of the vectors or an applied snapshot makes the task begin anew.
func (s *Shard) Optimize(ctx context.Context, how *Optimization) (done bool, err error) {
	for {
		built, err := s.optimize(ctx, how)
		done = done || built
		if !errors.Is(err, errSuperseded) {
			return done, err
		}
	}
}

func (s *Shard) optimize(ctx context.Context, how *Optimization) (done bool, err error) {
	turn, release, err := s.turn.take(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	o := &optimizer{s: s, how: how, cpus: runtime.NumCPU(), built: map[string]bool{}}
	err = o.all(turn)
	if errors.Is(err, context.Canceled) && context.Cause(turn) == errSuperseded {
		err = errSuperseded
	}
	return o.done, errors.Join(err, o.dropSpare(), s.clearTemp())
}

// clearTemp removes unfinished segments.
func (s *Shard) clearTemp() error {
	dir := filepath.Join(s.path, tempDir)
	if ok, err := disk.Exists(s.fs, dir); err != nil || !ok {
		return err
	}
	return s.fs.RemoveAll(dir)
}

// optimizer is one turn.
type optimizer struct {
	s        *Shard
	how      *Optimization
	cpus     int
	cfg      *api.EdgeConfig // that settings are of
	settings *plan.Settings
	known    map[*segment.Segment]bool // nil, or the segments that this turn is about
	built    map[string]bool           // segments built by this turn
	spare    *segment.Segment          // made by this turn for what updates write; nil for none
	done     bool
}

func (o *optimizer) all(ctx context.Context) error {
	for {
		tasks, err := o.plan()
		if err != nil || len(tasks) == 0 {
			return err
		}
		for _, t := range tasks {
			if err := t.run(ctx); err != nil {
				return err
			}
		}
	}
}

// plan asks for tasks. A segment that was just built is not built again alone: it is what the settings make of it.
func (o *optimizer) plan() ([]*task, error) {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	if err := o.s.writable(); err != nil {
		return nil, err
	}
	o.cfg = o.s.cfg.Load()
	o.settings = plan.New(o.cfg, o.cpus)
	segs, stats := o.concerned()
	var tasks []*task
	for _, planned := range plan.Make(o.settings, stats) {
		t := &task{optimizer: o, by: planned.By, name: newUUID()}
		for _, i := range planned.Segments {
			t.sources = append(t.sources, segs[i])
		}
		if len(t.sources) > 1 || !o.built[t.sources[0].UUID()] {
			tasks = append(tasks, t)
		}
	}
	return tasks, nil
}

// concerned lists the segments that were there when the turn began, or that it built: updates could make it endless.
func (o *optimizer) concerned() (segs []*segment.Segment, stats []plan.Segment) {
	parts := o.s.view.Load().own()
	first := o.known == nil
	if first {
		o.known = map[*segment.Segment]bool{}
	}
	for i := range parts {
		seg := parts[i].Seg
		if first {
			o.known[seg] = true
		}
		if o.known[seg] {
			segs, stats = append(segs, seg), append(stats, statistics(&parts[i]))
		}
	}
	return segs, stats
}

func statistics(p *Part) plan.Segment {
	ids, cfg := p.Seg.IDs(), p.Seg.Config()
	st := plan.Segment{Slots: uint64(ids.Total()), Deleted: uint64(min(ids.Total()-ids.Live()+p.Hidden.Ones(), ids.Total())),
		Appendable: p.Seg.Appendable(), PayloadOnDisk: cfg.PayloadOnDisk, IDsOnDisk: cfg.IDTrackerMemory != nil && *cfg.IDTrackerMemory == api.MemoryCold}
	for i := range p.Seg.Vectors() {
		v := &p.Seg.Vectors()[i]
		live := uint64(v.Store.Live())
		one := plan.Vector{Name: v.Name, Live: live, Bytes: vectors.Bytes(v.Store), Hnsw: v.Hnsw, OnDisk: v.OnDisk, Inline: v.Inline, Quantization: v.Quantization}
		if v.Sparse != nil {
			one.Sparse, one.Growing, one.OnDisk = true, p.Seg.Appendable(), false
			if x, err := p.Seg.Inverted(v); err == nil { // what cannot be read shows when it is built
				one.Bytes = x.Bytes()
			}
		}
		if v.Graph != nil && v.Graph.Config().IndexedVectors != nil {
			one.Indexed = uint64(*v.Graph.Config().IndexedVectors)
		}
		st.Vectors = append(st.Vectors, one)
	}
	return st
}

// dropSpare removes the segment that updates were to write to, when they did not and another takes points.
func (o *optimizer) dropSpare() error {
	s := o.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.spare == nil || s.writable() != nil || o.spare.IDs().Total() > 0 || s.lacks(o.spare) || !takesPoints(s.without([]*segment.Segment{o.spare})) {
		return nil
	}
	gone := []*segment.Segment{o.spare}
	if err := s.fs.Rename(o.spare.Dir(), o.spare.Dir()+deletedSuffix); err != nil {
		return nil // an empty segment is no harm
	}
	s.publish(s.without(gone))
	return s.remove(gone)
}
