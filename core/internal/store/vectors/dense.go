package vectors

import (
	"errors"
	"fmt"
	"unsafe"
)

// Dense is a storage of float32 vectors of one dimension.
type Dense interface {
	// Dim is the number of elements of a vector.
	Dim() int
	// Len is the number of stored rows, deleted ones included.
	Len() int
	// Row returns a vector, deleted or not, aliasing the file; nil beyond Len.
	Row(off uint32) []float32
	// Rows returns the rows that lie one after the other from a row on, and
	// their number; 0 beyond Len.
	Rows(from uint32) (rows []float32, n int)
	// Refs writes the address of each row into at, which must not be shorter
	// than ids. A row beyond Len gives nil and the result false.
	Refs(ids []uint32, at []*float32) bool
	// IsDeleted tells whether the point has no vector here; true beyond Len.
	IsDeleted(off uint32) bool
	// Live is the number of rows that are not deleted.
	Live() int
	// Set stores a vector and clears its flag. Offsets that were skipped get a
	// deleted placeholder. ErrImmutable or disk.ErrReadOnly when that is not possible.
	Set(off uint32, v []float32) error
	// Delete sets the flag and tells whether there was a vector before. Beyond
	// the end of an appendable storage it adds a placeholder.
	Delete(off uint32) (bool, error)
	// Flush makes all changes durable, rows before flags.
	Flush() error
	// Close releases the storage without flushing.
	Close() error
	// Files lists the files, '/' separated, relative to the storage directory.
	Files() []string
	// ImmutableFiles lists those that never change once they are written.
	ImmutableFiles() []string
}

// ErrImmutable says that vectors of this storage cannot be changed.
var ErrImmutable = errors.New("vectors: storage is immutable")

// DimError says that a vector has the wrong number of elements.
type DimError struct{ Want, Got int }

// Error implements error.
func (e *DimError) Error() string {
	return fmt.Sprintf("vector has %d elements, expected %d", e.Got, e.Want)
}

// RangeError says that an offset is beyond the end of an immutable storage.
type RangeError struct {
	Offset uint32
	Len    int
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("vector offset %d is beyond the %d stored vectors", e.Offset, e.Len)
}

const (
	elemBytes = 4       // float32
	maxDim    = 1 << 20 // rows must fit into a 32 MiB chunk several times
	maxLen    = 1 << 32 // offsets are u32
)

func checkDim(dim int) error {
	if dim < 1 || dim > maxDim {
		return &DimError{Want: maxDim, Got: dim}
	}
	return nil
}

// floats views bytes as elements. The bytes come from maps and start at a
// multiple of 4.
func floats(b []byte) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/elemBytes)
}

// raw views elements as bytes.
func raw(v []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*elemBytes)
}

// refsOf is Refs over rows that lie one after the other.
func refsOf(rows []float32, dim int, ids []uint32, at []*float32) bool {
	at, complete := at[:len(ids)], true
	for i, id := range ids {
		first := int(id) * dim
		if first >= len(rows) {
			at[i], complete = nil, false
			continue
		}
		at[i] = &rows[first]
	}
	return complete
}
