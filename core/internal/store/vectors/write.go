package vectors

import (
	"bufio"
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// MatrixWriter writes an immutable storage row by row.
type MatrixWriter[T Element] struct {
	fs     disk.FS
	dir    string
	file   disk.File
	buf    *bufio.Writer
	blank  []T
	n      int
	bitmap []byte
}

// CreateMatrix begins a storage of vectors of dim elements in an existing directory. It ends with Finish or Abort.
func CreateMatrix[T Element](fs disk.FS, dir string, dim int) (*MatrixWriter[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	f, err := fs.Create(filepath.Join(dir, matrixFile))
	if err != nil {
		return nil, err
	}
	w := &MatrixWriter[T]{fs: fs, dir: dir, file: f, buf: bufio.NewWriterSize(f, 1<<20), blank: ones[T](dim)}
	if _, err := w.buf.WriteString(matrixHeader); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

// Append adds the vector of the next point; nil says that the point has none.
func (w *MatrixWriter[T]) Append(row []T) error {
	if row == nil {
		w.bitmap = append(w.bitmap, make([]byte, w.n/8+1-min(len(w.bitmap), w.n/8+1))...)
		w.bitmap[w.n/8] |= 1 << (w.n % 8)
		row = w.blank
	}
	if len(row) != len(w.blank) {
		return &DimError{Want: len(w.blank), Got: len(row)}
	}
	w.n++
	_, err := w.buf.Write(raw(row))
	return err
}

// Finish writes the flags and syncs both files. The caller syncs the directory.
func (w *MatrixWriter[T]) Finish() error {
	err := w.buf.Flush()
	if err == nil {
		err = w.file.Sync()
	}
	if err = errors.Join(err, w.Abort()); err != nil {
		return err
	}
	flags := make([]byte, droppedSize(w.n))
	copy(flags, droppedHeader)
	copy(flags[droppedStart:], w.bitmap)
	f, err := w.fs.Create(filepath.Join(w.dir, droppedFile))
	if err != nil {
		return err
	}
	if _, err = f.Write(flags); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Abort closes the file of an unfinished storage.
func (w *MatrixWriter[T]) Abort() error { return w.file.Close() }
