package edge_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestKitchen follows a device through all stages of a collection with every kind of vector: float32, float16, uint8, multi and sparse, with
// all kinds of quantized copies, graphs, sparse and payload indexes beside them.
func TestKitchen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mirror")
	stage := fixture.Load(t, "kitchen", 0)
	require.NoError(t, edge.UnpackSnapshot(stage.Snapshot, dir))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	compareTruth(t, s, stage.Truth)
	for n := 1; n < fixture.KitchenStages; n++ {
		stage = fixture.Load(t, "kitchen", n)
		m, err := s.SnapshotManifest(ctx)
		require.NoError(t, err)
		require.JSONEq(t, string(stage.Manifest), string(m), "stage %d", n)
		require.NoError(t, s.UpdateFromSnapshot(ctx, stage.Snapshot, ""), "stage %d", n)
		compareTruth(t, s, stage.Truth)
	}
	appendable, optimized := quantized(t, dir)
	require.Equal(t, 3, appendable, "binary and turbo quantization grow with the segment")
	t.Run("moves", func(t *testing.T) { moveAll(t, s, stage.Truth) })
	now, same := quantized(t, dir)
	require.Equal(t, appendable, now, "they are kept up to date")
	require.Equal(t, optimized, same)
	require.NoError(t, s.Close())
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	t.Run("reopened", func(t *testing.T) { moveAll(t, s, stage.Truth) })
	require.NoError(t, s.Close())
}

// moveAll rewrites the payload of each point with itself: all move to the appendable segment, and nothing may change.
func moveAll(t *testing.T, s *edge.Shard, truth fixture.Truth) {
	before := all(t, s)
	for i := range before {
		_, err := s.Update(ctx, &api.OverwritePayload{Payload: before[i].Payload, Points: []api.PointID{before[i].ID}})
		require.NoError(t, err)
	}
	require.Equal(t, before, all(t, s))
	truth.Queries = nil // versions differ now
	compareTruth(t, s, truth)
}

// inOrder sorts vectors by name: recordings have them in any order.
func inOrder(vs api.VectorStruct) api.VectorStruct {
	vs = slices.Clone(vs)
	slices.SortFunc(vs, func(a, b api.NamedVector) int { return strings.Compare(a.Name, b.Name) })
	return vs
}

// quantized counts the storages with quantized copies, in segments that take points and in others.
func quantized(t *testing.T, dir string) (appendable, optimized int) {
	names, err := filepath.Glob(filepath.Join(dir, "segments", "*", "vector_storage-*", "quantized.config.json"))
	require.NoError(t, err)
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(filepath.Dir(name), "..", "id_tracker.mappings")); err == nil {
			optimized++
		} else {
			appendable++
		}
	}
	return appendable, optimized
}
