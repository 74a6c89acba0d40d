package numeric

import (
	"iter"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
)

// InMemory makes an index without files of slots and their values, as Build does in files. Values are never NaN. It takes no changes and need not
// be closed.
func InMemory[K Number](seq iter.Seq2[uint32, []K]) *Index[K] {
	x := &Index[K]{mem: newMemory[K](0), readOnly: true}
	for off, values := range seq {
		x.mem.set(off, values, nil)
	}
	return x
}

// memory is the content of a mutable index.
type memory[K Number] struct {
	pairs pairSet[K]

	some  bits.Set       // slots with values
	more  bits.Set       // slots with several, see lists
	first []K            // per slot, its first value
	lists map[uint32][]K // all values of slots with several

	indexed, values int
	counts          map[int]int // number of values → slots that have so many; not for 1
}

func newMemory[K Number](room int) *memory[K] {
	return &memory[K]{first: make([]K, 0, room), lists: map[uint32][]K{}, counts: map[int]int{}}
}

// of returns the values of a slot, one is room for a single one.
func (m *memory[K]) of(off uint32, one *[1]K) []K {
	if !m.some.Get(off) {
		return nil
	}
	if m.more.Get(off) {
		return m.lists[off]
	}
	one[0] = m.first[off]
	return one[:]
}

// set gives an empty slot its values; added is told of every pair that was not
// there before.
func (m *memory[K]) set(off uint32, values []K, added func(Pair[K])) {
	if len(values) == 0 {
		return
	}
	if int(off) >= len(m.first) {
		m.first = append(m.first, make([]K, int(off)+1-len(m.first))...)
		m.some = m.some.Grow(len(m.first))
		m.more = m.more.Grow(len(m.first))
	}
	m.some.Put(off, true)
	m.first[off] = values[0]
	m.indexed++
	m.values += len(values)
	if len(values) > 1 {
		m.more.Put(off, true)
		m.lists[off] = append([]K(nil), values...)
		m.counts[len(values)]++
	}
	for _, v := range values {
		if p := (Pair[K]{v, off}); m.pairs.insert(p) && added != nil {
			added(p)
		}
	}
}

// remove empties a slot; false when it was empty.
func (m *memory[K]) remove(off uint32) bool {
	var one [1]K
	values := m.of(off, &one)
	if len(values) == 0 {
		return false
	}
	for _, v := range values {
		m.pairs.remove(Pair[K]{v, off})
	}
	m.indexed--
	m.values -= len(values)
	m.some.Put(off, false)
	if n := len(values); n > 1 {
		m.more.Put(off, false)
		delete(m.lists, off)
		if m.counts[n]--; m.counts[n] == 0 {
			delete(m.counts, n)
		}
	}
	return true
}

// most is the number of values of the slot that has most.
func (m *memory[K]) most() (n int) {
	if m.indexed > 0 {
		n = 1
	}
	for k := range m.counts {
		n = max(n, k)
	}
	return n
}
