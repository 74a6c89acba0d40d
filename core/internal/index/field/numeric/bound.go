package numeric

import "math"

// Bound is one end of a range. The zero Bound is no bound.
type Bound[K Number] struct {
	Value K
	kind  boundKind
}

type boundKind uint8

const (
	unbounded boundKind = iota
	included
	excluded
)

// Included is a bound that belongs to the range.
func Included[K Number](v K) Bound[K] { return Bound[K]{v, included} }

// Excluded is a bound that does not belong to the range.
func Excluded[K Number](v K) Bound[K] { return Bound[K]{v, excluded} }

// above reports whether v is on the right side of a lower bound.
func (b Bound[K]) above(v K) bool {
	switch b.kind {
	case included:
		return v >= b.Value
	case excluded:
		return v > b.Value
	}
	return true
}

// below reports whether v is on the right side of an upper bound.
func (b Bound[K]) below(v K) bool {
	switch b.kind {
	case included:
		return v <= b.Value
	case excluded:
		return v < b.Value
	}
	return true
}

// first is a place for a lower bound: every pair of the range and none before it
// is at or behind the pair. No slot has the number MaxUint32.
func (b Bound[K]) first() (Pair[K], bool) {
	if b.kind == excluded {
		return Pair[K]{b.Value, math.MaxUint32}, true
	}
	return Pair[K]{b.Value, 0}, b.kind == included
}

// last is a place for an upper bound: every pair of the range is before it.
func (b Bound[K]) last() (Pair[K], bool) {
	if b.kind == included {
		return Pair[K]{b.Value, math.MaxUint32}, true
	}
	return Pair[K]{b.Value, 0}, b.kind == excluded
}

// empty reports that no value can be between two bounds. A NaN is on no side.
func empty[K Number](lo, hi Bound[K]) bool {
	if lo.kind != unbounded && lo.Value != lo.Value || hi.kind != unbounded && hi.Value != hi.Value {
		return true
	}
	if lo.kind == unbounded || hi.kind == unbounded {
		return false
	}
	return lo.Value > hi.Value || lo.Value == hi.Value && (lo.kind == excluded || hi.kind == excluded)
}
