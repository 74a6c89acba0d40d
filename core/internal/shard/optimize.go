package shard

import (
	"context"
	"errors"
	"fmt"
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

// Optimize builds segments anew until the plans call for nothing more, and tells whether it built any. Reads go on; updates wait until it
// is done. An error, or the end of the context, leaves the segments of the unfinished task in service.
func (s *Shard) Optimize(ctx context.Context, build Build) (done bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return false, err
	}
	o := &optimizer{s: s, build: build, cpus: runtime.NumCPU(), made: map[string]bool{}}
	o.settings = plan.New(s.cfg.Load(), o.cpus)
	defer func() { err = errors.Join(err, s.clearTemp()) }()
	for tasks := o.tasks(); len(tasks) > 0; tasks = o.tasks() {
		if !o.done {
			// From here on the segments have everything that the log has.
			if err := s.flush(); err != nil {
				return false, err
			}
		}
		for _, sources := range tasks {
			if err := o.run(ctx, sources); err != nil {
				return o.done, err
			}
		}
	}
	return o.done, nil
}

// clearTemp removes unfinished segments.
func (s *Shard) clearTemp() error {
	dir := filepath.Join(s.path, tempDir)
	if ok, err := disk.Exists(s.fs, dir); err != nil || !ok {
		return err
	}
	return s.fs.RemoveAll(dir)
}

type optimizer struct {
	s        *Shard
	build    Build
	settings *plan.Settings
	cpus     int
	made     map[string]bool // segments built by this call
	done     bool
}

// tasks asks for plans. A segment that was just built is not built again alone: it is what the settings make of it.
func (o *optimizer) tasks() [][]*segment.Segment {
	parts := o.s.view.Load().own()
	stats := make([]plan.Segment, len(parts))
	for i := range parts {
		stats[i] = statistics(&parts[i])
	}
	var tasks [][]*segment.Segment
	for _, t := range plan.Make(o.settings, stats) {
		var sources []*segment.Segment
		for _, i := range t.Segments {
			sources = append(sources, parts[i].Seg)
		}
		if len(sources) > 1 || !o.made[sources[0].UUID()] {
			tasks = append(tasks, sources)
		}
	}
	return tasks
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

// run builds one segment out of the sources and puts it in their place.
func (o *optimizer) run(ctx context.Context, sources []*segment.Segment) error {
	name := newUUID()
	staged := filepath.Join(o.s.path, tempDir, name)
	if err := o.s.fs.MkdirAll(filepath.Dir(staged)); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	if err := o.stage(ctx, staged, sources); err != nil {
		return err
	}
	made, err := o.install(staged, name, sources)
	if err != nil {
		return err
	}
	o.s.publish(append(o.s.without(sources), made...))
	o.done = true
	o.made[name] = true
	return o.s.remove(sources)
}

// stage builds and test-opens. Reads go on beside it.
func (o *optimizer) stage(ctx context.Context, dir string, sources []*segment.Segment) error {
	v := o.s.view.Load()
	v.rlock()
	defer v.RUnlock()
	var parts []segment.Part
	var stats []plan.Segment
	own := v.own()
	for i := range own {
		for _, seg := range sources {
			if seg == own[i].Seg {
				parts = append(parts, segment.Part{Seg: seg, Hidden: own[i].Hidden})
				stats = append(stats, statistics(&own[i]))
			}
		}
	}
	r := &segment.BuildRequest{FS: o.s.fs, Dir: dir, Config: o.s.cfg.Load(), Settings: o.settings, Parts: parts,
		Indexed: o.settings.Indexed(stats), CPUs: o.cpus}
	if err := o.build(ctx, r); err != nil {
		return err
	}
	seg, err := segment.OpenReadOnly(o.s.fs, dir)
	if err != nil {
		return err
	}
	return seg.Close()
}

// install puts the new directory beside the old ones, opens it and renames the old ones to what a load removes. A crash in between leaves
// copies of equal versions, of which a load shows one. A failure takes everything back; where that fails too the shard takes no more updates,
// since the old copies of what they change could come back with the next load.
func (o *optimizer) install(staged, name string, sources []*segment.Segment) (made []*segment.Segment, err error) {
	sw := &swap{s: o.s, dir: filepath.Join(o.s.path, segmentsDir)}
	if made, err = sw.do(staged, name, sources); err == nil {
		return made, nil
	}
	if e := sw.takeBack(); e != nil {
		o.s.broken = api.Wrap(api.IO, e, "an interrupted optimization could not be taken back: load the shard again")
		err = errors.Join(err, e)
	}
	return nil, fmt.Errorf("shard: %w", err)
}

// swap is a switch of segments and what takes it back.
type swap struct {
	s    *Shard
	dir  string
	undo []func() error
}

func (w *swap) do(staged, name string, sources []*segment.Segment) (made []*segment.Segment, err error) {
	full := filepath.Join(w.dir, name)
	if err := w.s.fs.Rename(staged, full); err != nil {
		return nil, err
	}
	w.undo = append(w.undo, func() error { return w.drop(full) })
	seg, err := segment.Open(w.s.fs, full)
	if err != nil {
		return nil, err
	}
	w.undo = append(w.undo, seg.Close)
	made = append(made, seg)
	if !anyAppendable(w.s.without(sources)) && !seg.Appendable() {
		empty, err := w.appendable(seg)
		if err != nil {
			return nil, err
		}
		made = append(made, empty)
	}
	if err := w.s.fs.SyncDir(w.dir); err != nil {
		return nil, err
	}
	for _, seg := range sources {
		old := seg.Dir()
		if err := w.s.fs.Rename(old, old+deletedSuffix); err != nil {
			return nil, err
		}
		w.undo = append(w.undo, func() error { return w.s.fs.Rename(old+deletedSuffix, old) })
	}
	return made, w.s.fs.SyncDir(w.dir)
}

// appendable makes the segment that takes points from now on. It declares the payload indexes of the one whose points it will take over.
func (w *swap) appendable(like *segment.Segment) (*segment.Segment, error) {
	seg, err := newSegment(w.s.fs, w.s.path, w.s.cfg.Load(), like)
	if err != nil {
		return nil, err
	}
	w.undo = append(w.undo, func() error { return errors.Join(seg.Close(), w.drop(seg.Dir())) })
	return seg, nil
}

// drop removes a segment directory so that no load finds a part of it.
func (w *swap) drop(dir string) error {
	if err := w.s.fs.Rename(dir, dir+deletedSuffix); err != nil {
		return err
	}
	return w.s.fs.RemoveAll(dir + deletedSuffix)
}

// takeBack undoes the steps, the last first, and stops at the first that cannot be undone.
func (w *swap) takeBack() error {
	if len(w.undo) == 0 {
		return nil
	}
	for i := len(w.undo) - 1; i >= 0; i-- {
		if err := w.undo[i](); err != nil {
			return err
		}
	}
	return w.s.fs.SyncDir(w.dir)
}

// without lists the segments that updates write to but some.
func (s *Shard) without(some []*segment.Segment) (rest []*segment.Segment) {
	parts := s.view.Load().own()
next:
	for i := range parts {
		for _, seg := range some {
			if seg == parts[i].Seg {
				continue next
			}
		}
		rest = append(rest, parts[i].Seg)
	}
	return rest
}

func anyAppendable(segs []*segment.Segment) bool {
	for _, seg := range segs {
		if seg.Appendable() {
			return true
		}
	}
	return false
}

// publish makes a view of the segments the present one. Reads that hold the old one end first. Segments that both views have keep their
// order, in which they are locked.
func (s *Shard) publish(segs []*segment.Segment) {
	old := s.view.Load()
	next := newView(segs).over(old.Parts[:old.base])
	old.lock()
	defer old.unlock()
	s.view.Store(next)
	old.retired = true
}

// remove closes and deletes segments that no view has any more.
func (s *Shard) remove(gone []*segment.Segment) error {
	var errs []error
	for _, seg := range gone {
		seg.Lock()
		errs = append(errs, seg.Close())
		seg.Unlock()
		errs = append(errs, s.fs.RemoveAll(seg.Dir()+deletedSuffix))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("shard: optimized, but an old segment is left for the next load to remove: %w", err)
	}
	return nil
}
