package disk

import (
	"bufio"
	"errors"
)

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
