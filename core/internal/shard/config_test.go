package shard

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func plain(size uint64, d api.Distance) *api.EdgeConfig {
	return &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: size, Distance: d}}}}
}

func number(n uint64) *uint64 { return &n }

func TestConfigLayers(t *testing.T) {
	dir := t.TempDir()
	cfg := plain(2, api.DistanceDot)
	cfg.Optimizers = &api.OptimizersConfig{DefaultSegmentNumber: number(3)}
	s, err := Create(disk.OS, dir, cfg)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	reload := func(cfg *api.EdgeConfig) (*api.EdgeConfig, error) {
		s, err := Load(disk.OS, dir, cfg)
		if err != nil {
			return nil, err
		}
		return s.Config(), s.Close()
	}
	got, err := reload(nil)
	require.NoError(t, err)
	require.Equal(t, uint64(3), *got.Optimizers.DefaultSegmentNumber)

	got, err = reload(&api.EdgeConfig{Optimizers: &api.OptimizersConfig{DefaultSegmentNumber: number(5)}})
	require.NoError(t, err)
	require.Equal(t, uint64(5), *got.Optimizers.DefaultSegmentNumber, "the argument wins")
	require.Len(t, got.Vectors, 1, "what it leaves open stays")

	_, err = reload(plain(3, api.DistanceDot))
	require.ErrorIs(t, err, api.ErrIncompatible)
	_, err = reload(plain(2, api.DistanceCosine))
	require.ErrorIs(t, err, api.ErrIncompatible)
	off := false
	_, err = reload(&api.EdgeConfig{WalEnabled: &off})
	require.ErrorIs(t, err, api.ErrIncompatible)

	require.NoError(t, os.Remove(filepath.Join(dir, configName)))
	got, err = reload(nil)
	require.NoError(t, err)
	require.Equal(t, uint64(2), got.Vectors[0].Params.Size, "derived from the segments")
	require.FileExists(t, filepath.Join(dir, configName))
}

// TestCopies: of the copies of a point in two segments reads see the newest, once; updates and deletes reach all.
func TestCopies(t *testing.T) {
	dir := t.TempDir()
	s, err := Create(disk.OS, dir, plain(1, api.DistanceDot))
	require.NoError(t, err)
	put := func(id uint64, x float32) {
		_, err := s.Update(&api.UpsertPoints{Points: []api.Point{{ID: api.NumID(id), Vector: api.VectorStruct{{Vector: api.DenseVector{x}}}}}})
		require.NoError(t, err)
	}
	put(1, 1)
	put(2, 1)
	require.NoError(t, s.Close())
	segs, err := os.ReadDir(filepath.Join(dir, segmentsDir))
	require.NoError(t, err)
	old := filepath.Join(dir, segmentsDir, segs[0].Name())
	require.NoError(t, os.CopyFS(filepath.Join(dir, segmentsDir, newUUID()), os.DirFS(old)))
	require.NoError(t, os.Mkdir(filepath.Join(dir, segmentsDir, newUUID()), 0o755), "unfinished")

	s, err = Load(disk.OS, dir, nil)
	require.NoError(t, err)
	info, err := s.Info()
	require.NoError(t, err)
	require.Equal(t, uint64(2), info.SegmentsCount)
	require.Equal(t, uint64(2), info.PointsCount, "copies do not count")
	visible := func() (n int) {
		v, err := s.Acquire()
		require.NoError(t, err)
		defer v.RUnlock()
		for i := range v.Parts {
			for _, off := range v.Parts[i].Seg.IDs().From(nil) {
				if v.Parts[i].Visible(off) {
					n++
				}
			}
		}
		return n
	}
	require.Equal(t, 2, visible())
	put(1, 5)
	require.Equal(t, 2, visible())
	_, err = s.Update(&api.DeletePoints{IDs: []api.PointID{api.NumID(2)}})
	require.NoError(t, err)
	require.Equal(t, 1, visible())
	require.NoError(t, s.Close())
	s, err = Load(disk.OS, dir, nil)
	require.NoError(t, err)
	require.Equal(t, 1, visible())
	require.NoError(t, s.Close())
}

// TestLostLog: a log that vanished does not restart the numbering below the stored versions.
func TestLostLog(t *testing.T) {
	dir := t.TempDir()
	s, err := Create(disk.OS, dir, plain(1, api.DistanceDot))
	require.NoError(t, err)
	op := &api.UpsertPoints{Points: []api.Point{{ID: api.NumID(1)}}}
	for range 5 {
		_, err = s.Update(op)
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())
	require.NoError(t, os.RemoveAll(filepath.Join(dir, walDir)))
	s, err = Load(disk.OS, dir, nil)
	require.NoError(t, err)
	n, err := s.Update(op)
	require.NoError(t, err)
	require.Equal(t, uint64(5), n)
	require.NoError(t, s.Close())
}
