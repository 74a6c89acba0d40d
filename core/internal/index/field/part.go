package field

import (
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// part is one index of a key.
type part interface {
	// set replaces the values of a slot by those of values, which are raw JSON; arrays stand for their elements.
	set(off uint32, values [][]byte) error
	remove(off uint32) error
	// condition answers one member of a field condition; false when the index is not for it.
	condition(c *api.FieldCondition) (Condition, bool)
	// valued reports whether the index has a value of the slot.
	valued(off uint32) bool
	indexed() int
	files() []string
	immutableFiles() []string
	flush() error
	close() error
}

// gatherer takes the values of all slots, in their order, and then writes an immutable index.
type gatherer interface {
	add(off uint32, values [][]byte)
	write(at *place) error
}

// place is where an index is.
type place struct {
	fs       disk.FS
	dir      string // of the index
	kind     kind
	schema   *Schema
	mutable  bool
	readOnly bool
	from     Payloads
	deleted  bits.Set
	total    int
}

func (s *Set) place(key string, k kind, schema *Schema) place {
	return place{fs: s.fs, dir: filepath.Join(s.dir, dirName(key, k)), kind: k, schema: schema,
		mutable: s.mutable, readOnly: s.readOnly, from: s.from, deleted: s.from.Deleted(), total: s.from.Total()}
}
