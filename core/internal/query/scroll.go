package query

import (
	"context"
	"iter"
	"runtime/debug"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

const defaultScroll = 10

// Scroll returns a page of points in the order of their ids and where the next page starts.
func Scroll(ctx context.Context, s *shard.Shard, req *api.ScrollRequest) (*api.ScrollResult, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	m, err := newMaterialiser(v, req.WithPayload, req.WithVector)
	if err != nil {
		return nil, err
	}
	limit := or(req.Limit, defaultScroll)
	res := &api.ScrollResult{Points: []api.Record{}}
	if req.OrderBy != nil {
		return res, scrollOrdered(ctx, v, m, req, limit, res)
	}
	err = walk(ctx, v, req.Offset, req.Filter, limit, func(h place) (bool, error) {
		if uint64(len(res.Points)) == limit {
			res.NextPageOffset = &h.id
			return false, nil
		}
		p, vs, err := m.point(int(h.part), h.off)
		res.Points = append(res.Points, api.Record{ID: h.id, Payload: p, Vector: vs})
		return err == nil, err
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// scrollOrdered fills a page in the order of a value, in which there is no next page.
func scrollOrdered(ctx context.Context, v *shard.View, m *materialiser, req *api.ScrollRequest, limit uint64, res *api.ScrollResult) error {
	if req.Offset != nil {
		return api.Errorf(api.InvalidArgument, "Offset is not supported when ordering by field")
	}
	by, err := orderBy(req.OrderBy)
	if err != nil {
		return err
	}
	list, err := order(ctx, v, ordering{by}, req.Filter, limit)
	if err != nil {
		return err
	}
	for i := range list {
		h := &list[i]
		p, vs, err := m.point(int(h.part), h.off)
		if err != nil {
			return err
		}
		res.Points = append(res.Points, api.Record{ID: idOf(v, &h.hit), Payload: p, Vector: vs, OrderValue: (*api.OrderValue)(&h.value.Number)})
	}
	return nil
}

// Retrieve returns the points that exist, each once, in the order of the request.
func Retrieve(_ context.Context, s *shard.Shard, req *api.RetrieveRequest) ([]api.Record, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	m, err := newMaterialiser(v, req.WithPayload, req.WithVector)
	if err != nil {
		return nil, err
	}
	out := make([]api.Record, 0, min(len(req.IDs), 1024))
	var seen map[api.PointID]struct{}
	if len(req.IDs) > 1 {
		seen = make(map[api.PointID]struct{}, len(req.IDs))
	}
	for _, id := range req.IDs {
		if seen != nil {
			if _, again := seen[id]; again {
				continue
			}
			seen[id] = struct{}{}
		}
		part, off, ok := v.Find(id)
		if !ok {
			continue
		}
		p, vs, err := m.point(part, off)
		if err != nil {
			return nil, err
		}
		out = append(out, api.Record{ID: id, Payload: p, Vector: vs})
	}
	return out, nil
}

// walk visits the visible points that match, in the order of their ids, until fn says stop, as it probably does after as many as are wanted.
func walk(ctx context.Context, v *shard.View, from *api.PointID, f *api.Filter, want uint64, fn func(place) (bool, error)) error {
	cs := make([]cursor, 0, len(v.Parts))
	defer func() {
		for i := range cs {
			cs[i].stop()
		}
	}()
	for i := range v.Parts {
		c := cursor{p: &v.Parts[i], part: uint32(i)}
		if f != nil {
			c.src = v.Parts[i].Seg.Source()
			var err error
			if c.check, err = filter.Compile(f, c.src); err != nil {
				return err
			}
		}
		c.next, c.stop = iter.Pull2(faultsAsPanics(c.sequence(from, want)))
		cs = append(cs, c)
		if err := cs[i].advance(ctx); err != nil {
			return err
		}
	}
	for {
		first := -1
		for i := range cs {
			if cs[i].ok && (first < 0 || cs[i].id.Compare(cs[first].id) < 0) {
				first = i
			}
		}
		if first < 0 {
			return nil
		}
		c := &cs[first]
		more, err := fn(place{id: c.id, off: c.off, part: c.part})
		if err != nil || !more {
			return err
		}
		if err := c.advance(ctx); err != nil {
			return err
		}
	}
}

// faultsAsPanics lets a fault in a mapped file reach the goroutine that pulls: iter.Pull2 runs the sequence on one of its own, to which
// the protection of disk.Guard does not extend, but hands its panics on.
func faultsAsPanics[K, V any](seq iter.Seq2[K, V]) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		debug.SetPanicOnFault(true)
		seq(yield)
	}
}

// cursor walks the points of one part that are visible and match.
type cursor struct {
	p     *shard.Part
	part  uint32
	src   *segment.Source
	check *filter.Checker

	matching bool // the sequence yields only points that match

	next  func() (api.PointID, uint32, bool)
	stop  func()
	id    api.PointID
	off   uint32
	ok    bool
	steps int
}

// sequence yields points in the order of their ids, all that match among them: few matches are listed and sorted.
func (c *cursor) sequence(from *api.PointID, want uint64) iter.Seq2[api.PointID, uint32] {
	tracker := c.p.Seg.IDs()
	if c.check == nil {
		return tracker.From(from)
	}
	offs, ok := listFew(c.check, c.p, want, 1)
	if !ok {
		return tracker.From(from)
	}
	found := make([]place, 0, len(offs))
	for _, off := range offs {
		if id, ok := tracker.External(off); ok && (from == nil || id.Compare(*from) >= 0) {
			found = append(found, place{id: id, off: off})
		}
	}
	slices.SortFunc(found, func(a, b place) int { return a.id.Compare(b.id) })
	c.matching = true
	return func(yield func(api.PointID, uint32) bool) {
		for i := range found {
			if !yield(found[i].id, found[i].off) {
				return
			}
		}
	}
}

func (c *cursor) advance(ctx context.Context) error {
	for {
		if c.steps++; c.steps&(1<<12-1) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if c.id, c.off, c.ok = c.next(); !c.ok {
			return nil
		}
		if c.p.Hidden.Get(c.off) {
			continue
		}
		if c.check == nil || c.matching || c.check.CheckOne(c.off) {
			break
		}
		if c.src.Err != nil {
			return c.src.Err
		}
	}
	if c.src != nil {
		return c.src.Err
	}
	return nil
}

// place is where a point is.
type place struct {
	id   api.PointID
	off  uint32
	part uint32
}
