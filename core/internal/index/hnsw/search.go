package hnsw

import (
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/topk"
)

// Scorer scores points against the query, higher is better.
type Scorer interface {
	// Score writes the score of ids[i] to out[i].
	Score(ids []uint32, out []float32)
}

// Accept appends those of ids that may be results to out, in their order.
// out may share the memory of ids. It is asked once per point and level.
type Accept func(ids, out []uint32) []uint32

// Request is one search.
type Request struct {
	Limit  int
	Ef     int // width of the beam, at least Limit is used; 0 for that of the graph
	Scorer Scorer
	Accept Accept   // nil accepts every point
	Acorn  bool     // pass through points that are not accepted: for filters that leave little
	Starts []uint32 // where to begin, in place of the entry points of the graph: at the one that is on the most levels
}

// checkEvery is how many expanded points lie between two looks at the context.
const checkEvery = 64

// marks is a set of points that is emptied at once: those with the present generation are in it.
type marks struct {
	seen []uint8
	gen  uint8 // never 0
}

// scratch is what a search needs; the graph keeps a pool of them.
type scratch struct {
	marks
	open    []uint64
	nearest []uint64
	links   []uint32
	ids     []uint32
	scores  []float32
	keys    []uint64
	acorn   acorn
}

func (g *Graph) acquire() *scratch {
	var s *scratch
	select {
	case s = <-g.pool:
	default:
		s = new(scratch)
	}
	s.begin(g.links.points)
	return s
}

func (g *Graph) release(s *scratch) {
	select {
	case g.pool <- s:
	default:
	}
}

// begin empties the set, whose points are below n.
func (m *marks) begin(n int) {
	if m.seen == nil {
		m.seen = make([]uint8, n)
	}
	m.gen++
	if m.gen == 0 {
		clear(m.seen)
		m.gen = 1
	}
}

// begin forgets an earlier search.
func (s *scratch) begin(points int) {
	s.marks.begin(points)
	s.open, s.nearest = s.open[:0], s.nearest[:0]
}

// score returns the scores of ids, valid until the next call.
func (s *scratch) score(by Scorer, ids []uint32) []float32 {
	if cap(s.scores) < len(ids) {
		s.scores = make([]float32, max(len(ids), 2*cap(s.scores)))
	}
	out := s.scores[:len(ids)]
	if len(ids) > 0 {
		by.Score(ids, out)
	}
	return out
}

// Search appends the best points that are found to dst, best first. It reports
// false when no entry point is acceptable: then the graph says nothing about the
// acceptable points. After the first searches it allocates nothing.
func (g *Graph) Search(ctx context.Context, r *Request, dst []topk.Scored) (result []topk.Scored, found bool, err error) {
	if r.Limit <= 0 {
		return dst, true, nil
	}
	s := g.acquire()
	defer g.release(s)
	from, found := g.start(s, r)
	if !found {
		return dst, false, nil
	}
	best, err := g.descend(s, r, from)
	if err != nil {
		return dst, true, err
	}
	ef := r.Ef
	if ef <= 0 {
		ef = g.cfg.Ef
	}
	ef = min(max(ef, r.Limit), g.links.points)
	if r.Acorn {
		err = g.beamThrough(ctx, s, r, best, ef)
	} else {
		err = g.beam(ctx, s, r, best, ef)
	}
	if err != nil {
		return dst, true, err
	}
	for _, key := range slices.Backward(s.best(r.Limit)) {
		dst = append(dst, topk.OfKey(key))
	}
	return dst, true, nil
}

// start is the point at which a search begins.
func (g *Graph) start(s *scratch, r *Request) (best entry, found bool) {
	for _, p := range r.Starts {
		if int(p) >= g.links.points || !s.accepts(r.Accept, p) {
			continue
		}
		if level := g.links.level(p); !found || level >= best.level {
			best, found = entry{point: p, level: level}, true
		}
	}
	if found {
		return best, true
	}
	return g.header.find(func(p uint32) bool { return s.accepts(r.Accept, p) })
}

// best returns the best of the nearest, worst first.
func (s *scratch) best(limit int) []uint64 {
	best := s.keys[:0]
	for _, key := range s.nearest {
		if len(best) < limit {
			best = pushMin(best, key)
		} else if key > best[0] {
			replaceMin(best, key)
		}
	}
	slices.Sort(best)
	s.keys = best
	return best
}

func (s *scratch) accepts(accept Accept, p uint32) bool {
	if accept == nil {
		return true
	}
	s.ids = append(s.ids[:0], p)
	s.ids = accept(s.ids, s.ids[:0])
	return len(s.ids) > 0
}

// descend walks to the best point on each level above 0.
func (g *Graph) descend(s *scratch, r *Request, from entry) (best uint64, err error) {
	s.ids = append(s.ids[:0], from.point)
	best = topk.Key(from.point, s.score(r.Scorer, s.ids)[0])
	for level := from.level; level > 0; level-- {
		for changed := true; changed; {
			changed = false
			if s.ids, err = g.links.row(s.ids[:0], topk.IDOfKey(best), level); err != nil {
				return best, err
			}
			s.keep(r.Accept, g.degree(level))
			for i, score := range s.score(r.Scorer, s.ids) {
				if key := topk.Key(s.ids[i], score); key>>32 > best>>32 {
					best, changed = key, true
				}
			}
		}
	}
	return best, nil
}

// keep leaves the first acceptable points in s.ids and forgets that it saw the rest of them.
func (s *scratch) keep(accept Accept, limit int) {
	if accept != nil {
		s.ids = accept(s.ids, s.ids[:0])
	}
	if limit > 0 && len(s.ids) > limit {
		for _, p := range s.ids[limit:] {
			s.seen[p] = 0
		}
		s.ids = s.ids[:limit]
	}
}

// walk expands the points of s.open, the best first, until none is as good as the worst of s.nearest. It begins with one point; expand
// adds to both.
func (s *scratch) walk(ctx context.Context, from uint64, expand func(p uint32) error) error {
	s.seen[topk.IDOfKey(from)] = s.gen
	s.open = pushMax(s.open, from)
	s.nearest = pushMin(s.nearest, from)
	for n := 1; len(s.open) > 0; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var next uint64
		next, s.open = popMax(s.open)
		if next>>32 < s.nearest[0]>>32 {
			break
		}
		if err := expand(topk.IDOfKey(next)); err != nil {
			return err
		}
	}
	return nil
}

// beam searches level 0 from one point and leaves the ef best in s.nearest.
func (g *Graph) beam(ctx context.Context, s *scratch, r *Request, from uint64, ef int) error {
	return s.walk(ctx, from, func(p uint32) error {
		if err := g.neighbours(s, p); err != nil {
			return err
		}
		s.keep(r.Accept, g.degree(0))
		if len(s.open) > 0 {
			g.prefetch(topk.IDOfKey(s.open[0]))
		}
		s.offer(s.score(r.Scorer, s.ids), ef)
		return nil
	})
}

// neighbours collects the unseen neighbours of a point in s.ids and marks them.
func (g *Graph) neighbours(s *scratch, p uint32) (err error) {
	var row []uint32
	if g.pinned != nil {
		row = g.pinned.row(p)
	} else {
		if s.links, err = g.links.row(s.links[:0], p, 0); err != nil {
			return err
		}
		row = s.links
	}
	s.unseen(row)
	return nil
}

// unseen collects the unseen points of a row in s.ids and marks them. Which ones are unseen is hard to predict: no branch depends on it.
func (s *scratch) unseen(row []uint32) {
	ids, seen, gen := slices.Grow(s.ids[:0], len(row))[:len(row)], s.seen, s.gen
	n := 0
	for _, q := range row {
		ids[n] = q
		was := seen[q]
		seen[q] = gen
		if was != gen {
			n++
		}
	}
	s.ids = ids[:n]
}

func (g *Graph) prefetch(p uint32) {
	if g.pinned != nil {
		g.pinned.prefetch(p)
	} else {
		g.links.prefetch(p)
	}
}

// offer puts the points of s.ids among the nearest where they belong, and then also among those to expand.
func (s *scratch) offer(scores []float32, ef int) {
	for _, key := range s.promising(scores, ef) {
		if len(s.nearest) < ef {
			s.nearest = pushMin(s.nearest, key)
		} else if key > s.nearest[0] {
			replaceMin(s.nearest, key)
		} else {
			continue
		}
		s.open = pushMax(s.open, key)
	}
}

// promising makes keys of the points of s.ids, without those that are worse than all the nearest. As in unseen no branch depends on that.
func (s *scratch) promising(scores []float32, ef int) []uint64 {
	ids := s.ids[:len(scores)]
	floor := uint64(0)
	if len(s.nearest) >= ef {
		floor = s.nearest[0]
	}
	keys := slices.Grow(s.keys[:0], len(ids))[:len(ids)]
	n := 0
	for i, score := range scores {
		key := topk.Key(ids[i], score)
		keys[n] = key
		if key >= floor {
			n++
		}
	}
	s.keys = keys
	return keys[:n]
}
