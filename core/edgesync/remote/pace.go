package remote

import (
	"context"
	"io"
	"time"
)

// paceChunk is what is read at once when a pace is set: a slow pace means short waits often, so that no server takes the client for stalled.
const paceChunk = 16 << 10

// pacer spreads reads over time so that no more than perSec bytes a second go by.
type pacer struct {
	clock  Clock
	perSec int64
	next   time.Time // when the bytes so far are paid for
}

// size bounds a read.
func (p *pacer) size(n int) int {
	if p.perSec <= 0 {
		return n
	}
	return min(n, paceChunk, int(max(p.perSec/4, 1)))
}

// pay waits until n more bytes are due. Time that was not used is not saved up beyond a second.
func (p *pacer) pay(ctx context.Context, n int) error {
	if p.perSec <= 0 || n <= 0 {
		return nil
	}
	now := p.clock.Now()
	if oldest := now.Add(-time.Second); p.next.Before(oldest) {
		p.next = oldest
	}
	p.next = p.next.Add(time.Duration(float64(n) / float64(p.perSec) * float64(time.Second)))
	if wait := p.next.Sub(now); wait > 0 {
		return p.clock.Sleep(ctx, wait)
	}
	return nil
}

// wire is the body of an answer as it comes from the network: paced, counted, and given up when no byte comes for too long.
type wire struct {
	ctx    context.Context
	body   io.Reader
	pace   *pacer
	idle   time.Duration
	cancel context.CancelCauseFunc // of ctx
	count  func(n int)
}

func (w *wire) Read(b []byte) (int, error) {
	b = b[:w.pace.size(len(b))]
	timer := time.AfterFunc(w.idle, func() { w.cancel(errIdle) })
	n, err := w.body.Read(b)
	timer.Stop()
	w.count(n)
	if perr := w.pace.pay(w.ctx, n); perr != nil {
		return n, perr
	}
	return n, err
}
