package edge_test

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

// TestBackgroundOptimizer: graphs come by themselves, after a disk that was full too, and Close ends what is under way.
func TestBackgroundOptimizer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	faults := faultfs.New(disk.OS)
	s, err := edge.Create(dir, twoVectors(), edge.WithFS(faults))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	var full atomic.Bool
	faults.Hook = func(op faultfs.Op, path string) error {
		if full.Load() && filepath.Base(path) == "temp_segments" {
			return syscall.ENOSPC
		}
		return nil
	}
	full.Store(true)
	failed, optimized := make(chan error, 100), make(chan bool, 100)
	s, err = edge.Load(dir, nil, edge.WithFS(faults), edge.WithBackgroundOptimizer(edge.BackgroundOptimizer{Pause: time.Millisecond,
		Report: func(done bool, err error) {
			if err != nil {
				failed <- err
			} else {
				optimized <- done
			}
		}}))
	require.NoError(t, err)
	for i := range uint64(bigEnough) {
		upsert(t, s, mixed(i, 0))
	}
	require.True(t, errors.Is(<-failed, api.ErrDiskFull))
	full.Store(false)
	require.True(t, <-optimized)
	require.Eventually(t, func() bool {
		info, err := s.Info(ctx)
		require.NoError(t, err)
		return info.IndexedVectorsCount > 0
	}, 10*time.Second, time.Millisecond)
	before := all(t, s)
	require.Len(t, before, bigEnough)
	upsert(t, s, pointsOf(before)...)
	require.NoError(t, s.Close())
	require.NoDirExists(t, filepath.Join(dir, "temp_segments"))
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	require.Equal(t, before, all(t, s))
	require.NoError(t, s.Close())
}

// pointsOf are the points that records show.
func pointsOf(records []api.Record) []api.Point {
	points := make([]api.Point, len(records))
	for i, r := range records {
		points[i] = api.Point{ID: r.ID, Vector: r.Vector, Payload: r.Payload}
	}
	return points
}
