package edge_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// TestSparseOptimize: optimized sparse vectors answer as before, from the posting lists in files; weights of a file are as close as they can.
func TestSparseOptimize(t *testing.T) {
	cold, half, octet := api.MemoryCold, api.DatatypeFloat16, api.DatatypeUint8
	idf := api.ModifierIdf
	threshold := uint64(1)
	for name, p := range map[string]*api.SparseVectorParams{"plain": {}, "cold": {Memory: &cold}, "idf": {Modifier: &idf},
		"half": {Datatype: &half}, "byte": {Datatype: &octet}} {
		dir := t.TempDir()
		s, err := edge.Create(dir, &api.EdgeConfig{SparseVectors: []api.NamedSparseVectorParams{{Name: "words", Params: p}},
			Optimizers: &api.OptimizersConfig{IndexingThreshold: &threshold}})
		require.NoError(t, err)
		rng := rand.New(rand.NewPCG(1, 2))
		draw := func() api.SparseVector {
			v := api.SparseVector{}
			for d := range uint32(40) {
				if rng.IntN(6) == 0 {
					v.Indices, v.Values = append(v.Indices, d*1000), append(v.Values, rng.Float32())
				}
			}
			return v
		}
		points := make([]api.Point, 400)
		for i := range points {
			points[i] = api.Point{ID: api.NumID(uint64(i)), Vector: api.VectorStruct{{Name: "words", Vector: draw()}}}
		}
		_, err = s.Update(ctx, &api.UpsertPoints{Points: points})
		require.NoError(t, err)
		_, err = s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(3), api.NumID(77)}})
		require.NoError(t, err)
		q := draw()
		ask := func() []api.ScoredPoint {
			hits, err := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: q}, Using: "words", Limit: 10})
			require.NoError(t, err)
			return hits
		}
		before, content := ask(), all(t, s)
		done, err := s.Optimize(ctx)
		require.NoError(t, err)
		require.True(t, done)
		require.Equal(t, content, all(t, s), name)
		compare := func() {
			after := ask()
			require.Len(t, after, len(before))
			for i := range before {
				if name == "half" || name == "byte" {
					require.InDelta(t, before[i].Score, after[i].Score, 0.03, name)
				} else {
					require.Equal(t, before[i].ID, after[i].ID, name)
					require.Equal(t, before[i].Score, after[i].Score, name)
				}
			}
		}
		compare()
		require.NoError(t, s.Close())
		r, err := edge.Check(dir)
		require.NoError(t, err)
		require.True(t, r.OK, "%v", r.Findings)
		s, err = edge.Load(dir, nil)
		require.NoError(t, err)
		compare()
		done, err = s.Optimize(ctx)
		require.NoError(t, err)
		require.False(t, done, name)
		require.NoError(t, s.Close())
	}
}
