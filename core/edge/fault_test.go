package edge_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestDiskFull fails every changing file operation of a short life, one per run, and all after it: errors are typed, and what was acknowledged
// is there when the shard is opened again on a disk with room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	total := lifeOnFullDisk(t, 0)
	require.Positive(t, total)
	for n := int64(1); n <= total; n++ {
		lifeOnFullDisk(t, n)
	}
}

func lifeOnFullDisk(t *testing.T, failFrom int64) int64 {
	dir := filepath.Join(t.TempDir(), "shard")
	s, err := edge.Create(dir, config(2, api.DistanceDot))
	require.NoError(t, err)
	upsert(t, s, point(0, `{"a":0}`, 0, 1))
	require.NoError(t, s.Close())

	full := faultfs.New(disk.OS)
	full.Hook = func(op faultfs.Op, _ string) error {
		if failFrom > 0 && op.N >= failFrom {
			return syscall.ENOSPC
		}
		return nil
	}
	acked := map[uint64]bool{0: true}
	check := func(err error) bool {
		if err != nil {
			require.ErrorIs(t, err, api.ErrDiskFull, "operation %d", failFrom)
		}
		return err == nil
	}
	if s, err = edge.Load(dir, nil, edge.WithFS(full)); check(err) {
		for i := uint64(1); i < 6; i++ {
			_, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{point(i, `{"a":1}`, float32(i), 1)}})
			if check(err) {
				acked[i] = true
			}
			if i == 3 {
				check(s.Flush(ctx))
			}
			_, err = s.Count(ctx, &api.CountRequest{})
			require.NoError(t, err)
		}
		check(s.Close())
	}
	s, err = edge.Load(dir, nil)
	require.NoError(t, err, "operation %d", failFrom)
	have := map[uint64]bool{}
	for _, p := range all(t, s) {
		have[p.ID.Num()] = true
		require.Equal(t, api.VectorStruct{{Vector: api.DenseVector{float32(p.ID.Num()), 1}}}, p.Vector)
	}
	for id := range acked {
		require.True(t, have[id], "operation %d lost point %d", failFrom, id)
	}
	require.NoError(t, s.Close())
	return full.Count()
}

// TestApplyOnFullDisk fails a changing file operation of a snapshot apply, every fifth or with QDRANT_EDGE_ALL_FAULTS each, and all after it: the shard is the old one or the new one.
func TestApplyOnFullDisk(t *testing.T) {
	t.Parallel()
	zero, one := fixture.Load(t, "edge-collection", 0), fixture.Load(t, "edge-collection", 1)
	total := applyOnFullDisk(t, zero, one, 0)
	step := int64(5)
	if os.Getenv("QDRANT_EDGE_ALL_FAULTS") != "" {
		step = 1
	}
	for n := int64(1); n <= total; n += step {
		applyOnFullDisk(t, zero, one, n)
	}
}

func applyOnFullDisk(t *testing.T, zero, one fixture.Stage, failFrom int64) int64 {
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(zero.Snapshot, dir))
	full := faultfs.New(disk.OS)
	s, err := edge.Load(dir, nil, edge.WithFS(full))
	require.NoError(t, err)
	start := full.Count()
	full.Hook = func(op faultfs.Op, _ string) error {
		if failFrom > 0 && op.N >= start+failFrom {
			return syscall.ENOSPC
		}
		return nil
	}
	err = s.UpdateFromSnapshot(ctx, one.Snapshot, "")
	if err != nil {
		require.ErrorIs(t, err, api.ErrDiskFull, "operation %d", failFrom)
	}
	total := full.Count() - start
	full.Hook = nil
	n := uint64(len(all(t, s)))
	require.Contains(t, []uint64{uint64(len(zero.Truth.Points)), uint64(len(one.Truth.Points))}, n)
	_ = s.Close() // a handle that could not reopen says so
	s, err = edge.Load(dir, nil)
	require.NoError(t, err, "operation %d", failFrom)
	truth := zero.Truth
	if len(all(t, s)) == len(one.Truth.Points) {
		truth = one.Truth
	}
	compareTruth(t, s, truth)
	require.NoError(t, s.Close())
	return total
}
