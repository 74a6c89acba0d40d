package main

import (
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// entry is what a handle stands for: a shard or a synced shard. Calls hold mu for reading, close for writing.
type entry struct {
	mu     sync.RWMutex
	reader edge.Reader
	shard  *edge.Shard // nil when synced is not
	synced *synced
	closed bool
}

// handles maps the numbers that callers hold to what is open. Numbers are never used twice.
var handles = struct {
	sync.RWMutex
	next uint64
	open map[uint64]*entry
}{open: map[uint64]*entry{}}

func addHandle(e *entry) uint64 {
	handles.Lock()
	defer handles.Unlock()
	handles.next++
	handles.open[handles.next] = e
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

// with runs fn while what the handle stands for cannot be closed.
func with(h uint64, fn func(*entry) error) error {
	e, err := find(h)
	if err != nil {
		return err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return errClosed(h)
	}
	return fn(e)
}

// withReader is for reads: a shard and a synced shard answer them alike.
func withReader(h uint64, fn func(edge.Reader) error) error {
	return with(h, func(e *entry) error { return fn(e.reader) })
}

// withShard is for what only a shard can do.
func withShard(h uint64, fn func(*edge.Shard) error) error {
	return with(h, func(e *entry) error {
		if e.shard == nil {
			return api.Errorf(api.InvalidArgument, "the handle is that of a synced shard")
		}
		return fn(e.shard)
	})
}

// withSynced is for what only a synced shard can do.
func withSynced(h uint64, fn func(*synced) error) error {
	return with(h, func(e *entry) error {
		if e.synced == nil {
			return errNotSynced()
		}
		return fn(e.synced)
	})
}

func errNotSynced() error {
	return api.Errorf(api.InvalidArgument, "the handle is that of a shard, not of a synced one")
}

// closeHandle waits for calls in flight, then closes the shard. The handle is gone even when closing fails.
func closeHandle(h uint64) error {
	e, err := find(h)
	switch {
	case err != nil:
		return err
	case e.shard == nil:
		return api.Errorf(api.InvalidArgument, "the handle is that of a synced shard")
	}
	return e.close(h, e.shard.Close)
}

// closeSynced gives up what the synced shard transfers, then closes it.
func closeSynced(h uint64) error {
	e, err := find(h)
	switch {
	case err != nil:
		return err
	case e.synced == nil:
		return errNotSynced()
	}
	e.synced.finish()
	return e.close(h, e.synced.close)
}

func (e *entry) close(h uint64, closing func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return errClosed(h)
	}
	e.closed = true
	handles.Lock()
	delete(handles.open, h)
	handles.Unlock()
	return closing()
}

func liveHandles() int {
	handles.RLock()
	defer handles.RUnlock()
	return len(handles.open)
}
