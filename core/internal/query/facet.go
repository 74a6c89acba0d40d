package query

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
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
	counts := map[field.Value]int{}
	for i := range v.Parts {
		p := &v.Parts[i]
		index, ok := facetOf(p, key)
		switch {
		case !ok && (req.Exact || p.Seg.IDs().Live() > 0):
			return nil, noMatchIndex(key)
		case !ok:
		case req.Filter == nil && p.Hidden == nil:
			index.Each(func(value field.Value, points int) bool {
				counts[value] += points
				return true
			})
		default:
			if err := countValues(ctx, p, index, req.Filter, counts); err != nil {
				return nil, err
			}
		}
	}
	return topValues(counts, req.Limit), nil
}

func facetOf(p *shard.Part, key string) (field.Facet, bool) {
	if x := p.Seg.Fields().Get(key); x != nil {
		return x.Facet()
	}
	return nil, false
}

func noMatchIndex(key string) error {
	return api.Errorf(api.InvalidArgument, "No appropriate index for faceting: `%s`. Please create one to facet on this field. "+
		"Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Match conditions", key)
}

func countValues(ctx context.Context, p *shard.Part, index field.Facet, f *api.Filter, counts map[field.Value]int) error {
	var values []field.Value
	return matching(ctx, p, f, func(off uint32) bool {
		values = index.AppendValues(values[:0], off)
		for _, value := range values {
			counts[value]++
		}
		return true
	})
}

func topValues(counts map[field.Value]int, limit uint64) *api.FacetResponse {
	values := make([]field.Value, 0, len(counts))
	for value, n := range counts {
		if n > 0 {
			values = append(values, value)
		}
	}
	slices.SortFunc(values, func(a, b field.Value) int {
		return cmp.Or(-cmp.Compare(counts[a], counts[b]), compareValues(a, b))
	})
	res := &api.FacetResponse{Hits: []api.FacetHit{}}
	for _, value := range values[:min(uint64(len(values)), limit)] {
		res.Hits = append(res.Hits, api.FacetHit{Value: apiValue(value), Count: uint64(counts[value])})
	}
	return res
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
