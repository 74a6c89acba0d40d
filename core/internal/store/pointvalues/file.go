package pointvalues

import (
	"encoding/binary"
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	rangesAt  = 4096
	rangeSize = 16
	maxSlots  = 1 << 32
)

// Text is the size of values that say how long they are.
const Text = 0

// File is an open file. It may be read by several goroutines.
type File struct {
	file *disk.Mapping
	data []byte
	n    int
	size int // of a value, or Text
}

// Open maps the file in dir, whose values have a size.
func Open(fsys disk.FS, dir string, size int) (*File, error) {
	m, err := fsys.Map(filepath.Join(dir, FileName), false)
	if err != nil {
		return nil, err
	}
	f := &File{file: m, data: m.Data, size: size}
	if err := disk.Guard(f.open); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return f, nil
}

func (f *File) open() error {
	if len(f.data) < rangesAt {
		return disk.Corruptf(f.file.Name(), 0, "values of points in %d bytes", len(f.data))
	}
	if at := binary.LittleEndian.Uint64(f.data); at != rangesAt {
		return disk.Corruptf(f.file.Name(), 0, "ranges at %d", at)
	}
	n := binary.LittleEndian.Uint64(f.data[8:])
	if n > maxSlots || n > uint64(len(f.data)-rangesAt)/rangeSize {
		return disk.Corruptf(f.file.Name(), 8, "%d slots do not fit", n)
	}
	f.n = int(n)
	return nil
}

// Close releases the file.
func (f *File) Close() error { return f.file.Close() }

// Len is the number of slots.
func (f *File) Len() int { return f.n }

// Count is the number of values of a slot.
func (f *File) Count(off uint32) int { return f.Get(off).n }

// Get returns the values of a slot; none of a slot beyond Len, or whose range
// is damaged.
func (f *File) Get(off uint32) Values {
	if uint(off) >= uint(f.n) {
		return Values{}
	}
	r := f.data[rangesAt+int(off)*rangeSize:][:rangeSize]
	start, n := binary.LittleEndian.Uint64(r), binary.LittleEndian.Uint64(r[8:])
	if n == 0 || start > uint64(len(f.data)) {
		return Values{}
	}
	b := f.data[start:]
	if f.size == Text {
		if n > uint64(len(b)/4) {
			return Values{}
		}
		return Values{b: b, n: int(n)}
	}
	if n > uint64(len(b)/f.size) {
		return Values{}
	}
	return Values{b: b[:int(n)*f.size], n: int(n), size: f.size}
}

// Values are the values of one slot. They alias the file.
type Values struct {
	b    []byte
	n    int
	size int
}

// Len is the number of values.
func (v Values) Len() int { return v.n }

// Fixed is the bytes of all values, when they have a size.
func (v Values) Fixed() []byte { return v.b }

// Next takes the first value off; false at the end, and when a text is damaged.
func (v *Values) Next() ([]byte, bool) {
	if v.n == 0 {
		return nil, false
	}
	v.n--
	size := v.size
	if size == Text {
		if len(v.b) < 4 {
			v.n = 0
			return nil, false
		}
		n := binary.LittleEndian.Uint32(v.b)
		if v.b = v.b[4:]; uint64(n) > uint64(len(v.b)) {
			v.n = 0
			return nil, false
		}
		size = int(n)
	}
	b := v.b[:size:size]
	v.b = v.b[size:]
	return b, true
}

// Check verifies that the values of all slots fill the file without gaps.
func (f *File) Check() error {
	return disk.Guard(func() error {
		end := uint64(rangesAt + f.n*rangeSize)
		for i := range f.n {
			at := int64(rangesAt + i*rangeSize)
			start, n := binary.LittleEndian.Uint64(f.data[at:]), binary.LittleEndian.Uint64(f.data[at+8:])
			if start != end {
				return disk.Corruptf(f.file.Name(), at, "values of slot %d at %d, want %d", i, start, end)
			}
			v := f.Get(uint32(i))
			if uint64(v.n) != n {
				return disk.Corruptf(f.file.Name(), at+8, "%d values of slot %d do not fit", n, i)
			}
			for range n {
				b, ok := v.Next()
				if !ok {
					return disk.Corruptf(f.file.Name(), int64(end), "value of slot %d does not fit", i)
				}
				if end += uint64(len(b)); f.size == Text {
					end += 4
				}
			}
		}
		if end != uint64(len(f.data)) {
			return disk.Corruptf(f.file.Name(), int64(end), "%d bytes behind the values", uint64(len(f.data))-end)
		}
		return nil
	})
}
