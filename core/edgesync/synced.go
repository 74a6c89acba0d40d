package edgesync

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// The parts of a synced directory, beside CURRENT.
const (
	mirrorName  = "mirror"
	overlayName = "overlay"
	logName     = "log"
)

// SyncedShard is a shard that is kept in step with a collection of a server. Updates and reads work without it. It is safe for concurrent use.
type SyncedShard struct {
	edge.Reader
	fs   disk.FS
	free func(dir string) (int64, bool)
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

// rebase puts the overlay on a mirror, lets end what its cut covers, and hides what is deleted here. The caller holds mu.
func (s *SyncedShard) rebase(b *shard.Base) error {
	keep, cut := s.box.refused(), s.cur.Cut
	s.box.cover(cut, keep)
	return s.over.Rebase(b, shard.Change{
		Drop: func(id api.PointID, version uint64) bool {
			return version <= cut && !keep[id] || version <= s.box.yielded[id]
		},
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
	if err := s.room(ctx); err != nil {
		return 0, edge.Typed(err)
	}
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

func (s *SyncedShard) full() bool {
	return s.opts.MaxPending > 0 && len(s.box.pending) >= s.opts.MaxPending || s.opts.MaxPendingBytes > 0 && s.box.bytes >= s.opts.MaxPendingBytes
}

// room waits until the outbox takes another operation, as the policy says. The caller holds mu, which is given back while it waits.
func (s *SyncedShard) room(ctx context.Context) error {
	for s.full() && !s.closed {
		if s.opts.WhenFull == FullRefuse {
			return api.Errorf(api.DiskFull, "%d operations (%d bytes) wait for the server, the limit is reached", len(s.box.pending), s.box.bytes)
		}
		more := s.progress
		s.wake()
		s.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
		}
		s.mu.Lock()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (s *SyncedShard) update(op api.UpdateOperation, requeues uint64) (uint64, error) {
	if s.closed {
		return 0, errClosed()
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
	close(s.progress) // who waits for room finds the shard closed
	s.progress = make(chan struct{})
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
