package hnsw

import (
	"context"
)

// Searches by ACORN-1 pass through points that are not accepted: of those among the neighbours of a point the neighbours are looked at,
// too. The limits hold per point whose neighbours are looked at, so that long lists do not make it slow.

// acorn is what such a search needs beside the rest of the scratch. Here seen marks the points that were scored or passed through;
// passed marks those that were looked at from one of the latter.
type acorn struct {
	passed  marks
	through []uint32 // points to pass through
	tail    []uint32 // candidates for that behind the first links of a list
	fit     []uint32
	scored  []uint32
}

// beamThrough is beam for ACORN-1.
func (g *Graph) beamThrough(ctx context.Context, s *scratch, r *Request, from uint64, ef int) error {
	s.acorn.passed.begin(g.links.points)
	return s.walk(ctx, from, func(p uint32) error {
		s.acorn.scored = s.acorn.scored[:0]
		if err := g.firstHop(s, r, p); err != nil {
			return err
		}
		for _, q := range s.acorn.through {
			if err := g.secondHop(s, r, q); err != nil {
				return err
			}
		}
		s.ids = append(s.ids[:0], s.acorn.scored...)
		s.offer(s.score(r.Scorer, s.ids), ef)
		return nil
	})
}

// limit is how many neighbours of one point are taken.
func (g *Graph) limit() int {
	if m := g.degree(0); m > 0 {
		return m
	}
	return g.links.points
}

// fitting fills s.acorn.fit with those of s.ids that are accepted.
func (s *scratch) fitting(r *Request) []uint32 {
	s.acorn.fit = append(s.acorn.fit[:0], s.ids...)
	if r.Accept != nil {
		s.acorn.fit = r.Accept(s.acorn.fit, s.acorn.fit[:0])
	}
	return s.acorn.fit
}

// firstHop sorts the neighbours of a point into those to score and those to pass through. Of the latter the first ones of the list
// count, and as many of its rest, evenly spaced.
func (g *Graph) firstHop(s *scratch, r *Request, p uint32) (err error) {
	if s.links, err = g.links.row(s.links[:0], p, 0); err != nil {
		return err
	}
	a, limit := &s.acorn, g.limit()
	a.through, a.tail, s.ids = a.through[:0], a.tail[:0], s.ids[:0]
	for _, q := range s.links {
		if s.seen[q] != s.gen {
			s.ids = append(s.ids, q)
		}
	}
	fit := s.fitting(r)
	for rank, q := range s.links {
		switch {
		case s.seen[q] == s.gen:
		case len(fit) > 0 && fit[0] == q:
			fit = fit[1:]
			s.seen[q] = s.gen
			if a.scored = append(a.scored, q); len(a.scored) >= limit {
				g.spread(s, limit)
				return nil
			}
		case rank < limit:
			s.seen[q] = s.gen
			a.through = append(a.through, q)
		default:
			a.tail = append(a.tail, q)
		}
	}
	g.spread(s, limit)
	return nil
}

// spread takes evenly spaced points of the tail.
func (g *Graph) spread(s *scratch, limit int) {
	a := &s.acorn
	picks := min(len(a.tail), limit)
	for i := range picks {
		q := a.tail[i*len(a.tail)/picks]
		s.seen[q] = s.gen
		a.through = append(a.through, q)
	}
}

// secondHop adds accepted neighbours of a point that is passed through.
func (g *Graph) secondHop(s *scratch, r *Request, p uint32) (err error) {
	if s.links, err = g.links.row(s.links[:0], p, 0); err != nil {
		return err
	}
	a, limit := &s.acorn, g.limit()
	s.ids = s.ids[:0]
	for _, q := range s.links {
		if s.seen[q] != s.gen && a.passed.seen[q] != a.passed.gen {
			a.passed.seen[q] = a.passed.gen
			s.ids = append(s.ids, q)
		}
	}
	fit := s.fitting(r)
	if len(fit) > limit {
		g.forget(s, fit[limit-1])
		fit = fit[:limit]
	}
	for _, q := range fit {
		s.seen[q] = s.gen
	}
	a.scored = append(a.scored, fit...)
	return nil
}

// forget takes the marks from the points behind the last one that was taken: they were not looked at.
func (g *Graph) forget(s *scratch, last uint32) {
	for i := len(s.ids) - 1; s.ids[i] != last; i-- {
		s.acorn.passed.seen[s.ids[i]] = 0
	}
}
