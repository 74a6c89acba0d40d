package vectors

import (
	"errors"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

// records is the immutable form of packed vectors.
type records struct {
	file     *disk.Mapping
	deleted  *flags.Flags
	readOnly bool
	size     int
	n        int
	dead     int
}

func (r *records) Dim() int  { return r.size }
func (r *records) Len() int  { return r.n }
func (r *records) Live() int { return r.n - r.dead }

func (r *records) Row(off uint32) []uint8 {
	if int(off) >= r.n {
		return nil
	}
	first := int(off) * r.size
	return r.file.Data[first : first+r.size : first+r.size]
}

func (r *records) Rows(from uint32) ([]uint8, int) {
	if int(from) >= r.n {
		return nil, 0
	}
	return r.file.Data[int(from)*r.size:], r.n - int(from)
}

func (r *records) Refs(ids []uint32, at []*uint8) bool {
	return refsOf(r.file.Data, r.size, ids, at)
}

func (r *records) IsDeleted(off uint32) bool { return int(off) >= r.n || r.deleted.Get(off) }

func (r *records) Set(uint32, []uint8) error { return ErrImmutable }

func (r *records) Floats(off uint32, dst []float32) []float32 { return widen(dst, r.Row(off)) }

func (r *records) SetFloats(uint32, []float32) error { return ErrImmutable }

func (r *records) Delete(off uint32) (bool, error) {
	switch {
	case r.readOnly:
		return false, disk.ErrReadOnly
	case int(off) >= r.n:
		return false, &RangeError{Offset: off, Len: r.n}
	case r.deleted.Get(off):
		return false, nil
	}
	r.deleted.Set(off, true)
	r.dead++
	return true, nil
}

func (r *records) Flush() error {
	if r.readOnly {
		return nil
	}
	return r.deleted.Flush()
}

func (r *records) Close() error {
	r.n = 0
	return errors.Join(r.file.Close(), r.deleted.Close())
}

func (r *records) Files() []string {
	return append([]string{packedFile}, within(deletedDir, r.deleted.Files())...)
}

func (r *records) ImmutableFiles() []string { return []string{packedFile} }
