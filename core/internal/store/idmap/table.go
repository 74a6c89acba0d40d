package idmap

import (
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// table is an immutable mapping in memory, for files that are not in id order.
type table struct {
	n      int
	isUUID bits.Set // by offset
	place  []uint32 // by offset: index into nums or uuids
	nums   []numKey // sorted
	uuids  []uuidKey
	numOff []uint32 // by index into nums
	uidOff []uint32
}

// openTable sorts the entries of a mappings file. When several slots have one id
// all but the live one are deleted, so deleted slots sort first and find takes
// the last.
func openTable(path string, data []byte, deleted bits.Set) (mapping, error) {
	var recs []record
	var seen bits.Set
	n, err := decodeRecords(path, data, func(i int, r record) error {
		seen = seen.Grow(int(r.off) + 1)
		if seen.Get(r.off) {
			return disk.Corruptf(path, 0, "two id mappings for offset %d", r.off)
		}
		seen.Put(r.off, true)
		recs = append(recs, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Slice(recs, func(i, j int) bool {
		a, b := recs[i], recs[j]
		if a.before(b) || b.before(a) {
			return a.before(b)
		}
		if x, y := deleted.Get(a.off), deleted.Get(b.off); x != y {
			return x
		}
		return a.off < b.off
	})
	return newTable(n, recs), nil
}

// newTable splits sorted records into its arrays.
func newTable(n int, recs []record) *table {
	t := &table{n: n, isUUID: bits.New(n), place: make([]uint32, n)}
	for _, r := range recs {
		if r.isID {
			t.isUUID.Put(r.off, true)
			t.place[r.off] = uint32(len(t.uuids))
			t.uuids, t.uidOff = append(t.uuids, r.uuid), append(t.uidOff, r.off)
			continue
		}
		t.place[r.off] = uint32(len(t.nums))
		t.nums, t.numOff = append(t.nums, numKey(r.num)), append(t.numOff, r.off)
	}
	return t
}

func (t *table) total() int { return t.n }

func (t *table) at(off uint32) api.PointID {
	if t.isUUID.Get(off) {
		return t.uuids[t.place[off]].id()
	}
	return t.nums[t.place[off]].id()
}

func (t *table) find(id api.PointID) (uint32, bool) {
	if id.IsUUID() {
		return findLast(t.uuids, t.uidOff, uuidOf(id))
	}
	return findLast(t.nums, t.numOff, numKey(id.Num()))
}

// findLast returns the offset of the last key equal to k.
func findLast[K key[K]](keys []K, offs []uint32, k K) (uint32, bool) {
	i := sort.Search(len(keys), func(i int) bool { return k.less(keys[i]) })
	if i == 0 || keys[i-1] != k {
		return 0, false
	}
	return offs[i-1], true
}

func (t *table) walk(id *api.PointID, yield func(api.PointID, uint32) bool) {
	num, uid := 0, 0
	switch {
	case id == nil:
	case id.IsUUID():
		num, uid = len(t.nums), search(t.uuids, uuidOf(*id))
	default:
		num = search(t.nums, numKey(id.Num()))
	}
	for ; num < len(t.nums); num++ {
		if !yield(t.nums[num].id(), t.numOff[num]) {
			return
		}
	}
	for ; uid < len(t.uuids); uid++ {
		if !yield(t.uuids[uid].id(), t.uidOff[uid]) {
			return
		}
	}
}

func (t *table) files() []string { return []string{MappingsFile} }

func (t *table) close() error { return nil }
