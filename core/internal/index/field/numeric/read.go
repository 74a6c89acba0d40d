package numeric

// Indexed counts the points that have a value.
func (x *Index[K]) Indexed() int {
	if x.mem == nil {
		return x.image.indexed
	}
	return x.mem.indexed
}

// Total counts the pairs of a point and one of its distinct values.
func (x *Index[K]) Total() int {
	if x.mem == nil {
		return max(0, x.image.pairs.n-x.image.lost)
	}
	return x.mem.pairs.n
}

// ValuesCount counts the values of a slot.
func (x *Index[K]) ValuesCount(off uint32) int {
	if x.mem == nil {
		return len(x.image.of(off)) / blockSize
	}
	var one [1]K
	return len(x.mem.of(off, &one))
}

// Values appends the values of a slot to dst.
func (x *Index[K]) Values(off uint32, dst []K) []K {
	if x.mem == nil {
		return x.image.appendValues(off, dst)
	}
	var one [1]K
	return append(dst, x.mem.of(off, &one)...)
}

// Check reports whether a slot has a value between two bounds.
func (x *Index[K]) Check(off uint32, lo, hi Bound[K]) bool {
	m := x.mem
	if m == nil {
		return x.image.check(off, lo, hi)
	}
	if !m.some.Get(off) {
		return false
	}
	if !m.more.Get(off) {
		v := m.first[off]
		return lo.above(v) && hi.below(v)
	}
	for _, v := range m.lists[off] {
		if lo.above(v) && hi.below(v) {
			return true
		}
	}
	return false
}

// Filter appends those of ids that have a value between two bounds to out,
// which may be ids[:0].
func (x *Index[K]) Filter(ids, out []uint32, lo, hi Bound[K]) []uint32 {
	for _, off := range ids {
		if x.Check(off, lo, hi) {
			out = append(out, off)
		}
	}
	return out
}

// Pairs counts the pairs of a point and a value between two bounds. In the
// immutable form those of points that were removed since are counted too.
func (x *Index[K]) Pairs(lo, hi Bound[K]) int {
	if empty(lo, hi) {
		return 0
	}
	if x.mem == nil {
		from, to := x.image.pairs.span(lo, hi)
		return to - from
	}
	return x.mem.pairs.count(x.mem.pairs.span(lo, hi))
}

// Estimate says how many points have a value between two bounds.
func (x *Index[K]) Estimate(lo, hi Bound[K]) (least, expected, most int) {
	if empty(lo, hi) {
		return 0, 0, 0
	}
	if x.mem == nil {
		return x.image.estimate(lo, hi)
	}
	return estimate(x.Pairs(lo, hi), x.Total(), x.Indexed(), x.mem.most())
}

// AppendPoints appends the points that have a value between two bounds, by
// value; a point with several of them is appended for each.
func (x *Index[K]) AppendPoints(dst []uint32, lo, hi Bound[K]) []uint32 {
	if empty(lo, hi) {
		return dst
	}
	if x.mem == nil {
		return x.image.appendPoints(dst, lo, hi)
	}
	from, to := x.mem.pairs.span(lo, hi)
	return x.mem.pairs.appendOffs(dst, from, to)
}

// Range yields the values between two bounds and the points that have them, by
// value and then point, or the reverse, until yield returns false.
func (x *Index[K]) Range(lo, hi Bound[K], desc bool, yield func(v K, off uint32) bool) {
	if empty(lo, hi) {
		return
	}
	if x.mem == nil {
		x.image.each(lo, hi, desc, yield)
		return
	}
	from, to := x.mem.pairs.span(lo, hi)
	if desc {
		x.mem.pairs.eachDown(from, to, yield)
		return
	}
	x.mem.pairs.each(from, to, yield)
}
