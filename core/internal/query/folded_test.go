package query

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// TestFoldedThroughGraph: a graph finds most of what a scan finds for queries with several examples.
func TestFoldedThroughGraph(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Archive(t, "words", "0", "snapshot.tar"), dir, snapshot.Options{}))
	s, err := shard.Load(disk.OS, dir, nil)
	require.NoError(t, err)
	defer s.Close()
	ctx := context.Background()
	all, err := Query(ctx, s, &api.QueryRequest{Limit: 1 << 20, WithVector: api.WithVector{Enable: true}})
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	example := func() api.VectorInput { return api.VectorInput{Vector: all[random.IntN(len(all))].Vector.Get("")} }
	pair := func() api.ContextPair { return api.ContextPair{Positive: example(), Negative: example()} }
	best, sum := api.RecommendBestScore, api.RecommendSumScores
	for name, make := range map[string]func() api.Query{
		"best score": func() api.Query {
			return &api.RecommendQuery{Positive: []api.VectorInput{example(), example()}, Negative: []api.VectorInput{example()}, Strategy: &best}
		},
		"sum of scores": func() api.Query {
			return &api.RecommendQuery{Positive: []api.VectorInput{example(), example()}, Negative: []api.VectorInput{example()}, Strategy: &sum}
		},
		"average": func() api.Query {
			return &api.RecommendQuery{Positive: []api.VectorInput{example(), example()}, Negative: []api.VectorInput{example()}}
		},
		"discover": func() api.Query {
			return &api.DiscoverQuery{Target: example(), Context: []api.ContextPair{pair(), pair()}}
		},
		"feedback": func() api.Query {
			items := []api.FeedbackItem{{Example: example(), Score: 0.9}, {Example: example(), Score: 0.1}}
			return &api.FeedbackQuery{Target: example(), Feedback: items, Strategy: api.NaiveFeedbackStrategy{A: 1, B: 0.5, C: 0.3}}
		},
	} {
		found, wanted := 0, 0
		for range 20 {
			req := &api.QueryRequest{Query: make(), Limit: 10}
			have, err := Query(ctx, s, req)
			require.NoError(t, err)
			req.Params = &api.SearchParams{Exact: true}
			want, err := Query(ctx, s, req)
			require.NoError(t, err)
			require.Len(t, have, 10)
			ids := map[api.PointID]bool{}
			for _, h := range have {
				ids[h.ID] = true
			}
			for _, h := range want {
				wanted++
				if ids[h.ID] {
					found++
				}
			}
		}
		require.Greater(t, float64(found)/float64(wanted), 0.85, name)
		t.Logf("%s: %d of %d", name, found, wanted)
	}
}
