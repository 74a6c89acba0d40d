package query

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// wantsQuantized reports whether a part is searched by the quantized form of its vectors.
func (n *nearest) wantsQuantized(v *segment.Vector) bool {
	q := n.params.Quantization
	return v.Quantized != nil && !n.params.Exact && (q == nil || !q.Ignore)
}

// coarse runs a task on quantized vectors. With oversampling it finds more than is asked for; what it finds is scored again with the vectors
// themselves, where the request, or else the kind of quantization, says so.
func (n *nearest) coarse(t task, v *segment.Vector, into *scratch) error {
	sc := scratches.Get().(*scratch)
	defer sc.release()
	rough := *n
	rough.quantized, rough.k = true, n.oversampled()
	again := v.Quantized.Rescores()
	if q := n.params.Quantization; q != nil && q.Rescore != nil {
		again = *q.Rescore
	}
	if v.Graph != nil && v.Graph.HasVectors() {
		again = true // they stand beside the links, so they cost next to nothing
	}
	if again {
		rough.bound = float32(math.Inf(-1))
	}
	sc.best.reset(n.view, rough.k)
	if err := rough.fine(t, sc); err != nil {
		return err
	}
	if again {
		return n.rescore(v, sc.best.hits, into)
	}
	for _, h := range sc.best.hits {
		into.best.push(h)
	}
	return nil
}

func (n *nearest) oversampled() int {
	if q := n.params.Quantization; q != nil && q.Oversampling != nil && *q.Oversampling > 1 {
		return int(min(*q.Oversampling*float64(n.k), maxK))
	}
	return n.k
}

// rescore collects hits of one part by the scores of their vectors.
func (n *nearest) rescore(v *segment.Vector, hits []hit, into *scratch) error {
	scorer, err := n.scorer(v, into)
	if err != nil {
		return err
	}
	for len(hits) > 0 {
		some := hits[:min(len(hits), block)]
		hits = hits[len(some):]
		for i := range some {
			into.ids[i] = some[i].off
		}
		scorer.Score(into.ids[:len(some)], into.out[:len(some)])
		for i, h := range some {
			if h.score = into.out[i]; h.score > n.bound || math.IsInf(float64(n.bound), -1) {
				into.best.push(h)
			}
		}
	}
	return scorer.Err()
}

// coarseScorer is scorer for quantized vectors.
func (n *nearest) coarseScorer(v *segment.Vector) (score.Batch, error) {
	if n.fold == nil {
		return v.Quantized.Scorer(n.query)
	}
	batches := make([]score.Batch, len(n.examples))
	for i, example := range n.examples {
		s, err := v.Quantized.Scorer(example)
		if err != nil {
			return nil, err
		}
		batches[i] = s
	}
	return score.NewCustom(batches, n.fold), nil
}
