package numeric

import (
	"encoding/binary"
	"slices"
)

// Parameters of the histograms of Qdrant.
const (
	minBucket  = 10
	maxBucket  = 10_000
	precision  = 0.01
	borderSize = 28 // in the file
)

// histogram is the estimate that Qdrant keeps beside the pairs: borders, which
// are pairs, and how many pairs lie between them. It is made by inserting pairs one
// by one, each moving or adding a border, so its bytes depend on their order.
// Ours is only written: ranges are counted exactly.
type histogram[K Number] struct {
	total   int
	borders []border[K] // ascending
}

// border is a pair; left and right count the pairs up to the next borders.
type border[K Number] struct {
	Pair[K]
	left, right int
}

func (h *histogram[K]) bucket() int {
	return min(max(int(float64(h.total)*precision), minBucket), maxBucket)
}

// find returns the number of borders up to p.
func (h *histogram[K]) find(p Pair[K]) int {
	i, found := slices.BinarySearchFunc(h.borders, p, func(b border[K], p Pair[K]) int { return b.Pair.compare(p) })
	if found {
		i++
	}
	return i
}

func (h *histogram[K]) add(at int, b border[K]) { h.borders = slices.Insert(h.borders, at, b) }

// insert counts a pair that was just put into the set.
func (h *histogram[K]) insert(p Pair[K], s *pairSet[K]) {
	h.total++
	i := h.find(p)
	switch {
	case len(h.borders) < 2:
		h.add(i, border[K]{Pair: p})
	case i == 0:
		h.before(p)
	case i == len(h.borders):
		h.behind(p)
	default:
		h.between(i, p, s)
	}
}

// before makes p the first border: the old first one moves to it, or stays when
// its bucket is full.
func (h *histogram[K]) before(p Pair[K]) {
	n := h.borders[0].right + 1
	if n > h.bucket() {
		h.add(0, border[K]{Pair: p})
		return
	}
	h.borders[0] = border[K]{Pair: p, right: n}
	h.borders[1].left = n
}

// behind makes p the last border.
func (h *histogram[K]) behind(p Pair[K]) {
	last := len(h.borders) - 1
	n := h.borders[last].left + 1
	if n > h.bucket() {
		h.add(last+1, border[K]{Pair: p})
		return
	}
	h.borders[last] = border[K]{Pair: p, left: n}
	h.borders[last-1].right = n
}

// between counts p between borders i-1 and i. When that is too much, the border
// nearer to p gives a pair to its other side.
func (h *histogram[K]) between(i int, p Pair[K], s *pairSet[K]) {
	l, r := &h.borders[i-1], &h.borders[i]
	n := l.right + 1
	switch {
	case n <= h.bucket():
		l.right, r.left = n, n
	case distance(p.Value, l.Value) < distance(p.Value, r.Value):
		h.moveRight(i-1, s)
	default:
		h.moveLeft(i, s)
	}
}

// moveRight moves border i one pair up, or leaves it and adds one there.
func (h *histogram[K]) moveRight(i int, s *pairSet[K]) {
	l := &h.borders[i]
	next, _ := s.next(l.Pair)
	b := border[K]{Pair: next, left: l.left + 1, right: l.right}
	if l.left < h.bucket() && i > 0 {
		h.borders[i-1].right = b.left
		h.borders[i] = b
		return
	}
	b.left, l.right = 0, 0
	h.add(i+1, b)
}

// moveLeft moves border i one pair down, or leaves it and adds one there.
func (h *histogram[K]) moveLeft(i int, s *pairSet[K]) {
	r := &h.borders[i]
	prev, _ := s.previous(r.Pair)
	b := border[K]{Pair: prev, left: r.left, right: r.right + 1}
	if r.right < h.bucket() && i+1 < len(h.borders) {
		h.borders[i+1].left = b.right
		h.borders[i] = b
		return
	}
	b.right, r.left = 0, 0
	h.add(i, b)
}

// distance is |a-b|, wrapped to the range of the type as Qdrant has it.
func distance[K Number](a, b K) K {
	if a > b {
		return a - b
	}
	return b - a
}

// bytes is the content of histogram_borders.bin.
func (h *histogram[K]) bytes() []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(h.borders)))
	for _, b := range h.borders {
		out = binary.LittleEndian.AppendUint64(out, toBits(b.Value))
		out = binary.LittleEndian.AppendUint32(out, b.Off)
		out = binary.LittleEndian.AppendUint64(out, uint64(b.left))
		out = binary.LittleEndian.AppendUint64(out, uint64(b.right))
	}
	return out
}
