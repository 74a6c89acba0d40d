package edge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestOldWheels: shards that wheels from 0.1.0 on wrote have all their points, also those that are in the log only; they take new ones.
func TestOldWheels(t *testing.T) {
	for _, name := range fixture.OldShards(t) {
		t.Run(name, func(t *testing.T) {
			dir, truth := fixture.OldShard(t, name)
			s, err := edge.Load(dir, nil)
			require.NoError(t, err)
			require.Empty(t, skippedBut(s, "index"))
			compareTruth(t, s, truth)
			before := all(t, s)
			_, err = s.Update(ctx, &api.SetPayload{Payload: api.Payload(`{"new":1}`), Points: []api.PointID{before[0].ID, before[1].ID}})
			require.NoError(t, err)
			changed := all(t, s)
			require.Equal(t, before[2:], changed[2:])
			require.NoError(t, s.Close())
			s, err = edge.Load(dir, nil)
			require.NoError(t, err)
			require.Equal(t, changed, all(t, s))
			require.NoError(t, s.Close())
		})
	}
}

// skippedBut are the operations that were skipped without naming word.
func skippedBut(s *edge.Shard, word string) (left []error) {
	for _, err := range s.Skipped() {
		if !strings.Contains(err.Error(), word) {
			left = append(left, err)
		}
	}
	return left
}

// TestMissingGraphParameters: without the file of parameters a graph has those that the segment says.
func TestMissingGraphParameters(t *testing.T) {
	dir, truth := fixture.OldShard(t, "0.8.0-optimized")
	names, err := filepath.Glob(filepath.Join(dir, "segments", "*", "vector_index*", "hnsw_config.json"))
	require.NoError(t, err)
	require.Len(t, names, 4)
	for _, name := range names {
		require.NoError(t, os.Remove(name))
	}
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	compareTruth(t, s, truth)
	info, err := s.Info(ctx)
	require.NoError(t, err)
	require.Positive(t, info.IndexedVectorsCount)
	require.NoError(t, s.Close())
}
