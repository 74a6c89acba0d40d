package edge

import (
	"context"
	"errors"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// BackgroundOptimizer says how a shard optimizes itself.
type BackgroundOptimizer struct {
	// Threads bounds how many threads build a graph; 0 is one.
	Threads int
	// Pause is the least time between the end of a run and the next; 0 is a second. After errors it grows to a hundred times that.
	Pause time.Duration
	// Report is told the result of each run that changed something or failed, from the optimizer's own goroutine; nil for none. It may use the
	// shard, but must not close it.
	Report func(optimized bool, err error)
}

// WithBackgroundOptimizer makes the shard call Optimize by itself, once when it is opened and then after updates, until Close. Without it segments are
// optimized when Optimize is called.
func WithBackgroundOptimizer(b BackgroundOptimizer) Option {
	return func(o *options) { o.background = &b }
}

// longestPause is how many times the pause after many errors is that after none.
const longestPause = 100

// background is the goroutine that optimizes a shard; nil when nobody asked for it.
type background struct {
	BackgroundOptimizer
	wake chan struct{} // has an item when there is something new to look at
	stop context.CancelFunc
	done chan struct{}
}

func startBackground(s *Shard, how *BackgroundOptimizer) *background {
	ctx, stop := context.WithCancel(context.Background())
	b := &background{BackgroundOptimizer: *how, wake: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	b.Threads = max(b.Threads, 1)
	if b.Pause <= 0 {
		b.Pause = time.Second
	}
	b.notice()
	go b.run(ctx, s)
	return b
}

// notice wakes the optimizer.
func (b *background) notice() {
	if b == nil {
		return
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// end stops the optimizer and waits for it.
func (b *background) end() {
	if b != nil {
		b.stop()
		<-b.done
	}
}

func (b *background) run(ctx context.Context, s *Shard) {
	defer close(b.done)
	for pause := b.Pause; ; {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		}
		optimized, err := s.Optimize(ctx, WithThreads(b.Threads))
		if ctx.Err() != nil || errors.Is(err, api.ErrClosed) {
			return
		}
		if b.Report != nil && (optimized || err != nil) {
			b.Report(optimized, err)
		}
		if pause = b.next(pause, err); err != nil {
			b.notice()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// next is the pause after a run.
func (b *background) next(last time.Duration, err error) time.Duration {
	if err == nil {
		return b.Pause
	}
	return min(2*last, longestPause*b.Pause)
}
