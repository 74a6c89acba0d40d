package edge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func addDense(name string, size uint64) *api.CreateVectorName {
	return &api.CreateVectorName{VectorName: name, Config: &api.DenseVectorConfig{Size: size, Distance: api.DistanceDot}}
}

func optimizedShard(t *testing.T, points int) (string, *edge.Shard) {
	dir := t.TempDir()
	cfg := config(64, api.DistanceDot)
	threshold := uint64(1)
	cfg.Optimizers = &api.OptimizersConfig{IndexingThreshold: &threshold}
	s, err := edge.Create(dir, cfg)
	require.NoError(t, err)
	for i := range points {
		v := make([]float32, 64)
		v[i%64] = float32(i + 1)
		upsert(t, s, point(uint64(i+1), `{"n":1}`, v...))
	}
	done, err := s.Optimize(ctx)
	require.NoError(t, err)
	require.True(t, done)
	return dir, s
}

// TestVectorNames adds vectors to a shard with an optimized segment, fills some, and takes them away; at each step a kill loses nothing.
func TestVectorNames(t *testing.T) {
	dir, s := optimizedShard(t, 40)
	defer func() { require.NoError(t, s.Close()) }()
	update := func(op api.UpdateOperation) {
		_, err := s.Update(ctx, op)
		require.NoError(t, err)
	}
	same := func() {
		t.Helper()
		copied, err := edge.Load(fixture.Copy(t, dir), nil)
		require.NoError(t, err)
		require.Empty(t, copied.Skipped())
		require.Equal(t, all(t, s), all(t, copied))
		require.Equal(t, s.Config().Vectors, copied.Config().Vectors)
		require.Equal(t, s.Config().SparseVectors, copied.Config().SparseVectors)
		require.NoError(t, copied.Close())
		r, err := edge.Check(fixture.Copy(t, dir))
		require.NoError(t, err)
		require.True(t, r.OK, "%v", r.Findings)
	}
	update(addDense("more", 3))
	update(&api.CreateVectorName{VectorName: "words", Config: &api.SparseVectorConfig{}})
	same()
	update(&api.UpdateVectors{Points: []api.PointVectors{{ID: api.NumID(3), Vector: api.VectorStruct{
		{Name: "more", Vector: api.DenseVector{1, 2, 3}},
		{Name: "words", Vector: api.SparseVector{Indices: []uint32{7}, Values: []float32{2}}}}}}})
	same()
	hits, err := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector{1, 1, 1}}, Using: "more", Limit: 5})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	hits, err = s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: api.SparseVector{Indices: []uint32{7}, Values: []float32{1}}}, Using: "words", Limit: 5})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	require.NoError(t, s.Flush(ctx))
	same()

	update(addDense("more", 3)) // nothing to do
	for _, op := range []api.UpdateOperation{addDense("more", 4), addDense("words", 3), addDense("none", 0), addDense("../up", 2)} {
		_, err := s.Update(ctx, op)
		require.ErrorIs(t, err, api.ErrInvalidArgument)
	}
	update(&api.DeleteVectorName{VectorName: "more"})
	update(&api.DeleteVectorName{VectorName: "never"})
	same()
	update(addDense("more", 2))
	same()
	for _, r := range all(t, s) {
		for _, v := range r.Vector {
			require.NotEqual(t, "more", v.Name, "what was taken away does not come back")
		}
	}
}

// TestLastIndexedVector: without the vector that makes it an optimized one a segment keeps its points.
func TestLastIndexedVector(t *testing.T) {
	dir, s := optimizedShard(t, 40)
	info, err := s.Info(ctx)
	require.NoError(t, err)
	before := info.PointsCount
	_, err = s.Update(ctx, &api.DeleteVectorName{})
	require.NoError(t, err)
	require.Empty(t, s.Config().Vectors)
	points := all(t, s)
	require.Len(t, points, int(before))
	copied, err := edge.Load(fixture.Copy(t, dir), nil)
	require.NoError(t, err)
	require.Equal(t, points, all(t, copied))
	require.NoError(t, copied.Close())
	require.NoError(t, s.Close())
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	require.Equal(t, points, all(t, s))
	require.NoError(t, s.Close())
}
