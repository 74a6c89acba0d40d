package bitmask

import (
	"encoding/binary"
	mathbits "math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Constants of the portable roaring format.
const (
	roaringRuns     = 12347 // low half of the cookie; the high half is count-1
	roaringPlain    = 12346 // whole cookie; a u32 count follows
	roaringArrayMax = 4096  // values in the largest array container
	roaringBitmap   = 8192  // bytes of a bitmap container
	roaringNoOffset = 4     // with runs, fewer containers have no offset table
	roaringMaxKeys  = 1 << 16
)

// roaring reads a portable roaring bitmap into a bit set of n bits.
type roaring struct {
	file string
	b    []byte
	pos  int
	n    int
	out  bits.Set
}

// decodeRoaring reads the bitmap in b, whose values must lie below n.
func decodeRoaring(file string, b []byte, n int) (bits.Set, error) {
	r := &roaring{file: file, b: b, n: n, out: bits.New(n)}
	count, runs, err := r.head()
	if err != nil {
		return nil, err
	}
	keys, err := r.take(count * 4)
	if err != nil {
		return nil, err
	}
	if runs == nil || count >= roaringNoOffset {
		if _, err := r.take(count * 4); err != nil {
			return nil, err
		}
	}
	last := -1
	for i := range count {
		key := int(binary.LittleEndian.Uint16(keys[i*4:]))
		card := int(binary.LittleEndian.Uint16(keys[i*4+2:])) + 1
		if key <= last {
			return nil, r.corrupt("roaring key %d behind %d", key, last)
		}
		last = key
		if err := r.container(key<<16, card, bits16(runs, i)); err != nil {
			return nil, err
		}
	}
	if r.pos != len(b) {
		return nil, r.corrupt("%d bytes behind the roaring bitmap", len(b)-r.pos)
	}
	return r.out, nil
}

// bits16 reports whether container i is marked in the run flags.
func bits16(runs []byte, i int) bool { return runs != nil && bits.Test(runs, i) }

// head reads the cookie: the number of containers and the run flags.
func (r *roaring) head() (count int, runs []byte, err error) {
	b, err := r.take(4)
	if err != nil {
		return 0, nil, err
	}
	cookie := binary.LittleEndian.Uint32(b)
	switch {
	case cookie&0xFFFF == roaringRuns:
		count = int(cookie>>16) + 1
		runs, err = r.take((count + 7) / 8)
		return count, runs, err
	case cookie == roaringPlain:
		if b, err = r.take(4); err != nil {
			return 0, nil, err
		}
		if c := binary.LittleEndian.Uint32(b); c <= roaringMaxKeys {
			return int(c), nil, nil
		}
		return 0, nil, r.corrupt("too many roaring containers")
	}
	return 0, nil, r.corrupt("roaring cookie %d", cookie)
}

// container reads one container whose values start at base.
func (r *roaring) container(base, card int, isRun bool) error {
	switch {
	case isRun:
		return r.runs(base, card)
	case card <= roaringArrayMax:
		return r.array(base, card)
	}
	return r.bitmap(base, card)
}

func (r *roaring) array(base, card int) error {
	b, err := r.take(card * 2)
	if err != nil {
		return err
	}
	last := -1
	for i := range card {
		v := int(binary.LittleEndian.Uint16(b[i*2:]))
		if v <= last {
			return r.corrupt("roaring value %d behind %d", v, last)
		}
		last = v
		if err := r.set(base+v, 1); err != nil {
			return err
		}
	}
	return nil
}

func (r *roaring) bitmap(base, card int) error {
	b, err := r.take(roaringBitmap)
	if err != nil {
		return err
	}
	ones := 0
	for w := 0; w < roaringBitmap; w += 8 {
		v := binary.LittleEndian.Uint64(b[w:])
		ones += mathbits.OnesCount64(v)
		for ; v != 0; v &= v - 1 {
			if err := r.set(base+w*8+mathbits.TrailingZeros64(v), 1); err != nil {
				return err
			}
		}
	}
	if ones != card {
		return r.corrupt("roaring bitmap of %d values, want %d", ones, card)
	}
	return nil
}

func (r *roaring) runs(base, card int) error {
	b, err := r.take(2)
	if err != nil {
		return err
	}
	n := int(binary.LittleEndian.Uint16(b))
	if b, err = r.take(n * 4); err != nil {
		return err
	}
	next, total := 0, 0
	for i := range n {
		start := int(binary.LittleEndian.Uint16(b[i*4:]))
		length := int(binary.LittleEndian.Uint16(b[i*4+2:])) + 1
		if start < next || start+length > 1<<16 {
			return r.corrupt("roaring run %d+%d behind %d", start, length, next)
		}
		if err := r.set(base+start, length); err != nil {
			return err
		}
		next, total = start+length, total+length
	}
	if total != card {
		return r.corrupt("roaring runs of %d values, want %d", total, card)
	}
	return nil
}

// set sets count bits from i on.
func (r *roaring) set(i, count int) error {
	if i+count > r.n {
		return r.corrupt("roaring value %d beyond %d bits", i+count-1, r.n)
	}
	for ; count > 0; i, count = i+1, count-1 {
		r.out.Put(uint32(i), true)
	}
	return nil
}

// take returns the next n bytes.
func (r *roaring) take(n int) ([]byte, error) {
	if len(r.b)-r.pos < n {
		return nil, r.corrupt("roaring bitmap ends early")
	}
	b := r.b[r.pos : r.pos+n]
	r.pos += n
	return b, nil
}

func (r *roaring) corrupt(format string, args ...any) error {
	return disk.Corruptf(r.file, int64(maskHeader+r.pos), format, args...)
}
