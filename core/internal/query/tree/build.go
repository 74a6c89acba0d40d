package tree

import (
	"math/bits"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Request is a query with everything that belongs to it.
type Request struct {
	Prefetches  []Prefetch
	Query       Query // nil: by id
	Filter      *api.Filter
	Params      *api.SearchParams
	Threshold   *float32
	Limit       uint64
	Offset      uint64
	WithPayload api.WithPayload
	WithVector  api.WithVector
}

// Prefetch gives the query above it points to score again.
type Prefetch struct {
	Prefetches []Prefetch
	Query      Query // nil: by id
	Filter     *api.Filter
	Params     *api.SearchParams
	Threshold  *float32
	Limit      uint64
}

// Make plans a batch of requests.
func Make(requests []Request) (*Plan, error) {
	b := &builder{plan: &Plan{Roots: make([]Root, 0, len(requests))}, known: map[uint64][]int{}}
	for i := range requests {
		root, err := b.root(&requests[i])
		if err != nil {
			return nil, err
		}
		b.plan.Roots = append(b.plan.Roots, root)
	}
	return b.plan, nil
}

type builder struct {
	plan  *Plan
	known map[uint64][]int // leaves by fingerprint
}

func (b *builder) root(r *Request) (Root, error) {
	root := Root{Offset: r.Offset, WithPayload: r.WithPayload, WithVector: r.WithVector}
	limit, carry := bits.Add64(r.Limit, r.Offset, 0)
	if carry > 0 {
		limit = 1<<64 - 1
	}
	if depth := depthOf(r.Prefetches); depth > api.MaxPrefetchDepth {
		return root, api.Errorf(api.InvalidArgument, "prefetches depth %d exceeds max depth %d", depth, api.MaxPrefetchDepth)
	}
	mmr, isMmr := r.Query.(*Mmr)
	if isMmr {
		root.WithVector = including(r.WithVector, mmr.Nearest.Using)
	}
	last := Stage{Query: r.Query, Params: r.Params, Threshold: r.Threshold, Limit: limit}
	if len(r.Prefetches) == 0 {
		source, err := b.leaf(last, r.Filter)
		root.Merge.Sources = []Source{source}
		if isMmr {
			root.Merge.Stages = []Stage{last}
		}
		return root, err
	}
	var err error
	if root.Merge, err = b.merge(r.Prefetches, r.Filter, last); err == nil && isMmr {
		first := Stage{Query: mmr.Nearest, Params: r.Params, Threshold: r.Threshold, Limit: mmr.Candidates}
		root.Merge.Stages = []Stage{first, last}
	}
	return root, err
}

// including is a selection of vectors that one more belongs to.
func including(w api.WithVector, name string) api.WithVector {
	if w.Enable && w.Names == nil {
		return w
	}
	for _, n := range w.Names {
		if n == name {
			return w
		}
	}
	return api.WithVector{Names: append(w.Names[:len(w.Names):len(w.Names)], name)}
}

func depthOf(list []Prefetch) (depth int) {
	for i := range list {
		depth = max(depth, 1+depthOf(list[i].Prefetches))
	}
	return depth
}

// merge plans prefetches and the query above them.
func (b *builder) merge(list []Prefetch, outer *api.Filter, last Stage) (Merge, error) {
	switch q := last.Query.(type) {
	case nil:
		return Merge{}, api.Errorf(api.InvalidArgument, "cannot have prefetches without a query")
	case *Text:
		return Merge{}, api.Errorf(api.InvalidArgument, "BM25 over a text index cannot rescore prefetches")
	case *Fusion:
		if q.Weights != nil && len(q.Weights) != len(list) {
			return Merge{}, api.Errorf(api.InvalidArgument, "RRF weights length (%d) does not match number of prefetches (%d)",
				len(q.Weights), len(list))
		}
	}
	m := Merge{Sources: make([]Source, len(list)), Stages: []Stage{last}}
	for i := range list {
		p := &list[i]
		filter := Join(outer, p.Filter)
		stage := Stage{Query: p.Query, Params: p.Params, Threshold: p.Threshold, Limit: p.Limit}
		if len(p.Prefetches) == 0 {
			var err error
			if m.Sources[i], err = b.leaf(stage, filter); err != nil {
				return m, err
			}
			continue
		}
		inner, err := b.merge(p.Prefetches, filter, stage)
		if err != nil {
			return m, err
		}
		m.Sources[i].Merge = &inner
	}
	return m, nil
}

// leaf plans a search of the segments.
func (b *builder) leaf(s Stage, filter *api.Filter) (Source, error) {
	l := Leaf{Query: s.Query, Filter: filter, Params: s.Params, Threshold: s.Threshold, Limit: s.Limit}
	switch q := s.Query.(type) {
	case *Fusion:
		return Source{}, api.Errorf(api.InvalidArgument, "cannot apply Fusion without prefetches")
	case *Formula:
		return Source{}, api.Errorf(api.InvalidArgument, "cannot apply Formula without prefetches")
	case *Mmr:
		l.Query, l.Limit = q.Nearest, q.Candidates
	}
	return Source{Leaf: b.share(l)}, nil
}
