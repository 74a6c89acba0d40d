package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// UnpackTo makes a shard out of an archive: all of it, or nothing. The target is created when it is missing; one that holds segments or a log
// is refused with [ErrNotEmpty]. The result holds segments/, wal/ with an empty carrier of the next operation number, and the shard-level
// files of the archive.
func UnpackTo(fs disk.FS, archivePath, targetDir string, o Options) (err error) {
	created, err := missingParents(fs, targetDir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && !errors.Is(err, ErrCommitted) {
			for _, d := range created {
				_ = fs.Remove(d) // only while it is empty
			}
		}
	}()
	if err := fs.MkdirAll(targetDir); err != nil {
		return err
	}
	if err := Recover(fs, targetDir); err != nil {
		return err
	}
	for _, tree := range []string{"segments", "wal"} {
		if err := checkVacant(fs, filepath.Join(targetDir, tree)); err != nil {
			return err
		}
	}
	s, err := Stage(fs, targetDir, archivePath, o)
	if errors.Is(err, ErrNoChange) {
		return incompletef("%s is empty", archivePath)
	}
	if err != nil {
		return err
	}
	p, err := Plan(nil, s.Contents)
	if err != nil {
		return errors.Join(err, s.Discard())
	}
	p.Move, p.Remove = slices.Clone(s.Contents.Extra), nil
	return s.Apply(p, o)
}

// missingParents lists the directories that making dir will create, innermost first.
func missingParents(fs disk.FS, dir string) ([]string, error) {
	var missing []string
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		info, err := fs.Stat(d)
		if err == nil && !info.IsDir() {
			return nil, api.Errorf(api.InvalidArgument, "%s is not a directory", d)
		}
		if err == nil || d == filepath.Dir(d) {
			return missing, nil
		}
		if !os.IsNotExist(err) {
			return nil, err
		}
		missing = append(missing, d)
	}
}

// checkVacant refuses a directory with visible entries.
func checkVacant(fs disk.FS, dir string) error {
	list, err := fs.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), ".") {
			return faultf(ErrNotEmpty, api.AlreadyExists, "%s", filepath.Dir(dir))
		}
	}
	return err
}
