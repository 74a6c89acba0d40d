package vectors

import (
	"errors"
	"io/fs"
	"math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	droppedFile   = "deleted.dat"
	droppedHeader = "drop"
	droppedStart  = 8 // the bitmap is aligned to a machine word
)

// dropped is the bitmap of an immutable storage: a copy in memory for reading,
// written to the map by flush.
type dropped struct {
	file   *disk.Mapping // nil when read only
	bitmap []byte
	ones   int
	lo, hi int // changed bytes of the bitmap since the last flush
}

func droppedSize(n int) int64 { return droppedStart + int64(n+63)/64*8 }

func openDropped(fsys disk.FS, name string, n int, writable bool) (*dropped, error) {
	d := &dropped{bitmap: make([]byte, droppedSize(n)-droppedStart)}
	if !writable {
		data, err := disk.ReadFile(fsys, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return d, d.load(name, data, n)
	}
	if err := sizeDropped(fsys, name, droppedSize(n)); err != nil {
		return nil, err
	}
	file, err := fsys.Map(name, true)
	if err != nil {
		return nil, err
	}
	if err := d.load(name, file.Data, n); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	d.file = file
	return d, nil
}

// sizeDropped gives the file its exact length, creating it when it is missing.
func sizeDropped(fsys disk.FS, name string, size int64) error {
	info, err := fsys.Stat(name)
	if err == nil {
		if info.Size() == size {
			return nil
		}
		return fsys.Truncate(name, size)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := fsys.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write([]byte(droppedHeader))
	if err == nil {
		err = f.Truncate(size)
	}
	return errors.Join(err, f.Close())
}

// load copies the bits of the first n points. A short file means that the rest
// is not deleted; an empty header is what remains of an interrupted creation.
func (d *dropped) load(name string, data []byte, n int) error {
	if len(data) < droppedStart {
		data = append(append([]byte{}, data...), make([]byte, droppedStart-len(data))...)
	}
	header := string(data[:len(droppedHeader)])
	if header != droppedHeader && header != "\x00\x00\x00\x00" {
		return disk.Corruptf(name, 0, "header is %q, expected %q", header, droppedHeader)
	}
	copy(d.bitmap, data[droppedStart:])
	for i, b := range d.bitmap {
		if first := 8 * i; first+8 > n {
			b &= byte(1<<max(n-first, 0) - 1)
			d.bitmap[i] = b
		}
		d.ones += bits.OnesCount8(b)
	}
	return nil
}

func (d *dropped) writable() bool { return d.file != nil }

func (d *dropped) get(off uint32) bool {
	return d.bitmap[off/8]>>(off%8)&1 != 0
}

// set marks a point and tells whether it was not marked before.
func (d *dropped) set(off uint32) bool {
	if d.get(off) {
		return false
	}
	at := int(off / 8)
	d.bitmap[at] |= 1 << (off % 8)
	d.ones++
	if d.lo == d.hi {
		d.lo, d.hi = at, at+1
	}
	d.lo, d.hi = min(d.lo, at), max(d.hi, at+1)
	return true
}

func (d *dropped) flush() error {
	if d.file == nil || d.lo == d.hi {
		return nil
	}
	copy(d.file.Data[droppedStart+d.lo:], d.bitmap[d.lo:d.hi])
	if err := d.file.SyncRange(droppedStart+d.lo, d.hi-d.lo); err != nil {
		return err
	}
	d.lo, d.hi = 0, 0
	return nil
}

func (d *dropped) close() error {
	if d.file == nil {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	return err
}
