package disk

import (
	"bufio"
	"errors"
	"path/filepath"
)

// SyncNames makes durable which files and directories there are in a directory and below it, the inner ones first. What is in the files is not its business.
func SyncNames(fsys FS, dir string) error {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := SyncNames(fsys, filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return fsys.SyncDir(dir)
}

// WriteStream creates a file, fills it through a buffer and syncs it. The
// caller syncs the directory.
func WriteStream(fsys FS, name string, fill func(w *bufio.Writer) error) error {
	f, err := fsys.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 64<<10)
	if err = fill(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
