package query

import (
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Count counts the points that match. Where that is not asked for exactly, it is estimated from what the indexes know.
func Count(ctx context.Context, s *shard.Shard, req *api.CountRequest) (uint64, error) {
	v, err := s.Acquire()
	if err != nil {
		return 0, err
	}
	defer v.RUnlock()
	var n uint64
	for i := range v.Parts {
		p := &v.Parts[i]
		if req.Filter == nil && p.Hidden == nil {
			n += uint64(p.Seg.IDs().Live())
			continue
		}
		c, err := countPart(ctx, p, req)
		if err != nil {
			return 0, err
		}
		n += c
	}
	return n, nil
}

func countPart(ctx context.Context, p *shard.Part, req *api.CountRequest) (n uint64, err error) {
	if p.Hidden == nil {
		check, err := filter.Compile(req.Filter, p.Seg.Source())
		if err != nil {
			return 0, err
		}
		est := check.Estimate()
		if !req.Exact && est.Primary || est.Exact() && p.Seg.IDs().Live() == p.Seg.IDs().Total() {
			return uint64(est.Exp), nil
		}
	}
	err = matching(ctx, p, req.Filter, func(uint32) bool { n++; return true })
	return n, err
}

// listBelow is the share of the points, in percent, up to which those that an index names are looked at one by one, not all in turn.
const listBelow = 75

// matching calls fn with every visible point of a part that matches, in order of the slots, until fn returns false.
func matching(ctx context.Context, p *shard.Part, f *api.Filter, fn func(off uint32) bool) error {
	src := p.Seg.Source()
	check, err := filter.Compile(f, src)
	if err != nil {
		return err
	}
	if est := check.Estimate(); est.Primary && est.Exp <= p.Seg.IDs().Live()/100*listBelow {
		if ids, exact, ok := check.Candidates(nil); ok {
			if exact {
				check = nil
			}
			for ids := range slices.Chunk(ids, matchBlock) {
				if err := ctx.Err(); err != nil {
					return err
				}
				if !offerAll(p, check, ids, fn) || src.Err != nil {
					return src.Err
				}
			}
			return nil
		}
	}
	if f == nil {
		check = nil
	}
	ids := make([]uint32, 0, matchBlock)
	total := uint32(p.Seg.IDs().Total())
	for from := uint32(0); from < total; from += uint32(len(ids)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		ids = ids[:min(matchBlock, total-from)]
		for i := range ids {
			ids[i] = from + uint32(i)
		}
		if !offerAll(p, check, ids, fn) || src.Err != nil {
			return src.Err
		}
	}
	return nil
}

// matchBlock is how many points are checked at a time.
const matchBlock = 1024

// offerAll calls fn with those of ids that are visible and pass, and leaves only them at the front of ids; false when fn said stop.
func offerAll(p *shard.Part, check *filter.Checker, ids []uint32, fn func(off uint32) bool) bool {
	seen := ids[:0]
	for _, off := range ids {
		if p.Visible(off) {
			seen = append(seen, off)
		}
	}
	if check != nil {
		seen = check.Check(seen, seen[:0])
	}
	for _, off := range seen {
		if !fn(off) {
			return false
		}
	}
	return true
}
