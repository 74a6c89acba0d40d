package topk

import (
	"math"
	"slices"
)

// Scored is a point offset with its score; higher scores are better.
type Scored struct {
	ID    uint32
	Score float32
}

// Compare orders a before b (negative) when a is better.
func Compare(a, b Scored) int {
	x, y := pack(a.ID, a.Score), pack(b.ID, b.Score)
	switch {
	case x > y:
		return -1
	case x < y:
		return 1
	default:
		return 0
	}
}

// Heap keeps the k best points that were pushed. The zero value keeps none.
type Heap struct {
	k    int
	keys []uint64 // min-heap: keys[0] is the worst kept point
	out  []Scored
}

// startCap bounds what New allocates at once: k may come from a request.
const startCap = 1 << 16

// New returns a heap for the k best points. Up to 65536 points nothing is
// allocated after New.
func New(k int) *Heap {
	h := &Heap{}
	h.Reset(k)
	return h
}

// Reset empties the heap and sets a new k, keeping the memory.
func (h *Heap) Reset(k int) {
	h.k = max(k, 0)
	if want := min(h.k, startCap); cap(h.keys) < want {
		h.keys = make([]uint64, 0, want)
	}
	if want := min(h.k, startCap); cap(h.out) < want {
		h.out = make([]Scored, 0, want)
	}
	h.keys, h.out = h.keys[:0], h.out[:0]
}

// Push offers a point and says whether it was kept.
func (h *Heap) Push(id uint32, score float32) bool {
	key := pack(id, score)
	if len(h.keys) < h.k {
		h.keys = append(h.keys, key)
		h.up(len(h.keys) - 1)
		return true
	}
	if len(h.keys) == 0 || key <= h.keys[0] {
		return false
	}
	h.keys[0] = key
	h.down(0)
	return true
}

// PushAll offers the points ids[i] with scores[i].
func (h *Heap) PushAll(ids []uint32, scores []float32) {
	scores = scores[:len(ids)]
	for i, id := range ids {
		h.Push(id, scores[i])
	}
}

// Len is the number of kept points.
func (h *Heap) Len() int { return len(h.keys) }

// Full says whether k points are kept, so that only better ones enter.
func (h *Heap) Full() bool { return len(h.keys) == h.k }

// Threshold is the score of the worst kept point; ok is false while the heap
// is not full and every point would enter.
func (h *Heap) Threshold() (score float32, ok bool) {
	if !h.Full() || h.k == 0 {
		return 0, false
	}
	return unpack(h.keys[0]).Score, true
}

// Sorted returns the kept points, best first. The slice is valid until the next
// call of a method of h; the heap is empty afterwards.
func (h *Heap) Sorted() []Scored {
	slices.Sort(h.keys)
	h.out = h.out[:0]
	for i := len(h.keys) - 1; i >= 0; i-- {
		h.out = append(h.out, unpack(h.keys[i]))
	}
	h.keys = h.keys[:0]
	return h.out
}

// Sort orders points best first.
func Sort(points []Scored) { slices.SortFunc(points, Compare) }

func (h *Heap) up(i int) {
	keys, key := h.keys, h.keys[i]
	for i > 0 {
		parent := (i - 1) / 2
		if keys[parent] <= key {
			break
		}
		keys[i] = keys[parent]
		i = parent
	}
	keys[i] = key
}

func (h *Heap) down(i int) {
	keys, key := h.keys, h.keys[i]
	for {
		child := 2*i + 1
		if child >= len(keys) {
			break
		}
		if right := child + 1; right < len(keys) && keys[right] < keys[child] {
			child = right
		}
		if keys[child] >= key {
			break
		}
		keys[i] = keys[child]
		i = child
	}
	keys[i] = key
}

// pack makes the key of a point: greater is better.
func pack(id uint32, score float32) uint64 {
	return uint64(ordered(score))<<32 | uint64(^id)
}

func unpack(key uint64) Scored {
	return Scored{ID: ^uint32(key), Score: unordered(uint32(key >> 32))}
}

// ordered maps floats to integers of the same order; NaN becomes 0.
func ordered(score float32) uint32 {
	if score != score {
		return 0
	}
	b := math.Float32bits(score)
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

func unordered(o uint32) float32 {
	if o == 0 {
		return float32(math.NaN())
	}
	if o>>31 != 0 {
		return math.Float32frombits(o &^ (1 << 31))
	}
	return math.Float32frombits(^o)
}
