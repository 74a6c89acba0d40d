package bits

import (
	"encoding/binary"
	"math/bits"
)

// word returns word w of an LSB-first byte array; missing bytes are zero.
func word(b []byte, w int) uint64 {
	off := w * 8
	if off+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[off:])
	}
	var v uint64
	for i := off; i < len(b); i++ {
		v |= uint64(b[i]) << (8 * (i - off))
	}
	return v
}

// Test reports bit i of an LSB-first byte array; bits beyond it are unset.
func Test(b []byte, i int) bool {
	return i>>3 < len(b) && b[i>>3]>>(i&7)&1 != 0
}

// Put stores bit i of an LSB-first byte array.
func Put(b []byte, i int, v bool) {
	if v {
		b[i>>3] |= 1 << (i & 7)
	} else {
		b[i>>3] &^= 1 << (i & 7)
	}
}

// PutRange stores bits [from, to) of an LSB-first byte array.
func PutRange(b []byte, from, to int, v bool) {
	var full byte
	if v {
		full = 0xFF
	}
	for from < to && from&7 != 0 {
		Put(b, from, v)
		from++
	}
	for ; from+8 <= to; from += 8 {
		b[from>>3] = full
	}
	for ; from < to; from++ {
		Put(b, from, v)
	}
}

// Next returns the first bit in [from, to) equal to v, or to.
func Next(b []byte, from, to int, v bool) int {
	for i := from; i < to; {
		w := word(b, i>>6)
		if !v {
			w = ^w
		}
		w &= ^uint64(0) << (i & 63)
		if w != 0 {
			return min(i&^63+bits.TrailingZeros64(w), to)
		}
		i = i&^63 + 64
	}
	return max(from, to)
}

// FindRun returns the start of the first run of n unset bits in [from, to), or
// -1.
func FindRun(b []byte, from, to, n int) int {
	for i := Next(b, from, to, false); i+n <= to; {
		end := Next(b, i, min(i+n, to), true)
		if end-i >= n {
			return i
		}
		i = Next(b, end, to, false)
	}
	return -1
}
