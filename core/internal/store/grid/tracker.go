package grid

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	countSize   = 4
	slotSize    = 16
	trackerInit = 1 << 20 // bytes of a fresh tracker.dat
)

// pointer says where a value lies.
type pointer struct {
	page   uint32
	block  uint32 // first block in the page
	length uint32 // stored bytes, never 0
}

// slot is one entry of tracker.dat.
type slot struct {
	tag uint32 // 0 no value, 1 value
	ptr pointer
}

func decodeSlot(b []byte) slot {
	return slot{
		tag: binary.LittleEndian.Uint32(b),
		ptr: pointer{
			page:   binary.LittleEndian.Uint32(b[4:]),
			block:  binary.LittleEndian.Uint32(b[8:]),
			length: binary.LittleEndian.Uint32(b[12:]),
		},
	}
}

func (s slot) append(dst []byte) []byte {
	for _, v := range [...]uint32{s.tag, s.ptr.page, s.ptr.block, s.ptr.length} {
		dst = binary.LittleEndian.AppendUint32(dst, v)
	}
	return dst
}

// present tells whether the slot holds a value. Length 0 is never written; it
// is read as "no value", as a torn write can leave it.
func (s slot) present() bool { return s.tag != 0 && s.ptr.length != 0 }

func slotOf(p pointer, ok bool) slot {
	if !ok {
		return slot{}
	}
	return slot{tag: 1, ptr: p}
}

// update is the unflushed state of one key.
type update struct {
	cur slot      // what the next flush writes
	old []pointer // values to free once it is durable
}

// lookup returns the slot of a key, unflushed changes included.
func (g *Grid) lookup(key uint32) slot {
	if u, ok := g.pending[key]; ok {
		return u.cur
	}
	return g.stored(key)
}

// stored returns the slot of a key in tracker.dat; beyond the file it is empty.
func (g *Grid) stored(key uint32) slot {
	off := slotOffset(key)
	if off+slotSize > int64(len(g.tracker.Data)) {
		return slot{}
	}
	return decodeSlot(g.tracker.Data[off : off+slotSize])
}

func slotOffset(key uint32) int64 { return countSize + int64(key)*slotSize }

// change records a new slot for a key and remembers the value it replaces.
func (g *Grid) change(key uint32, s slot) {
	old := g.lookup(key)
	g.top = max(g.top, key+1)
	u := g.pending[key]
	if u == nil {
		u = &update{}
		g.pending[key] = u
	}
	if old.present() {
		u.old = append(u.old, old.ptr)
	}
	u.cur = s
}

// check refuses a slot that does not lead into the pages.
func (g *Grid) check(key uint32, s slot) error {
	p := s.ptr
	start := int64(p.page)*int64(g.opt.PageSize) + int64(p.block)*int64(g.opt.BlockSize)
	end := int64(len(g.pages)) * int64(g.opt.PageSize)
	switch {
	case s.tag > 1:
		return g.corruptSlot(key, "tag is %d, want 0 or 1", s.tag)
	case int64(p.page) >= int64(len(g.pages)) || int64(p.block) >= int64(g.opt.pageBlocks()):
		return g.corruptSlot(key, "page %d block %d is outside of %d pages", p.page, p.block, len(g.pages))
	case p.length > maxValueBytes:
		return g.corruptSlot(key, "length %d exceeds the limit of %d", p.length, maxValueBytes)
	case start+int64(p.length) > end:
		return g.corruptSlot(key, "length %d at page %d block %d runs over the last page", p.length, p.page, p.block)
	}
	return nil
}

func (g *Grid) corruptSlot(key uint32, format string, args ...any) error {
	return disk.Corruptf(g.path(trackerFile), slotOffset(key), format, args...)
}

// records returns the pending slots in key order.
func (g *Grid) records() []record {
	recs := make([]record, 0, len(g.pending))
	for _, key := range slices.Sorted(maps.Keys(g.pending)) {
		recs = append(recs, record{key, g.pending[key].cur})
	}
	return recs
}

// writeTracker stores recs and the count in tracker.dat and syncs it.
func (g *Grid) writeTracker(recs []record) error {
	if err := g.growTracker(recs); err != nil {
		return err
	}
	for _, r := range recs {
		off := slotOffset(r.key)
		if off+slotSize > int64(len(g.tracker.Data)) {
			continue // an empty slot beyond the file
		}
		r.slot.append(g.tracker.Data[off : off : off+slotSize])
	}
	binary.LittleEndian.PutUint32(g.tracker.Data, g.count)
	return g.tracker.Sync()
}

// growTracker makes room for the highest present slot of recs.
func (g *Grid) growTracker(recs []record) error {
	need := int64(0)
	for _, r := range recs {
		if r.slot.tag != 0 {
			need = max(need, slotOffset(r.key)+slotSize)
		}
	}
	size := int64(trackerInit)
	if need <= int64(len(g.tracker.Data)) {
		return nil
	}
	for size < need {
		size *= 2
	}
	if err := g.fs.Truncate(g.path(trackerFile), size); err != nil {
		return err
	}
	return g.tracker.Remap()
}
