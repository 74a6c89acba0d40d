package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Recover is called on every load, before the WAL is opened: it completes a committed apply and removes what an uncommitted one has left. A shard
// without either is not touched and not locked. While another handle owns the shard it returns [disk.ErrLocked]; a damaged journal
// gives a [disk.CorruptError] and changes nothing.
func Recover(fs disk.FS, shardDir string) error {
	work, err := leftovers(fs, shardDir)
	if err != nil || !work {
		return err
	}
	unlock, err := lockShard(fs, shardDir)
	if err != nil {
		return err
	}
	defer unlock()
	j, err := readJournal(fs, shardDir)
	if err != nil {
		return err
	}
	if j != nil {
		if err := rollForward(fs, shardDir, j); err != nil {
			return fmt.Errorf("complete the snapshot apply of %s: %w", shardDir, err)
		}
	}
	return sweep(fs, shardDir)
}

// leftovers tells whether a journal or a staging directory exists.
func leftovers(fs disk.FS, shardDir string) (bool, error) {
	list, err := fs.ReadDir(shardDir)
	if os.IsNotExist(err) {
		return false, nil
	}
	for _, e := range list {
		if e.Name() == journalName || isStaging(e) {
			return true, nil
		}
	}
	return false, err
}

func isStaging(e os.DirEntry) bool { return e.IsDir() && isStagingName(e.Name()) }

// lockShard takes the locks of the shard directory and of its wal/, if there is one.
func lockShard(fs disk.FS, shardDir string) (unlock func(), err error) {
	outer, err := fs.LockDir(shardDir)
	if err != nil {
		return nil, err
	}
	inner, err := fs.LockDir(filepath.Join(shardDir, "wal"))
	if err != nil && !os.IsNotExist(err) {
		return nil, errors.Join(err, outer.Close())
	}
	return func() {
		if inner != nil {
			_ = inner.Close()
		}
		_ = outer.Close()
	}, nil
}

// sweep removes staging directories that no journal names.
func sweep(fs disk.FS, shardDir string) error {
	list, err := fs.ReadDir(shardDir)
	if err != nil {
		return err
	}
	for _, e := range list {
		if isStaging(e) {
			if err := fs.RemoveAll(filepath.Join(shardDir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// rollForward does what the journal says is left. It may be interrupted and repeated at any point.
func rollForward(fs disk.FS, shardDir string, j *journal) error {
	staging := filepath.Join(shardDir, j.Staging)
	for _, t := range j.Trees {
		if err := switchTree(fs, shardDir, staging, t); err != nil {
			return err
		}
	}
	for _, f := range j.Move {
		if err := moveFile(fs, filepath.Join(staging, f), filepath.Join(shardDir, f)); err != nil {
			return err
		}
	}
	for _, f := range j.Remove {
		if err := fs.Remove(filepath.Join(shardDir, f)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if err := fs.SyncDir(shardDir); err != nil {
		return err
	}
	for _, t := range j.Trees {
		if err := unmark(fs, filepath.Join(shardDir, t)); err != nil {
			return err
		}
	}
	if err := dropJournal(fs, shardDir); err != nil {
		return err
	}
	return fs.RemoveAll(staging)
}

// switchTree puts the staged tree in place of the live one, unless that has been done: the staged one has the marker.
func switchTree(fs disk.FS, shardDir, staging, tree string) error {
	live, next := filepath.Join(shardDir, tree), filepath.Join(staging, tree)
	if marked, err := disk.Exists(fs, filepath.Join(next, markerName)); err != nil || !marked {
		return err
	}
	there, err := disk.Exists(fs, live)
	if err != nil {
		return err
	}
	if there {
		err = fs.Exchange(live, next)
		if !errors.Is(err, disk.ErrNoExchange) {
			return err
		}
		if err := parkTree(fs, live, staging, tree); err != nil {
			return err
		}
	}
	return fs.Rename(next, live)
}

// parkTree moves the live tree out of the way where two names cannot be exchanged.
func parkTree(fs disk.FS, live, staging, tree string) error {
	for i := 0; ; i++ {
		old := filepath.Join(staging, fmt.Sprintf("old-%s-%d", tree, i))
		there, err := disk.Exists(fs, old)
		if err != nil {
			return err
		}
		if !there {
			return fs.Rename(live, old)
		}
	}
}

func moveFile(fs disk.FS, from, to string) error {
	err := fs.Rename(from, to)
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

func unmark(fs disk.FS, dir string) error {
	err := fs.Remove(filepath.Join(dir, markerName))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fs.SyncDir(dir)
}
