package main

import (
	"encoding/json"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/edgesync"
)

// hooks are the callbacks of a synced shard. Each is replaced only while it does not run, so that the caller knows when its data may go.
type hooks struct {
	progress, log hook[func(text []byte)]
	gate          hook[func() bool]
}

type hook[F any] struct {
	mu  sync.Mutex // held while fn runs
	fn  F
	set atomic.Bool // changed under mu, read without waiting for fn
}

// replace waits for fn to end.
func (h *hook[F]) replace(fn F, set bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fn = fn
	h.set.Store(set)
}

// run calls fn, if there is one, alone.
func (h *hook[F]) run(call func(F)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.set.Load() {
		call(h.fn)
	}
}

func (h *hooks) clear() {
	h.progress.replace(nil, false)
	h.log.replace(nil, false)
	h.gate.replace(nil, false)
}

// event is Options.Progress.
func (h *hooks) event(e edgesync.Event) {
	if !h.progress.set.Load() {
		return
	}
	told := struct {
		edgesync.Event
		Error string `json:"error,omitempty"`
	}{Event: e}
	if e.Err != nil {
		told.Error = e.Err.Error()
	}
	if text, err := json.Marshal(told); err == nil {
		h.progress.run(func(fn func([]byte)) { fn(text) })
	}
}

// open is Options.Gate.
func (h *hooks) open() bool {
	open := true
	h.gate.run(func(fn func() bool) { open = fn() })
	return open
}

// Level is that of the log: nothing is formatted that nobody reads.
func (h *hooks) Level() slog.Level {
	if h.log.set.Load() {
		return slog.LevelDebug
	}
	return math.MaxInt
}

// Write takes one record of the log.
func (h *hooks) Write(line []byte) (int, error) {
	h.log.run(func(fn func([]byte)) { fn(line[:len(line)-1]) })
	return len(line), nil
}
