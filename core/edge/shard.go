package edge

import (
	"context"
	"io"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Manifest is the raw JSON of a snapshot manifest: what a shard has of each file of each segment.
type Manifest = api.SnapshotManifest

// Shard is an open shard directory.
type Shard struct{}

// Option changes how a shard is opened.
type Option func(*options)

type options struct{}

var errEarly = api.Errorf(api.Unsupported, "not built yet")

// Create makes a new shard in path, which is created when it is missing and must not hold segments.
func Create(path string, cfg *api.EdgeConfig, opts ...Option) (*Shard, error) { return nil, errEarly }

// Load opens an existing shard. A nil cfg takes the configuration from the directory.
func Load(path string, cfg *api.EdgeConfig, opts ...Option) (*Shard, error) { return nil, errEarly }

// UnpackSnapshot unpacks a full snapshot into a new directory, ready for Load.
func UnpackSnapshot(snapshotPath, targetPath string) error { return errEarly }

// Update validates, logs and applies an operation and returns its number.
func (s *Shard) Update(ctx context.Context, op api.UpdateOperation) (opNum uint64, err error) {
	return 0, errEarly
}

// Query answers a query; without one it scrolls by id.
func (s *Shard) Query(ctx context.Context, req *api.QueryRequest) ([]api.ScoredPoint, error) {
	return nil, errEarly
}

// Search answers a plain nearest-neighbour request.
func (s *Shard) Search(ctx context.Context, req *api.SearchRequest) ([]api.ScoredPoint, error) {
	return nil, errEarly
}

// Scroll pages through the points in the order of their ids.
func (s *Shard) Scroll(ctx context.Context, req *api.ScrollRequest) (*api.ScrollResult, error) {
	return nil, errEarly
}

// Count counts points.
func (s *Shard) Count(ctx context.Context, req *api.CountRequest) (uint64, error) {
	return 0, errEarly
}

// Retrieve returns the points that exist, in the order of the request.
func (s *Shard) Retrieve(ctx context.Context, req *api.RetrieveRequest) ([]api.Record, error) {
	return nil, errEarly
}

// Info counts what the shard holds.
func (s *Shard) Info(ctx context.Context) (*api.ShardInfo, error) { return nil, errEarly }

// Config returns the resolved configuration.
func (s *Shard) Config() *api.EdgeConfig { return nil }

// Flush makes everything that was acknowledged durable and trims the log.
func (s *Shard) Flush(ctx context.Context) error { return errEarly }

// Close flushes and releases the shard; later calls fail with kind closed.
func (s *Shard) Close() error { return errEarly }

// SnapshotManifest describes the present state for a partial snapshot request. Flush first when it must describe the disk.
func (s *Shard) SnapshotManifest(ctx context.Context) (Manifest, error) { return nil, errEarly }

// UpdateFromSnapshot applies a partial or full snapshot, all or nothing. An empty tmpDir stages inside the shard directory.
func (s *Shard) UpdateFromSnapshot(ctx context.Context, snapshotPath, tmpDir string) error {
	return errEarly
}

// WriteSnapshot writes a full snapshot of the present state.
func (s *Shard) WriteSnapshot(ctx context.Context, w io.Writer) error { return errEarly }

// WritePartialSnapshot writes what a client with the given manifest lacks; changed is false, and nothing written, when it lacks nothing.
func (s *Shard) WritePartialSnapshot(ctx context.Context, w io.Writer, client Manifest) (changed bool, err error) {
	return false, errEarly
}
