package edgesync

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Open opens a synced directory, made when it is missing. One handle has it open at a time: others get kind locked.
func Open(dir string, o Options) (*SyncedShard, error) {
	o.ensureDefaults()
	s := &SyncedShard{fs: o.FS, free: disk.Free, dir: dir, opts: o, watch: newMonitor(&o), box: newOutbox(), progress: make(chan struct{})}
	s.loop.woken = make(chan struct{}, 1)
	err := disk.Guard(s.open)
	if err != nil {
		return nil, edge.Typed(errors.Join(err, disk.Guard(s.release)))
	}
	return s, nil
}

func (s *SyncedShard) open() (err error) {
	if err := s.fs.MkdirAll(s.dir); err != nil {
		return err
	}
	if s.lock, err = s.fs.LockDir(s.dir); err != nil {
		return err
	}
	if s.cur, err = readCurrent(s.fs, s.dir); err != nil {
		return err
	}
	if err := s.sweep(); err != nil {
		return err
	}
	if s.log, err = oplog.Open(s.fs, filepath.Join(s.dir, logName), oplog.Options{NoSync: s.opts.NoSync}); err != nil {
		return err
	}
	if err := errors.Join(s.fs.SyncDir(s.dir), s.fs.SyncDir(filepath.Dir(s.dir))); err != nil {
		return err
	}
	if err := s.openOverlay(); err != nil {
		return err
	}
	s.Reader = edge.ReaderOf(s.over)
	if err := s.log.Read(0, s.replay); err != nil {
		return err
	}
	s.box.last = max(s.box.last, s.cur.Cut)
	if s.cur.Generation > 0 {
		if s.base, err = shard.OpenBase(s.fs, s.shardDirs(s.cur)...); err != nil {
			return err
		}
	}
	if err := errors.Join(s.followSchema(s.base), s.followNames(nil, s.base)); err != nil {
		return err
	}
	return s.rebase(s.base)
}

// openOverlay opens the shard of local points. Creating it is all or nothing: until it is renamed it is what sweep removes.
func (s *SyncedShard) openOverlay() (err error) {
	dir := filepath.Join(s.dir, overlayName)
	found, err := disk.Exists(s.fs, dir)
	if err != nil {
		return err
	}
	if !found {
		if s.opts.Config == nil {
			return api.Errorf(api.InvalidArgument, "a configuration is required to make a synced shard")
		}
		if err := s.createOverlay(dir); err != nil {
			return err
		}
	}
	renames, err := s.lookAhead()
	if err != nil {
		return err
	}
	s.over, err = shard.LoadOverlay(s.fs, dir, renames)
	return err
}

// lookAhead finds up to where the overlay is on disk, and the vectors that change behind that.
func (s *SyncedShard) lookAhead() (renames []shard.Rename, err error) {
	err = s.log.Read(0, func(r oplog.Record) (err error) {
		var op api.UpdateOperation
		switch r.Kind {
		case kindSaved:
			if s.saved, err = decodeNumber(r.Data); s.saved == r.Index-1 {
				s.saved = r.Index // the note itself is nothing to apply
			}
		case kindLocal:
			op, err = decodeLocal(r.Data)
		case kindOp:
			var rec *opRecord
			if rec, err = decodeOp(r.Data); err == nil {
				op = rec.resolved.Local
			}
		}
		switch op.(type) {
		case *api.CreateVectorName, *api.DeleteVectorName:
			renames = append(renames, shard.Rename{N: r.Index, Op: op})
		}
		return err
	})
	return slices.DeleteFunc(renames, func(r shard.Rename) bool { return r.N <= s.saved }), err
}

func (s *SyncedShard) createOverlay(dir string) error {
	off := false
	cfg := *s.opts.Config
	cfg.WalEnabled = &off
	fresh, err := shard.Create(s.fs, s.staging(), &cfg)
	if err != nil {
		return err
	}
	if err := fresh.Close(); err != nil {
		return err
	}
	if err := s.fs.Rename(s.staging(), dir); err != nil {
		return err
	}
	return s.fs.SyncDir(s.dir)
}

func (s *SyncedShard) staging() string { return filepath.Join(s.dir, "staging") }

func (s *SyncedShard) genDir(gen uint64) string {
	return generationDir(s.dir, gen)
}

func (s *SyncedShard) shardDirs(c *current) []string { return mirrorDirs(s.dir, c) }

func generationDir(dir string, gen uint64) string {
	return filepath.Join(dir, mirrorName, fmt.Sprintf("gen-%d", gen))
}

// mirrorDirs are the shard directories of the generation that CURRENT names.
func mirrorDirs(dir string, c *current) (dirs []string) {
	if c.Generation == 0 {
		return nil
	}
	for _, sh := range c.Shards {
		dirs = append(dirs, filepath.Join(generationDir(dir, c.Generation), fmt.Sprint(sh.ID)))
	}
	return dirs
}

// sweep removes what an interrupted pull left: everything but the present generation.
func (s *SyncedShard) sweep() error {
	if err := s.fs.RemoveAll(s.staging()); err != nil {
		return err
	}
	mirror := filepath.Join(s.dir, mirrorName)
	if err := s.fs.MkdirAll(mirror); err != nil {
		return err
	}
	entries, err := s.fs.ReadDir(mirror)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if s.cur.Generation > 0 && e.Name() == filepath.Base(s.genDir(s.cur.Generation)) {
			continue
		}
		if err := s.fs.RemoveAll(filepath.Join(mirror, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// replay takes in one record of the log. Records depend on nothing but those before them and the overlay's own points.
func (s *SyncedShard) replay(r oplog.Record) error {
	switch r.Kind {
	case kindOp:
		rec, err := decodeOp(r.Data)
		if err != nil {
			return err
		}
		s.box.add(r.Index, len(r.Data), rec)
		if r.Index <= s.saved {
			return nil
		}
		err = s.over.ApplyLogged(r.Index, rec.resolved.Copies, rec.resolved.Local)
		if r.Index <= s.cur.Cut && errors.Is(err, api.ErrNotFound) {
			return nil // the point it edits ended with the cut that covers both
		}
		return err
	case kindLocal:
		op, err := decodeLocal(r.Data)
		if err != nil || r.Index <= s.saved {
			return err
		}
		return s.over.ApplyLogged(r.Index, nil, op)
	case kindSaved:
		return nil
	case kindYield:
		return s.box.yield(r.Data)
	case kindAck:
		n, err := decodeNumber(r.Data)
		s.box.ack(n)
		return err
	case kindDead:
		d, err := decodeDead(r.Index, r.Data)
		if err == nil {
			s.box.dead[d.ID] = d
		}
		return err
	case kindDiscard:
		n, err := decodeNumber(r.Data)
		delete(s.box.dead, n)
		return err
	}
	return api.Errorf(api.Unsupported, "a record of kind %q: written by a later release", r.Kind)
}
