package idmap

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
)

// Layout of the disk form.
const (
	i2eMagic    = 0x51445F4932450001
	e2iMagic    = 0x51445F4532490001
	diskVersion = 2
	i2eHeader   = 32
	e2iHeader   = 48
	i2eEntry    = 16
	numEntry    = 12
	uuidEntry   = 20
	numBlock    = 1365 // entries per block of 16 KiB
	uuidBlock   = 819
	sectionUnit = 16
)

// diskForm serves lookups from the mapped i2e and e2i files; only the bit that
// tells numbers from UUIDs is in memory.
type diskForm struct {
	i2e, e2i *disk.Mapping
	n        int
	isUUID   bits.Set
	runs     e2iRuns
}

// e2iRuns locates the two sorted runs of an e2i file.
type e2iRuns struct {
	nums, uuids     int // entries
	numAt, uuidAt   int // byte offsets
	numIdx, uuidIdx int // byte offsets of the block indexes
	end             int
}

func align(n int) int { return (n + sectionUnit - 1) / sectionUnit * sectionUnit }

func blocks(n, per int) int { return (n + per - 1) / per }

// layoutE2I computes the places of all sections.
func layoutE2I(nums, uuids, numPer, uuidPer int) e2iRuns {
	r := e2iRuns{nums: nums, uuids: uuids, numIdx: e2iHeader}
	r.uuidIdx = align(r.numIdx + blocks(nums, numPer)*8)
	r.numAt = r.uuidIdx + blocks(uuids, uuidPer)*16
	r.uuidAt = align(r.numAt + nums*numEntry)
	r.end = r.uuidAt + uuids*uuidEntry
	return r
}

// openDiskForm opens i2e, e2i and is_uuid.
func openDiskForm(fsys disk.FS, dir string, _ func(n int) (bits.Set, error)) (mapping, error) {
	d := &diskForm{}
	err := d.open(fsys, dir)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *diskForm) open(fsys disk.FS, dir string) (err error) {
	path := filepath.Join(dir, I2EFile)
	if d.i2e, err = fsys.Map(path, false); err != nil {
		return err
	}
	if d.n, err = decodeI2E(path, d.i2e.Data); err != nil {
		return err
	}
	path = filepath.Join(dir, E2IFile)
	if d.e2i, err = fsys.Map(path, false); err != nil {
		return err
	}
	if d.runs, err = decodeE2I(path, d.e2i.Data); err != nil {
		return err
	}
	path = filepath.Join(dir, IsUUIDFile)
	mask, err := disk.ReadFile(fsys, path)
	if err != nil {
		return err
	}
	d.isUUID, err = bitmask.Decode(path, mask, d.n)
	return err
}

// decodeI2E checks the header of an i2e file and returns the number of slots.
func decodeI2E(file string, b []byte) (int, error) {
	if err := checkHeader(file, b, i2eHeader, i2eMagic); err != nil {
		return 0, err
	}
	n := binary.LittleEndian.Uint64(b[16:])
	if have := uint64(len(b)-i2eHeader) / i2eEntry; n > have {
		return 0, disk.Corruptf(file, 16, "%d ids announced, %d present", n, have)
	}
	return int(n), nil
}

// decodeE2I checks the header of an e2i file and locates its runs.
func decodeE2I(file string, b []byte) (e2iRuns, error) {
	if err := checkHeader(file, b, e2iHeader, e2iMagic); err != nil {
		return e2iRuns{}, err
	}
	nums, uuids := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
	numPer, uuidPer := binary.LittleEndian.Uint32(b[32:]), binary.LittleEndian.Uint32(b[36:])
	if numPer == 0 || uuidPer == 0 {
		return e2iRuns{}, disk.Corruptf(file, 32, "empty blocks")
	}
	room := uint64(len(b))
	if nums > room/numEntry || uuids > room/uuidEntry {
		return e2iRuns{}, disk.Corruptf(file, 16, "%d numbers and %d UUIDs in %d bytes", nums, uuids, len(b))
	}
	r := layoutE2I(int(nums), int(uuids), int(numPer), int(uuidPer))
	if r.end > len(b) {
		return e2iRuns{}, disk.Corruptf(file, int64(len(b)), "sections need %d bytes", r.end)
	}
	return r, nil
}

func checkHeader(file string, b []byte, size int, magic uint64) error {
	if len(b) < size {
		return disk.Corruptf(file, int64(len(b)), "header needs %d bytes", size)
	}
	if got := binary.LittleEndian.Uint64(b); got != magic {
		return disk.Corruptf(file, 0, "magic %#x, want %#x", got, magic)
	}
	if got := binary.LittleEndian.Uint32(b[8:]); got != diskVersion {
		return disk.Corruptf(file, 8, "format version %d, want %d", got, diskVersion)
	}
	return nil
}

func (d *diskForm) total() int { return d.n }

func (d *diskForm) at(off uint32) api.PointID {
	b := d.i2e.Data[i2eHeader+int(off)*i2eEntry:]
	if d.isUUID.Get(off) {
		return uuidLE(b).id()
	}
	return api.NumID(binary.LittleEndian.Uint64(b))
}

// num returns entry i of the run of numbers.
func (d *diskForm) num(i int) (numKey, uint32) {
	b := d.e2i.Data[d.runs.numAt+i*numEntry:]
	return numKey(binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint32(b[8:])
}

// uuid returns entry i of the run of UUIDs.
func (d *diskForm) uuid(i int) (uuidKey, uint32) {
	b := d.e2i.Data[d.runs.uuidAt+i*uuidEntry:]
	return uuidLE(b), binary.LittleEndian.Uint32(b[16:])
}

func (d *diskForm) lowerNum(k numKey) int {
	return sort.Search(d.runs.nums, func(i int) bool { key, _ := d.num(i); return key >= k })
}

func (d *diskForm) lowerUUID(k uuidKey) int {
	return sort.Search(d.runs.uuids, func(i int) bool { key, _ := d.uuid(i); return !key.less(k) })
}

func (d *diskForm) find(id api.PointID) (uint32, bool) {
	if id.IsUUID() {
		k := uuidOf(id)
		if i := d.lowerUUID(k); i < d.runs.uuids {
			key, off := d.uuid(i)
			return off, key == k
		}
		return 0, false
	}
	k := numKey(id.Num())
	if i := d.lowerNum(k); i < d.runs.nums {
		key, off := d.num(i)
		return off, key == k
	}
	return 0, false
}

func (d *diskForm) walk(id *api.PointID, yield func(api.PointID, uint32) bool) {
	num, uid := 0, 0
	switch {
	case id == nil:
	case id.IsUUID():
		num, uid = d.runs.nums, d.lowerUUID(uuidOf(*id))
	default:
		num = d.lowerNum(numKey(id.Num()))
	}
	for ; num < d.runs.nums; num++ {
		if k, off := d.num(num); !yield(k.id(), off) {
			return
		}
	}
	for ; uid < d.runs.uuids; uid++ {
		if k, off := d.uuid(uid); !yield(k.id(), off) {
			return
		}
	}
}

func (d *diskForm) files() []string { return []string{E2IFile, I2EFile, IsUUIDFile} }

func (d *diskForm) close() error {
	var errs []error
	for _, m := range []*disk.Mapping{d.i2e, d.e2i} {
		if m != nil {
			errs = append(errs, m.Close())
		}
	}
	return errors.Join(errs...)
}
