package edge_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func TestWithSegmentPoints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shard")
	s, err := edge.Create(path, config(2, api.DistanceDot), edge.WithSegmentPoints(10))
	require.NoError(t, err)
	for i := range uint64(35) {
		upsert(t, s, point(i, `{"n":1}`, 1, float32(i)))
	}
	wants := func(segments, points uint64) {
		info, err := s.Info(t.Context())
		require.NoError(t, err)
		require.Equal(t, segments, info.SegmentsCount)
		require.Equal(t, points, info.PointsCount)
		require.Len(t, all(t, s), int(points))
	}
	wants(4, 35)
	upsert(t, s, point(3, `{"n":2}`, 1, 99)) // stays in its segment
	_, err = s.Update(t.Context(), &api.DeletePoints{IDs: []api.PointID{api.NumID(4)}})
	require.NoError(t, err)
	wants(4, 34)
	hits, err := s.Query(t.Context(), &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector{0, 1}}, Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []api.PointID{api.NumID(3), api.NumID(34)}, []api.PointID{hits[0].ID, hits[1].ID})
	require.NoError(t, s.Close())

	s, err = edge.Load(path, nil)
	require.NoError(t, err)
	wants(4, 34)
	require.NoError(t, s.Close())
}

// TestNewSegmentsDeclareTheIndexes wants other implementations to find the payload indexes in every segment.
func TestNewSegmentsDeclareTheIndexes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shard")
	require.NoError(t, edge.UnpackSnapshot(fixture.Load(t, "words", 0).Snapshot, path))
	s, err := edge.Load(path, nil, edge.WithSegmentPoints(1))
	require.NoError(t, err)
	vector := make([]float32, 100)
	vector[0] = 1
	upsert(t, s, point(1_000_000, `{"word":"new"}`, vector...))
	upsert(t, s, point(1_000_001, `{"word":"newer"}`, vector...))
	require.NoError(t, s.Close())
	configs, err := filepath.Glob(filepath.Join(path, "segments", "*", "payload_index", "config.json"))
	require.NoError(t, err)
	require.Greater(t, len(configs), 2)
	for _, name := range configs {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Contains(t, string(raw), `"word"`, name)
		require.Contains(t, string(raw), `"length"`, name)
	}
}
