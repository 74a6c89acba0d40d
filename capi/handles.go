package main

import (
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// entry is an open shard; calls hold mu for reading, close for writing.
type entry struct {
	mu     sync.RWMutex
	shard  *edge.Shard
	closed bool
}

// handles maps the numbers that callers hold to shards. Numbers are never used twice.
var handles = struct {
	sync.RWMutex
	next uint64
	open map[uint64]*entry
}{open: map[uint64]*entry{}}

func addHandle(s *edge.Shard) uint64 {
	handles.Lock()
	defer handles.Unlock()
	handles.next++
	handles.open[handles.next] = &entry{shard: s}
	return handles.next
}

func find(h uint64) (*entry, error) {
	handles.RLock()
	e := handles.open[h]
	handles.RUnlock()
	if e == nil {
		return nil, errClosed(h)
	}
	return e, nil
}

func errClosed(h uint64) error {
	if h == 0 {
		return api.Errorf(api.InvalidArgument, "the shard handle is null")
	}
	return api.Errorf(api.Closed, "the shard has been closed")
}

// withShard runs fn while the shard cannot be closed.
func withShard(h uint64, fn func(*edge.Shard) error) error {
	e, err := find(h)
	if err != nil {
		return err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return errClosed(h)
	}
	return fn(e.shard)
}

// closeHandle waits for calls in flight, then closes the shard. The handle is gone even when closing fails.
func closeHandle(h uint64) error {
	e, err := find(h)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return errClosed(h)
	}
	e.closed = true
	handles.Lock()
	delete(handles.open, h)
	handles.Unlock()
	return e.shard.Close()
}

func liveHandles() int {
	handles.RLock()
	defer handles.RUnlock()
	return len(handles.open)
}
