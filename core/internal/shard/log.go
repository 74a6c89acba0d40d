package shard

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/wal"
)

const walDir = "wal"

// numberer gives operations their numbers, in the order they are applied: the log, or a counter when the log is off. It holds the lock of
// the shard: that of the log, or guard.
type numberer struct {
	log   *wal.Log
	guard io.Closer
	last  uint64
	entry []byte // the room of the last entry, kept for the next
}

// keptEntry bounds the room that is kept between updates.
const keptEntry = 1 << 20

func (n *numberer) append(op api.UpdateOperation) (uint64, error) {
	if n.log == nil {
		n.last++
		return n.last, nil
	}
	n.entry = api.AppendUpdateOperationCBOR(n.entry[:0], op)
	i, err := n.log.Append(n.entry)
	if cap(n.entry) > keptEntry {
		n.entry = nil
	}
	if err != nil {
		return 0, err
	}
	n.last = i
	return i, nil
}

// next is the number of the next operation.
func (n *numberer) next() uint64 {
	if n.log == nil {
		return n.last + 1
	}
	return n.log.NextIndex()
}

func (n *numberer) flush() error {
	if n.log == nil {
		return nil
	}
	return n.log.Flush()
}

// ack tells the log that everything applied so far is in the segments.
func (n *numberer) ack() error {
	if n.log == nil || n.log.NextIndex() == n.log.OldestIndex() {
		return nil
	}
	return n.log.Ack(n.log.NextIndex() - 1)
}

func (n *numberer) close() error {
	var errs []error
	if n.log != nil {
		errs = append(errs, n.log.Close())
		n.log = nil
	}
	if n.guard != nil {
		errs = append(errs, n.guard.Close())
		n.guard = nil
	}
	return errors.Join(errs...)
}

// lockSegments takes the lock of a shard without a log.
func (n *numberer) lockSegments(fs disk.FS, path string) (err error) {
	dir := filepath.Join(path, segmentsDir)
	if err := fs.MkdirAll(dir); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	n.guard, err = fs.LockDir(dir)
	if errors.Is(err, disk.ErrLocked) {
		return api.Wrap(api.Locked, err, "another handle has the shard %s open", path)
	}
	return err
}

func walOptions(cfg *api.EdgeConfig) wal.Options {
	var o wal.Options
	if cfg != nil && cfg.WalOptions != nil {
		o.SegmentCapacity = int64(cfg.WalOptions.SegmentCapacity)
		o.RetainClosed = int(cfg.WalOptions.RetainClosed)
	}
	return o
}

func openLog(fs disk.FS, path string, cfg *api.EdgeConfig) (*wal.Log, error) {
	dir := filepath.Join(path, walDir)
	if err := fs.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	l, err := wal.Open(fs, dir, walOptions(cfg))
	if errors.Is(err, disk.ErrLocked) {
		return nil, api.Wrap(api.Locked, err, "failed to open WAL %s: Can't init WAL: Kind(WouldBlock)", dir)
	}
	return l, err
}

// checkNumbering makes sure that the next operation is newer than everything stored. An empty log that would restart at 0 gets a carrier
// of the right number; a log with entries that end below the stored versions is damaged.
func checkNumbering(fs disk.FS, path string, cfg *api.EdgeConfig, l *wal.Log, segs []*segment.Segment) (*wal.Log, error) {
	highest, any := highestVersion(segs)
	if !any || l.NextIndex() > highest {
		return l, nil
	}
	dir := filepath.Join(path, walDir)
	if l.NextIndex() != l.OldestIndex() {
		return l, disk.Corruptf(dir, 0, "the log ends before operation %d, segments hold operation %d", l.NextIndex(), highest)
	}
	if err := l.Close(); err != nil {
		return nil, err
	}
	if err := fs.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	if err := wal.WriteCarrier(fs, dir, highest+1); err != nil {
		return nil, err
	}
	return openLog(fs, path, cfg)
}

func highestVersion(segs []*segment.Segment) (highest uint64, any bool) {
	for _, s := range segs {
		if s.HasVersion() {
			any = true
			highest = max(highest, s.Version())
		}
	}
	return highest, any
}
