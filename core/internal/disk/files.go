package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReadFile returns the content of a file.
func ReadFile(fsys FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	buf := make([]byte, info.Size())
	n, err := io.ReadFull(f, buf)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return buf[:n], nil
}

// WriteFileAtomic replaces the content of a file so that after a crash either
// the old or the new content is found: temporary file, fsync, rename, fsync of
// the directory. The temporary name starts with a dot; such names are ignored
// by every directory scan of the engine.
func WriteFileAtomic(fsys FS, name string, data []byte) error {
	tmp := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".tmp")
	if err := writeAndSync(fsys, tmp, data); err != nil {
		return err
	}
	if err := fsys.Rename(tmp, name); err != nil {
		return err
	}
	return fsys.SyncDir(filepath.Dir(name))
}

func writeAndSync(fsys FS, name string, data []byte) error {
	f, err := fsys.Create(name)
	if err != nil {
		return err
	}
	return fillAndSync(f, data)
}

// WriteNew writes and syncs a file that must not exist yet. The caller syncs the directory.
func WriteNew(fsys FS, name string, data []byte) error {
	f, err := fsys.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return fillAndSync(f, data)
}

func fillAndSync(f File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// EnsureFile makes a sparse file of exactly size bytes, as
// create_and_ensure_length of lib/common/common/src/mmap/ops.rs: a missing file
// is made under a temporary name (extension ".tmp") and renamed when it has its
// length; an existing file is set to the length in place. A new file has its
// name and length for good: what refers to it may become durable before it is
// synced for the first time.
func EnsureFile(fsys FS, name string, size int64) error {
	info, err := fsys.Stat(name)
	if err == nil {
		if info.Size() == size {
			return nil
		}
		return fsys.Truncate(name, size)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tmp := strings.TrimSuffix(name, filepath.Ext(name)) + ".tmp"
	f, err := fsys.Create(tmp)
	if err != nil {
		return err
	}
	err = f.Truncate(size)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := fsys.Rename(tmp, name); err != nil {
		return err
	}
	return fsys.SyncDir(filepath.Dir(name))
}

// Exists tells whether a name exists. Errors other than "does not exist" are
// returned.
func Exists(fsys FS, name string) (bool, error) {
	_, err := fsys.Stat(name)
	if err == nil {
		return true, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return false, err
}
