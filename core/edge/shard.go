package edge

import (
	"context"
	"io"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Shard is an open shard directory.
type Shard struct {
	Reader
	s          *shard.Shard
	background *background
}

// Option changes how a shard is opened.
type Option func(*options)

type options struct {
	fs            disk.FS
	segmentPoints int
	background    *BackgroundOptimizer
}

// WithSegmentPoints starts another appendable segment once each holds n points. A shard that serves partial snapshots sends whole files, so
// smaller segments mean that less is sent again. Without it all points go to the segments that are there.
func WithSegmentPoints(n int) Option { return func(o *options) { o.segmentPoints = n } }

// WithFS replaces the file system. It is for the engine's own tests: the type cannot be named from outside.
func WithFS(fs disk.FS) Option { return func(o *options) { o.fs = fs } }

func collect(opts []Option) options {
	o := options{fs: disk.OS}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// Create makes a new shard in path, which is created when it is missing and must not hold segments.
func Create(path string, cfg *api.EdgeConfig, opts ...Option) (*Shard, error) {
	return open(shard.Create, path, cfg, opts)
}

// Load opens an existing shard. A nil cfg takes the configuration from the directory; what cfg leaves open keeps its stored value.
func Load(path string, cfg *api.EdgeConfig, opts ...Option) (*Shard, error) {
	return open(shard.Load, path, cfg, opts)
}

func open(how func(disk.FS, string, *api.EdgeConfig) (*shard.Shard, error), path string, cfg *api.EdgeConfig, opts []Option) (*Shard, error) {
	return guard(func() (*Shard, error) {
		o := collect(opts)
		s, err := how(o.fs, path, cfg)
		if err != nil {
			return nil, err
		}
		s.LimitSegments(o.segmentPoints)
		opened := &Shard{Reader: ReaderOf(s), s: s}
		if o.background != nil {
			opened.background = startBackground(opened, o.background)
		}
		return opened, nil
	})
}

// Update validates, logs and applies an operation and returns its number. A refused operation changes nothing. After an error of kind
// disk_full or io the operation may or may not be found when the shard is loaded again.
func (s *Shard) Update(ctx context.Context, op api.UpdateOperation) (opNum uint64, err error) {
	opNum, err = guarded(ctx, func() (uint64, error) { return s.s.Update(op) })
	if err == nil {
		s.background.notice()
	}
	return opNum, err
}

// Skipped returns what was wrong with operations of the log that Load had to skip.
func (s *Shard) Skipped() []error { return s.s.Skipped() }

// Flush makes everything that was acknowledged durable and trims the log.
func (s *Shard) Flush(ctx context.Context) error {
	return guardedErr(ctx, s.s.Flush)
}

// Close flushes and releases the shard; later calls fail with kind closed. Closing twice is no error.
func (s *Shard) Close() error {
	s.background.end()
	return guardedErr(context.Background(), s.s.Close)
}

// WriteSnapshot writes a full snapshot of the present state.
func (s *Shard) WriteSnapshot(ctx context.Context, w io.Writer) error {
	return guardedErr(ctx, func() error { return s.s.WriteSnapshot(w) })
}
