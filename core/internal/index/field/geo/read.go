package geo

// Indexed counts the points that have a value.
func (x *Index) Indexed() int {
	if x.mem == nil {
		return x.image.indexed
	}
	return x.mem.indexed
}

// ValuesCount counts the values of a slot.
func (x *Index) ValuesCount(off uint32) int {
	if x.mem == nil {
		return len(x.image.of(off)) / pointSize
	}
	var one [1]Point
	return len(x.mem.of(off, &one))
}

// Values appends the values of a slot to dst.
func (x *Index) Values(off uint32, dst []Point) []Point {
	if x.mem == nil {
		for b := x.image.of(off); len(b) >= pointSize; b = b[pointSize:] {
			dst = append(dst, pointAt(b))
		}
		return dst
	}
	var one [1]Point
	return append(dst, x.mem.of(off, &one)...)
}

// Check reports whether a slot has a value in the area.
func (x *Index) Check(off uint32, q *Query) bool {
	if x.mem == nil {
		return x.image.check(off, q.area)
	}
	return x.mem.check(off, q.area)
}

// Filter appends those of ids that have a value in the area to out, which may be ids[:0].
func (x *Index) Filter(ids, out []uint32, q *Query) []uint32 {
	for _, off := range ids {
		if x.Check(off, q) {
			out = append(out, off)
		}
	}
	return out
}

// Estimate says how many points have a value in the area.
func (x *Index) Estimate(q *Query) (least, expected, most int) {
	var c cardinality
	if x.mem == nil {
		c = q.estimate(x.image, x.image.indexed, x.image.stats.Most)
	} else {
		c = q.estimate(x.mem, x.mem.indexed, x.mem.most)
	}
	return c.least, c.expected, c.most
}

// AppendPoints appends the points that have a value in the area; a point with several of them may be appended for each.
func (x *Index) AppendPoints(dst []uint32, q *Query) []uint32 {
	for _, r := range q.ranges {
		n := len(dst)
		if x.mem == nil {
			dst = x.image.appendPoints(dst, r.first, r.last)
		} else {
			dst = x.mem.order.appendOffs(dst, r.first, r.last)
		}
		if !r.whole {
			dst = x.Filter(dst[n:], dst[:n], q)
		}
	}
	return dst
}
