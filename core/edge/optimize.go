package edge

import (
	"context"

	"github.com/qdrant-edge-go/edge/core/internal/build"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// OptimizeOption changes how Optimize works.
type OptimizeOption func(*shard.Optimization)

// OptimizeProgress says how far the task is that Optimize works on.
type OptimizeProgress struct {
	Optimizer string // why the segments are built anew: "merge", "indexing", "vacuum" or "config mismatch"
	Segments  int    // that become one
	Stage     string // "payload", "payload index", "vectors", "quantization" or "graph"
	Vector    string // name of the vector that the stage is about, from "vectors" on
	Done      int    // of Total points
	Total     int
}

// WithProgress has fn told how far each task is: at the beginning of a stage and some hundred points apart. Calls come one at a time but from
// different goroutines, and the build waits for them; fn may use the shard, but not
// for Optimize, UpdateFromSnapshot and Close.
func WithProgress(fn func(OptimizeProgress)) OptimizeOption {
	return func(o *shard.Optimization) {
		o.Progress = func(p shard.Progress) {
			fn(OptimizeProgress{Optimizer: string(p.By), Segments: p.Sources, Stage: string(p.Stage), Vector: p.Vector, Done: p.Done, Total: p.Total})
		}
	}
}

// WithThreads bounds how many threads build a graph; without it the configuration says so, or there is one per processor, eight at most.
func WithThreads(n int) OptimizeOption {
	return func(o *shard.Optimization) { o.Threads = n }
}

// Optimize merges segments that are too many, builds graphs over those that have reached the indexing threshold, and drops what deleted points
// leave behind, until nothing is left to do. It tells whether it changed anything, which it does on the disk alone: the points stay the same.
//
// It blocks. Reads and updates go on: updates of points that are being worked on move them to another segment, which the next call takes in; they
// wait only while a task begins and while its result is switched in, which includes a flush. When ctx ends it stops and the segments it was working on
// stay in service; a crash at any moment leaves the same points. A call waits for the one that runs. Close and UpdateFromSnapshot end the task that
// runs; after Close the error is of kind closed, after a snapshot the task begins anew.
func (s *Shard) Optimize(ctx context.Context, opts ...OptimizeOption) (optimized bool, err error) {
	return guarded(ctx, func() (bool, error) {
		how := &shard.Optimization{Build: build.Segment}
		for _, o := range opts {
			o(how)
		}
		return s.s.Optimize(ctx, how)
	})
}
