package valueindex

import "strings"

// Indexed counts the points that have a value.
func (x *Index[K]) Indexed() int {
	if x.mem == nil {
		return x.image.indexed
	}
	return x.mem.indexed
}

// Total counts the distinct values of all points together.
func (x *Index[K]) Total() int {
	if x.mem == nil {
		return x.image.pairs
	}
	return x.mem.values
}

// Keys counts the distinct values. In the immutable form those of points that
// were removed since the index was built are counted too.
func (x *Index[K]) Keys() int {
	if x.mem == nil {
		return x.image.points.Len()
	}
	return len(x.mem.ids)
}

// Count counts the points that have a value. In the immutable form points that
// were removed since the index was built are counted too.
func (x *Index[K]) Count(k K) int {
	if x.mem == nil {
		return x.image.get(k).Len()
	}
	if id, ok := x.mem.ids[k]; ok {
		return x.mem.posts[id].Len()
	}
	return 0
}

// AppendPoints appends the points that have a value, ascending.
func (x *Index[K]) AppendPoints(dst []uint32, k K) []uint32 {
	if x.mem == nil {
		return x.image.appendLive(dst, x.image.get(k))
	}
	if id, ok := x.mem.ids[k]; ok {
		return x.mem.posts[id].AppendTo(dst)
	}
	return dst
}

// Has reports whether a slot has a value.
func (x *Index[K]) Has(off uint32, k K) bool {
	if x.mem == nil {
		return x.image.has(off, k)
	}
	id, ok := x.mem.ids[k]
	return ok && x.mem.has(off, id)
}

// ValuesCount counts the distinct values of a slot.
func (x *Index[K]) ValuesCount(off uint32) int {
	if x.mem == nil {
		return x.image.of(off).Len()
	}
	var one [1]uint32
	return len(x.mem.of(off, &one))
}

// Values appends the distinct values of a slot to dst.
func (x *Index[K]) Values(off uint32, dst []K) []K {
	if x.mem == nil {
		return x.image.appendValues(off, dst)
	}
	var one [1]uint32
	for _, id := range x.mem.of(off, &one) {
		dst = append(dst, x.mem.keys[id])
	}
	return dst
}

// EachKey calls fn for every value that a point has and the number of those
// points, in no particular order, until fn returns false.
func (x *Index[K]) EachKey(fn func(k K, count int) bool) {
	if x.mem == nil {
		x.image.eachKey(fn)
		return
	}
	for id, k := range x.mem.keys {
		if n := x.mem.posts[id].Len(); n > 0 && !fn(k, n) {
			return
		}
	}
}

// EachPrefix calls fn for the keywords that start with a prefix and the number
// of their points, as Count, until fn returns false. The order is ascending when
// the index was built with a dictionary for that, otherwise none.
func EachPrefix(x *Index[string], prefix string, fn func(k string, count int) bool) error {
	if x.mem == nil && x.image.prefix != nil {
		return x.image.prefix.each([]byte(prefix), func(key []byte, n int) bool { return fn(string(key), n) })
	}
	x.EachKey(func(k string, n int) bool { return !strings.HasPrefix(k, prefix) || fn(k, n) })
	return nil
}
