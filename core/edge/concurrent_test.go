package edge_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestReadsDuringSwitch: reads go on while snapshots are applied, and each sees one state wholly.
func TestReadsDuringSwitch(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mirror")
	first := fixture.Load(t, "edge-collection", 0)
	require.NoError(t, edge.UnpackSnapshot(first.Snapshot, dir))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	sizes := []int{len(first.Truth.Points)}
	var stages []fixture.Stage
	for n := 1; n < fixture.Stages; n++ {
		stages = append(stages, fixture.Load(t, "edge-collection", n))
		sizes = append(sizes, len(stages[n-1].Truth.Points))
	}
	var wg sync.WaitGroup
	var stop atomic.Bool
	for range 3 {
		wg.Go(func() {
			for !stop.Load() {
				hits, err := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector{1, 0, 0, 1}}, Using: "my-vector", Limit: 1000, WithPayload: api.WithPayload{Enable: true}})
				assert.NoError(t, err)
				assert.Contains(t, sizes, len(hits))
			}
		})
	}
	for _, st := range stages {
		if st.Snapshot != "" {
			require.NoError(t, s.UpdateFromSnapshot(ctx, st.Snapshot, ""))
		}
	}
	stop.Store(true)
	wg.Wait()
	require.NoError(t, s.Close())
}

// TestBatchesAreSeenWhole: a reader never sees a part of an upsert, nor a point twice.
func TestBatchesAreSeenWhole(t *testing.T) {
	s, err := edge.Create(t.TempDir(), config(1, api.DistanceDot))
	require.NoError(t, err)
	var wg sync.WaitGroup
	var stop atomic.Bool
	for range 2 {
		wg.Go(func() {
			for !stop.Load() {
				r, err := s.Scroll(ctx, &api.ScrollRequest{WithVector: api.WithVector{Enable: true}})
				assert.NoError(t, err)
				for _, p := range r.Points {
					assert.Equal(t, r.Points[0].Vector, p.Vector)
				}
			}
		})
	}
	for round := range 200 {
		var points []api.Point
		for id := range uint64(8) {
			points = append(points, point(id, "", float32(round)))
		}
		upsert(t, s, points...)
		if round%50 == 0 {
			require.NoError(t, s.Flush(ctx))
		}
	}
	stop.Store(true)
	wg.Wait()
	require.NoError(t, s.Close())
}
