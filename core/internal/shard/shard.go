package shard

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// Shard is an open shard directory.
type Shard struct {
	fs   disk.FS
	path string

	cfg  atomic.Pointer[api.EdgeConfig]
	view atomic.Pointer[View] // nil when closed

	apply  sync.Mutex // one snapshot is staged and applied at a time
	turn   turn       // one optimization runs at a time
	mu     sync.Mutex // one update, flush or switch at a time
	num    numberer
	broken error // set when the state on disk could not be opened again: reads go on, writes are refused

	segmentPoints int // see LimitSegments

	skipped []error // operations of the log that could not be applied at load
}

func newShard(fs disk.FS, path string) *Shard {
	return &Shard{fs: fs, path: path, turn: turn{sem: make(chan struct{}, 1)}}
}

// Path is the directory of the shard.
func (s *Shard) Path() string { return s.path }

// Config returns the resolved configuration; the caller must not change it.
func (s *Shard) Config() *api.EdgeConfig { return s.cfg.Load() }

// Skipped returns what was wrong with the operations of the log that were skipped when the shard was loaded.
func (s *Shard) Skipped() []error { return s.skipped }

// Acquire returns the present view with all its segments locked for reading. The caller ends with RUnlock.
func (s *Shard) Acquire() (*View, error) {
	for {
		v := s.view.Load()
		if v == nil {
			return nil, errClosed()
		}
		v.rlock()
		if !v.retired {
			return v, nil
		}
		v.RUnlock()
	}
}

func errClosed() error { return api.Errorf(api.Closed, "the shard is closed") }

// writable is checked under mu before anything is changed.
func (s *Shard) writable() error {
	if s.view.Load() == nil {
		return errClosed()
	}
	return s.broken
}

// Flush makes everything applied durable and trims the log.
func (s *Shard) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return err
	}
	return s.flush()
}

func (s *Shard) flush() error {
	if err := s.num.flush(); err != nil {
		return err
	}
	v := s.view.Load()
	for _, first := range []bool{true, false} {
		for _, p := range v.own() {
			if seg := p.Seg; seg.TakesPoints() == first {
				if err := flushSegment(seg); err != nil {
					return err
				}
			}
		}
	}
	return s.num.ack()
}

// flushSegment keeps reads out for the end of a flush alone.
func flushSegment(seg *segment.Segment) error {
	if err := flushAhead(seg); err != nil {
		return err
	}
	seg.Lock()
	defer seg.Unlock()
	return seg.Flush()
}

func flushAhead(seg *segment.Segment) error {
	seg.RLock()
	defer seg.RUnlock()
	return seg.FlushAhead()
}

// Close flushes and releases the shard. After a failed flush the shard is closed all the same; the log has what the segments lack.
func (s *Shard) Close() error {
	defer s.turn.stop()()
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view.Load()
	if v == nil {
		return nil
	}
	var err error
	if s.broken == nil {
		err = disk.Guard(s.flush)
	}
	s.view.Store(nil)
	return errors.Join(err, disk.Guard(v.retire), disk.Guard(s.num.close))
}

// retire waits for the reads on the view to end and closes its segments, but those of the base, which has its own Close.
func (v *View) retire() error {
	v.lock()
	defer v.unlock()
	v.retired = true
	var errs []error
	for _, p := range v.own() {
		errs = append(errs, p.Seg.Close())
	}
	return errors.Join(errs...)
}
