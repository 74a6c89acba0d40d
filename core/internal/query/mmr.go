package query

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
	"github.com/qdrant-edge-go/edge/core/internal/score"
)

// diverse picks from candidates those that are near the query and unlike the ones picked before: the greatest
//
//	lambda · similarity to the query - (1-lambda) · greatest similarity to a picked one
//
// first. Candidates without the vector are left out. The scores of the candidates stay.
func (r *runner) diverse(q *tree.Mmr, candidates []result, limit uint64) ([]result, error) {
	vec, ok := r.s.VectorOf(q.Nearest.Using)
	if !ok {
		return nil, unknownVector(q.Nearest.Using)
	}
	var own []api.Vector
	seen := map[at]struct{}{}
	kept := candidates[:0:0]
	for i := range candidates {
		c := &candidates[i]
		stored := r.v.Parts[c.part].Seg.Vector(q.Nearest.Using)
		if _, again := seen[c.at()]; again || stored == nil || !stored.Has(c.off) {
			continue
		}
		seen[c.at()] = struct{}{}
		value, err := stored.Value(c.off)
		if err != nil {
			return nil, err
		}
		own, kept = append(own, value), append(kept, *c)
	}
	if len(kept) < 2 {
		return kept[:min(uint64(len(kept)), limit)], nil
	}
	p := newPicker(vec.Distance, q.Nearest.Examples[0], own, q.Lambda)
	out := make([]result, 0, min(limit, uint64(len(kept))))
	for _, i := range p.pick(int(min(limit, uint64(len(kept))))) {
		out = append(out, kept[i])
	}
	return out, nil
}

// picker holds what is known of the candidates.
type picker struct {
	vectors   []api.Vector
	compare   []score.Comparison // with each of the vectors
	lambda    float32
	relevance []float32 // similarity to the query
}

func newPicker(d api.Distance, query api.Vector, own []api.Vector, lambda float32) *picker {
	p := &picker{vectors: own, lambda: lambda, relevance: make([]float32, len(own)), compare: make([]score.Comparison, len(own))}
	with := score.Compare(d, query)
	for i := range own {
		p.relevance[i], p.compare[i] = with(own[i]), score.Compare(d, own[i])
	}
	return p
}

// pick returns the numbers of the picked candidates. Of equal ones the last is taken, as the reference does, whose remaining candidates
// change places: the last one moves to where one was picked.
func (p *picker) pick(limit int) (picked []int) {
	remaining := make([]int, len(p.vectors))
	nearest := make([]float32, len(p.vectors)) // by candidate, the greatest similarity to a picked one
	for i := range remaining {
		remaining[i], nearest[i] = i, float32(math.Inf(-1))
	}
	for len(picked) < limit {
		best, bestScore := 0, float32(0)
		for at, i := range remaining {
			s := p.relevance[i]
			if len(picked) > 0 {
				s = float32(p.lambda*s) - float32((1-p.lambda)*nearest[i])
			}
			if at == 0 || !(s < bestScore) {
				best, bestScore = at, s
			}
		}
		i := remaining[best]
		picked = append(picked, i)
		remaining[best] = remaining[len(remaining)-1]
		remaining = remaining[:len(remaining)-1]
		for _, j := range remaining {
			nearest[j] = max(nearest[j], p.compare[j](p.vectors[i]))
		}
	}
	return picked
}
