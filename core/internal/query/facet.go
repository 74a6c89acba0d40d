package query

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Facet counts the points that match by the values of an indexed key, the most frequent ones first. It is exact whatever the request says.
func Facet(ctx context.Context, s *shard.Shard, req *api.FacetRequest) (*api.FacetResponse, error) {
	key, err := canonical(req.Key)
	if err != nil {
		return nil, err
	}
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	var counts counting
	for i := range v.Parts {
		p := &v.Parts[i]
		index, ok, err := p.Seg.Fields().Facet(key)
		switch {
		case err != nil:
			return nil, err
		case !ok && (req.Exact || p.Seg.IDs().Live() > 0):
			return nil, noMatchIndex(key)
		case !ok:
			continue
		}
		counts.begin()
		if req.Filter == nil && p.Hidden == nil {
			index.Each(func(value field.Value, points int) bool {
				counts.add(value, points)
				return true
			})
			continue
		}
		if err := counts.matching(ctx, p, index, req.Filter); err != nil {
			return nil, err
		}
	}
	return counts.top(req.Limit), nil
}

// counting counts the points of values, part after part. Of one part each value comes once, or all come through a map.
type counting struct {
	hits  []countedValue
	index map[field.Value]int // into hits, of the parts before
	parts int
}

type countedValue struct {
	value  field.Value
	points int
}

// begin starts the next part: from the second on values are looked up.
func (c *counting) begin() {
	if c.parts++; c.parts == 2 {
		c.index = make(map[field.Value]int, len(c.hits))
		for i := range c.hits {
			c.index[c.hits[i].value] = i
		}
	}
}

func (c *counting) add(value field.Value, points int) {
	if c.index != nil {
		if i, ok := c.index[value]; ok {
			c.hits[i].points += points
			return
		}
		c.index[value] = len(c.hits)
	}
	c.hits = append(c.hits, countedValue{value, points})
}

// matching counts the points of a part that match.
func (c *counting) matching(ctx context.Context, p *shard.Part, index field.Facet, f *api.Filter) error {
	in, points := bits.New(p.Seg.IDs().Total()), 0
	err := matching(ctx, p, f, func(off uint32) bool {
		in.Put(off, true)
		points++
		return true
	})
	if err != nil || points == 0 {
		return err
	}
	index.EachIn(in, points, func(value field.Value, n int) bool {
		c.add(value, n)
		return ctx.Err() == nil
	})
	return ctx.Err()
}

// insertUpTo is how many values are kept in order while the others are looked at; for more all are put in order.
const insertUpTo = 64

// top are the values with the most points.
func (c *counting) top(limit uint64) *api.FacetResponse {
	before := func(a, b *countedValue) int {
		return cmp.Or(-cmp.Compare(a.points, b.points), compareValues(a.value, b.value))
	}
	best := make([]*countedValue, 0, min(uint64(len(c.hits)), limit))
	if few := min(uint64(len(c.hits)), limit); few > insertUpTo {
		for i := range c.hits {
			best = append(best, &c.hits[i])
		}
		slices.SortFunc(best, before)
		best = best[:few]
	} else {
		for i := range c.hits {
			h := &c.hits[i]
			full := uint64(len(best)) == limit
			if full && (limit == 0 || before(h, best[len(best)-1]) > 0) {
				continue
			}
			if full {
				best = best[:len(best)-1]
			}
			at, _ := slices.BinarySearchFunc(best, h, before)
			best = slices.Insert(best, at, h)
		}
	}
	res := &api.FacetResponse{Hits: make([]api.FacetHit, len(best))}
	for i, h := range best {
		res.Hits[i] = api.FacetHit{Value: apiValue(h.value), Count: uint64(h.points)}
	}
	return res
}

func noMatchIndex(key string) error {
	return api.Errorf(api.InvalidArgument, "No appropriate index for faceting: `%s`. Please create one to facet on this field. "+
		"Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Match conditions", key)
}

func compareValues(a, b field.Value) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Int, b.Int), bytes.Compare(a.UUID[:], b.UUID[:]))
}

func apiValue(v field.Value) api.Value {
	switch v.Kind {
	case field.IntegerValue:
		return api.Value{Kind: api.ValueInteger, Int: v.Int}
	case field.BoolValue:
		return api.Value{Kind: api.ValueBool, Bool: v.Int != 0}
	case field.UUIDValue:
		return api.Value{Kind: api.ValueString, Str: api.UUIDFromBytes(v.UUID).String()}
	}
	return api.Value{Kind: api.ValueString, Str: v.Text}
}
