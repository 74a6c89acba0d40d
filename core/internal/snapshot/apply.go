package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/wal"
)

// Apply completes the staged trees, has them verified and switches them in. The caller has flushed the shard, holds the lock of its wal/ and
// writes no more; open read-only mappings stay valid. On an error without [ErrCommitted] the shard is exactly the old one and nothing of the
// archive is left; with it the caller closes the shard and calls [Recover] or loads again.
func (s *Staged) Apply(p *MergePlan, o Options) error {
	if s.lock == nil {
		return errors.New("snapshot: Apply after Discard")
	}
	err := s.build(p, o)
	if err != nil {
		return errors.Join(err, s.Discard())
	}
	j := s.journal(p, o)
	committed, err := j.commit(s.fs, s.shard)
	if err != nil && !committed {
		return errors.Join(err, s.Discard())
	}
	if err == nil {
		err = rollForward(s.fs, s.shard, j)
	}
	if cerr := s.release(); err == nil {
		return cerr
	}
	return fmt.Errorf("%w: %w", ErrCommitted, err)
}

func (s *Staged) journal(p *MergePlan, o Options) *journal {
	j := &journal{Version: journalVersion, Staging: filepath.Base(s.dir), Trees: []string{"segments"}, Move: p.Move, Remove: p.Remove}
	if !o.SkipWAL {
		j.Trees = append(j.Trees, "wal")
	}
	return j
}

// build makes the staged segments/ and wal/ complete and durable.
func (s *Staged) build(p *MergePlan, o Options) error {
	for _, sp := range p.Segments {
		if err := s.keepFiles(sp); err != nil {
			return err
		}
	}
	if err := s.fs.SyncDir(s.SegmentsDir()); err != nil {
		return err
	}
	if o.Verify != nil {
		if err := o.Verify(s.SegmentsDir()); err != nil {
			return fmt.Errorf("verify the new segments: %w", err)
		}
	}
	walDir := ""
	if !o.SkipWAL {
		walDir = filepath.Join(s.dir, "wal")
		if err := s.buildWAL(walDir, p.NextIndex); err != nil {
			return err
		}
	}
	if o.BeforeCommit != nil {
		if err := o.BeforeCommit(walDir); err != nil {
			return err
		}
	}
	if err := s.mark(o); err != nil {
		return err
	}
	return s.fs.SyncDir(s.dir)
}

func (s *Staged) buildWAL(dir string, next uint64) error {
	if err := s.fs.Mkdir(dir); err != nil {
		return err
	}
	if err := wal.WriteCarrier(s.fs, dir, next); err != nil {
		return err
	}
	return s.fs.SyncDir(dir)
}

// mark puts the marker into each staged tree: a tree with a marker has not been switched in.
func (s *Staged) mark(o Options) error {
	trees := []string{"segments", "wal"}
	if o.SkipWAL {
		trees = trees[:1]
	}
	for _, t := range trees {
		dir := filepath.Join(s.dir, t)
		if err := disk.WriteNew(s.fs, filepath.Join(dir, markerName), nil); err != nil {
			return err
		}
		if err := s.fs.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// keepFiles links the unchanged files of one segment into its staged directory.
func (s *Staged) keepFiles(sp SegmentPlan) error {
	live := filepath.Join(s.shard, "segments", sp.ID)
	staged := filepath.Join(s.SegmentsDir(), sp.ID)
	dirs := map[string]bool{}
	for _, f := range withJournals(sp) {
		if err := s.keepFile(live, staged, f, dirs); err != nil {
			return err
		}
	}
	for d := range dirs {
		if err := s.fs.SyncDir(filepath.Join(staged, filepath.FromSlash(d))); err != nil {
			return err
		}
	}
	return nil
}

type keptFile struct {
	name     string
	optional bool
}

// trackerJournal stands beside a gridstore's tracker.dat and holds updates to it: it goes where that goes. No manifest lists it.
const trackerJournal = "tracker_journal.dat"

func withJournals(sp SegmentPlan) []keptFile {
	var list []keptFile
	for _, f := range sp.Keep {
		list = append(list, keptFile{name: f})
		if path.Base(f) == "tracker.dat" {
			list = append(list, keptFile{name: path.Join(path.Dir(f), trackerJournal), optional: true})
		}
	}
	return list
}

func (s *Staged) keepFile(live, staged string, f keptFile, dirs map[string]bool) error {
	from := filepath.Join(live, filepath.FromSlash(f.name))
	to := filepath.Join(staged, filepath.FromSlash(f.name))
	info, err := s.fs.Lstat(from)
	if os.IsNotExist(err) {
		if f.optional {
			return nil
		}
		return incompletef("segment file %s is in the local manifest but not on disk", f.name)
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return malformedf("local segment file %s is no regular file", f.name)
	}
	for d := path.Dir(f.name); !dirs[d]; d = path.Dir(d) {
		dirs[d] = true
	}
	if err := s.fs.MkdirAll(filepath.Dir(to)); err != nil {
		return err
	}
	return linkOrCopy(s.fs, from, to)
}

// linkOrCopy copies where the file system has no hard links or no more of them.
func linkOrCopy(fs disk.FS, from, to string) error {
	err := fs.Link(from, to)
	for _, no := range []error{syscall.EPERM, syscall.EXDEV, syscall.EMLINK, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP} {
		if errors.Is(err, no) {
			return disk.CopyFile(fs, from, to)
		}
	}
	return err
}
