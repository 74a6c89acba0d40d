package shard

import (
	"errors"
	"io"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// Manifest describes the present state, flushed or not.
func (s *Shard) Manifest() (snapshot.Manifest, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	return v.Manifest()
}

// Manifest describes the segments that updates write to; those of the view are locked.
func (v *View) Manifest() (snapshot.Manifest, error) {
	m := make(snapshot.Manifest, len(v.Parts))
	for _, p := range v.own() {
		sm, err := p.Seg.Manifest()
		if err != nil {
			return nil, err
		}
		m[sm.SegmentID] = sm
	}
	return m, nil
}

// WriteSnapshot streams a full snapshot. Updates wait until it is written.
func (s *Shard) WriteSnapshot(w io.Writer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	src, err := s.source()
	if err != nil {
		return err
	}
	return snapshot.WriteFull(w, s.fs, src)
}

// WritePartial streams what a client with the given manifest lacks; changed is false when it lacks nothing.
func (s *Shard) WritePartial(w io.Writer, client snapshot.Manifest) (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src, err := s.source()
	if err != nil {
		return false, err
	}
	return snapshot.WritePartial(w, s.fs, src, client)
}

// source flushes and lists the files.
func (s *Shard) source() (snapshot.Source, error) {
	var src snapshot.Source
	if err := s.writable(); err != nil {
		return src, err
	}
	if err := s.flush(); err != nil {
		return src, err
	}
	v := s.view.Load()
	src.Time = time.Now()
	src.NextIndex = s.num.next()
	for _, p := range v.own() {
		sm, err := p.Seg.Manifest()
		if err != nil {
			return src, err
		}
		src.Segments = append(src.Segments, snapshot.SegmentSource{Dir: p.Seg.Dir(), Manifest: sm})
		src.NextIndex = max(src.NextIndex, sm.SegmentVersion+1)
	}
	return src, nil
}

// UpdateFromSnapshot applies an archive, all or nothing. Reads go on on the old state until the new one is open. An empty archive is no
// change. After an error that says so nothing was changed and the shard stays usable.
func (s *Shard) UpdateFromSnapshot(archive string) error {
	s.apply.Lock()
	defer s.apply.Unlock()
	o := snapshot.Options{SkipWAL: !walEnabled(s.cfg.Load())}
	staged, err := snapshot.Stage(s.fs, s.path, archive, o)
	if errors.Is(err, snapshot.ErrNoChange) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.turn.stop()()
	s.mu.Lock()
	defer s.mu.Unlock()
	var plan *snapshot.MergePlan
	err = disk.Guard(func() (err error) {
		plan, err = s.plan(staged)
		return err
	})
	if err != nil {
		return errors.Join(err, staged.Discard())
	}
	var lock io.Closer
	o.Verify = func(dir string) error { return s.verify(dir, plan) }
	o.BeforeCommit = func(walDir string) (err error) {
		if walDir != "" {
			lock, err = s.fs.LockDir(walDir)
		}
		return err
	}
	err = staged.Apply(plan, o)
	if lock != nil {
		err = errors.Join(err, lock.Close())
	}
	if err != nil && !errors.Is(err, snapshot.ErrCommitted) {
		return err
	}
	return s.reopen()
}

// plan flushes the present state and compares it with the archive.
func (s *Shard) plan(staged *snapshot.Staged) (*snapshot.MergePlan, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	if err := s.flush(); err != nil {
		return nil, err
	}
	local, err := s.view.Load().Manifest()
	if err != nil {
		return nil, err
	}
	return snapshot.Plan(local, staged.Contents)
}

// reopen loads what the switch has put in place and publishes it. Until then reads use the old files, which stay mapped.
func (s *Shard) reopen() error {
	old := s.view.Load()
	if err := s.num.close(); err != nil && !errors.Is(err, disk.ErrLocked) {
		s.broken = api.Wrap(api.IO, err, "the new state is on disk but not open: load the shard again")
		return s.broken
	}
	next := newShard(s.fs, s.path)
	err := snapshot.Recover(s.fs, s.path)
	if err == nil {
		err = next.loadOrFail(nil)
	}
	if err != nil {
		err = errors.Join(err, next.release())
		s.broken = api.Wrap(api.KindOf(err), err, "the new state is on disk but could not be opened: load the shard again")
		return s.broken
	}
	s.num, s.skipped = next.num, next.skipped
	s.cfg.Store(next.cfg.Load())
	s.view.Store(next.view.Load())
	return old.retire()
}
