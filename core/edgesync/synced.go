package edgesync

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Options of a synced shard.
type Options struct {
	// Server is the collection to be in step with; nil works offline.
	Server remote.Server
	// Config is required to make a new directory; later it is taken from there.
	Config *api.EdgeConfig
	// NoSync leaves updates to the operating system: they survive the end of the process, not a power cut.
	NoSync bool
	// MaxPending and MaxPendingBytes refuse updates while so much waits for the server; 0 for no limit.
	MaxPending, MaxPendingBytes int
	// BatchOperations and BatchBytes bound what is sent at once; 64 and 4 MiB when 0.
	BatchOperations, BatchBytes int
	// Interval is the time between two syncs of the background loop, 30 s when 0; PushDelay that between an update and its push, 1 s when 0.
	Interval, PushDelay time.Duration
	// Retry is how long the background loop waits after failures.
	Retry remote.Backoff
	// Gate is asked before each transfer of the background loop; false leaves the network alone until the next one: no Wi-Fi, battery low.
	Gate func() bool
	// Progress is called by the goroutine that transfers, which waits for it. It must not push, pull, sync, stop or close.
	Progress func(Event)
	// Logger gets what happens; nil discards. Keys and payloads never reach it.
	Logger *slog.Logger
	// FS replaces the file system, for the engine's own tests.
	FS disk.FS
}

func (o *Options) ensureDefaults() {
	if o.BatchOperations <= 0 {
		o.BatchOperations = 64
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 4 << 20
	}
	if o.Interval <= 0 {
		o.Interval = 30 * time.Second
	}
	if o.PushDelay <= 0 {
		o.PushDelay = time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.FS == nil {
		o.FS = disk.Private
	}
}

// SyncedShard is a shard that is kept in step with a collection of a server. Updates and reads work without it. It is safe for concurrent use.
type SyncedShard struct {
	edge.Reader
	fs   disk.FS
	dir  string
	opts Options
	lock io.Closer
	over *shard.Shard
	log  *oplog.Log

	watch    *monitor
	loop     loop
	transfer sync.Mutex // one push or pull at a time; never held by reads or updates
	tried    uint64     // the newest generation that CURRENT may name; under transfer
	mu       sync.Mutex // updates, and what is below; never held while the network is used
	box      *outbox
	cur      *current
	base     *shard.Base
	saved    uint64        // the overlay has everything up to this record on disk
	behind   bool          // the overlay missed an operation of the log: it is not acknowledged until the next open
	progress chan struct{} // closed and replaced when the server has acknowledged something
	closed   bool
}

// Open opens a synced directory, made when it is missing. One handle has it open at a time: others get kind locked.
func Open(dir string, o Options) (*SyncedShard, error) {
	o.ensureDefaults()
	s := &SyncedShard{fs: o.FS, dir: dir, opts: o, watch: newMonitor(&o), box: newOutbox(), progress: make(chan struct{})}
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
	if s.log, err = oplog.Open(s.fs, filepath.Join(s.dir, "log"), oplog.Options{NoSync: s.opts.NoSync}); err != nil {
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
	dir := filepath.Join(s.dir, "overlay")
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
	return filepath.Join(s.dir, "mirror", fmt.Sprintf("gen-%d", gen))
}

func (s *SyncedShard) shardDirs(c *current) (dirs []string) {
	for _, sh := range c.Shards {
		dirs = append(dirs, filepath.Join(s.genDir(c.Generation), fmt.Sprint(sh.ID)))
	}
	return dirs
}

// sweep removes what an interrupted pull left: everything but the present generation.
func (s *SyncedShard) sweep() error {
	if err := s.fs.RemoveAll(s.staging()); err != nil {
		return err
	}
	mirror := filepath.Join(s.dir, "mirror")
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

// rebase puts the overlay on a mirror, lets end what its cut covers, and hides what is deleted here. The caller holds mu.
func (s *SyncedShard) rebase(b *shard.Base) error {
	keep, cut := s.box.refused(), s.cur.Cut
	s.box.cover(cut, keep)
	return s.over.Rebase(b, shard.Change{
		Drop: func(id api.PointID, version uint64) bool { return version <= cut && !keep[id] },
		Hide: maps.Keys(s.box.tombs),
	})
}

// Update validates an operation, logs it and applies it here, and returns its number; the server gets it with the next push. Filters are
// resolved to the points that match now. What is refused changes nothing.
func (s *SyncedShard) Update(ctx context.Context, op api.UpdateOperation) (seq uint64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, edge.Typed(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err = disk.Guard(func() (err error) {
		seq, err = s.update(op, 0)
		return err
	})
	if err == nil {
		s.watch.add(func(m *Metrics) { m.Updates++ })
		s.wake()
	}
	return seq, edge.Typed(err)
}

func (s *SyncedShard) update(op api.UpdateOperation, requeues uint64) (uint64, error) {
	switch {
	case s.closed:
		return 0, errClosed()
	case s.opts.MaxPending > 0 && len(s.box.pending) >= s.opts.MaxPending, s.opts.MaxPendingBytes > 0 && s.box.bytes >= s.opts.MaxPendingBytes:
		return 0, api.Errorf(api.DiskFull, "%d operations (%d bytes) wait for the server, the limit is reached", len(s.box.pending), s.box.bytes)
	}
	resolved, err := s.over.Resolve(op)
	if err != nil {
		return 0, err
	}
	if resolved.Op == nil {
		return s.box.last, nil
	}
	return s.record(&opRecord{resolved: *resolved, requeues: requeues})
}

// record logs an operation and applies it to the overlay.
func (s *SyncedShard) record(rec *opRecord) (uint64, error) {
	data := encodeOp(rec)
	seq, err := s.log.Append(kindOp, data)
	if err != nil {
		return 0, err
	}
	s.box.add(seq, len(data), rec)
	if err := s.over.ApplyLogged(seq, rec.resolved.Copies, rec.resolved.Local); err != nil {
		s.behind = true
		return seq, err
	}
	return seq, nil
}

// Flush makes everything durable and drops what the log need not keep: operations that the overlay has on disk and the mirror covers.
func (s *SyncedShard) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return edge.Typed(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	return edge.Typed(disk.Guard(s.flush))
}

func (s *SyncedShard) flush() error {
	if err := s.log.Sync(); err != nil {
		return err
	}
	if s.behind {
		return nil
	}
	if err := s.save(); err != nil {
		return err
	}
	limit := min(s.cur.Cut, s.box.acked()) + 1
	var again []oplog.Record
	for _, d := range s.box.letters() {
		again = append(again, oplog.Record{Kind: kindDead, Data: encodeDead(&d)})
	}
	if len(again) > 0 && limit > s.log.First() {
		if _, err := s.log.AppendMany(again...); err != nil {
			return err
		}
		if err := s.log.Sync(); err != nil {
			return err
		}
	}
	return s.log.Drop(limit)
}

// save brings the overlay to disk, and notes that it is.
func (s *SyncedShard) save() error {
	if err := s.over.Flush(); err != nil {
		return err
	}
	upTo := s.log.Next() - 1
	if s.saved == upTo {
		return nil
	}
	n, err := s.log.Append(kindSaved, binary.AppendUvarint(nil, upTo))
	if err == nil {
		s.saved = n // the note itself is nothing to apply
	}
	return err
}

// Close stops the background loop, flushes and releases the directory. A push or pull that runs ends first.
func (s *SyncedShard) Close() error {
	s.Stop()
	s.transfer.Lock()
	defer s.transfer.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	err := disk.Guard(s.flush)
	return edge.Typed(errors.Join(err, disk.Guard(s.release)))
}

func (s *SyncedShard) release() error {
	var errs []error
	if s.over != nil {
		errs = append(errs, s.over.Close())
	}
	if s.base != nil {
		errs = append(errs, s.base.Close())
	}
	if s.log != nil {
		errs = append(errs, s.log.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
