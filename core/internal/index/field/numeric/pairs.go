package numeric

import (
	"cmp"
	"slices"
)

// Number is what can be indexed. Datetimes are microseconds since 1970.
type Number interface {
	int64 | float64
}

// Pair is a value of a slot. Pairs are ordered by value, then slot.
type Pair[K Number] struct {
	Value K
	Off   uint32
}

// compare orders pairs. Values are never NaN, and -0 equals 0.
func (p Pair[K]) compare(q Pair[K]) int {
	switch {
	case p.Value < q.Value:
		return -1
	case p.Value > q.Value:
		return 1
	}
	return cmp.Compare(p.Off, q.Off)
}

// Bounds of the chunks of a pairSet.
const (
	chunkMax = 512
	chunkMin = chunkMax / 4
)

// pairSet is an ordered set of pairs: chunks of up to chunkMax, each ordered.
type pairSet[K Number] struct {
	chunks []pairChunk[K] // none is empty
	n      int
}

type pairChunk[K Number] struct {
	values []K
	offs   []uint32
}

func (c *pairChunk[K]) pair(i int) Pair[K] { return Pair[K]{c.values[i], c.offs[i]} }

// search finds the first pair that is not before p.
func (c *pairChunk[K]) search(p Pair[K]) (int, bool) {
	lo, hi := 0, len(c.values)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if c.pair(mid).compare(p) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(c.values) && c.pair(lo).compare(p) == 0
}

// cursor is a place between pairs: before the pair at of a chunk. The end is
// {len(chunks), 0}; no other cursor is behind the last pair of its chunk.
type cursor struct{ chunk, at int }

// seek finds the first pair that is not before p.
func (s *pairSet[K]) seek(p Pair[K]) (cursor, bool) {
	c, _ := slices.BinarySearchFunc(s.chunks, p, func(c pairChunk[K], p Pair[K]) int { return c.pair(len(c.values) - 1).compare(p) })
	if c == len(s.chunks) {
		return cursor{chunk: c}, false
	}
	at, found := s.chunks[c].search(p)
	return cursor{c, at}, found
}

// insert adds a pair; false when it was there.
func (s *pairSet[K]) insert(p Pair[K]) bool {
	at, found := s.seek(p)
	if found {
		return false
	}
	s.n++
	if len(s.chunks) == 0 {
		s.chunks = append(s.chunks, pairChunk[K]{})
	}
	if at.chunk == len(s.chunks) {
		at = cursor{len(s.chunks) - 1, len(s.chunks[len(s.chunks)-1].values)}
	}
	c := &s.chunks[at.chunk]
	if len(c.values) == chunkMax {
		c, at = s.split(at)
	}
	c.values = slices.Insert(c.values, at.at, p.Value)
	c.offs = slices.Insert(c.offs, at.at, p.Off)
	return true
}

// split makes room at a place in a full chunk. Behind the last pair of all a
// new chunk is opened, so that ascending input fills its chunks.
func (s *pairSet[K]) split(at cursor) (*pairChunk[K], cursor) {
	c := &s.chunks[at.chunk]
	cut := chunkMax / 2
	if at.chunk == len(s.chunks)-1 && at.at == chunkMax {
		cut = chunkMax
	}
	right := pairChunk[K]{values: slices.Clone(c.values[cut:]), offs: slices.Clone(c.offs[cut:])}
	c.values, c.offs = slices.Clip(slices.Clone(c.values[:cut])), slices.Clip(slices.Clone(c.offs[:cut]))
	s.chunks = slices.Insert(s.chunks, at.chunk+1, right)
	if at.at > cut || cut == chunkMax {
		at = cursor{at.chunk + 1, at.at - cut}
	}
	return &s.chunks[at.chunk], at
}

// remove takes a pair out; false when it was not there.
func (s *pairSet[K]) remove(p Pair[K]) bool {
	at, found := s.seek(p)
	if !found {
		return false
	}
	s.n--
	c := &s.chunks[at.chunk]
	c.values = slices.Delete(c.values, at.at, at.at+1)
	c.offs = slices.Delete(c.offs, at.at, at.at+1)
	if len(c.values) < chunkMin {
		s.merge(at.chunk)
	}
	return true
}

// merge joins a small chunk with a neighbour when both fit into one.
func (s *pairSet[K]) merge(i int) {
	if len(s.chunks[i].values) == 0 {
		s.chunks = slices.Delete(s.chunks, i, i+1)
		return
	}
	if i == len(s.chunks)-1 {
		i--
	}
	if i < 0 || len(s.chunks[i].values)+len(s.chunks[i+1].values) > chunkMax*3/4 {
		return
	}
	l, r := &s.chunks[i], &s.chunks[i+1]
	l.values, l.offs = append(l.values, r.values...), append(l.offs, r.offs...)
	s.chunks = slices.Delete(s.chunks, i+1, i+2)
}

// span finds the places around the pairs between two bounds.
func (s *pairSet[K]) span(lo, hi Bound[K]) (from, to cursor) {
	to.chunk = len(s.chunks)
	if p, ok := lo.first(); ok {
		from, _ = s.seek(p)
	}
	if p, ok := hi.last(); ok {
		to, _ = s.seek(p)
	}
	if from.chunk > to.chunk || from.chunk == to.chunk && from.at > to.at {
		to = from
	}
	return from, to
}

// count counts the pairs between two places.
func (s *pairSet[K]) count(from, to cursor) int {
	n := to.at - from.at
	for i := from.chunk; i < to.chunk; i++ {
		n += len(s.chunks[i].values)
	}
	return n
}

// part returns the pairs of one chunk that lie between two places.
func (s *pairSet[K]) part(i int, from, to cursor) pairChunk[K] {
	c := s.chunks[i]
	lo, hi := 0, len(c.values)
	if i == from.chunk {
		lo = from.at
	}
	if i == to.chunk {
		hi = to.at
	}
	return pairChunk[K]{c.values[lo:hi], c.offs[lo:hi]}
}

// ends is the number of the last chunk with pairs before a place, plus one.
func (s *pairSet[K]) ends(to cursor) int {
	if to.at > 0 {
		return to.chunk + 1
	}
	return to.chunk
}

func (s *pairSet[K]) appendOffs(dst []uint32, from, to cursor) []uint32 {
	for i := from.chunk; i < s.ends(to); i++ {
		dst = append(dst, s.part(i, from, to).offs...)
	}
	return dst
}

// each yields the pairs between two places in order.
func (s *pairSet[K]) each(from, to cursor, yield func(v K, off uint32) bool) {
	for i := from.chunk; i < s.ends(to); i++ {
		c := s.part(i, from, to)
		for j, v := range c.values {
			if !yield(v, c.offs[j]) {
				return
			}
		}
	}
}

// eachDown yields the pairs between two places in descending order.
func (s *pairSet[K]) eachDown(from, to cursor, yield func(v K, off uint32) bool) {
	for i := s.ends(to) - 1; i >= from.chunk; i-- {
		c := s.part(i, from, to)
		for j := len(c.values) - 1; j >= 0; j-- {
			if !yield(c.values[j], c.offs[j]) {
				return
			}
		}
	}
}

// next finds the pair behind p, which is in the set.
func (s *pairSet[K]) next(p Pair[K]) (Pair[K], bool) {
	at, found := s.seek(p)
	if found {
		if at.at++; at.at == len(s.chunks[at.chunk].values) {
			at = cursor{chunk: at.chunk + 1}
		}
	}
	if at.chunk == len(s.chunks) {
		return Pair[K]{}, false
	}
	return s.chunks[at.chunk].pair(at.at), true
}

// previous finds the pair before p.
func (s *pairSet[K]) previous(p Pair[K]) (Pair[K], bool) {
	at, _ := s.seek(p)
	if at.at == 0 {
		if at.chunk == 0 {
			return Pair[K]{}, false
		}
		at = cursor{at.chunk - 1, len(s.chunks[at.chunk-1].values)}
	}
	return s.chunks[at.chunk].pair(at.at - 1), true
}
