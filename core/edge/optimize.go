package edge

import (
	"context"

	"github.com/qdrant-edge-go/edge/core/internal/build"
)

// Optimize merges segments that are too many, builds graphs over those that have reached the indexing threshold, and drops what deleted points
// leave behind, until nothing is left to do. It tells whether it changed anything, which it does on the disk alone: the points stay the same.
//
// It blocks, on all processors. Reads go on; in this release updates, flushes and snapshots wait until it ends. When ctx ends it stops and the
// segments it was working on stay in service; a crash at any moment leaves the same points. Shards with vectors other than dense float32, or with
// quantization, are refused with kind unsupported.
func (s *Shard) Optimize(ctx context.Context) (optimized bool, err error) {
	return guarded(ctx, func() (bool, error) { return s.s.Optimize(ctx, build.Segment) })
}
