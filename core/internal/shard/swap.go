package shard

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// install puts the new directory beside the old ones, opens it and renames the old ones to what a load removes. A crash in between leaves
// copies of equal versions, of which a load shows one. A failure takes everything back; where that fails too the shard takes no more updates,
// since the old copies of what they change could come back with the next load.
func (t *task) install() (*segment.Segment, error) {
	w := &swap{s: t.s, dir: filepath.Join(t.s.path, segmentsDir)}
	seg, err := w.do(t)
	if err == nil {
		return seg, nil
	}
	if e := w.takeBack(); e != nil {
		t.s.broken = api.Wrap(api.IO, e, "an interrupted optimization could not be taken back: load the shard again")
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

func (w *swap) do(t *task) (*segment.Segment, error) {
	full := filepath.Join(w.dir, t.name)
	if err := w.s.fs.Rename(t.request.Dir, full); err != nil {
		return nil, err
	}
	w.undo = append(w.undo, func() error { return w.drop(full) })
	seg, err := segment.Open(w.s.fs, full)
	if err != nil {
		return nil, err
	}
	w.undo = append(w.undo, seg.Close)
	if err := w.s.fs.SyncDir(w.dir); err != nil {
		return nil, err
	}
	for _, source := range t.sources {
		old := source.Dir()
		if err := w.s.fs.Rename(old, old+deletedSuffix); err != nil {
			return nil, err
		}
		w.undo = append(w.undo, func() error { return w.s.fs.Rename(old+deletedSuffix, old) })
	}
	return seg, w.s.fs.SyncDir(w.dir)
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

// publish makes a view of the segments the present one. Reads that hold the old one end first. Segments that both views have keep their
// order, in which they are locked.
func (s *Shard) publish(segs []*segment.Segment) {
	old := s.view.Load()
	next := newView(segs).over(old.Parts[:old.base])
	lockSoon(old)
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
