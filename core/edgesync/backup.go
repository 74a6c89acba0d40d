package edgesync

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/internal/check"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// VerifyReport is what Verify found.
type VerifyReport struct {
	OK         bool                `json:"ok"` // no damage anywhere
	Mirror     []*edge.CheckReport `json:"mirror"`
	Overlay    *edge.CheckReport   `json:"overlay"`
	LogRecords uint64              `json:"log_records"`
	LogBytes   int64               `json:"log_bytes"`
	LogError   string              `json:"log_error,omitempty"`
}

// Verify reads every file of the mirror, of the overlay and of the log and checks them against each other. Updates and transfers wait meanwhile, reads do not.
func (s *SyncedShard) Verify(ctx context.Context) (*VerifyReport, error) {
	if err := ctx.Err(); err != nil {
		return nil, edge.Typed(err)
	}
	s.transfer.Lock()
	defer s.transfer.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed()
	}
	if err := disk.Guard(s.flush); err != nil {
		return nil, edge.Typed(err)
	}
	r := &VerifyReport{LogBytes: s.log.Size()}
	if err := s.log.Read(0, func(oplog.Record) error { r.LogRecords++; return nil }); err != nil {
		r.LogError = err.Error()
	}
	return r, edge.Typed(r.shards(s.fs, s.dir, s.shardDirs(s.cur)))
}

// shards checks the shards of a synced directory.
func (r *VerifyReport) shards(fsys disk.FS, dir string, mirror []string) (err error) {
	if r.Overlay, err = check.Shard(fsys, filepath.Join(dir, overlayName)); err != nil {
		return err
	}
	r.OK = r.Overlay.OK && r.LogError == ""
	for _, dir := range mirror {
		one, err := check.Shard(fsys, dir)
		if err != nil {
			return err
		}
		r.Mirror = append(r.Mirror, one)
		r.OK = r.OK && one.OK
	}
	return nil
}

// Backup writes a copy of the synced directory to a name that does not exist yet, all or nothing: mirror, local points, outbox, identity. Updates and transfers
// wait meanwhile, reads do not. The mirror takes no space where the file system has hard links.
func (s *SyncedShard) Backup(ctx context.Context, dst string) error {
	if err := ctx.Err(); err != nil {
		return edge.Typed(err)
	}
	s.transfer.Lock()
	defer s.transfer.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	return edge.Typed(disk.Guard(func() error {
		if err := s.flush(); err != nil {
			return err
		}
		return copyDirectory(s.fs, s.dir, dst, true)
	}))
}

// Restore makes a synced directory of a backup, at a name that does not exist yet, all or nothing; the copy is verified before it gets its name. What was pushed
// after the backup was made is pushed again, and what the server has since then comes with the next pull.
func Restore(ctx context.Context, src, dst string) error {
	if err := ctx.Err(); err != nil {
		return edge.Typed(err)
	}
	return edge.Typed(disk.Guard(func() error { return copyDirectory(disk.Private, src, dst, false) }))
}

// copyDirectory copies a synced directory that nobody changes, verifies the copy, and gives it its name.
func copyDirectory(fsys disk.FS, src, dst string, link bool) (err error) {
	if err := vacant(fsys, dst); err != nil {
		return err
	}
	staged := filepath.Clean(dst) + ".partial"
	if err := fsys.RemoveAll(staged); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, fsys.RemoveAll(staged))
		}
	}()
	if err := copyParts(fsys, src, staged, link); err != nil {
		return err
	}
	if err := verifyDirectory(fsys, staged); err != nil {
		return err
	}
	if err := disk.SyncNames(fsys, staged); err != nil {
		return err
	}
	if err := fsys.Rename(staged, dst); err != nil {
		return err
	}
	return fsys.SyncDir(filepath.Dir(filepath.Clean(dst)))
}

func vacant(fsys disk.FS, dst string) error {
	found, err := disk.Exists(fsys, dst)
	if err != nil || !found {
		return err
	}
	return api.Errorf(api.AlreadyExists, "%s exists", dst)
}

// copyParts copies what a synced directory consists of, CURRENT last.
func copyParts(fsys disk.FS, src, dst string, link bool) error {
	cur, err := readCurrent(fsys, src)
	if err != nil {
		return err
	}
	for _, dir := range []string{dst, filepath.Join(dst, mirrorName)} {
		if err := fsys.MkdirAll(dir); err != nil {
			return err
		}
	}
	for _, name := range []string{overlayName, logName} {
		if err := disk.CopyTree(fsys, filepath.Join(src, name), filepath.Join(dst, name), false); err != nil {
			return err
		}
	}
	if cur.Generation > 0 {
		gen := generationDir("", cur.Generation)
		if err := disk.CopyTree(fsys, filepath.Join(src, gen), filepath.Join(dst, gen), link); err != nil {
			return err
		}
	}
	return cur.write(fsys, dst)
}

// verifyDirectory checks a synced directory that nobody has open.
func verifyDirectory(fsys disk.FS, dir string) error {
	cur, err := readCurrent(fsys, dir)
	if err != nil {
		return err
	}
	log, err := oplog.Open(fsys, filepath.Join(dir, logName), oplog.Options{})
	if err != nil {
		return err
	}
	err = log.Read(0, func(oplog.Record) error { return nil })
	if err := errors.Join(err, log.Close()); err != nil {
		return err
	}
	r := &VerifyReport{}
	if err := r.shards(fsys, dir, mirrorDirs(dir, cur)); err != nil {
		return err
	}
	for _, one := range append(r.Mirror, r.Overlay) {
		for _, f := range one.Findings {
			if f.Severity == check.Damage {
				return api.Errorf(api.Corrupt, "%s: %s", one.Path, f.String())
			}
		}
	}
	return nil
}
