package valueindex

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
)

// What it costs to count by the stored values of points, and by keys, in slots of postings that are read.
const (
	valueCost = 64
	keyCost   = 16
)

// sparseCounts is from how many keys per counted value on counts are kept in a map.
const sparseCounts = 8

// CountIn calls fn for every value that points of a set have and the number of those points, in no particular order, until fn returns false.
// The set has so many points.
func (x *Index[K]) CountIn(set bits.Set, points int, fn func(k K, count int) bool) {
	if x.mem != nil {
		x.mem.countIn(set, points, fn)
		return
	}
	m := x.image
	if perPoint := max(1, m.pairs/max(1, m.indexed)); points*perPoint*valueCost < m.pairs+m.points.Len()*keyCost {
		m.countByPoints(set, points*perPoint, fn)
		return
	}
	m.countByKeys(set, fn)
}

// tally counts by number: in a slice, or in a map when few of the numbers will occur.
type tally struct {
	dense  []uint32
	sparse map[int]uint32
}

func newTally(numbers, expected int) tally {
	if numbers/sparseCounts > expected {
		return tally{sparse: make(map[int]uint32, expected)}
	}
	return tally{dense: make([]uint32, numbers)}
}

func (t *tally) add(i int) {
	if t.sparse != nil {
		t.sparse[i]++
		return
	}
	t.dense[i]++
}

func (t *tally) each(fn func(i, n int) bool) {
	for i, n := range t.sparse {
		if !fn(i, int(n)) {
			return
		}
	}
	for i, n := range t.dense {
		if n > 0 && !fn(i, int(n)) {
			return
		}
	}
}

func (m *memory[K]) countIn(set bits.Set, points int, fn func(k K, count int) bool) {
	counts := newTally(len(m.keys), points)
	var one [1]uint32
	for off := set.NextSet(0); off >= 0; off = set.NextSet(off + 1) {
		for _, id := range m.of(uint32(off), &one) {
			counts.add(int(id))
		}
	}
	counts.each(func(id, n int) bool { return fn(m.keys[id], n) })
}

// countByPoints looks up the stored values of every point.
func (m *image[K]) countByPoints(set bits.Set, expected int, fn func(k K, count int) bool) {
	counts := newTally(m.points.Len(), expected)
	var seen []int // the values of a point, which may be stored twice
	for off := set.NextSet(0); off >= 0; off = set.NextSet(off + 1) {
		seen = seen[:0]
		for v := m.of(uint32(off)); ; {
			b, ok := v.Next()
			if !ok {
				break
			}
			if i, ok := m.points.Bucket(b); ok && !contains(seen, i) {
				seen = append(seen, i)
				counts.add(i)
			}
		}
	}
	counts.each(func(i, n int) bool {
		key, _, ok := m.points.Entry(i)
		return !ok || fn(m.codec.decode(key), n)
	})
}

func contains(list []int, x int) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// countByKeys reads the postings of every key.
func (m *image[K]) countByKeys(set bits.Set, fn func(k K, count int) bool) {
	live := make(bits.Set, min(len(set), len(m.gone)))
	for i := range live {
		live[i] = set[i] &^ m.gone[i]
	}
	for i := range m.points.Len() {
		key, v, ok := m.points.Entry(i)
		if !ok {
			continue
		}
		if n := countIn(v, live); n > 0 && !fn(m.codec.decode(key), n) {
			return
		}
	}
}

// countIn counts the slots of a posting that are in a set. Qdrant before 0.8 repeats a slot that repeats a value.
func countIn(v hashmap.Values, set bits.Set) (n int) {
	last := int64(-1)
	for ; len(v) >= 4; v = v[4:] {
		off := binary.LittleEndian.Uint32(v)
		if w := int(off >> 6); w < len(set) && int64(off) != last {
			n += int(set[w] >> (off & 63) & 1)
		}
		last = int64(off)
	}
	return n
}
