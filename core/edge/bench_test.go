package edge_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

func randomShard(b testing.TB, n, dim int) *edge.Shard {
	s, err := edge.Create(b.TempDir(), config(uint64(dim), api.DistanceCosine))
	require.NoError(b, err)
	b.Cleanup(func() { s.Close() })
	r := rand.New(rand.NewPCG(1, 2))
	points := make([]api.Point, n)
	for i := range points {
		points[i] = point(uint64(i), `{"k":1}`, randomVector(r, dim)...)
	}
	upsert(b, s, points...)
	return s
}

func randomVector(r *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

func BenchmarkQuery1000x128(b *testing.B) {
	s := randomShard(b, 1000, 128)
	q := randomVector(rand.New(rand.NewPCG(3, 4)), 128)
	req := &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector(q)}, Limit: 10}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Query(ctx, req); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFiltered1000x128(b *testing.B) {
	s := randomShard(b, 1000, 128)
	q := randomVector(rand.New(rand.NewPCG(3, 4)), 128)
	f := &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: "k", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: 1}}}}}
	req := &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector(q)}, Limit: 10, Filter: f}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Query(ctx, req); err != nil {
			b.Fatal(err)
		}
	}
}
