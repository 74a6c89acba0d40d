package api

import (
	"encoding/binary"
	"math/bits"
)

// InSlice reports whether the id falls into slice index of total: SipHash-2-4 with a zero key over the 8 little-endian bytes of a number
// or the 16 bytes of a UUID, modulo total.
func (p PointID) InSlice(total, index uint32) bool {
	var b [16]byte
	data := b[:8]
	if p.IsUUID() {
		b, data = p.UUID(), b[:]
	} else {
		binary.LittleEndian.PutUint64(data, p.Num())
	}
	return total > 0 && sipHash(data)%uint64(total) == uint64(index)
}

// sipHash hashes whole words of 8 bytes.
func sipHash(data []byte) uint64 {
	v := [4]uint64{0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573}
	tail := uint64(len(data)) << 56
	for ; len(data) >= 8; data = data[8:] {
		sipWord(&v, binary.LittleEndian.Uint64(data))
	}
	sipWord(&v, tail)
	v[2] ^= 0xff
	for range 4 {
		sipRound(&v)
	}
	return v[0] ^ v[1] ^ v[2] ^ v[3]
}

func sipWord(v *[4]uint64, m uint64) {
	v[3] ^= m
	sipRound(v)
	sipRound(v)
	v[0] ^= m
}

func sipRound(v *[4]uint64) {
	v[0] += v[1]
	v[2] += v[3]
	v[1] = bits.RotateLeft64(v[1], 13) ^ v[0]
	v[3] = bits.RotateLeft64(v[3], 16) ^ v[2]
	v[0] = bits.RotateLeft64(v[0], 32)
	v[2] += v[1]
	v[0] += v[3]
	v[1] = bits.RotateLeft64(v[1], 17) ^ v[2]
	v[3] = bits.RotateLeft64(v[3], 21) ^ v[0]
	v[2] = bits.RotateLeft64(v[2], 32)
}
