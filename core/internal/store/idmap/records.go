package idmap

import (
	"encoding/binary"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Layout of id_tracker.mappings.
const (
	recordsHeader = 8
	numRecord     = 13
	uuidRecord    = 21
	recordNum     = 0
	recordUUID    = 1
)

// record is one decoded entry of id_tracker.mappings.
type record struct {
	num  uint64
	uuid uuidKey
	off  uint32
	isID bool
}

// before reports whether r sorts before o.
func (r record) before(o record) bool {
	switch {
	case r.isID != o.isID:
		return o.isID
	case r.isID:
		return r.uuid.less(o.uuid)
	}
	return r.num < o.num
}

// decodeRecords calls fn for the entries of a mappings file, whose offsets it has
// checked to lie below the count.
func decodeRecords(file string, data []byte, fn func(i int, r record) error) (n int, err error) {
	if len(data) < recordsHeader {
		return 0, disk.Corruptf(file, int64(len(data)), "id mappings without a count")
	}
	count := binary.LittleEndian.Uint64(data)
	if count > uint64(len(data)-recordsHeader)/numRecord {
		return 0, disk.Corruptf(file, 0, "%d id mappings in %d bytes", count, len(data))
	}
	pos := recordsHeader
	for i := range int(count) {
		r, size, ok := decodeRecord(data[pos:])
		if !ok {
			return 0, disk.Corruptf(file, int64(pos), "id mapping %d of %d", i, count)
		}
		if uint64(r.off) >= count {
			return 0, disk.Corruptf(file, int64(pos), "id mapping offset %d of %d", r.off, count)
		}
		if err := fn(i, r); err != nil {
			return 0, err
		}
		pos += size
	}
	if pos != len(data) {
		return 0, disk.Corruptf(file, int64(pos), "%d bytes behind the id mappings", len(data)-pos)
	}
	return int(count), nil
}

func decodeRecord(b []byte) (r record, size int, ok bool) {
	switch {
	case len(b) >= numRecord && b[0] == recordNum:
		return record{
			num: binary.LittleEndian.Uint64(b[1:]),
			off: binary.LittleEndian.Uint32(b[9:]),
		}, numRecord, true
	case len(b) >= uuidRecord && b[0] == recordUUID:
		return record{
			uuid: uuidText(b[1:]),
			off:  binary.LittleEndian.Uint32(b[17:]),
			isID: true,
		}, uuidRecord, true
	}
	return record{}, 0, false
}

// openRecords opens the immutable form: in place when the file is in id order,
// else sorted in memory.
func openRecords(fsys disk.FS, dir string, deleted func(n int) (bits.Set, error)) (mapping, error) {
	path := filepath.Join(dir, MappingsFile)
	view, err := fsys.Map(path, false)
	if err != nil {
		return nil, err
	}
	m, sorted, err := openPacked(path, view)
	if err == nil && sorted {
		return m, nil
	}
	defer view.Close()
	if err != nil {
		return nil, err
	}
	mask, err := deleted(m.n)
	if err != nil {
		return nil, err
	}
	return openTable(path, view.Data, mask)
}

// packed serves lookups from the mapped file itself. Entry i is slot i and the
// entries ascend, so numbers come first and every entry has a computable place.
type packed struct {
	view *disk.Mapping
	n    int
	nums int // entries that are numbers
}

// openPacked checks a mappings file; sorted tells whether packed can serve it.
func openPacked(path string, view *disk.Mapping) (m *packed, sorted bool, err error) {
	m, sorted = &packed{view: view}, true
	var last record
	m.n, err = decodeRecords(path, view.Data, func(i int, r record) error {
		sorted = sorted && int(r.off) == i && (i == 0 || last.before(r))
		if !r.isID {
			m.nums++
		}
		last = r
		return nil
	})
	return m, sorted, err
}

func (m *packed) total() int { return m.n }

// num returns the number of entry i < nums.
func (m *packed) num(i int) uint64 {
	return binary.LittleEndian.Uint64(m.view.Data[recordsHeader+i*numRecord+1:])
}

// uuid returns the UUID of entry nums+i.
func (m *packed) uuid(i int) uuidKey {
	return uuidText(m.view.Data[recordsHeader+m.nums*numRecord+i*uuidRecord+1:])
}

func (m *packed) at(off uint32) api.PointID {
	if int(off) < m.nums {
		return api.NumID(m.num(int(off)))
	}
	return m.uuid(int(off) - m.nums).id()
}

// lower returns the first entry whose id is not less than id.
func (m *packed) lower(id api.PointID) int {
	if !id.IsUUID() {
		return sort.Search(m.nums, func(i int) bool { return m.num(i) >= id.Num() })
	}
	k := uuidOf(id)
	return m.nums + sort.Search(m.n-m.nums, func(i int) bool { return !m.uuid(i).less(k) })
}

func (m *packed) find(id api.PointID) (uint32, bool) {
	i := m.lower(id)
	if i == m.n || m.at(uint32(i)) != id {
		return 0, false
	}
	return uint32(i), true
}

func (m *packed) walk(id *api.PointID, yield func(api.PointID, uint32) bool) {
	i := 0
	if id != nil {
		i = m.lower(*id)
	}
	for ; i < m.n; i++ {
		if !yield(m.at(uint32(i)), uint32(i)) {
			return
		}
	}
}

func (m *packed) files() []string { return []string{MappingsFile} }

func (m *packed) close() error { return m.view.Close() }
