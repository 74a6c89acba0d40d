package vectors

import (
	"errors"
	"fmt"
)

// Storage is what the storages of all kinds of vectors have in common.
type Storage interface {
	// Len is the number of stored rows, deleted ones included.
	Len() int
	// IsDeleted tells whether the point has no vector here; true beyond Len.
	IsDeleted(off uint32) bool
	// Live is the number of rows that are not deleted.
	Live() int
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

// Single is a storage of one vector per point, whatever its elements are.
type Single interface {
	Storage
	// Dim is the number of elements of a vector.
	Dim() int
	// Floats appends the elements of a vector, deleted or not, to dst; nothing beyond Len.
	Floats(off uint32, dst []float32) []float32
	// SetFloats stores a vector in the elements of the storage and clears its flag, as Set does.
	SetFloats(off uint32, v []float32) error
}

// Table is a storage of one row of elements per point.
type Table[T Element] interface {
	Single
	// Row returns a vector, deleted or not, aliasing the file; nil beyond Len.
	Row(off uint32) []T
	// Rows returns the rows that lie one after the other from a row on, and
	// their number; 0 beyond Len.
	Rows(from uint32) (rows []T, n int)
	// Refs writes the address of each row into at, which must not be shorter
	// than ids. A row beyond Len gives nil and the result false.
	Refs(ids []uint32, at []*T) bool
	// Set stores a vector and clears its flag. Offsets that were skipped get a
	// deleted placeholder. ErrImmutable or disk.ErrReadOnly when that is not possible.
	Set(off uint32, v []T) error
}

// Dense is a storage of float32 vectors of one dimension.
type Dense = Table[float32]

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
	maxDim = 1 << 20 // rows must fit into a 32 MiB chunk several times
	maxLen = 1 << 32 // offsets are u32
)

func checkDim(dim int) error {
	if dim < 1 || dim > maxDim {
		return &DimError{Want: maxDim, Got: dim}
	}
	return nil
}

// refsOf is Refs over rows that lie one after the other.
func refsOf[T Element](rows []T, dim int, ids []uint32, at []*T) bool {
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
