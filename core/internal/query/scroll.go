package query

import (
	"context"
	"slices"
	"sync"

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
	res := &api.ScrollResult{Points: make([]api.Record, 0, min(limit, maxScroll))}
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
	res.Points = make([]api.Record, 0, len(list))
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
	cs := make([]cursor, len(v.Parts))
	defer func() {
		for i := range cs {
			cs[i].release()
		}
	}()
	for i := range v.Parts {
		if err := cs[i].open(&v.Parts[i], uint32(i), from, f, want); err != nil {
			return err
		}
		if err := cs[i].fill(ctx); err != nil {
			return err
		}
	}
	for {
		first := -1
		for i := range cs {
			if len(cs[i].found) > 0 && (first < 0 || cs[i].found[0].id.Compare(cs[first].found[0].id) < 0) {
				first = i
			}
		}
		if first < 0 {
			return nil
		}
		c := &cs[first]
		more, err := fn(c.found[0])
		if err != nil || !more {
			return err
		}
		if c.found = c.found[1:]; len(c.found) > 0 {
			continue
		}
		if err := c.fill(ctx); err != nil {
			return err
		}
	}
}

// cursor walks the points of one part that are visible and match, in the order of their ids, block by block.
type cursor struct {
	p     *shard.Part
	part  uint32
	src   *segment.Source
	check *filter.Checker

	from  *api.PointID // where the next block begins
	after bool         // behind from, not at it
	ended bool         // there is no next block
	size  int          // of the next block, before the filter

	*blockScratch
	found []place // of the block, those not yet taken
}

// blockScratch holds the points of a block; it is reused between scrolls.
type blockScratch struct {
	block []place
	offs  []uint32
}

var blockScratches = sync.Pool{New: func() any { return new(blockScratch) }}

// Blocks are as big as probably has the wanted matches among them, and grow while they have none.
const minScroll, maxScroll = 16, 1024

func (c *cursor) open(p *shard.Part, part uint32, from *api.PointID, f *api.Filter, want uint64) (err error) {
	c.p, c.part, c.from = p, part, from
	c.size = int(min(max(want, minScroll), maxScroll-1)) + 1
	if f == nil {
		return nil
	}
	c.src = p.Seg.Source()
	if c.check, err = filter.Compile(f, c.src); err != nil {
		return err
	}
	if offs, ok := listFew(c.check, p, want, 1); ok {
		c.list(offs)
		return c.src.Err
	}
	if exp := c.check.Estimate().Exp; exp > 0 {
		c.size = int(min(uint64(c.size+c.size/4)*uint64(max(1, p.Seg.IDs().Live()/exp)), maxScroll))
	}
	return c.src.Err
}

// release lets others use the block.
func (c *cursor) release() {
	if c.blockScratch != nil {
		blockScratches.Put(c.blockScratch)
		c.blockScratch, c.found = nil, nil
	}
}

// list makes one block of the points that match.
func (c *cursor) list(offs []uint32) {
	ids := c.p.Seg.IDs()
	found := make([]place, 0, len(offs))
	for _, off := range offs {
		if id, ok := ids.External(off); ok && !c.p.Hidden.Get(off) && (c.from == nil || id.Compare(*c.from) >= 0) {
			found = append(found, place{id: id, off: off, part: c.part})
		}
	}
	slices.SortFunc(found, func(a, b place) int { return a.id.Compare(b.id) })
	c.found, c.ended = found, true
}

// fill reads blocks until one has a match, or to the end.
func (c *cursor) fill(ctx context.Context) error {
	for len(c.found) == 0 && !c.ended {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.read()
		if c.check == nil {
			continue
		}
		if c.pass(); len(c.found) == 0 {
			c.size = min(2*c.size, maxScroll)
		}
		if c.src.Err != nil {
			return c.src.Err
		}
	}
	return nil
}

// read makes a block of the next points.
func (c *cursor) read() {
	var last api.PointID
	if c.blockScratch == nil {
		c.blockScratch = blockScratches.Get().(*blockScratch)
	}
	c.block, c.ended = slices.Grow(c.block[:0], min(c.size, c.p.Seg.IDs().Live())), true
	for id, off := range c.p.Seg.IDs().From(c.from) {
		if c.after && id == *c.from {
			continue
		}
		if len(c.block) == c.size {
			c.ended = false
			break
		}
		if last = id; !c.p.Hidden.Get(off) {
			c.block = append(c.block, place{id: id, off: off, part: c.part})
		}
	}
	c.from, c.after = &last, true
	c.found = c.block
}

// pass leaves those of a block that match.
func (c *cursor) pass() {
	c.offs = slices.Grow(c.offs[:0], len(c.block))
	for i := range c.block {
		c.offs = append(c.offs, c.block[i].off)
	}
	passed := c.check.Check(c.offs, c.offs[:0])
	kept := c.block[:0]
	for i := range c.block {
		if len(passed) == 0 {
			break
		}
		if c.block[i].off == passed[0] {
			passed = passed[1:]
			kept = append(kept, c.block[i])
		}
	}
	c.found = kept
}

// place is where a point is.
type place struct {
	id   api.PointID
	off  uint32
	part uint32
}
