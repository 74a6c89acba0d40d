package valueindex

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
)

// fewKeys is the number of keys up to which a list is faster than a set.
const fewKeys = 4

// Matcher checks slots against a set of values. It is valid until the next
// change of the index and may be used by several goroutines.
type Matcher[K Key] struct {
	x      *Index[K]
	except bool
	ids    []uint32 // numbers of the values that the index has
	set    bits.Set // the same, when they are many
}

// Match makes a matcher of the slots that have one of keys among their values,
// or with except of those that have any other value.
func (x *Index[K]) Match(keys []K, except bool) *Matcher[K] {
	m := &Matcher[K]{x: x, except: except}
	for _, k := range keys {
		if id, ok := x.mem.ids[k]; ok {
			m.ids = append(m.ids, id)
		}
	}
	if len(m.ids) > fewKeys {
		m.set = bits.New(len(x.mem.keys))
		for _, id := range m.ids {
			m.set.Put(id, true)
		}
	}
	return m
}

// Check reports whether a slot matches.
func (m *Matcher[K]) Check(off uint32) bool {
	mem := m.x.mem
	if int(off) >= len(mem.first) {
		return false
	}
	v := mem.first[off]
	switch {
	case v == 0:
		return false
	case v&several == 0:
		return m.has(v-1) != m.except
	}
	for _, id := range mem.lists[v&^several] {
		if m.has(id) != m.except {
			return true
		}
	}
	return false
}

func (m *Matcher[K]) has(id uint32) bool {
	if m.set != nil {
		return m.set.Get(id)
	}
	return slices.Contains(m.ids, id)
}

// Filter appends those of ids that match to out, which may be ids[:0].
func (m *Matcher[K]) Filter(ids, out []uint32) []uint32 {
	for _, off := range ids {
		if m.Check(off) {
			out = append(out, off)
		}
	}
	return out
}
