package snapshot

import (
	"io"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// UnpackInto unpacks an archive that is being received into an empty directory, which becomes a shard directory without a log. Nothing is trusted
// before the reader has ended; after an error the directory holds parts that mean nothing.
func UnpackInto(fs disk.FS, dir string, r io.Reader, l Limits) (*Contents, error) {
	return newExtractor(fs, dir, l).extract(r)
}

// Complete links into an unpacked directory what its plan keeps of the shard at live, copying where there are no links, and makes all of it
// durable. The live shard is not touched.
func Complete(fs disk.FS, dir, live string, p *MergePlan) error {
	s := &Staged{fs: fs, shard: live, dir: dir}
	for _, sp := range p.Segments {
		if err := s.keepFiles(sp); err != nil {
			return err
		}
	}
	if err := fs.SyncDir(filepath.Join(dir, "segments")); err != nil {
		return err
	}
	return fs.SyncDir(dir)
}
