package snapshot

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Options tunes staging and applying. The zero value is usable.
type Options struct {
	Limits Limits
	// Verify test-opens the complete new segments, read only: some of their files are hard links of live ones.
	Verify func(segmentsDir string) error
	// BeforeCommit receives the staged wal directory, "" with SkipWAL; the place to lock it. An error aborts the apply.
	BeforeCommit func(walDir string) error
	// SkipWAL leaves the shard without a wal directory, for shards that do not log.
	SkipWAL bool
}

// Staged is an unpacked, verified archive beside the live files of a shard. It holds the lock of the shard directory.
type Staged struct {
	Contents *Contents

	fs    disk.FS
	shard string
	dir   string // absolute or relative path of the staging directory
	lock  io.Closer
}

// Stage unpacks the archive into a hidden directory of the shard and verifies that it is complete. Live files are not touched and the
// shard may stay in use. An archive of zero bytes gives [ErrNoChange]. The caller ends a Staged with Apply or Discard.
func Stage(fs disk.FS, shardDir, archivePath string, o Options) (*Staged, error) {
	f, err := fs.Open(archivePath)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, malformedf("%s is a directory", archivePath)
	}
	if info.Size() == 0 {
		return nil, ErrNoChange
	}
	return StageReader(fs, shardDir, f, o)
}

// StageReader is [Stage] for an archive that is still being received. Nothing is trusted before the reader has ended.
func StageReader(fs disk.FS, shardDir string, r io.Reader, o Options) (*Staged, error) {
	lock, err := fs.LockDir(shardDir)
	if err != nil {
		return nil, err
	}
	s := &Staged{fs: fs, shard: shardDir, lock: lock}
	if s.dir, err = makeStaging(fs, shardDir); err == nil {
		s.Contents, err = newExtractor(fs, s.dir, o.Limits).extract(r)
	}
	if err != nil {
		return nil, errors.Join(err, s.Discard())
	}
	return s, nil
}

func makeStaging(fs disk.FS, shardDir string) (string, error) {
	var id [stagingDigits / 2]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", err
	}
	dir := filepath.Join(shardDir, stagingPrefix+hex.EncodeToString(id[:]))
	return dir, fs.Mkdir(dir)
}

// SegmentsDir returns the staged segments directory.
func (s *Staged) SegmentsDir() string { return filepath.Join(s.dir, "segments") }

// Discard removes what was staged and releases the lock. It does nothing after Apply.
func (s *Staged) Discard() error {
	if s.lock == nil {
		return nil
	}
	var err error
	if s.dir != "" {
		err = s.fs.RemoveAll(s.dir)
	}
	return errors.Join(err, s.release())
}

func (s *Staged) release() error {
	lock := s.lock
	s.lock = nil
	return lock.Close()
}
