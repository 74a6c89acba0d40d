package vectors

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	matrixFile   = "matrix.dat"
	matrixHeader = "data"
)

// matrix is the immutable form.
type matrix[T Element] struct {
	file    *disk.Mapping
	deleted *dropped
	all     []T
	dim     int
	n       int
}

// OpenMatrix opens an immutable storage; points can be deleted from it.
func OpenMatrix[T Element](fs disk.FS, dir string, dim int) (Table[T], error) {
	return openMatrix[T](fs, dir, dim, true)
}

// OpenMatrixReadOnly opens an immutable storage without writing anything.
func OpenMatrixReadOnly[T Element](fs disk.FS, dir string, dim int) (Table[T], error) {
	return openMatrix[T](fs, dir, dim, false)
}

func openMatrix[T Element](fs disk.FS, dir string, dim int, writable bool) (Table[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	file, err := fs.Map(filepath.Join(dir, matrixFile), false)
	if err != nil {
		return nil, err
	}
	m := &matrix[T]{file: file, dim: dim}
	if err := m.decode(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	file.Advise(disk.AdviseRandom)
	m.deleted, err = openDropped(fs, filepath.Join(dir, droppedFile), m.n, writable)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return m, nil
}

// decode checks the header and the size of matrix.dat.
func (m *matrix[T]) decode() error {
	data, row := m.file.Data, m.dim*elemBytes[T]()
	if len(data) < len(matrixHeader) || string(data[:len(matrixHeader)]) != matrixHeader {
		return disk.Corruptf(m.file.Name(), 0, "header %q is missing", matrixHeader)
	}
	body := data[len(matrixHeader):]
	if len(body)%row != 0 {
		return disk.Corruptf(m.file.Name(), int64(len(data)-len(body)%row),
			"%d bytes of vectors are no multiple of %d (%d dimensions)", len(body), row, m.dim)
	}
	m.n = len(body) / row
	if int64(m.n) > maxLen {
		return disk.Corruptf(m.file.Name(), int64(len(matrixHeader)), "%d vectors exceed the limit", m.n)
	}
	m.all = elements[T](body)
	return nil
}

func (m *matrix[T]) Dim() int  { return m.dim }
func (m *matrix[T]) Len() int  { return m.n }
func (m *matrix[T]) Live() int { return m.n - m.deleted.ones }

func (m *matrix[T]) Row(off uint32) []T {
	if int(off) >= m.n {
		return nil
	}
	first := int(off) * m.dim
	return m.all[first : first+m.dim : first+m.dim]
}

func (m *matrix[T]) Rows(from uint32) ([]T, int) {
	if int(from) >= m.n {
		return nil, 0
	}
	return m.all[int(from)*m.dim:], m.n - int(from)
}

func (m *matrix[T]) Refs(ids []uint32, at []*T) bool {
	return refsOf(m.all, m.dim, ids, at)
}

func (m *matrix[T]) IsDeleted(off uint32) bool {
	return int(off) >= m.n || m.deleted.get(off)
}

func (m *matrix[T]) Set(uint32, []T) error { return ErrImmutable }

func (m *matrix[T]) Floats(off uint32, dst []float32) []float32 { return widen(dst, m.Row(off)) }

func (m *matrix[T]) SetFloats(uint32, []float32) error { return ErrImmutable }

func (m *matrix[T]) Delete(off uint32) (bool, error) {
	if !m.deleted.writable() {
		return false, disk.ErrReadOnly
	}
	if int(off) >= m.n {
		return false, &RangeError{Offset: off, Len: m.n}
	}
	return m.deleted.set(off), nil
}

func (m *matrix[T]) Flush() error { return m.deleted.flush() }

func (m *matrix[T]) Close() error {
	m.all, m.n = nil, 0
	return errors.Join(m.file.Close(), m.deleted.close())
}

func (m *matrix[T]) Files() []string          { return []string{matrixFile, droppedFile} }
func (m *matrix[T]) ImmutableFiles() []string { return []string{matrixFile} }
