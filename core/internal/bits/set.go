package bits

import "math/bits"

// Set is a bit set; bits beyond its words read as unset.
type Set []uint64

// New returns a set with room for n bits, all unset.
func New(n int) Set { return make(Set, (n+63)/64) }

// FromBytes copies the first n bits of an LSB-first byte array.
func FromBytes(b []byte, n int) Set {
	n = min(n, len(b)*8)
	s := New(n)
	for i := range s {
		s[i] = word(b, i)
	}
	if r := n & 63; r != 0 {
		s[len(s)-1] &= 1<<r - 1
	}
	return s
}

// Get reports bit i.
func (s Set) Get(i uint32) bool {
	w := int(i >> 6)
	return w < len(s) && s[w]>>(i&63)&1 != 0
}

// Put stores bit i, which must lie inside the set (see Grow).
func (s Set) Put(i uint32, v bool) {
	if v {
		s[i>>6] |= 1 << (i & 63)
	} else {
		s[i>>6] &^= 1 << (i & 63)
	}
}

// Grow returns a set that has room for n bits.
func (s Set) Grow(n int) Set {
	need := (n + 63) / 64
	if need <= len(s) {
		return s
	}
	return append(s, make(Set, need-len(s))...)
}

// Ones counts the set bits.
func (s Set) Ones() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Common counts the bits that are set in both sets.
func (s Set) Common(t Set) int {
	n := 0
	for i := range min(len(s), len(t)) {
		n += bits.OnesCount64(s[i] & t[i])
	}
	return n
}

// NextSet returns the first set bit at or after i, or -1.
func (s Set) NextSet(i int) int {
	for w := i >> 6; w < len(s); w++ {
		v := s[w]
		if w == i>>6 {
			v &= ^uint64(0) << (i & 63)
		}
		if v != 0 {
			return w<<6 + bits.TrailingZeros64(v)
		}
	}
	return -1
}

// NextClear returns the first unset bit at or after i; beyond the words all
// bits are unset.
func (s Set) NextClear(i int) int {
	for w := i >> 6; w < len(s); w++ {
		v := ^s[w]
		if w == i>>6 {
			v &= ^uint64(0) << (i & 63)
		}
		if v != 0 {
			return w<<6 + bits.TrailingZeros64(v)
		}
	}
	return max(i, len(s)<<6)
}
