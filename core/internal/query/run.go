package query

import (
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// runner executes plans over one view.
type runner struct {
	ctx    context.Context
	s      *shard.Shard
	v      *shard.View
	leaves [][]result
}

// plan plans requests and runs their leaves.
func (r *runner) plan(requests []api.QueryRequest) (*tree.Plan, error) {
	trees, err := convert(r.v, requests)
	if err != nil {
		return nil, err
	}
	p, err := tree.Make(trees)
	if err != nil {
		return nil, err
	}
	r.leaves = make([][]result, len(p.Leaves))
	for i := range p.Leaves {
		if r.leaves[i], err = r.leaf(&p.Leaves[i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// batch returns the results of requests, in their order.
func (r *runner) batch(requests []api.QueryRequest) ([][]api.ScoredPoint, error) {
	p, err := r.plan(requests)
	if err != nil {
		return nil, err
	}
	out := make([][]api.ScoredPoint, len(p.Roots))
	for i := range p.Roots {
		if out[i], err = r.root(&p.Roots[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// points returns the result of a request without payloads and vectors.
func (r *runner) points(request *api.QueryRequest) ([]result, error) {
	p, err := r.plan([]api.QueryRequest{*request})
	if err != nil {
		return nil, err
	}
	points, err := r.merge(&p.Roots[0].Merge)
	return points[min(p.Roots[0].Offset, uint64(len(points))):], err
}

func (r *runner) root(root *tree.Root) ([]api.ScoredPoint, error) {
	m, err := newMaterialiser(r.v, root.WithPayload, root.WithVector)
	if err != nil {
		return nil, err
	}
	points, err := r.merge(&root.Merge)
	if err != nil {
		return nil, err
	}
	points = points[min(root.Offset, uint64(len(points))):]
	out := make([]api.ScoredPoint, len(points))
	for i := range points {
		if err := r.fill(&out[i], &points[i], m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *runner) fill(p *api.ScoredPoint, from *result, m *materialiser) (err error) {
	p.ID, p.Score = idOf(r.v, &from.hit), from.score
	if from.found {
		p.Version = r.v.Parts[from.part].Seg.IDs().Version(from.off)
	}
	if from.value.set {
		p.OrderValue = (*api.OrderValue)(&from.value.Number)
	}
	p.Payload, p.Vector, err = m.point(int(from.part), from.off)
	return err
}

func (r *runner) merge(m *tree.Merge) ([]result, error) {
	sources := make([][]result, len(m.Sources))
	for i, source := range m.Sources {
		if source.Merge == nil {
			sources[i] = r.leaves[source.Leaf]
			continue
		}
		var err error
		if sources[i], err = r.merge(source.Merge); err != nil {
			return nil, err
		}
	}
	for i := range m.Stages {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		points, err := r.stage(&m.Stages[i], sources)
		if err != nil {
			return nil, err
		}
		sources = [][]result{points}
	}
	return sources[0], nil
}

func (r *runner) leaf(l *tree.Leaf) ([]result, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	switch q := l.Query.(type) {
	case nil:
		return r.byID(l.Filter, l.Limit)
	case *tree.Vector:
		return r.nearest(q, l.Filter, l.Params, l.Threshold, l.Limit, nil)
	case *tree.OrderBy:
		return order(r.ctx, r.v, ordering{q}, l.Filter, l.Limit)
	case *tree.Random:
		return sample(r.ctx, r.v, l.Filter, l.Limit)
	case *tree.Text:
		return r.rank(q, l)
	}
	return nil, api.Errorf(api.Unsupported, "query %T is not supported", l.Query)
}

func (r *runner) stage(st *tree.Stage, sources [][]result) ([]result, error) {
	switch q := st.Query.(type) {
	case *tree.Fusion:
		if q.ByScore {
			return cut(distribution(r.v, sources), st.Threshold, st.Limit), nil
		}
		return cut(reciprocal(r.v, sources, q.K, q.Weights), st.Threshold, st.Limit), nil
	case *tree.Mmr:
		return r.diverse(q, slices.Concat(sources...), st.Limit)
	case *tree.Formula:
		return r.formula(q, sources, st.Threshold, st.Limit)
	case *tree.Vector:
		return r.nearest(q, nil, st.Params, st.Threshold, st.Limit, distinct(sources))
	case *tree.OrderBy:
		return orderAgain(r.v, ordering{q}, distinct(sources), st.Limit)
	case *tree.Random:
		return shuffled(distinct(sources), st.Limit), nil
	}
	return nil, api.Errorf(api.Unsupported, "query %T cannot score the points of prefetches", st.Query)
}

// distinct are the points of all sources, each once; never nil.
func distinct(sources [][]result) []hit {
	points := []hit{}
	seen := map[at]struct{}{}
	for _, source := range sources {
		for i := range source {
			if _, again := seen[source[i].at()]; !again {
				seen[source[i].at()] = struct{}{}
				points = append(points, source[i].hit)
			}
		}
	}
	return points
}

// byID returns the first points by id that match.
func (r *runner) byID(f *api.Filter, limit uint64) (out []result, err error) {
	if limit == 0 {
		return nil, nil
	}
	err = walk(r.ctx, r.v, nil, f, limit, func(p place) (bool, error) {
		out = append(out, unscored(at{p.part, p.off}))
		return uint64(len(out)) < limit, nil
	})
	return out, err
}

// similar ranks given points by their similarity to a vector.
func (r *runner) similar(using string, to api.Vector, points []hit, limit uint64) ([]result, error) {
	return r.nearest(&tree.Vector{Using: using, Examples: []api.Vector{to}}, nil, nil, nil, limit, points)
}

// nearest searches the view, or scores the given points unless they are nil.
func (r *runner) nearest(q *tree.Vector, f *api.Filter, params *api.SearchParams, threshold *float32, limit uint64, only []hit) ([]result, error) {
	vec, ok := r.s.VectorOf(q.Using)
	if !ok {
		return nil, unknownVector(q.Using)
	}
	n := &nearest{ctx: r.ctx, view: r.v, name: q.Using, distance: vec.Distance, filter: f, k: int(min(limit, 2*maxK)), fold: q.Fold,
		bound: bound(vec.Distance, nil)}
	if err := n.with(params, vec); err != nil {
		return nil, err
	}
	if err := n.set(q, vec); err != nil {
		return nil, err
	}
	if n.fold == nil {
		n.bound = bound(vec.Distance, threshold)
	}
	sc, hits, err := n.runOn(only)
	if err != nil {
		return nil, err
	}
	defer sc.release()
	out := make([]result, len(hits))
	for i, h := range hits {
		if n.fold == nil {
			h.score = score.Postprocess(n.distance, h.score)
		}
		out[i] = result{hit: h, found: true}
	}
	if n.fold != nil {
		out = cutBeyond(out, vec.Distance, threshold)
	}
	return out, nil
}

// set makes the search one for a query.
func (n *nearest) set(q *tree.Vector, vec shard.Vector) error {
	if n.fold == nil {
		n.query = q.Examples[0]
		return n.ready(vec)
	}
	for _, example := range q.Examples {
		n.query, n.dense = example, nil
		if err := n.ready(vec); err != nil {
			return err
		}
		n.examples = append(n.examples, n.query)
	}
	n.query, n.dense = nil, nil
	return nil
}

// runOn is run over the given points unless they are nil.
func (n *nearest) runOn(only []hit) (*scratch, []hit, error) {
	if only == nil {
		return n.run()
	}
	sc := scratches.Get().(*scratch)
	sc.best.reset(n.view, n.k)
	if err := n.again(sc, only); err != nil {
		sc.release()
		return nil, nil, err
	}
	return sc, sc.best.sorted(), nil
}

// again offers given points to the collector.
func (n *nearest) again(sc *scratch, points []hit) error {
	byPart := make([][]uint32, len(n.view.Parts))
	for i := range points {
		byPart[points[i].part] = append(byPart[points[i].part], points[i].off)
	}
	for part, offs := range byPart {
		v := n.view.Parts[part].Seg.Vector(n.name)
		if v == nil || len(offs) == 0 || n.k == 0 {
			continue
		}
		slices.Sort(offs)
		if err := n.do(task{part: part, to: uint32(v.Store.Len()), listed: true, ids: offs, exact: true}, sc); err != nil {
			return err
		}
	}
	return nil
}

// cutBeyond ends a result at the first point whose score is not on the better side of the threshold, better in the sense of the distance even
// where the score is none.
func cutBeyond(points []result, d api.Distance, threshold *float32) []result {
	if threshold == nil {
		return points
	}
	for i := range points {
		if s := points[i].score; !(s > *threshold) == score.LargerIsBetter(d) || s == *threshold {
			return points[:i]
		}
	}
	return points
}
