package sparse

import (
	"math"
	"slices"
)

// Index answers for the posting lists of one vector of a segment.
type Index interface {
	// Vectors is the number of vectors that the index was built from and has been told of since.
	Vectors() int
	// Bytes is about how much memory its lists take.
	Bytes() uint64
	// Count is how many points have a dimension.
	Count(dim uint32) (int, error)
	// start puts a cursor at the beginning of the list of a dimension; false when there is none.
	start(dim uint32, c *cursor) (bool, error)
}

// Mutable is an index in memory. Changes need exclusive access.
type Mutable struct {
	lists   map[uint32]*list
	order   []uint32 // dimensions as they first came: the numbers of their lists
	vectors int
}

// list is the points that have a dimension. highest[b] bounds the weights from block b of 128 points on.
type list struct {
	points  []uint32
	weights []float32
	highest []float32
}

// NewMutable returns an empty index.
func NewMutable() *Mutable { return &Mutable{lists: map[uint32]*list{}} }

// Add enters the vector of a point that has none in the index. Of equal indices the first counts. An empty vector counts for nothing.
func (m *Mutable) Add(point uint32, indices []uint32, weights []float32) {
	if len(indices) == 0 {
		return
	}
	m.vectors++
	for i, dim := range indices {
		if i > 0 && indices[i-1] == dim {
			continue
		}
		m.list(dim).add(point, weights[i])
	}
}

// Reserve numbers the lists of dimensions in their order, before others.
func (m *Mutable) Reserve(dims []uint32) {
	for _, dim := range dims {
		m.list(dim)
	}
}

func (m *Mutable) list(dim uint32) *list {
	l := m.lists[dim]
	if l == nil {
		l = &list{}
		m.lists[dim] = l
		m.order = append(m.order, dim)
	}
	return l
}

// Remove takes out a vector that was added.
func (m *Mutable) Remove(point uint32, indices []uint32) {
	if len(indices) == 0 {
		return
	}
	m.vectors--
	for _, dim := range indices {
		if l := m.lists[dim]; l != nil {
			l.remove(point)
		}
	}
}

// Vectors implements Index.
func (m *Mutable) Vectors() int { return m.vectors }

// Bytes implements Index: a point, its weight and the bound that the reference keeps with each.
func (m *Mutable) Bytes() uint64 {
	n := 0
	for _, l := range m.lists {
		n += len(l.points)
	}
	return 12 * uint64(n)
}

// Count implements Index.
func (m *Mutable) Count(dim uint32) (int, error) {
	if l := m.lists[dim]; l != nil {
		return len(l.points), nil
	}
	return 0, nil
}

func (m *Mutable) start(dim uint32, c *cursor) (bool, error) {
	l := m.lists[dim]
	if l == nil || len(l.points) == 0 {
		return false, nil
	}
	c.points, c.weights, c.highest = l.points, l.weights, l.highest
	return true, nil
}

func (l *list) add(point uint32, weight float32) {
	n := len(l.points)
	if n == 0 || l.points[n-1] < point {
		l.points = append(l.points, point)
		l.weights = append(l.weights, weight)
		l.raise(n, weight)
		return
	}
	at, found := slices.BinarySearch(l.points, point)
	if found {
		l.weights[at] = weight
		l.raise(at, weight)
		return
	}
	// The last weight of each block behind moves into the next one.
	l.points = slices.Insert(l.points, at, point)
	l.weights = slices.Insert(l.weights, at, weight)
	l.raise(at, weight)
	for last := (at/chunkLen + 1) * chunkLen; last <= n; last += chunkLen {
		l.raise(last, l.weights[last])
	}
}

// raise lets the bounds of the block of a position and of those before it cover a weight.
func (l *list) raise(at int, weight float32) {
	block := at / chunkLen
	for len(l.highest) <= block {
		l.highest = append(l.highest, float32(math.Inf(-1)))
	}
	for b := block; b >= 0 && !(l.highest[b] >= weight); b-- {
		l.highest[b] = weight
	}
}

// remove keeps the bounds, which stay true.
func (l *list) remove(point uint32) {
	at, found := slices.BinarySearch(l.points, point)
	if !found {
		return
	}
	l.points = slices.Delete(l.points, at, at+1)
	l.weights = slices.Delete(l.weights, at, at+1)
	l.highest = l.highest[:(len(l.points)+chunkLen-1)/chunkLen]
}
