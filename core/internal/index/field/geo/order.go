package geo

import (
	"cmp"
	"slices"
)

// entry is a value of a slot on the curve of cells.
type entry struct {
	cell cell
	off  uint32
}

func (e entry) compare(o entry) int {
	if c := cmp.Compare(e.cell, o.cell); c != 0 {
		return c
	}
	return cmp.Compare(e.off, o.off)
}

// Bounds of the chunks of an order.
const (
	chunkMax = 512
	chunkMin = chunkMax / 4
)

// order is a sorted list of entries, which may repeat, in chunks of up to chunkMax.
type order struct {
	chunks []chunk // none is empty
	n      int
}

type chunk struct {
	cells []cell
	offs  []uint32
}

func (c *chunk) entry(i int) entry { return entry{c.cells[i], c.offs[i]} }

// search finds the first entry that is not before e.
func (c *chunk) search(e entry) int {
	lo, hi := 0, len(c.cells)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if c.entry(mid).compare(e) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// cursor is a place between entries: before the entry at of a chunk, or behind the last chunk.
type cursor struct{ chunk, at int }

// seek finds the first entry that is not before e.
func (o *order) seek(e entry) cursor {
	i, _ := slices.BinarySearchFunc(o.chunks, e, func(c chunk, e entry) int { return c.entry(len(c.cells) - 1).compare(e) })
	if i == len(o.chunks) {
		return cursor{chunk: i}
	}
	return cursor{i, o.chunks[i].search(e)}
}

// fill makes an order of sorted entries.
func (o *order) fill(list []entry) {
	o.n = len(list)
	for part := range slices.Chunk(list, chunkMax*3/4) {
		c := chunk{make([]cell, len(part)), make([]uint32, len(part))}
		for i, e := range part {
			c.cells[i], c.offs[i] = e.cell, e.off
		}
		o.chunks = append(o.chunks, c)
	}
}

func (o *order) insert(e entry) {
	o.n++
	at := o.seek(e)
	if len(o.chunks) == 0 {
		o.chunks = append(o.chunks, chunk{})
	}
	if at.chunk == len(o.chunks) {
		at = cursor{at.chunk - 1, len(o.chunks[at.chunk-1].cells)}
	}
	c := &o.chunks[at.chunk]
	if len(c.cells) == chunkMax {
		const cut = chunkMax / 2
		right := chunk{slices.Clone(c.cells[cut:]), slices.Clone(c.offs[cut:])}
		c.cells, c.offs = slices.Clone(c.cells[:cut]), slices.Clone(c.offs[:cut])
		o.chunks = slices.Insert(o.chunks, at.chunk+1, right)
		if at.at > cut {
			at = cursor{at.chunk + 1, at.at - cut}
		}
		c = &o.chunks[at.chunk]
	}
	c.cells, c.offs = slices.Insert(c.cells, at.at, e.cell), slices.Insert(c.offs, at.at, e.off)
}

// remove takes one entry out, which is there.
func (o *order) remove(e entry) {
	at := o.seek(e)
	o.n--
	c := &o.chunks[at.chunk]
	c.cells, c.offs = slices.Delete(c.cells, at.at, at.at+1), slices.Delete(c.offs, at.at, at.at+1)
	if len(c.cells) < chunkMin {
		o.merge(at.chunk)
	}
}

// merge joins a small chunk with a neighbour when both fit into one.
func (o *order) merge(i int) {
	if len(o.chunks[i].cells) == 0 {
		o.chunks = slices.Delete(o.chunks, i, i+1)
		return
	}
	if i == len(o.chunks)-1 {
		i--
	}
	if i < 0 || len(o.chunks[i].cells)+len(o.chunks[i+1].cells) > chunkMax*3/4 {
		return
	}
	l, r := &o.chunks[i], &o.chunks[i+1]
	l.cells, l.offs = append(l.cells, r.cells...), append(l.offs, r.offs...)
	o.chunks = slices.Delete(o.chunks, i+1, i+2)
}

// within finds the places around the entries of a range of cells.
func (o *order) within(first, last cell) (from, to cursor) {
	return o.seek(entry{cell: first}), o.seek(entry{last, ^uint32(0)})
}

// count counts the entries of a range of cells.
func (o *order) count(first, last cell) int {
	from, to := o.within(first, last)
	n := to.at - from.at
	for i := from.chunk; i < to.chunk; i++ {
		n += len(o.chunks[i].cells)
	}
	return n
}

// appendOffs appends the slots of a range of cells.
func (o *order) appendOffs(dst []uint32, first, last cell) []uint32 {
	from, to := o.within(first, last)
	for ; from.chunk < to.chunk; from = (cursor{chunk: from.chunk + 1}) {
		dst = append(dst, o.chunks[from.chunk].offs[from.at:]...)
	}
	if from.at < to.at {
		dst = append(dst, o.chunks[to.chunk].offs[from.at:to.at]...)
	}
	return dst
}
