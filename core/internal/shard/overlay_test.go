package shard

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

// TestOverlayNamesAfterACrash: an operation of an outside log that adds or takes away a vector is cut at every file operation; with the renames that the log
// has, the shard loads, and applying the log again ends it.
func TestOverlayNamesAfterACrash(t *testing.T) {
	stride := int64(47)
	if os.Getenv("QDRANT_EDGE_ALL_FAULTS") != "" {
		stride = 1
	}
	off := false
	cfg := &api.EdgeConfig{WalEnabled: &off, Vectors: []api.NamedVectorParams{{Name: "", Params: &api.VectorParams{Size: 2, Distance: api.DistanceDot}}}}
	up := func(id uint64) *api.UpsertPoints {
		return &api.UpsertPoints{Points: []api.Point{{ID: api.NumID(id), Vector: api.VectorStruct{{Vector: api.DenseVector{1, float32(id)}}}}}}
	}
	add := &api.CreateVectorName{VectorName: "more", Config: &api.DenseVectorConfig{Size: 3, Distance: api.DistanceDot}}
	for _, ops := range [][]api.UpdateOperation{{add}, {add, &api.DeleteVectorName{VectorName: "more"}}} {
		for cut := int64(1); ; cut += stride {
			dir := filepath.Join(t.TempDir(), "overlay")
			fs := faultfs.New(disk.OS)
			s, err := Create(fs, dir, cfg)
			require.NoError(t, err)
			s.LimitSegments(2)
			for id := uint64(1); id <= 5; id++ {
				require.NoError(t, s.ApplyLogged(id, nil, up(id)))
			}
			require.NoError(t, s.Flush())
			var renames []Rename
			for i, op := range ops {
				renames = append(renames, Rename{N: uint64(6 + i), Op: op})
			}
			for _, r := range renames[:len(renames)-1] {
				require.NoError(t, s.ApplyLogged(r.N, nil, r.Op))
			}
			from, failed, dead := fs.Count(), false, true
			fs.Hook = func(op faultfs.Op, _ string) error {
				if dead && op.N >= from+cut {
					failed = true
					return syscall.EIO
				}
				return nil
			}
			last := renames[len(renames)-1]
			err = s.ApplyLogged(last.N, nil, last.Op)
			survived := filepath.Join(t.TempDir(), "survived")
			require.NoError(t, os.CopyFS(survived, os.DirFS(dir)))
			dead = false
			_ = s.Close()
			again, lerr := LoadOverlay(disk.OS, survived, renames)
			require.NoError(t, lerr, "operation %d, after %v", cut, err)
			for _, r := range renames {
				require.NoError(t, again.ApplyLogged(r.N, nil, r.Op), "operation %d", cut)
			}
			_, has := again.VectorOf("more")
			require.Equal(t, len(ops) == 1, has)
			require.Greater(t, len(again.view.Load().Parts), 1)
			for _, p := range again.view.Load().Parts {
				require.Equal(t, has, p.Seg.Vector("more") != nil, "operation %d", cut)
			}
			require.NoError(t, again.Close())
			if !failed {
				break
			}
		}
	}
}
