package edge_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// grouped makes a shard of n points in several segments: a number as vector, under "g" a text, an integer, both, a list with a fraction, or
// nothing. It returns the numbers and the keys.
func grouped(t *testing.T, n int, segment int) (*edge.Shard, []float32, [][]api.Value) {
	t.Helper()
	s, err := edge.Create(t.TempDir(), &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 1, Distance: api.DistanceDot}}}},
		edge.WithSegmentPoints(segment))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	r := rand.New(rand.NewPCG(uint64(n), 7))
	numbers, keys := make([]float32, n), make([][]api.Value, n)
	op := &api.UpsertPoints{}
	for i := range n {
		numbers[i] = float32(r.IntN(1 << 20))
		text := api.Value{Kind: api.ValueString, Str: string(rune('a' + r.IntN(4)))}
		integer := api.Value{Kind: api.ValueInteger, Int: int64(r.IntN(4)) - 1}
		var payload string
		switch r.IntN(5) {
		case 0:
			payload, keys[i] = fmt.Sprintf(`{"g":%q}`, text.Str), []api.Value{text}
		case 1:
			payload, keys[i] = fmt.Sprintf(`{"g":%d}`, integer.Int), []api.Value{integer}
		case 2:
			payload, keys[i] = fmt.Sprintf(`{"g":[%q,%d,%q]}`, text.Str, integer.Int, text.Str), []api.Value{text, integer}
		case 3:
			payload = `{"g":["a",1.5]}`
		default:
			payload = `{}`
		}
		op.Points = append(op.Points, api.Point{ID: api.NumID(uint64(i)), Payload: api.Payload(payload),
			Vector: api.VectorStruct{{Vector: api.DenseVector{numbers[i]}}}})
	}
	for points := range slices.Chunk(op.Points, 10) {
		_, err = s.Update(context.Background(), &api.UpsertPoints{Points: points})
		require.NoError(t, err)
	}
	return s, numbers, keys
}

// TestGroups: with few groups, all of them are found and hold their best points.
func TestGroups(t *testing.T) {
	s, numbers, keys := grouped(t, 120, 25)
	best := map[api.Value][]int{}
	for i, list := range keys {
		for _, key := range list {
			best[key] = append(best[key], i)
		}
	}
	for _, hits := range best {
		slices.SortFunc(hits, func(a, b int) int { return int(numbers[b] - numbers[a]) })
	}
	rapid.Check(t, func(rt *rapid.T) {
		req := &api.QueryGroupsRequest{Query: &api.NearestQuery{Vector: api.DenseVector{1}}, GroupBy: "g",
			GroupSize: rapid.Uint64Range(1, 4).Draw(rt, "size"), Limit: rapid.Uint64Range(1, 12).Draw(rt, "groups")}
		if rapid.Bool().Draw(rt, "prefetch") {
			req.Prefetch = []api.Prefetch{{Query: req.Query, Limit: 200}}
		}
		req.WithPayload = api.WithPayload{Enable: rapid.Bool().Draw(rt, "payload")}
		res, err := s.QueryGroups(context.Background(), req)
		require.NoError(rt, err)
		require.Len(rt, res.Groups, min(int(req.Limit), len(best)))
		for i, group := range res.Groups {
			require.NotEmpty(rt, group.Hits)
			if i > 0 {
				require.LessOrEqual(rt, group.Hits[0].Score, res.Groups[i-1].Hits[0].Score)
			}
			var want, have []uint64
			for _, point := range best[group.ID][:min(int(req.GroupSize), len(best[group.ID]))] {
				want = append(want, uint64(point))
			}
			for _, h := range group.Hits {
				have = append(have, h.ID.Num())
				require.Equal(rt, req.WithPayload.Enable, h.Payload != nil)
			}
			require.Equal(rt, want, have, "group %v", group.ID)
		}
	})
}

func TestGroupsWithoutScores(t *testing.T) {
	s, _, keys := grouped(t, 60, 25)
	ctx := context.Background()
	res, err := s.QueryGroups(ctx, &api.QueryGroupsRequest{GroupBy: "g", GroupSize: 2, Limit: 3})
	require.NoError(t, err)
	require.Len(t, res.Groups, 3)
	for _, group := range res.Groups {
		require.True(t, slices.IsSortedFunc(group.Hits, func(a, b api.ScoredPoint) int { return a.ID.Compare(b.ID) }))
		for _, h := range group.Hits {
			require.Contains(t, keys[h.ID.Num()], group.ID)
		}
	}
	for _, req := range []*api.QueryGroupsRequest{{GroupBy: "g", GroupSize: 2}, {GroupBy: "g", Limit: 2}, {GroupBy: "none", GroupSize: 2, Limit: 2}} {
		res, err = s.QueryGroups(ctx, req)
		require.NoError(t, err)
		require.Empty(t, res.Groups)
	}
	_, err = s.QueryGroups(ctx, &api.QueryGroupsRequest{GroupBy: "a..b", GroupSize: 1, Limit: 1})
	require.Equal(t, api.InvalidArgument, api.KindOf(err))
	_, err = s.QueryGroups(ctx, &api.QueryGroupsRequest{GroupBy: "g", GroupSize: 1, Limit: 1, Using: "x", Query: &api.NearestQuery{Vector: api.DenseVector{1}}})
	require.Equal(t, api.InvalidArgument, api.KindOf(err))
}

// TestMatrix: every row has the nearest others of the sample, and both forms say the same.
func TestMatrix(t *testing.T) {
	s, numbers, _ := grouped(t, 40, 15)
	ctx := context.Background()
	req := &api.SearchMatrixRequest{Sample: 40, Limit: 3}
	pairs, err := s.SearchMatrixPairs(ctx, req)
	require.NoError(t, err)
	offsets, err := s.SearchMatrixOffsets(ctx, req)
	require.NoError(t, err)
	require.Len(t, pairs.Pairs, 120)
	require.Len(t, offsets.IDs, 40)
	order := make([]int, 40)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(numbers[b] - numbers[a]) })
	for i, p := range pairs.Pairs {
		require.Equal(t, p, api.SearchMatrixPair{A: offsets.IDs[offsets.OffsetsRow[i]], B: offsets.IDs[offsets.OffsetsCol[i]], Score: offsets.Scores[i]})
		others := slices.DeleteFunc(slices.Clone(order), func(point int) bool { return uint64(point) == p.A.Num() })
		require.Equal(t, uint64(others[i%3]), p.B.Num())
		require.Equal(t, numbers[p.A.Num()]*numbers[p.B.Num()], p.Score)
	}
	few, err := s.SearchMatrixOffsets(ctx, &api.SearchMatrixRequest{Sample: 5, Limit: 10})
	require.NoError(t, err)
	require.Len(t, few.IDs, 5)
	require.Len(t, few.Scores, 20)
	for _, req := range []*api.SearchMatrixRequest{{Sample: 1, Limit: 1}, {Sample: 0, Limit: 1}, {Sample: 5}, {Sample: 5, Limit: 1, Filter: &api.Filter{
		Must: []api.Condition{&api.HasIDCondition{}}}}} {
		none, err := s.SearchMatrixPairs(ctx, req)
		require.NoError(t, err)
		require.Empty(t, none.Pairs)
	}
	_, err = s.SearchMatrixPairs(ctx, &api.SearchMatrixRequest{Sample: 5, Limit: 1, Using: "x"})
	require.Equal(t, api.InvalidArgument, api.KindOf(err))
}

// TestSampleIsUniform: over many samples every point comes up about as often, whatever segment it is in.
func TestSampleIsUniform(t *testing.T) {
	s, _, _ := grouped(t, 100, 30)
	for _, filter := range []*api.Filter{nil, {MustNot: []api.Condition{&api.HasIDCondition{IDs: []api.PointID{api.NumID(3)}}}}} {
		seen := make([]int, 100)
		for range 600 {
			hits, err := s.Query(context.Background(), &api.QueryRequest{Query: &api.SampleQuery{}, Limit: 10, Filter: filter})
			require.NoError(t, err)
			require.Len(t, hits, 10)
			for _, h := range hits {
				seen[h.ID.Num()]++
			}
		}
		for point, n := range seen {
			if filter != nil && point == 3 {
				require.Zero(t, n)
				continue
			}
			require.InDelta(t, 60, n, 45, "point %d", point)
		}
	}
}
