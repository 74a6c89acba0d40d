package valueindex

import (
	"iter"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/slots"
)

// InMemory makes an index without files of slots and their values, as Build does in files. It takes no changes and need not be closed.
func InMemory[K Key](seq iter.Seq2[uint32, []K]) *Index[K] {
	c := codecOf[K]()
	x := &Index[K]{codec: c, mem: newMemory(c.clone), readOnly: true}
	for off, values := range seq {
		x.mem.set(off, values)
	}
	return x
}

// several marks a slot of memory.first that holds a place in memory.lists.
const several = 1 << 31

// memory is the content of a mutable index. Every distinct value has a number;
// slots and postings refer to values by it. A number whose last point went is
// given to the next new value.
type memory[K Key] struct {
	clone func(K) K
	ids   map[K]uint32
	keys  []K
	posts []slots.Set
	spare []uint32 // numbers without a value

	first      []uint32   // per slot: 0 nothing, n+1 the value n alone, several|i: lists[i]
	lists      [][]uint32 // values of slots that have more than one, distinct, in their order
	spareLists []uint32

	indexed, values int
}

func newMemory[K Key](clone func(K) K) *memory[K] {
	return &memory[K]{clone: clone, ids: map[K]uint32{}}
}

// of returns the numbers of the values of a slot. one is room for the case of a
// single value.
func (m *memory[K]) of(off uint32, one *[1]uint32) []uint32 {
	if int(off) >= len(m.first) {
		return nil
	}
	v := m.first[off]
	switch {
	case v == 0:
		return nil
	case v&several != 0:
		return m.lists[v&^several]
	}
	one[0] = v - 1
	return one[:]
}

// set gives an empty slot its values.
func (m *memory[K]) set(off uint32, values []K) {
	if len(values) == 0 {
		return
	}
	if int(off) >= len(m.first) {
		m.first = append(m.first, make([]uint32, int(off)+1-len(m.first))...)
	}
	id := m.number(values[0])
	m.posts[id].Add(off)
	m.first[off] = id + 1
	m.indexed++
	m.values++
	if len(values) > 1 {
		m.setMore(off, id, values[1:])
	}
}

// setMore adds the values of a slot behind its first.
func (m *memory[K]) setMore(off, id uint32, more []K) {
	list := []uint32{id}
	for _, v := range more {
		if id = m.number(v); m.posts[id].Add(off) {
			list = append(list, id)
		}
	}
	if len(list) == 1 {
		return
	}
	m.values += len(list) - 1
	list = slices.Clip(list)
	if n := len(m.spareLists); n > 0 {
		at := m.spareLists[n-1]
		m.spareLists = m.spareLists[:n-1]
		m.lists[at] = list
		m.first[off] = several | at
		return
	}
	m.first[off] = several | uint32(len(m.lists))
	m.lists = append(m.lists, list)
}

// number finds or makes the number of a value.
func (m *memory[K]) number(k K) uint32 {
	if id, ok := m.ids[k]; ok {
		return id
	}
	k = m.clone(k)
	var id uint32
	if n := len(m.spare); n > 0 {
		id, m.spare = m.spare[n-1], m.spare[:n-1]
		m.keys[id] = k
	} else {
		id = uint32(len(m.keys))
		m.keys = append(m.keys, k)
		m.posts = append(m.posts, slots.Set{})
	}
	m.ids[k] = id
	return id
}

// remove empties a slot; false when it was empty.
func (m *memory[K]) remove(off uint32) bool {
	var one [1]uint32
	list := m.of(off, &one)
	if len(list) == 0 {
		return false
	}
	m.indexed--
	m.values -= len(list)
	for _, id := range list {
		p := &m.posts[id]
		if p.Remove(off); p.Len() == 0 {
			var zero K
			delete(m.ids, m.keys[id])
			m.keys[id] = zero
			m.spare = append(m.spare, id)
		}
	}
	if v := m.first[off]; v&several != 0 {
		m.lists[v&^several] = nil
		m.spareLists = append(m.spareLists, v&^several)
	}
	m.first[off] = 0
	return true
}

// has reports whether a slot has the value with a number.
func (m *memory[K]) has(off, id uint32) bool {
	if int(off) >= len(m.first) {
		return false
	}
	v := m.first[off]
	return v == id+1 || v&several != 0 && slices.Contains(m.lists[v&^several], id)
}
