package geo

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
)

// memory is the content of a mutable index.
type memory struct {
	tally

	some  bits.Set           // slots with values
	more  bits.Set           // slots with several, see lists
	first []Point            // per slot, its first value
	lists map[uint32][]Point // all values of slots with several

	indexed int
	most    int // values of the slot that had most since the index is open
}

func newMemory(room int) *memory {
	return &memory{first: make([]Point, 0, room), lists: map[uint32][]Point{}}
}

// of returns the values of a slot, one is room for a single one.
func (m *memory) of(off uint32, one *[1]Point) []Point {
	if !m.some.Get(off) {
		return nil
	}
	if m.more.Get(off) {
		return m.lists[off]
	}
	one[0] = m.first[off]
	return one[:]
}

// put gives an empty slot its values, which are not counted.
func (m *memory) put(off uint32, values []Point) {
	if int(off) >= len(m.first) {
		m.first = append(m.first, make([]Point, int(off)+1-len(m.first))...)
		m.some, m.more = m.some.Grow(len(m.first)), m.more.Grow(len(m.first))
	}
	m.some.Put(off, true)
	m.first[off] = values[0]
	m.indexed++
	m.most = max(m.most, len(values))
	if len(values) > 1 {
		m.more.Put(off, true)
		m.lists[off] = slices.Clone(values)
	}
}

func (m *memory) set(off uint32, values []Point) {
	m.put(off, values)
	m.add(off, values)
}

// remove empties a slot; false when it was empty.
func (m *memory) remove(off uint32) bool {
	var one [1]Point
	values := m.of(off, &one)
	if len(values) == 0 {
		return false
	}
	m.drop(off, values)
	m.indexed--
	m.some.Put(off, false)
	if len(values) > 1 {
		m.more.Put(off, false)
		delete(m.lists, off)
	}
	return true
}

func (m *memory) check(off uint32, area Area) bool {
	if !m.some.Get(off) {
		return false
	}
	if !m.more.Get(off) {
		p := &m.first[off]
		return area.Contains(p.Lon, p.Lat)
	}
	for _, p := range m.lists[off] {
		if area.Contains(p.Lon, p.Lat) {
			return true
		}
	}
	return false
}
