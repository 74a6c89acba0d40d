package slots

import (
	mathbits "math/bits"
	"slices"
)

// Limits of the containers of a set.
const (
	shortMax = 64   // ids in a plain list
	arrayMax = 4096 // ids in a chunk that is kept as an array
)

// Set is a growing and shrinking set of slots: one id in place, up to shortMax
// in a plain list, else chunks of 65536 slots, each an array of low halves or a
// bit set. It takes at most 4 bytes per id and a fixed part. The zero Set is
// empty.
type Set struct {
	n    uint32
	one  uint32    // the id when n is 1 and list is nil
	list *[]uint32 // ascending, when not chunked
	big  *[]chunk  // ascending
}

// chunk holds the ids with one upper half.
type chunk struct {
	high uint32
	n    int
	low  []uint16 // ascending; nil when bits are used
	bits *[1024]uint64
}

// Add puts id into the set; false when it was there.
func (p *Set) Add(id uint32) bool {
	switch {
	case p.big != nil:
		if !p.addBig(id) {
			return false
		}
	case p.list != nil:
		if !p.addList(id) {
			return false
		}
	case p.n == 0:
		p.one = id
	default:
		if p.one == id {
			return false
		}
		p.list = &[]uint32{min(p.one, id), max(p.one, id)}
	}
	p.n++
	return true
}

func (p *Set) addList(id uint32) bool {
	l := *p.list
	if len(l) < shortMax {
		i, found := slices.BinarySearch(l, id)
		if !found {
			*p.list = slices.Insert(l, i, id)
		}
		return !found
	}
	p.big, p.list = &[]chunk{}, nil
	for _, v := range l {
		p.addBig(v)
	}
	return p.addBig(id)
}

func (p *Set) find(id uint32) (int, bool) {
	return slices.BinarySearchFunc(*p.big, id>>16, func(c chunk, high uint32) int { return int(c.high) - int(high) })
}

func (p *Set) addBig(id uint32) bool {
	i, found := p.find(id)
	if !found {
		*p.big = slices.Insert(*p.big, i, chunk{high: id >> 16})
	}
	return (*p.big)[i].add(uint16(id))
}

func (c *chunk) add(low uint16) bool {
	if c.bits != nil {
		w, m := low>>6, uint64(1)<<(low&63)
		if c.bits[w]&m != 0 {
			return false
		}
		c.bits[w] |= m
		c.n++
		return true
	}
	i, found := slices.BinarySearch(c.low, low)
	if found {
		return false
	}
	c.low = slices.Insert(c.low, i, low)
	if c.n++; c.n > arrayMax {
		c.toBits()
	}
	return true
}

func (c *chunk) toBits() {
	c.bits = new([1024]uint64)
	for _, v := range c.low {
		c.bits[v>>6] |= 1 << (v & 63)
	}
	c.low = nil
}

// Remove takes id out of the set, which it must be in.
func (p *Set) Remove(id uint32) {
	p.n--
	switch {
	case p.big != nil:
		i, _ := p.find(id)
		c := &(*p.big)[i]
		if c.remove(uint16(id)); c.n == 0 {
			*p.big = slices.Delete(*p.big, i, i+1)
		}
	case p.list != nil:
		i, _ := slices.BinarySearch(*p.list, id)
		*p.list = slices.Delete(*p.list, i, i+1)
	}
	if p.n == 0 {
		p.list, p.big = nil, nil
	}
}

func (c *chunk) remove(low uint16) {
	c.n--
	if c.bits == nil {
		i, _ := slices.BinarySearch(c.low, low)
		c.low = slices.Delete(c.low, i, i+1)
		return
	}
	c.bits[low>>6] &^= 1 << (low & 63)
	if c.n > arrayMax/2 {
		return
	}
	c.low = make([]uint16, 0, c.n)
	for w, v := range c.bits {
		for ; v != 0; v &= v - 1 {
			c.low = append(c.low, uint16(w<<6+mathbits.TrailingZeros64(v)))
		}
	}
	c.bits = nil
}

// AppendTo appends the ids, ascending.
func (p *Set) AppendTo(dst []uint32) []uint32 {
	switch {
	case p.big != nil:
		dst = slices.Grow(dst, int(p.n))
		for i := range *p.big {
			dst = (*p.big)[i].appendTo(dst)
		}
	case p.list != nil:
		dst = append(dst, *p.list...)
	case p.n == 1:
		dst = append(dst, p.one)
	}
	return dst
}

func (c *chunk) appendTo(dst []uint32) []uint32 {
	base := c.high << 16
	if c.bits == nil {
		for _, v := range c.low {
			dst = append(dst, base|uint32(v))
		}
		return dst
	}
	for w, v := range c.bits {
		for ; v != 0; v &= v - 1 {
			dst = append(dst, base|uint32(w<<6+mathbits.TrailingZeros64(v)))
		}
	}
	return dst
}

// Len is the number of ids.
func (p *Set) Len() int { return int(p.n) }

// Has reports whether id is in the set.
func (p *Set) Has(id uint32) bool {
	switch {
	case p.big != nil:
		i, found := p.find(id)
		return found && (*p.big)[i].has(uint16(id))
	case p.list != nil:
		_, found := slices.BinarySearch(*p.list, id)
		return found
	}
	return p.n == 1 && p.one == id
}

func (c *chunk) has(low uint16) bool {
	if c.bits != nil {
		return c.bits[low>>6]>>(low&63)&1 != 0
	}
	_, found := slices.BinarySearch(c.low, low)
	return found
}
