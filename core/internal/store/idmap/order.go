package idmap

import "slices"

// chunkCap is the number of keys in a full chunk. Inserting moves half a chunk
// on average, finding one compares the first keys of all chunks.
const chunkCap = 256

// order is a sorted map from keys to offsets: a list of sorted chunks. Get and
// put cost two binary searches; ascending inserts fill the chunks completely.
type order[K key[K]] struct {
	heads  []K // first key of each chunk
	chunks []chunk[K]
	n      int
}

type chunk[K key[K]] struct {
	keys []K
	offs []uint32
}

// search returns the position of the first of keys that is not less than k.
func search[K key[K]](keys []K, k K) int {
	lo, hi := 0, len(keys)
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); keys[mid].less(k) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// chunkOf returns the chunk that holds k or would take it.
func (o *order[K]) chunkOf(k K) int {
	c := search(o.heads, k)
	if c < len(o.heads) && o.heads[c] == k {
		return c
	}
	return max(c-1, 0)
}

// get returns the offset of k.
func (o *order[K]) get(k K) (uint32, bool) {
	if o.n == 0 {
		return 0, false
	}
	c := &o.chunks[o.chunkOf(k)]
	i := search(c.keys, k)
	if i == len(c.keys) || c.keys[i] != k {
		return 0, false
	}
	return c.offs[i], true
}

// put maps k to off and returns the offset k had before.
func (o *order[K]) put(k K, off uint32) (old uint32, had bool) {
	if len(o.chunks) == 0 {
		o.insertChunk(0, chunk[K]{keys: []K{k}, offs: []uint32{off}})
		o.n++
		return 0, false
	}
	at := len(o.chunks) - 1
	i := len(o.chunks[at].keys)
	if !o.chunks[at].keys[i-1].less(k) { // ids mostly come in their order
		at = o.chunkOf(k)
		i = search(o.chunks[at].keys, k)
	}
	if c := &o.chunks[at]; i < len(c.keys) && c.keys[i] == k {
		old, c.offs[i] = c.offs[i], off
		return old, true
	}
	o.n++
	if len(o.chunks[at].keys) == chunkCap {
		if at, i = o.makeRoom(at, i); at == len(o.chunks) {
			o.insertChunk(at, newChunk([]K{k}, []uint32{off}))
			return 0, false
		}
	}
	c := &o.chunks[at]
	c.keys = slices.Insert(c.keys, i, k)
	c.offs = slices.Insert(c.offs, i, off)
	o.heads[at] = c.keys[0]
	return 0, false
}

// makeRoom splits the full chunk at in which position i is wanted, and returns
// where that position is now. Behind the last key of all it asks for a new chunk
// instead: ascending inserts leave full chunks.
func (o *order[K]) makeRoom(at, i int) (int, int) {
	if at == len(o.chunks)-1 && i == chunkCap {
		return len(o.chunks), 0
	}
	const half = chunkCap / 2
	c := &o.chunks[at]
	upper := newChunk(c.keys[half:], c.offs[half:])
	c.keys, c.offs = c.keys[:half], c.offs[:half]
	o.insertChunk(at+1, upper)
	if i > half {
		return at + 1, i - half
	}
	return at, i
}

// newChunk copies keys and offs into a chunk with room to grow.
func newChunk[K key[K]](keys []K, offs []uint32) chunk[K] {
	return chunk[K]{
		keys: append(make([]K, 0, chunkCap), keys...),
		offs: append(make([]uint32, 0, chunkCap), offs...),
	}
}

func (o *order[K]) insertChunk(at int, c chunk[K]) {
	o.chunks = slices.Insert(o.chunks, at, c)
	o.heads = slices.Insert(o.heads, at, c.keys[0])
}

func (o *order[K]) removeChunk(at int) {
	o.chunks = slices.Delete(o.chunks, at, at+1)
	o.heads = slices.Delete(o.heads, at, at+1)
}

// del removes k and returns the offset it had.
func (o *order[K]) del(k K) (uint32, bool) {
	if o.n == 0 {
		return 0, false
	}
	at := o.chunkOf(k)
	c := &o.chunks[at]
	i := search(c.keys, k)
	if i == len(c.keys) || c.keys[i] != k {
		return 0, false
	}
	off := c.offs[i]
	c.keys = slices.Delete(c.keys, i, i+1)
	c.offs = slices.Delete(c.offs, i, i+1)
	o.n--
	if len(c.keys) == 0 {
		o.removeChunk(at)
		return off, true
	}
	o.heads[at] = c.keys[0]
	o.mergeNext(at)
	return off, true
}

// mergeNext joins a chunk with its successor when both together are half full.
func (o *order[K]) mergeNext(at int) {
	if at+1 >= len(o.chunks) || len(o.chunks[at].keys)+len(o.chunks[at+1].keys) > chunkCap/2 {
		return
	}
	c, next := &o.chunks[at], o.chunks[at+1]
	c.keys = append(c.keys, next.keys...)
	c.offs = append(c.offs, next.offs...)
	o.removeChunk(at + 1)
}

// from calls yield for the pairs in order, starting at *start or at the first,
// and reports whether yield asked for all of them.
func (o *order[K]) from(start *K, yield func(K, uint32) bool) bool {
	at, i := 0, 0
	if start != nil && len(o.chunks) > 0 {
		at = o.chunkOf(*start)
		i = search(o.chunks[at].keys, *start)
	}
	for ; at < len(o.chunks); at, i = at+1, 0 {
		c := o.chunks[at]
		for ; i < len(c.keys); i++ {
			if !yield(c.keys[i], c.offs[i]) {
				return false
			}
		}
	}
	return true
}
