package edge_test

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// naive answers queries over points of three dimensions by their definition.
type naive struct {
	vectors map[uint64][]float64
}

type ranked struct {
	id    uint64
	score float64
}

func (n *naive) similarity(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func half(x float64) float64 { return 0.5 * (x/(1+math.Abs(x)) + 1) }

// score scores a point by a query whose examples are resolved.
func (n *naive) score(q api.Query, at func(api.VectorInput) []float64, p []float64) float64 {
	sim := func(in api.VectorInput) float64 { return n.similarity(at(in), p) }
	best := func(list []api.VectorInput) float64 {
		x := math.Inf(-1)
		for _, in := range list {
			x = max(x, sim(in))
		}
		return x
	}
	sum := func(list []api.VectorInput) (x float64) {
		for _, in := range list {
			x += sim(in)
		}
		return x
	}
	switch q := q.(type) {
	case *api.NearestQuery:
		return sim(api.VectorInput{Vector: q.Vector, ID: q.ID})
	case *api.DiscoverQuery:
		rank := 0
		for _, pair := range q.Context {
			rank += cmp.Compare(sim(pair.Positive), sim(pair.Negative))
		}
		return float64(rank) + half(sim(q.Target))
	case *api.ContextQuery:
		loss := 0.0
		for _, pair := range q.Pairs {
			d := min(0, sim(pair.Positive)-sim(pair.Negative)-1.1920929e-7)
			loss += d / (1 + math.Abs(d))
		}
		return loss
	case *api.RecommendQuery:
		switch *q.Strategy {
		case api.RecommendSumScores:
			return sum(q.Positive) - sum(q.Negative)
		case api.RecommendBestScore:
			if p, n := best(q.Positive), best(q.Negative); p > n {
				return half(p)
			} else {
				return -half(n)
			}
		}
		average := sum(q.Positive) / float64(len(q.Positive))
		if len(q.Negative) == 0 {
			return average
		}
		return 2*average - sum(q.Negative)/float64(len(q.Negative))
	}
	panic("unknown query")
}

// rank returns the points, best first, without those that are named.
func (n *naive) rank(q api.Query, without map[uint64]bool) (out []ranked) {
	at := func(in api.VectorInput) []float64 {
		if in.ID != nil {
			return n.vectors[in.ID.Num()]
		}
		v := in.Vector.(api.DenseVector)
		return []float64{float64(v[0]), float64(v[1]), float64(v[2])}
	}
	for id, p := range n.vectors {
		if !without[id] {
			out = append(out, ranked{id, n.score(q, at, p)})
		}
	}
	slices.SortFunc(out, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })
	return out
}

// drawn makes queries and remembers which points they name.
type drawn struct {
	rt    *rapid.T
	named map[uint64]bool
}

func (d *drawn) input() api.VectorInput {
	if rapid.Bool().Draw(d.rt, "by id") {
		id := rapid.Uint64Range(0, 199).Filter(func(id uint64) bool { return id%10 != 3 }).Draw(d.rt, "id")
		d.named[id] = true
		p := api.NumID(id)
		return api.VectorInput{ID: &p}
	}
	return api.VectorInput{Vector: api.DenseVector(rapid.SliceOfN(rapid.Float32Range(-2, 2), 3, 3).Draw(d.rt, "vector"))}
}

func (d *drawn) inputs(from, to int) (out []api.VectorInput) {
	for range rapid.IntRange(from, to).Draw(d.rt, "inputs") {
		out = append(out, d.input())
	}
	return out
}

func (d *drawn) pairs() (out []api.ContextPair) {
	for range rapid.IntRange(1, 3).Draw(d.rt, "pairs") {
		out = append(out, api.ContextPair{Positive: d.input(), Negative: d.input()})
	}
	return out
}

func (d *drawn) query() api.Query {
	switch rapid.IntRange(0, 4).Draw(d.rt, "kind") {
	case 0:
		in := d.input()
		return &api.NearestQuery{Vector: in.Vector, ID: in.ID}
	case 1:
		return &api.DiscoverQuery{Target: d.input(), Context: d.pairs()}
	case 2:
		return &api.ContextQuery{Pairs: d.pairs()}
	}
	strategy := rapid.SampledFrom([]api.RecommendStrategy{api.RecommendAverageVector, api.RecommendBestScore, api.RecommendSumScores}).Draw(d.rt, "strategy")
	return &api.RecommendQuery{Positive: d.inputs(1, 3), Negative: d.inputs(0, 2), Strategy: &strategy}
}

// TestQueriesAgainstTheirDefinition: over several segments with deleted points, examples by vector and by id.
func TestQueriesAgainstTheirDefinition(t *testing.T) {
	ctx := context.Background()
	s, err := edge.Create(t.TempDir(), &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 3, Distance: api.DistanceDot}}}},
		edge.WithSegmentPoints(70))
	require.NoError(t, err)
	defer s.Close()
	r := rand.New(rand.NewPCG(5, 6))
	n := &naive{vectors: map[uint64][]float64{}}
	gone := &api.DeletePoints{}
	for id := range uint64(200) {
		v := api.DenseVector{r.Float32() - 0.5, r.Float32() - 0.5, r.Float32() - 0.5}
		_, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{{ID: api.NumID(id), Vector: api.VectorStruct{{Vector: v}}}}})
		require.NoError(t, err)
		if id%10 == 3 {
			gone.IDs = append(gone.IDs, api.NumID(id))
			continue
		}
		n.vectors[id] = []float64{float64(v[0]), float64(v[1]), float64(v[2])}
	}
	_, err = s.Update(ctx, gone)
	require.NoError(t, err)

	rapid.Check(t, func(rt *rapid.T) {
		d := &drawn{rt: rt, named: map[uint64]bool{}}
		q := d.query()
		limit, offset := rapid.Uint64Range(1, 250).Draw(rt, "limit"), rapid.Uint64Range(0, 20).Draw(rt, "offset")
		hits, err := s.Query(ctx, &api.QueryRequest{Query: q, Limit: limit, Offset: offset})
		require.NoError(rt, err)
		same(rt, n.rank(q, d.named), hits, limit, offset)

		again, err := s.Query(ctx, &api.QueryRequest{Query: q, Limit: limit, Offset: offset, Prefetch: []api.Prefetch{{Limit: 1000}}})
		require.NoError(rt, err)
		require.Equal(rt, hits, again, "as a stage above all points")
	})
}

// same wants the scores of a naive ranking, with the points in its order where scores are apart.
func same(t require.TestingT, all []ranked, hits []api.ScoredPoint, limit, offset uint64) {
	want := all[min(offset, uint64(len(all))):]
	want = want[:min(limit, uint64(len(want)))]
	require.Len(t, hits, len(want))
	score := map[uint64]float64{}
	for _, x := range all {
		score[x.id] = x.score
	}
	for i, h := range hits {
		require.InDelta(t, want[i].score, h.Score, 1e-5)
		require.InDelta(t, score[h.ID.Num()], h.Score, 1e-5)
		if i > 0 && h.Score == hits[i-1].Score {
			require.Positive(t, h.ID.Compare(hits[i-1].ID), "equal scores are in the order of ids")
		}
	}
}
