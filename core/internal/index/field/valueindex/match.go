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

	ids []uint32 // mutable form: numbers of those keys that the index has
	set bits.Set // the same, when they are many

	keys  [][]byte            // immutable form: the stored bytes of the keys
	known map[string]struct{} // the same, when they are many
}

// Match makes a matcher of the slots that have one of keys among their values,
// or with except of those that have any other value.
func (x *Index[K]) Match(keys []K, except bool) *Matcher[K] {
	m := &Matcher[K]{x: x, except: except}
	if x.mem == nil {
		m.store(keys)
	} else {
		m.number(keys)
	}
	return m
}

func (m *Matcher[K]) number(keys []K) {
	for _, k := range keys {
		if id, ok := m.x.mem.ids[k]; ok {
			m.ids = append(m.ids, id)
		}
	}
	if len(m.ids) > fewKeys {
		m.set = bits.New(len(m.x.mem.keys))
		for _, id := range m.ids {
			m.set.Put(id, true)
		}
	}
}

func (m *Matcher[K]) store(keys []K) {
	for _, k := range keys {
		var buf room
		m.keys = append(m.keys, slices.Clone(keyBytes(&k, &buf)))
	}
	if len(keys) > fewKeys {
		m.known = make(map[string]struct{}, len(keys))
		for _, k := range m.keys {
			m.known[string(k)] = struct{}{}
		}
	}
}

// Check reports whether a slot matches.
func (m *Matcher[K]) Check(off uint32) bool {
	if m.x.mem == nil {
		return m.checkStored(off)
	}
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

func (m *Matcher[K]) checkStored(off uint32) bool {
	v := m.x.image.of(off)
	for {
		b, ok := v.Next()
		if !ok {
			return false
		}
		if m.hasStored(b) != m.except {
			return true
		}
	}
}

func (m *Matcher[K]) hasStored(b []byte) bool {
	if m.known != nil {
		_, ok := m.known[string(b)]
		return ok
	}
	for _, k := range m.keys {
		if string(k) == string(b) {
			return true
		}
	}
	return false
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
