package disk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

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

// CopyFile copies a file to a new one, leaves its pages of zeros out and syncs it.
func CopyFile(fsys FS, from, to string) (err error) {
	src, err := fsys.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	dst, err := fsys.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := CopySparse(dst, src, info.Size(), make([]byte, CopyBuffer)); err != nil {
		return err
	}
	return dst.Sync()
}

// Page is the unit in which files are kept sparse.
const Page = len(zeroPage)

// CopyBuffer is a good size of the buffer of CopySparse: a multiple of the page, so that holes stay whole.
const CopyBuffer = 64 * Page

var zeroPage [4096]byte // what a hole reads as

// AllZero reports whether bytes are all zero.
func AllZero(p []byte) bool {
	for len(p) >= Page {
		if string(p[:Page]) != string(zeroPage[:]) {
			return false
		}
		p = p[Page:]
	}
	return string(p) == string(zeroPage[:len(p)])
}

// CopySparse writes exactly size bytes of r to the empty file f; pages of zeros become holes.
func CopySparse(f File, r io.Reader, size int64, buf []byte) error {
	off, end := int64(0), int64(0)
	for off < size {
		n, err := io.ReadFull(r, buf[:min(int64(len(buf)), size-off)])
		if err != nil {
			return err
		}
		written, err := writePages(f, buf[:n], off)
		if err != nil {
			return err
		}
		off += int64(n)
		end = max(end, written)
	}
	if end < size {
		return f.Truncate(size)
	}
	return nil
}

// writePages writes the runs of non-zero pages of p and returns the end of the last one.
func writePages(f File, p []byte, off int64) (end int64, err error) {
	for start := 0; start < len(p); {
		stop := min(start+Page, len(p))
		if AllZero(p[start:stop]) {
			start = stop
			continue
		}
		for stop < len(p) && !AllZero(p[stop:min(stop+Page, len(p))]) {
			stop = min(stop+Page, len(p))
		}
		if _, err := f.WriteAt(p[start:stop], off+int64(start)); err != nil {
			return end, err
		}
		end, start = off+int64(stop), stop
	}
	return end, nil
}
