package boolean

import (
	mathbits "math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
)

func onesCount(w uint64) int { return mathbits.OnesCount64(w) }

// Len is the number of slots that the flags reach.
func (x *Index) Len() int { return max(x.trues.Len(), x.falses.Len()) }

// Indexed counts the points that have a value.
func (x *Index) Indexed() int { return x.indexed }

// Count counts the points that have v among their values.
func (x *Index) Count(v bool) int {
	if v {
		return x.trues.Ones()
	}
	return x.falses.Ones()
}

// Bits returns the slots that have v among their values. The set must not be
// changed and is valid until the next change of the index.
func (x *Index) Bits(v bool) bits.Set {
	if v {
		return x.trues.Bits()
	}
	return x.falses.Bits()
}

// Has reports whether a slot has v among its values.
func (x *Index) Has(off uint32, v bool) bool { return x.Bits(v).Get(off) }

// AppendPoints appends the slots that have v among their values, ascending.
func (x *Index) AppendPoints(dst []uint32, v bool) []uint32 {
	set := x.Bits(v)
	for i := set.NextSet(0); i >= 0; i = set.NextSet(i + 1) {
		dst = append(dst, uint32(i))
	}
	return dst
}

// ValuesCount counts the distinct values of a slot.
func (x *Index) ValuesCount(off uint32) int {
	return which(x.trues.Get(off)) + which(x.falses.Get(off))
}

// Values appends the distinct values of a slot to dst, true first.
func (x *Index) Values(off uint32, dst []bool) []bool {
	if x.trues.Get(off) {
		dst = append(dst, true)
	}
	if x.falses.Get(off) {
		dst = append(dst, false)
	}
	return dst
}
