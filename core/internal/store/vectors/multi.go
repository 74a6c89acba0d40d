package vectors

import (
	"encoding/binary"
	"errors"
	"math"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

const (
	offsetsDir = "offsets"
	spanBytes  = 12
)

// Multi is a storage of some vectors per point, whatever their elements are.
type Multi interface {
	Storage
	// Dim is the number of elements of one row.
	Dim() int
	// Floats appends the rows of a point to dst, one after the other; nothing beyond Len.
	Floats(off uint32, dst []float32) ([]float32, error)
	// SetFloats stores the rows of a point, at least one, and clears its flag.
	SetFloats(off uint32, rows []float32) error
}

// MultiTable is a Multi with elements of a type.
type MultiTable[T Element] interface {
	Multi
	// Rows returns the rows of a point: aliasing the file, or in buf when they lie in two chunks.
	Rows(off uint32, buf []T) ([]T, error)
}

// span says which rows belong to a point.
type span struct{ first, count, room uint32 }

type multi[T Element] struct {
	name     string
	sub      places
	rows     *chunks.Array
	offsets  *chunks.Array
	deleted  *flags.Flags
	readOnly bool

	dim     int
	blank   []byte // the placeholder
	n       int
	dead    int             // deleted points below n
	pending map[uint32]span // not in the offsets yet
}

// OpenMulti opens a storage of multivectors, creating it when it is missing.
func OpenMulti[T Element](fs disk.FS, dir string, dim int) (MultiTable[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	if err := fs.MkdirAll(dir); err != nil {
		return nil, err
	}
	return multiTable[T](openMulti[T](fs, dir, plain, dim, chunks.Open, flags.Open, false))
}

// OpenMultiReadOnly opens an existing storage of multivectors without writing anything.
func OpenMultiReadOnly[T Element](fs disk.FS, dir string, dim int) (MultiTable[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	return multiTable[T](openMulti[T](fs, dir, plain, dim, chunks.OpenReadOnly, flags.OpenReadOnly, true))
}

// multiTable makes a nil pointer a nil interface.
func multiTable[T Element](m *multi[T], err error) (MultiTable[T], error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

// places are the directories of rows and offsets.
type places struct{ rows, offsets string }

var plain = places{vectorsDir, offsetsDir}

type (
	openArray func(fs disk.FS, dir string, itemBytes, dim int) (*chunks.Array, error)
	openFlags func(fs disk.FS, dir string) (*flags.Flags, error)
)

func openMulti[T Element](fs disk.FS, dir string, sub places, dim int, array openArray, marks openFlags, readOnly bool) (*multi[T], error) {
	m := &multi[T]{name: filepath.Join(dir, sub.offsets), sub: sub, dim: dim, readOnly: readOnly, pending: map[uint32]span{}}
	var err error
	if m.rows, err = array(fs, filepath.Join(dir, sub.rows), dim*elemBytes[T](), dim); err != nil {
		return nil, err
	}
	if m.offsets, err = array(fs, m.name, spanBytes, 1); err != nil {
		return nil, errors.Join(err, m.rows.Close())
	}
	if m.deleted, err = marks(fs, filepath.Join(dir, deletedDir)); err != nil {
		return nil, errors.Join(err, m.rows.Close(), m.offsets.Close())
	}
	m.n, m.blank = m.offsets.Len(), make([]byte, m.rows.ItemBytes())
	m.dead = countDead(m.deleted, m.n)
	return m, nil
}

func (m *multi[T]) Dim() int  { return m.dim }
func (m *multi[T]) Len() int  { return m.n }
func (m *multi[T]) Live() int { return m.n - m.dead }

func (m *multi[T]) IsDeleted(off uint32) bool {
	return int(off) >= m.n || m.deleted.Get(off)
}

// span returns the checked rows of a point.
func (m *multi[T]) span(off uint32) (span, error) {
	if int(off) >= m.n {
		return span{}, nil
	}
	if s, ok := m.pending[off]; ok {
		return s, nil
	}
	b := m.offsets.Get(int(off))
	if b == nil {
		return span{}, nil // skipped by an unflushed growth
	}
	s := span{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])}
	if int64(s.first)+int64(max(s.count, s.room)) > int64(m.rows.Len()) {
		return span{}, disk.Corruptf(m.name, int64(off)*spanBytes, "point %d has rows %d+%d (room %d) of %d", off, s.first, s.count, s.room, m.rows.Len())
	}
	return s, nil
}

func (m *multi[T]) Rows(off uint32, buf []T) ([]T, error) {
	s, err := m.span(off)
	if err != nil || s.count == 0 {
		return nil, err
	}
	first, count, per := int(s.first), int(s.count), m.rows.PerChunk()
	if at := first % per; at+count <= per {
		all := elements[T](m.rows.Chunk(first / per))
		return all[at*m.dim : (at+count)*m.dim : (at+count)*m.dim], nil
	}
	buf = buf[:0]
	for row := first; row < first+count; row++ {
		buf = append(buf, elements[T](m.rows.Get(row))...)
	}
	return buf, nil
}

func (m *multi[T]) Floats(off uint32, dst []float32) ([]float32, error) {
	rows, err := m.Rows(off, nil)
	if err != nil {
		return dst, err
	}
	return widen(dst, rows), nil
}

func (m *multi[T]) SetFloats(off uint32, v []float32) error {
	if m.readOnly {
		return disk.ErrReadOnly
	}
	if len(v) == 0 || len(v)%m.dim != 0 {
		return &DimError{Want: m.dim, Got: len(v)}
	}
	return m.set(off, raw(narrow[T](v)))
}

// set stores the bytes of the rows of a point.
func (m *multi[T]) set(off uint32, rows []byte) error {
	if err := m.fill(off); err != nil {
		return err
	}
	if err := m.put(off, rows); err != nil {
		return err
	}
	m.mark(off, false)
	return nil
}

func (m *multi[T]) Delete(off uint32) (bool, error) {
	if m.readOnly {
		return false, disk.ErrReadOnly
	}
	if int(off) >= m.n {
		return false, m.fill(off + 1)
	}
	return m.mark(off, true), nil
}

// fill adds deleted placeholders until there are n points.
func (m *multi[T]) fill(n uint32) error {
	for m.n < int(n) {
		off := uint32(m.n)
		if err := m.put(off, m.blank); err != nil {
			return err
		}
		m.mark(off, true)
	}
	return nil
}

// put stores the rows of a point that exists or is the next one.
func (m *multi[T]) put(off uint32, rows []byte) error {
	s, err := m.span(off)
	if err != nil {
		return err
	}
	item := m.rows.ItemBytes()
	count := len(rows) / item
	if count > int(s.room) {
		first := m.free(count)
		if int64(first)+int64(count) > math.MaxUint32 {
			return &RangeError{Offset: off, Len: first}
		}
		s.first, s.room = uint32(first), uint32(count)
	}
	s.count = uint32(count)
	for i := range count {
		if err := m.rows.Set(int(s.first)+i, rows[i*item:][:item]); err != nil {
			return err
		}
	}
	m.pending[off] = s
	if int(off) >= m.n {
		m.n = int(off) + 1
		if m.deleted.Get(off) { // flags that were flushed before a crash outlive their rows
			m.dead++
		}
	}
	return nil
}

// free is where rows can be appended: at the end, or at the next chunk when they fit into one but not into the rest of this one.
func (m *multi[T]) free(count int) int {
	end, per := m.rows.Len(), m.rows.PerChunk()
	if used := end % per; used+count > per && count <= per {
		return end - used + per
	}
	return end
}

// mark sets the flag of a point and tells whether that changed it.
func (m *multi[T]) mark(off uint32, deleted bool) bool {
	if m.deleted.Get(off) == deleted {
		return false
	}
	m.deleted.Set(off, deleted)
	if deleted {
		m.dead++
	} else {
		m.dead--
	}
	return true
}

func (m *multi[T]) Flush() error {
	if m.readOnly {
		return nil
	}
	if err := m.rows.Flush(); err != nil {
		return err
	}
	for off, s := range m.pending {
		var b [spanBytes]byte
		binary.LittleEndian.PutUint32(b[:], s.first)
		binary.LittleEndian.PutUint32(b[4:], s.count)
		binary.LittleEndian.PutUint32(b[8:], s.room)
		if err := m.offsets.Set(int(off), b[:]); err != nil {
			return err
		}
	}
	if err := m.offsets.Flush(); err != nil {
		return err
	}
	clear(m.pending)
	return m.deleted.Flush()
}

func (m *multi[T]) Close() error {
	m.n = 0
	return errors.Join(m.rows.Close(), m.offsets.Close(), m.deleted.Close())
}

func (m *multi[T]) Files() []string {
	files := append(within(m.sub.rows, m.rows.Files()), within(m.sub.offsets, m.offsets.Files())...)
	return append(files, within(deletedDir, m.deleted.Files())...)
}

func (m *multi[T]) ImmutableFiles() []string {
	return append(within(m.sub.rows, m.rows.ImmutableFiles()), within(m.sub.offsets, m.offsets.ImmutableFiles())...)
}
