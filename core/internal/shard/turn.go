package shard

import (
	"context"
	"errors"
	"sync"
)

// errSuperseded ends an optimization whose segments or configuration are no longer those of the shard. It begins anew.
var errSuperseded = errors.New("shard: what was to be optimized has changed")

// turn lets one optimization run at a time. Others end it, and keep more from running while they change the shard's directory.
type turn struct {
	sem chan struct{} // full while one runs

	mu      sync.Mutex
	cancel  context.CancelCauseFunc // ends the one that runs
	waiting int                     // in stop
}

// take waits for the turn. The context that it returns ends with that of the caller, or for errSuperseded.
func (t *turn) take(ctx context.Context) (mine context.Context, release func(), err error) {
	select {
	case t.sem <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	mine, cancel := context.WithCancelCause(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cancel = cancel
	if t.waiting > 0 {
		cancel(errSuperseded)
	}
	return mine, func() {
		t.mu.Lock()
		t.cancel = nil
		t.mu.Unlock()
		cancel(nil)
		<-t.sem
	}, nil
}

// interrupt ends the optimization that runs, without waiting for it.
func (t *turn) interrupt() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end()
}

func (t *turn) end() {
	if t.cancel != nil {
		t.cancel(errSuperseded)
	}
}

// stop ends the optimization that runs, waits for it, and keeps others from running until release.
func (t *turn) stop() (release func()) {
	t.mu.Lock()
	t.waiting++
	t.end()
	t.mu.Unlock()
	t.sem <- struct{}{}
	t.mu.Lock()
	t.waiting--
	t.mu.Unlock()
	return func() { <-t.sem }
}
