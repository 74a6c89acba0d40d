package query

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/query/formula"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// converter turns requests into what is planned: points named by id give way to their vectors and are no results, defaults are filled in.
type converter struct {
	v     *shard.View
	using string
	named []api.PointID
}

func convert(v *shard.View, requests []api.QueryRequest) ([]tree.Request, error) {
	out := make([]tree.Request, len(requests))
	for i := range requests {
		r := &requests[i]
		query, filter, err := convertQuery(v, r.Query, r.Using, r.Filter, r.Limit)
		if err != nil {
			return nil, err
		}
		prefetches, err := convertPrefetches(v, r.Prefetch)
		if err != nil {
			return nil, err
		}
		out[i] = tree.Request{Prefetches: prefetches, Query: query, Filter: filter, Params: r.Params, Threshold: r.ScoreThreshold,
			Limit: r.Limit, Offset: r.Offset, WithPayload: r.WithPayload, WithVector: r.WithVector}
	}
	return out, nil
}

func convertPrefetches(v *shard.View, list []api.Prefetch) ([]tree.Prefetch, error) {
	out := make([]tree.Prefetch, len(list))
	for i := range list {
		p := &list[i]
		query, filter, err := convertQuery(v, p.Query, p.Using, p.Filter, p.Limit)
		if err != nil {
			return nil, err
		}
		inner, err := convertPrefetches(v, p.Prefetch)
		if err != nil {
			return nil, err
		}
		out[i] = tree.Prefetch{Prefetches: inner, Query: query, Filter: filter, Params: p.Params, Threshold: p.ScoreThreshold, Limit: p.Limit}
	}
	return out, nil
}

func convertQuery(v *shard.View, q api.Query, using string, f *api.Filter, limit uint64) (tree.Query, *api.Filter, error) {
	c := &converter{v: v, using: using}
	query, err := c.query(q, limit)
	if err == nil && len(c.named) > 0 {
		f = tree.Join(f, &api.Filter{MustNot: []api.Condition{&api.HasIDCondition{IDs: c.named}}})
	}
	return query, f, err
}

func (c *converter) query(q api.Query, limit uint64) (tree.Query, error) {
	switch q := q.(type) {
	case nil:
		return nil, nil
	case *api.NearestQuery:
		return c.nearest(q, limit)
	case *api.RecommendQuery:
		return c.recommend(q)
	case *api.DiscoverQuery:
		return c.folded(score.Discover{}, append([]api.VectorInput{q.Target}, flat(q.Context)...)...)
	case *api.ContextQuery:
		return c.folded(score.Context{}, flat(q.Pairs)...)
	case *api.FeedbackQuery:
		return c.feedback(q)
	case *api.OrderByQuery:
		return orderBy(&q.OrderBy)
	case *api.FusionQuery:
		return &tree.Fusion{ByScore: q.Fusion == api.FusionDbsf, K: defaultRank}, nil
	case *api.RrfQuery:
		return &tree.Fusion{K: or(q.K, defaultRank), Weights: q.Weights}, nil
	case *api.FormulaQuery:
		f, err := formula.New(q)
		return &tree.Formula{Formula: f}, err
	case *api.SampleQuery:
		return &tree.Random{}, nil
	case *api.TextQuery:
		return textQuery(q)
	}
	return nil, api.Errorf(api.Unsupported, "query %T is not supported", q)
}

const (
	defaultRank      = 2 // k of reciprocal rank fusion
	defaultDiversity = 0.5
)

func or[T any](p *T, otherwise T) T {
	if p != nil {
		return *p
	}
	return otherwise
}

func (c *converter) nearest(q *api.NearestQuery, limit uint64) (tree.Query, error) {
	if q.Vector == nil && q.ID == nil {
		return nil, api.Errorf(api.InvalidArgument, "a nearest query needs a vector or a point id")
	}
	examples, err := c.vectors(api.VectorInput{Vector: q.Vector, ID: q.ID})
	if err != nil {
		return nil, err
	}
	v := &tree.Vector{Using: c.using, Examples: examples}
	if q.Mmr == nil {
		return v, nil
	}
	lambda := or(q.Mmr.Lambda, 1-or(q.Mmr.Diversity, defaultDiversity))
	return &tree.Mmr{Nearest: v, Lambda: lambda, Candidates: or(q.Mmr.CandidatesLimit, limit)}, nil
}

func (c *converter) recommend(q *api.RecommendQuery) (tree.Query, error) {
	strategy := or(q.Strategy, api.RecommendAverageVector)
	if strategy != api.RecommendAverageVector {
		fold := score.Recommend{Positives: len(q.Positive), Sum: strategy == api.RecommendSumScores}
		return c.folded(fold, slices.Concat(q.Positive, q.Negative)...)
	}
	positive, err := c.vectors(q.Positive...)
	if err != nil {
		return nil, err
	}
	negative, err := c.vectors(q.Negative...)
	if err != nil {
		return nil, err
	}
	target, err := score.Target(positive, negative)
	return &tree.Vector{Using: c.using, Examples: []api.Vector{target}}, err
}

func (c *converter) folded(fold score.Fold, in ...api.VectorInput) (tree.Query, error) {
	examples, err := c.vectors(in...)
	return &tree.Vector{Using: c.using, Examples: examples, Fold: fold}, err
}

// feedback pairs every two examples of which one was scored better; the more so, the more the pair counts.
func (c *converter) feedback(q *api.FeedbackQuery) (tree.Query, error) {
	in := []api.VectorInput{q.Target}
	fold := score.Feedback{A: q.Strategy.A}
	for i := range q.Feedback {
		for j := range q.Feedback {
			confidence := q.Feedback[i].Score - q.Feedback[j].Score
			if i == j || !(confidence > 0) {
				continue
			}
			in = append(in, q.Feedback[i].Example, q.Feedback[j].Example)
			fold.Weights = append(fold.Weights, float32(math.Pow(float64(confidence), float64(q.Strategy.B)))*q.Strategy.C)
		}
	}
	return c.folded(fold, in...)
}

func flat(pairs []api.ContextPair) []api.VectorInput {
	out := make([]api.VectorInput, 0, 2*len(pairs))
	for i := range pairs {
		out = append(out, pairs[i].Positive, pairs[i].Negative)
	}
	return out
}

// vectors resolves examples.
func (c *converter) vectors(in ...api.VectorInput) ([]api.Vector, error) {
	out := make([]api.Vector, len(in))
	for i := range in {
		if in[i].ID == nil {
			out[i] = in[i].Vector
			continue
		}
		part, off, ok := c.v.Find(*in[i].ID)
		if !ok {
			return nil, api.Errorf(api.NotFound, "No point with id %s", in[i].ID)
		}
		stored := c.v.Parts[part].Seg.Vector(c.using)
		if stored == nil {
			return nil, unknownVector(c.using)
		}
		if !stored.Has(off) {
			return nil, api.Errorf(api.NotFound, "point %s has no vector %q", in[i].ID, c.using)
		}
		var err error
		if out[i], err = stored.Value(off); err != nil {
			return nil, err
		}
		if !slices.Contains(c.named, *in[i].ID) {
			c.named = append(c.named, *in[i].ID)
		}
	}
	return out, nil
}

func orderBy(o *api.OrderBy) (*tree.OrderBy, error) {
	key, err := canonical(o.Key)
	by := &tree.OrderBy{Key: key, Desc: o.Direction != nil && *o.Direction == api.DirectionDesc}
	switch from := o.StartFrom; {
	case from == nil:
	case from.Integer != nil:
		by.From = &field.Number{Int: *from.Integer}
	case from.Float != nil:
		by.From = &field.Number{Float: *from.Float, IsFloat: true}
	case from.Datetime != nil:
		by.From = &field.Number{Int: int64(*from.Datetime)}
	}
	return by, err
}

func textQuery(q *api.TextQuery) (*tree.Text, error) {
	key, err := canonical(q.Field)
	t := &tree.Text{Key: key, Text: q.Query}
	if q.Scoring != nil {
		t.K1, t.B = q.Scoring.K, q.Scoring.B
	}
	return t, err
}

// canonical is a payload key as indexes are named by.
func canonical(key string) (string, error) {
	path, err := jsonpath.Parse(key)
	if err != nil {
		return "", api.Wrap(api.InvalidArgument, err, "")
	}
	return path.String(), nil
}
