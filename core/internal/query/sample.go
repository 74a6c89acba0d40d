package query

import (
	"context"
	"math/rand/v2"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// sampler draws points of a view at random.
type sampler struct {
	ctx    context.Context
	view   *shard.View
	checks []*filter.Checker
	srcs   []*segment.Source
}

// sample returns limit of the points that match, or all of them, in random order.
func sample(ctx context.Context, v *shard.View, f *api.Filter, limit uint64) ([]result, error) {
	s := sampler{ctx: ctx, view: v}
	total := uint64(0)
	for i := range v.Parts {
		seg := v.Parts[i].Seg
		src := seg.Source()
		check, err := filter.Compile(f, src)
		if err != nil {
			return nil, err
		}
		s.srcs, s.checks = append(s.srcs, src), append(s.checks, check)
		total += uint64(seg.IDs().Total())
	}
	if limit < total/8 {
		if out := s.draw(total, limit); uint64(len(out)) == limit {
			return out, s.err()
		}
	}
	out, err := s.reservoir(limit)
	if err != nil {
		return nil, err
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

// draw tries slots at random until it has enough or finds that too few of them match.
func (s *sampler) draw(total, limit uint64) []result {
	const perPoint, more = 8, 256
	seen := make(map[at]struct{}, limit)
	var out []result
	for range perPoint*limit + more {
		if uint64(len(out)) == limit {
			break
		}
		n := rand.Uint64N(total)
		part := 0
		for n >= uint64(s.view.Parts[part].Seg.IDs().Total()) {
			n -= uint64(s.view.Parts[part].Seg.IDs().Total())
			part++
		}
		place := at{uint32(part), uint32(n)}
		if _, again := seen[place]; !again && s.matches(place) {
			seen[place] = struct{}{}
			out = append(out, unscored(place))
		}
	}
	return out
}

// reservoir looks at every point.
func (s *sampler) reservoir(limit uint64) (out []result, err error) {
	found := uint64(0)
	for part := range s.view.Parts {
		for off := range uint32(s.view.Parts[part].Seg.IDs().Total()) {
			if off&(1<<12-1) == 0 && s.ctx.Err() != nil {
				return nil, s.ctx.Err()
			}
			place := at{uint32(part), off}
			if !s.matches(place) {
				continue
			}
			found++
			if uint64(len(out)) < limit {
				out = append(out, unscored(place))
			} else if i := rand.Uint64N(found); i < limit {
				out[i] = unscored(place)
			}
		}
	}
	return out, s.err()
}

func (s *sampler) matches(a at) bool {
	return s.view.Parts[a.part].Visible(a.off) && s.checks[a.part].CheckOne(a.off)
}

func (s *sampler) err() error {
	for _, src := range s.srcs {
		if src.Err != nil {
			return src.Err
		}
	}
	return nil
}

func unscored(a at) result { return result{hit: hit{score: 1, off: a.off, part: a.part}} }
