package valueindex

// Indexed counts the points that have a value.
func (x *Index[K]) Indexed() int { return x.mem.indexed }

// Total counts the distinct values of all points together.
func (x *Index[K]) Total() int { return x.mem.values }

// Keys counts the distinct values.
func (x *Index[K]) Keys() int { return len(x.mem.ids) }

// Count counts the points that have a value. In the immutable form points that
// were removed since the index was built are counted too.
func (x *Index[K]) Count(k K) int {
	if id, ok := x.mem.ids[k]; ok {
		return int(x.mem.posts[id].n)
	}
	return 0
}

// AppendPoints appends the points that have a value, ascending.
func (x *Index[K]) AppendPoints(dst []uint32, k K) []uint32 {
	if id, ok := x.mem.ids[k]; ok {
		return x.mem.posts[id].appendTo(dst)
	}
	return dst
}

// Has reports whether a slot has a value.
func (x *Index[K]) Has(off uint32, k K) bool {
	id, ok := x.mem.ids[k]
	return ok && x.mem.has(off, id)
}

// ValuesCount counts the distinct values of a slot.
func (x *Index[K]) ValuesCount(off uint32) int {
	var one [1]uint32
	return len(x.mem.of(off, &one))
}

// Values appends the distinct values of a slot to dst.
func (x *Index[K]) Values(off uint32, dst []K) []K {
	var one [1]uint32
	for _, id := range x.mem.of(off, &one) {
		dst = append(dst, x.mem.keys[id])
	}
	return dst
}

// EachKey calls fn for every value and the number of points that have it, in no
// particular order, until fn returns false.
func (x *Index[K]) EachKey(fn func(k K, count int) bool) {
	for id, k := range x.mem.keys {
		if n := x.mem.posts[id].n; n > 0 && !fn(k, int(n)) {
			return
		}
	}
}
