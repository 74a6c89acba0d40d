package fulltext

import (
	"bytes"
	"hash/maphash"
	"unsafe"
)

// vocab numbers distinct tokens from 0 on. It keeps their bytes in one piece and holds no pointers per token.
type vocab struct {
	seed  maphash.Seed
	bytes []byte
	ends  []uint64 // in bytes, by number
	table []uint32 // number + 1 by hash, open addressing; a power of two, at most three quarters full
}

const firstTable = 64

func newVocab() vocab { return vocab{seed: maphash.MakeSeed(), table: make([]uint32, firstTable)} }

func (v *vocab) len() int { return len(v.ends) }

// token returns the bytes of a token; they are not to be changed.
func (v *vocab) token(n uint32) []byte {
	from := uint64(0)
	if n > 0 {
		from = v.ends[n-1]
	}
	return v.bytes[from:v.ends[n]:v.ends[n]]
}

// text is token as a string that lives as long as the vocabulary.
func (v *vocab) text(n uint32) string {
	b := v.token(n)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// find returns the number of a token.
func (v *vocab) find(token string) (uint32, bool) {
	_, n, ok := v.slot(token)
	return n, ok
}

// slot returns where a token is in the table, or would be.
func (v *vocab) slot(token string) (at uint64, n uint32, ok bool) {
	mask := uint64(len(v.table) - 1)
	at = maphash.String(v.seed, token) & mask
	for v.table[at] != 0 {
		if n := v.table[at] - 1; v.text(n) == token {
			return at, n, true
		}
		at = (at + 1) & mask
	}
	return at, 0, false
}

// number finds or makes the number of a token.
func (v *vocab) number(token string) uint32 {
	at, n, ok := v.slot(token)
	if ok {
		return n
	}
	n = uint32(len(v.ends))
	v.bytes = append(v.bytes, token...)
	v.ends = append(v.ends, uint64(len(v.bytes)))
	v.table[at] = n + 1
	if len(v.ends) > len(v.table)/4*3 {
		v.grow()
	}
	return n
}

func (v *vocab) grow() {
	v.table = make([]uint32, 2*len(v.table))
	mask := uint64(len(v.table) - 1)
	for n := range uint32(len(v.ends)) {
		at := maphash.Bytes(v.seed, v.token(n)) & mask
		for v.table[at] != 0 {
			at = (at + 1) & mask
		}
		v.table[at] = n + 1
	}
}

// compare orders tokens by their bytes.
func (v *vocab) compare(a, b uint32) int { return bytes.Compare(v.token(a), v.token(b)) }
