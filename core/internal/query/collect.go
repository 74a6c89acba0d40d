package query

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// hit is a candidate: where it is and how near.
type hit struct {
	id    api.PointID
	score float32 // of the engine: higher is better
	off   uint32
	part  uint32
}

// before is the order of results.
func (h *hit) before(o *hit) bool {
	if h.score != o.score {
		return h.score > o.score
	}
	return h.id.Compare(o.id) < 0
}

// collector keeps the k best hits in a heap whose root is the worst one.
type collector struct {
	k    int
	hits []hit
}

func (c *collector) reset(k int) { c.k, c.hits = k, c.hits[:0] }

func (c *collector) full() bool { return len(c.hits) == c.k }

// floor is the score below which nothing enters; equal scores may, by their ids.
func (c *collector) floor(atLeast float32) float32 {
	if len(c.hits) == c.k {
		return max(atLeast, c.hits[0].score)
	}
	return atLeast
}

func (c *collector) push(h hit) {
	if len(c.hits) < c.k {
		c.hits = append(c.hits, h)
		c.up(len(c.hits) - 1)
		return
	}
	if c.k > 0 && h.before(&c.hits[0]) {
		c.hits[0] = h
		c.down(0)
	}
}

func (c *collector) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !c.hits[parent].before(&c.hits[i]) {
			return
		}
		c.hits[parent], c.hits[i] = c.hits[i], c.hits[parent]
		i = parent
	}
}

func (c *collector) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(c.hits) {
			return
		}
		if r := child + 1; r < len(c.hits) && c.hits[child].before(&c.hits[r]) {
			child = r
		}
		if !c.hits[i].before(&c.hits[child]) {
			return
		}
		c.hits[i], c.hits[child] = c.hits[child], c.hits[i]
		i = child
	}
}

// sorted orders the hits, best first.
func (c *collector) sorted() []hit {
	slices.SortFunc(c.hits, func(a, b hit) int {
		switch {
		case a.before(&b):
			return -1
		case b.before(&a):
			return 1
		}
		return 0
	})
	return c.hits
}
