package query

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// hit is a candidate: where it is and how near. It is small because it moves a lot; its id is looked up for ties only.
type hit struct {
	score float32 // of the engine: higher is better
	off   uint32
	part  uint32
}

// collector keeps the k best hits in a heap whose root is the worst one.
type collector struct {
	view *shard.View
	k    int
	hits []hit
}

func (c *collector) reset(v *shard.View, k int) { c.view, c.k, c.hits = v, k, c.hits[:0] }

// before is the order of results: score, then id.
func (c *collector) before(a, b *hit) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return c.id(a).Compare(c.id(b)) < 0
}

func (c *collector) id(h *hit) api.PointID {
	id, _ := c.view.Parts[h.part].Seg.IDs().External(h.off)
	return id
}

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
	if c.k > 0 && c.before(&h, &c.hits[0]) {
		c.hits[0] = h
		c.down(0)
	}
}

func (c *collector) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !c.before(&c.hits[parent], &c.hits[i]) {
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
		if r := child + 1; r < len(c.hits) && c.before(&c.hits[child], &c.hits[r]) {
			child = r
		}
		if !c.before(&c.hits[i], &c.hits[child]) {
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
		case c.before(&a, &b):
			return -1
		case c.before(&b, &a):
			return 1
		}
		return 0
	})
	return c.hits
}
