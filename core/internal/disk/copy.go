package disk

import (
	"errors"
	"io"
	"path/filepath"
)

// copyChunk is what CopyTree reads at once; chunks of zeros become holes.
const copyChunk = 64 << 10

// CopyTree copies a directory to a name that does not exist yet, files by hard links where link asks for it and the file system has them. Files are synced,
// names are not: see SyncNames.
func CopyTree(fsys FS, from, to string, link bool) error {
	entries, err := fsys.ReadDir(from)
	if err != nil {
		return err
	}
	if err := fsys.Mkdir(to); err != nil {
		return err
	}
	for _, e := range entries {
		src, dst := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		switch {
		case e.IsDir():
			err = CopyTree(fsys, src, dst, link)
		case link && fsys.Link(src, dst) == nil:
		default:
			err = CopyFile(fsys, src, dst)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CopyFile copies a file to a new one and syncs it.
func CopyFile(fsys FS, from, to string) (err error) {
	src, err := fsys.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := fsys.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	size, err := copyData(dst, src)
	if err == nil {
		err = dst.Truncate(size)
	}
	if err == nil {
		err = dst.Sync()
	}
	return err
}

func copyData(dst File, src io.Reader) (at int64, err error) {
	buf := make([]byte, copyChunk)
	for {
		n, err := io.ReadFull(src, buf)
		if n > 0 && !zeros(buf[:n]) {
			if _, err := dst.WriteAt(buf[:n], at); err != nil {
				return at, err
			}
		}
		at += int64(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return at, nil
		}
		if err != nil {
			return at, err
		}
	}
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
