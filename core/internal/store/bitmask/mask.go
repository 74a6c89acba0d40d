package bitmask

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Parts of the container, see the package comment.
const (
	maskHeader  = 32
	maskVersion = 1
	maskDense   = 0
	maskOnes    = 1
	maskZeros   = 2
)

var maskMagic = [4]byte{'Q', 'B', 'M', 'K'}

// Decode reads a container that must hold n bits.
func Decode(file string, b []byte, n int) (bits.Set, error) {
	if len(b) < maskHeader || [4]byte(b) != maskMagic {
		return nil, disk.Corruptf(file, 0, "not a bit mask")
	}
	if v := binary.LittleEndian.Uint32(b[4:]); v != maskVersion {
		return nil, disk.Corruptf(file, 4, "bit mask version %d", v)
	}
	if got := binary.LittleEndian.Uint64(b[8:]); got != uint64(n) {
		return nil, disk.Corruptf(file, 8, "bit mask of %d bits, want %d", got, n)
	}
	payload := b[maskHeader:]
	if size := binary.LittleEndian.Uint64(b[24:]); size != uint64(len(payload)) {
		return nil, disk.Corruptf(file, 24, "bit mask payload of %d bytes, want %d", len(payload), size)
	}
	switch enc := binary.LittleEndian.Uint32(b[16:]); enc {
	case maskDense:
		return decodeDense(file, maskHeader, payload, n)
	case maskOnes:
		return decodeRoaring(file, payload, n)
	case maskZeros:
		zeros, err := decodeRoaring(file, payload, n)
		if err != nil {
			return nil, err
		}
		return invert(zeros, n), nil
	default:
		return nil, disk.Corruptf(file, 16, "bit mask encoding %d", enc)
	}
}

// decodeDense reads words that start at an offset of the file.
func decodeDense(file string, at int64, payload []byte, n int) (bits.Set, error) {
	if want := (n + 63) / 64 * 8; len(payload) != want {
		return nil, disk.Corruptf(file, at, "dense bit mask of %d bytes, want %d", len(payload), want)
	}
	s := bits.FromBytes(payload, len(payload)*8)
	if n%64 != 0 && s[n/64]>>(n%64) != 0 {
		return nil, disk.Corruptf(file, at, "bit mask has bits beyond %d", n)
	}
	return s, nil
}

// invert flips the first n bits.
func invert(s bits.Set, n int) bits.Set {
	for i := range s {
		s[i] = ^s[i]
	}
	if n%64 != 0 {
		s[n/64] &= 1<<(n%64) - 1
	}
	return s
}

// Append appends a dense container of n bits.
func Append(dst []byte, s bits.Set, n int) []byte {
	words := (n + 63) / 64
	dst = append(dst, maskMagic[:]...)
	dst = binary.LittleEndian.AppendUint32(dst, maskVersion)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
	dst = binary.LittleEndian.AppendUint32(dst, maskDense)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(words*8))
	for _, w := range s[:words] {
		dst = binary.LittleEndian.AppendUint64(dst, w)
	}
	return dst
}
