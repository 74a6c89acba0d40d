package idmap

import (
	"iter"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// maxGap bounds how far beyond the existing slots an offset may lie. Offsets are
// given out one by one, so a larger gap is a damaged record; following it would
// allocate memory for slots that never existed.
const maxGap = 1 << 20

// mutable is the appendable form, held in memory.
type mutable struct {
	fs       disk.FS
	dir      string
	readOnly bool

	nums  order[numKey]
	uuids order[uuidKey]

	slots   []uint64 // by offset: the number, or the index in pool
	pool    []uuidKey
	isUUID  bits.Set // by offset
	deleted bits.Set // by offset

	versions []uint64
	changed  bits.Set // versions not yet on disk

	log    []byte // records not yet on disk
	logLen int64  // length of the log on disk
}

func newMutable(fsys disk.FS, dir string, readOnly bool) *mutable {
	return &mutable{fs: fsys, dir: dir, readOnly: readOnly}
}

func (m *mutable) Internal(id api.PointID) (uint32, bool) {
	if id.IsUUID() {
		return m.uuids.get(uuidOf(id))
	}
	return m.nums.get(numKey(id.Num()))
}

func (m *mutable) External(off uint32) (api.PointID, bool) {
	if m.IsDeleted(off) {
		return api.PointID{}, false
	}
	return m.slotID(off), true
}

// slotID returns the id last mapped to an existing slot.
func (m *mutable) slotID(off uint32) api.PointID {
	if m.isUUID.Get(off) {
		return m.pool[m.slots[off]].id()
	}
	return api.NumID(m.slots[off])
}

func (m *mutable) Version(off uint32) uint64 {
	if int64(off) >= int64(len(m.versions)) {
		return 0
	}
	return m.versions[off]
}

func (m *mutable) SetVersion(off uint32, v uint64) error {
	if m.readOnly {
		return ErrReadOnly
	}
	n := max(len(m.versions), len(m.slots))
	if int64(off) > int64(n)+maxGap {
		return ErrOffset
	}
	if grow := int(off) + 1 - len(m.versions); grow > 0 {
		m.versions = append(m.versions, make([]uint64, grow)...)
	}
	m.versions[off] = v
	m.changed = m.changed.Grow(len(m.versions))
	m.changed.Put(off, true)
	return nil
}

func (m *mutable) Set(id api.PointID, off uint32) error {
	if m.readOnly {
		return ErrReadOnly
	}
	if err := m.link(id, off); err != nil {
		return err
	}
	m.log = appendChange(m.log, change{id: id, off: off})
	return nil
}

func (m *mutable) Drop(id api.PointID) error {
	if m.readOnly {
		return ErrReadOnly
	}
	off, ok := m.unlink(id)
	m.log = appendChange(m.log, change{id: id, remove: true})
	if !ok {
		return nil
	}
	return m.SetVersion(off, 0)
}

// apply replays one record of the log.
func (m *mutable) apply(c change) error {
	if c.remove {
		m.unlink(c.id)
		return nil
	}
	return m.link(c.id, c.off)
}

// link maps id to off in memory.
func (m *mutable) link(id api.PointID, off uint32) error {
	if int64(off) > int64(len(m.slots))+maxGap {
		return ErrOffset
	}
	m.growSlots(int(off) + 1)
	if !m.deleted.Get(off) {
		if other := m.slotID(off); other != id {
			m.forget(other)
		}
	}
	if old, had := m.remember(id, off); had && old != off {
		m.deleted.Put(old, true)
	}
	m.store(id, off)
	m.deleted.Put(off, false)
	return nil
}

// unlink removes the mapping of id in memory.
func (m *mutable) unlink(id api.PointID) (uint32, bool) {
	off, ok := m.forget(id)
	if ok {
		m.deleted.Put(off, true)
	}
	return off, ok
}

func (m *mutable) remember(id api.PointID, off uint32) (uint32, bool) {
	if id.IsUUID() {
		return m.uuids.put(uuidOf(id), off)
	}
	return m.nums.put(numKey(id.Num()), off)
}

func (m *mutable) forget(id api.PointID) (uint32, bool) {
	if id.IsUUID() {
		return m.uuids.del(uuidOf(id))
	}
	return m.nums.del(numKey(id.Num()))
}

// growSlots makes n slots; new ones are deleted until linked.
func (m *mutable) growSlots(n int) {
	from := len(m.slots)
	if n <= from {
		return
	}
	m.slots = append(m.slots, make([]uint64, n-from)...)
	m.isUUID = m.isUUID.Grow(n)
	m.deleted = m.deleted.Grow(n)
	for i := from; i < n; i++ {
		m.deleted.Put(uint32(i), true)
	}
}

// store puts id into the slot table; a slot keeps its place in the pool.
func (m *mutable) store(id api.PointID, off uint32) {
	if !id.IsUUID() {
		m.isUUID.Put(off, false)
		m.slots[off] = id.Num()
		return
	}
	if m.isUUID.Get(off) {
		m.pool[m.slots[off]] = uuidOf(id)
		return
	}
	m.isUUID.Put(off, true)
	m.slots[off] = uint64(len(m.pool))
	m.pool = append(m.pool, uuidOf(id))
}

func (m *mutable) IsDeleted(off uint32) bool {
	return int64(off) >= int64(len(m.slots)) || m.deleted.Get(off)
}

func (m *mutable) Deleted() bits.Set { return m.deleted }

func (m *mutable) Total() int { return len(m.slots) }

func (m *mutable) Live() int { return m.nums.n + m.uuids.n }

func (m *mutable) From(id *api.PointID) iter.Seq2[api.PointID, uint32] {
	return func(yield func(api.PointID, uint32) bool) {
		var firstNum *numKey
		var firstUUID *uuidKey
		switch {
		case id == nil:
		case id.IsUUID():
			k := uuidOf(*id)
			firstUUID = &k
		default:
			k := numKey(id.Num())
			firstNum = &k
		}
		if firstUUID == nil {
			if !m.nums.from(firstNum, func(k numKey, off uint32) bool { return yield(k.id(), off) }) {
				return
			}
		}
		m.uuids.from(firstUUID, func(k uuidKey, off uint32) bool { return yield(k.id(), off) })
	}
}

func (m *mutable) Repair() ([]uint32, error) {
	if m.readOnly {
		return nil, ErrReadOnly
	}
	return repair(m, len(m.versions))
}

func (m *mutable) Files() []string {
	return existing(m.fs, m.dir, MutableMappingsFile, MutableVersionsFile)
}

func (m *mutable) ImmutableFiles() []string { return nil }

func (m *mutable) Close() error { return nil }
