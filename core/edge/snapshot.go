package edge

import (
	"context"
	"io"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// Manifest is the raw JSON of a snapshot manifest: what a shard has of each file of each segment.
type Manifest = api.SnapshotManifest

// UnpackSnapshot unpacks a full snapshot into a directory, ready for Load. All of it, or nothing.
func UnpackSnapshot(snapshotPath, targetPath string) error {
	return guardedErr(context.Background(), func() error {
		return shard.Unpack(disk.OS, snapshotPath, targetPath)
	})
}

// SnapshotManifest describes the present state for a partial snapshot request. Flush first when it must describe the disk.
func (s *Shard) SnapshotManifest(ctx context.Context) (Manifest, error) {
	return guarded(ctx, func() (Manifest, error) {
		m, err := s.s.Manifest()
		if err != nil {
			return nil, err
		}
		return m.AppendJSON(nil), nil
	})
}

// UpdateFromSnapshot applies a partial or full snapshot, all or nothing. An empty file is no change. Reads go on on the old state until the
// new one is open. The archive is staged inside the shard directory, on its file system; tmpDir is accepted for compatibility.
func (s *Shard) UpdateFromSnapshot(ctx context.Context, snapshotPath, tmpDir string) error {
	return guardedErr(ctx, func() error { return s.s.UpdateFromSnapshot(snapshotPath) })
}

// WritePartialSnapshot writes what a client with the given manifest lacks; changed is false, and nothing written, when it lacks nothing.
func (s *Shard) WritePartialSnapshot(ctx context.Context, w io.Writer, client Manifest) (changed bool, err error) {
	return guarded(ctx, func() (bool, error) {
		m, err := snapshot.DecodeManifest(client)
		if err != nil {
			return false, api.Wrap(api.InvalidArgument, err, "")
		}
		return s.s.WritePartial(w, m)
	})
}
