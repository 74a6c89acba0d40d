package edgesync

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// loop is the background work of a synced shard: a sync at each interval, a push soon after an update, and patience after failures.
type loop struct {
	mu     sync.Mutex
	cancel context.CancelFunc // nil while it does not run
	done   chan struct{}
	woken  chan struct{} // holds one when updates wait
}

// Start begins to push and pull in the background: now, at each interval, and soon after updates. After a failure it waits longer and longer, with
// a share of chance. Nothing of it is in the way of updates and reads. Started twice, it runs once.
func (s *SyncedShard) Start() error {
	if s.opts.Server == nil {
		return api.Errorf(api.InvalidArgument, "the synced shard has no server")
	}
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return errClosed()
	}
	s.loop.mu.Lock()
	defer s.loop.mu.Unlock()
	if s.loop.cancel != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.loop.cancel, s.loop.done = cancel, make(chan struct{})
	s.watch.setRunning(true)
	go s.run(ctx, s.loop.done)
	return nil
}

// Stop ends the background work and waits until it has ended; a transfer that runs is given up. What was acknowledged stays acknowledged.
func (s *SyncedShard) Stop() {
	s.loop.mu.Lock()
	defer s.loop.mu.Unlock()
	if s.loop.cancel == nil {
		return
	}
	s.loop.cancel()
	<-s.loop.done
	s.loop.cancel = nil
	s.watch.setRunning(false)
}

// wake lets the loop push soon.
func (s *SyncedShard) wake() {
	select {
	case s.loop.woken <- struct{}{}:
	default:
	}
}

func (s *SyncedShard) run(ctx context.Context, done chan struct{}) {
	defer close(done)
	work, due := s.Sync, time.Time{}
	for failures := 0; ctx.Err() == nil; {
		var err error
		if s.opts.Gate == nil || s.opts.Gate() {
			err = work(ctx)
		}
		if err != nil {
			delay := s.opts.Retry.Delay(failures, retryAfter(err), rand.Uint64())
			failures++
			s.watch.retryAt(time.Now().Add(delay))
			work, due = s.Sync, time.Time{}
			if !sleep(ctx, delay) {
				return
			}
			continue
		}
		failures = 0
		if due.IsZero() || !time.Now().Before(due) {
			due = time.Now().Add(s.opts.Interval)
		}
		if s.rest(ctx, time.Until(due)) {
			work = s.Push
		} else {
			work, due = s.Sync, time.Time{}
		}
	}
}

// rest waits until something has to be sent, true, or until the interval has passed, false.
func (s *SyncedShard) rest(ctx context.Context, d time.Duration) (woken bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return false
	case <-s.loop.woken:
	}
	return sleep(ctx, s.opts.PushDelay) // what comes meanwhile goes along
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// retryAfter is what the server asked for.
func retryAfter(err error) time.Duration {
	var e *remote.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
