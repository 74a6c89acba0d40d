package vectors

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

// RowSource is a file that holds vectors among other things: the links of a graph with the vectors of its points.
type RowSource interface {
	Points() int
	// Base is the bytes of the vector of a point, aligned for its elements.
	Base(p uint32) ([]byte, error)
}

// inline is an immutable storage of which only deleted/ is its own.
type inline[T Element] struct {
	rows    RowSource
	deleted *flags.Flags
	dim     int
	n       int
}

// OpenInline opens a storage whose vectors are in a file of another kind, which must stay open as long. Every row is looked up once.
func OpenInline[T Element](fs disk.FS, dir string, dim int, rows RowSource, readOnly bool) (Table[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	for p := range uint32(rows.Points()) {
		b, err := rows.Base(p)
		if err != nil {
			return nil, err
		}
		if len(b) != dim*elemBytes[T]() {
			return nil, disk.Corruptf(filepath.Join(dir, deletedDir), 0, "the vector of point %d has %d bytes, not %d elements", p, len(b), dim)
		}
	}
	open := flags.Open
	if readOnly {
		open = flags.OpenReadOnly
	}
	deleted, err := open(fs, filepath.Join(dir, deletedDir))
	if err != nil {
		return nil, err
	}
	return &inline[T]{rows: rows, deleted: deleted, dim: dim, n: rows.Points()}, nil
}

func (s *inline[T]) Dim() int { return s.dim }
func (s *inline[T]) Len() int { return s.n }

func (s *inline[T]) Live() int {
	live := s.n
	for off := range uint32(min(s.n, s.deleted.Len())) {
		if s.deleted.Get(off) {
			live--
		}
	}
	return live
}

func (s *inline[T]) IsDeleted(off uint32) bool { return int(off) >= s.n || s.deleted.Get(off) }

func (s *inline[T]) Row(off uint32) []T {
	if int(off) >= s.n {
		return nil
	}
	b, err := s.rows.Base(off)
	if err != nil { // was there when the storage was opened
		return make([]T, s.dim)
	}
	return elements[T](b)
}

func (s *inline[T]) Rows(from uint32) ([]T, int) {
	if int(from) >= s.n {
		return nil, 0
	}
	return s.Row(from), 1
}

func (s *inline[T]) Refs(ids []uint32, at []*T) bool {
	at, complete := at[:len(ids)], true
	for i, id := range ids {
		row := s.Row(id)
		if row == nil {
			at[i], complete = nil, false
			continue
		}
		at[i] = &row[0]
	}
	return complete
}

func (s *inline[T]) Floats(off uint32, dst []float32) []float32 { return widen(dst, s.Row(off)) }

func (s *inline[T]) Set(uint32, []T) error { return ErrImmutable }

func (s *inline[T]) SetFloats(uint32, []float32) error { return ErrImmutable }

func (s *inline[T]) Delete(off uint32) (bool, error) {
	if int(off) >= s.n {
		return false, &RangeError{Offset: off, Len: s.n}
	}
	had := !s.deleted.Get(off)
	s.deleted.Set(off, true)
	return had, nil
}

func (s *inline[T]) Flush() error { return s.deleted.Flush() }

func (s *inline[T]) Close() error { return s.deleted.Close() }

func (s *inline[T]) Files() []string { return within(deletedDir, s.deleted.Files()) }

func (s *inline[T]) ImmutableFiles() []string { return nil }

func (s *inline[T]) rowBytes() (rows, size int) { return s.n, s.dim * elemBytes[T]() }

// OpenPackedInline opens a storage of packed vectors whose records are in a file of another kind.
func OpenPackedInline(fs disk.FS, dir string, dim int, c Codec, rows RowSource, readOnly bool) (Packed, error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	t, err := OpenInline[uint8](fs, dir, c.Size(), rows, readOnly)
	if err != nil {
		return nil, err
	}
	return newPacked(t, c, dim), nil
}

// RowsOf is the layout of the vectors of an immutable storage, and how to get the bytes of one; false for storages without rows of one size.
func RowsOf(st Storage) (size, align int, row func(off uint32) []byte, ok bool) {
	switch st := st.(type) {
	case Packed:
		return st.Codec().Size(), 1, st.Records().Row, true
	case Table[float32]:
		return rowsIn(st)
	case Table[kernel.Half]:
		return rowsIn(st)
	case Table[uint8]:
		return rowsIn(st)
	}
	return 0, 0, nil, false
}

func rowsIn[T Element](t Table[T]) (size, align int, row func(off uint32) []byte, ok bool) {
	return t.Dim() * elemBytes[T](), elemBytes[T](), func(off uint32) []byte { return raw(t.Row(off)) }, true
}

// LeaveInline closes an immutable storage whose vectors are in a file of another kind now, and leaves of its files only which points have none.
func LeaveInline(fs disk.FS, dir string, st Storage) error {
	n, gone := st.Len(), []uint32(nil)
	for off := range uint32(n) {
		if st.IsDeleted(off) {
			gone = append(gone, off)
		}
	}
	files := st.Files()
	if err := st.Close(); err != nil {
		return err
	}
	for _, name := range files {
		if err := fs.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	f, err := flags.Open(fs, filepath.Join(dir, deletedDir))
	if err != nil {
		return err
	}
	f.SetLen(n)
	for _, off := range gone {
		f.Set(off, true)
	}
	return errors.Join(f.Flush(), f.Close())
}
