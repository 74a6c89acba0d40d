package hnsw

import (
	"runtime"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/topk"
)

// inserter links points into a builder, for one thread.
type inserter struct {
	scratch
	b       *Builder
	by      PointScorer
	point   uint32 // being inserted
	items   []item
	chosen  choice // of items
	untried choice // those of chosen that were not tried before
	backs   []topk.Scored
}

// choice are links that the heuristic accepted.
type choice struct {
	ids    []uint32
	scores []float32 // with the point whose links they are
	out    []float32
}

// item is a link in question at another point.
type item struct {
	key   uint64
	tried bool // chosen by an earlier heuristic: tried items do not exclude each other
}

// pairBatch is how many chosen links one call compares: the first ones exclude most candidates.
const pairBatch = 4

// spinBeforeYield bounds busy waiting for a row.
const spinBeforeYield = 100

func (b *Builder) lock(p uint32) {
	s := &b.state[p]
	for i := 1; ; i++ {
		if old := s.Load(); old&stateLocked == 0 && s.CompareAndSwap(old, old|stateLocked) {
			return
		}
		if i%spinBeforeYield == 0 {
			runtime.Gosched()
		}
	}
}

func (b *Builder) unlock(p uint32) { b.state[p].And(^uint32(stateLocked)) }

// Score scores points against the one being inserted.
func (w *inserter) Score(ids []uint32, out []float32) { w.by.Between(w.point, ids, out) }

func (w *inserter) insert(p uint32) {
	w.point = p
	if from, ok := w.b.first(); ok {
		level := w.b.level(p)
		best := w.descend(from, level)
		for l := min(level, from.level); l >= 0; l-- {
			w.beam(best, l)
			best = w.link(l)
		}
	}
	w.b.publish(p)
}

// descend walks from an entry point to the best point of the level above.
func (w *inserter) descend(from entry, to int) uint64 {
	w.ids = append(w.ids[:0], from.point)
	best := topk.Key(from.point, w.score(w, w.ids)[0])
	for l := from.level; l > to; l-- {
		for changed := true; changed; {
			changed = false
			w.ids = w.b.readyLinks(w.ids, topk.IDOfKey(best), l)
			for i, score := range w.score(w, w.ids) {
				if key := topk.Key(w.ids[i], score); key>>32 > best>>32 {
					best, changed = key, true
				}
			}
		}
	}
	return best
}

// beam leaves the best ef_construct points of a level in w.nearest.
func (w *inserter) beam(from uint64, level int) {
	w.begin(len(w.b.levels))
	w.seen[topk.IDOfKey(from)] = w.gen
	w.open, w.nearest = pushMax(w.open, from), pushMin(w.nearest, from)
	for len(w.open) > 0 {
		var next uint64
		next, w.open = popMax(w.open)
		if next>>32 < w.nearest[0]>>32 {
			break
		}
		w.links = w.b.readyLinks(w.links, topk.IDOfKey(next), level)
		w.unseen(w.links)
		w.offer(w.score(w, w.ids), max(w.b.cfg.EfConstruct, 1))
	}
}

// link connects the point with a choice of w.nearest, in both directions, and returns the nearest.
func (w *inserter) link(level int) uint64 {
	slices.Sort(w.nearest)
	w.items = w.items[:0]
	for _, key := range slices.Backward(w.nearest) {
		w.items = append(w.items, item{key, false})
	}
	nearest := w.items[0].key
	w.choose(w.b.degree(level))
	w.b.lock(w.point)
	row := w.b.words(w.point, level)
	copy(row[rowHead:], w.chosen.ids)
	row[0], row[1] = uint32(len(w.chosen.ids)), uint32(len(w.chosen.ids))
	w.b.unlock(w.point)

	w.backs = w.backs[:0]
	for i, q := range w.chosen.ids {
		w.backs = append(w.backs, topk.Scored{ID: q, Score: w.chosen.scores[i]})
	}
	for _, q := range w.backs {
		w.linkBack(q, level)
	}
	return nearest
}

// choose is the heuristic over the items, which are ordered best first.
func (w *inserter) choose(limit int) {
	w.chosen.reset()
	w.untried.reset()
	for _, it := range w.items {
		if len(w.chosen.ids) >= limit {
			return
		}
		x, against := topk.OfKey(it.key), &w.chosen
		if it.tried {
			against = &w.untried
		}
		if against.excludes(w.by, x) {
			continue
		}
		w.chosen.add(x)
		if !it.tried {
			w.untried.add(x)
		}
	}
}

func (c *choice) reset() { c.ids, c.scores = c.ids[:0], c.scores[:0] }

func (c *choice) add(x topk.Scored) {
	c.ids, c.scores = append(c.ids, x.ID), append(c.scores, x.Score)
}

// excludes tells whether a chosen link is nearer to x than the point is.
func (c *choice) excludes(by PointScorer, x topk.Scored) bool {
	for from := 0; from < len(c.ids); {
		n := min(pairBatch, len(c.ids)-from)
		if cap(c.out) < pairBatch {
			c.out = make([]float32, pairBatch)
		}
		by.Between(x.ID, c.ids[from:from+n], c.out[:n])
		for i, s := range c.out[:n] {
			if s > x.Score || (s == x.Score && x.Score == c.scores[from+i]) {
				return true
			}
		}
		from += n
	}
	return false
}

// linkBack adds the point to the links of q.
func (w *inserter) linkBack(q topk.Scored, level int) {
	w.b.lock(q.ID)
	defer w.b.unlock(q.ID)
	row, limit := w.b.words(q.ID, level), w.b.degree(level)
	n := int(row[0])
	if n < limit {
		row[rowHead+n] = w.point
		row[0]++
		return
	}
	w.gather(q, row)
	w.choose(limit)
	copy(row[rowHead:], w.chosen.ids)
	row[0], row[1] = uint32(len(w.chosen.ids)), uint32(len(w.chosen.ids))
}

// gather lists the links of q and the point, best first.
func (w *inserter) gather(q topk.Scored, row []uint32) {
	links := row[rowHead : rowHead+row[0]]
	if cap(w.scores) < len(links) {
		w.scores = make([]float32, len(links))
	}
	scores := w.scores[:len(links)]
	w.by.Between(q.ID, links, scores)
	w.items = w.items[:0]
	for i, l := range links {
		w.items = append(w.items, item{topk.Key(l, scores[i]), i > 0 && i < int(row[1])})
	}
	w.items = append(w.items, item{topk.Key(w.point, q.Score), false})
	for i := 1; i < len(w.items); i++ { // nearly sorted
		x, j := w.items[i], i
		for ; j > 0 && w.items[j-1].key < x.key; j-- {
			w.items[j] = w.items[j-1]
		}
		w.items[j] = x
	}
}
