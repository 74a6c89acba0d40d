package hashmap

import (
	"encoding/binary"
	"math/bits"
)

// Constants of wyhash 0.5.
const (
	p0 = 0xa0761d6478bd642f
	p1 = 0xe7037ed1a0b428db
	p2 = 0x8ebc6af09c88c6e3
	p3 = 0x589965cc75374cc3
	p4 = 0x1d8e4e27c47d124f
	p5 = 0xeb44accab455d165
)

// mum is the product of a and b, its halves folded.
func mum(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func u32(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) }
func u64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// crossed reads 8 bytes, the low half first.
func crossed(b []byte) uint64 { return u32(b)<<32 | u32(b[4:]) }

// rest reads 1 to 8 bytes, in the order that wyhash has for each length.
func rest(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 3:
		return uint64(b[1])<<16 | uint64(b[0])<<8 | uint64(b[2])
	case 4:
		return u32(b)
	case 5:
		return u32(b)<<8 | uint64(b[4])
	case 6:
		return u32(b)<<16 | uint64(b[5])<<8 | uint64(b[4])
	case 7:
		return u32(b)<<24 | uint64(b[5])<<16 | uint64(b[4])<<8 | uint64(b[6])
	}
	return crossed(b)
}

// write feeds bytes to a state.
func write(h uint64, b []byte) uint64 {
	for ; len(b) >= 32; b = b[32:] {
		h = mum(h^p0, mum(u64(b)^p1, u64(b[8:])^p2)^mum(u64(b[16:])^p3, u64(b[24:])^p4))
	}
	h ^= p0
	switch n := len(b); {
	case n == 0:
	case n <= 8:
		h = mum(h, rest(b)^p1)
	case n <= 16:
		h = mum(crossed(b)^h, rest(b[8:])^p2)
	case n <= 24:
		h = mum(crossed(b)^h, crossed(b[8:])^p2) ^ mum(h, rest(b[16:])^p3)
	default:
		h = mum(crossed(b)^h, crossed(b[8:])^p2) ^ mum(crossed(b[16:])^h, rest(b[24:])^p4)
	}
	return h
}

// hash is the hash of a key with a seed.
func (k Kind) hash(key []byte, seed uint64) uint64 {
	h, n := write(seed, key), uint64(len(key))
	if k == Text {
		h, n = mum(h^p0, 0xff^p1), n+1
	}
	return mum(h, n^p5)
}
