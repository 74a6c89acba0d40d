package valueindex

import (
	"slices"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
)

// fewKeys is the number of keys up to which a list is faster than a set.
const fewKeys = 4

// Matcher checks slots against a set of values. It is valid until the next
// change of the index and may be used by several goroutines.
//
// A check of the immutable form looks at the stored values of a slot. When Filter
// has made so many that reading the postings once would have been cheaper, it
// reads them, and a check is the test of a bit.
type Matcher[K Key] struct {
	x      *Index[K]
	except bool

	ids []uint32 // mutable form: numbers of those keys that the index has
	set bits.Set // the same, when they are many

	keys    [][]byte            // immutable form: the stored bytes of the keys
	known   map[string]struct{} // the same, when they are many
	posts   []hashmap.Values    // their postings
	budget  int64               // checks that cost as much as reading the postings; 0: never read them
	checked atomic.Int64
	hits    atomic.Pointer[bits.Set] // slots of the postings, once they were read
}

// checksPerID is how many ids of a posting are read in the time of a check of
// stored values.
const checksPerID = 64

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
	img := m.x.image
	if m.except && img.pairs != img.indexed {
		return // slots with several values are not the rest of the postings
	}
	m.budget = 1
	for _, k := range m.keys {
		v, _ := img.points.Get(k)
		m.posts = append(m.posts, v)
		m.budget += int64(v.Len() / checksPerID)
	}
}

// read makes the set of the slots of the postings.
func (m *Matcher[K]) read() *bits.Set {
	img := m.x.image
	set := bits.New(img.values.Len())
	for _, v := range m.posts {
		img.eachLive(v, func(off uint32) { set[off>>6] |= 1 << (off & 63) })
	}
	if m.except {
		for i := range set {
			set[i] = ^(set[i] | img.gone[i])
		}
		if n := img.values.Len(); n%64 != 0 {
			set[n/64] &= 1<<(n%64) - 1
		}
	}
	m.hits.Store(&set)
	return &set
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
	if set := m.hits.Load(); set != nil {
		return set.Get(off)
	}
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
	if m.budget > 0 {
		set := m.hits.Load()
		if set == nil && m.checked.Add(int64(len(ids))) > m.budget {
			set = m.read()
		}
		if set != nil {
			return filter(*set, ids, out)
		}
	}
	for _, off := range ids {
		if m.Check(off) {
			out = append(out, off)
		}
	}
	return out
}

func filter(set bits.Set, ids, out []uint32) []uint32 {
	for _, off := range ids {
		if set.Get(off) {
			out = append(out, off)
		}
	}
	return out
}
