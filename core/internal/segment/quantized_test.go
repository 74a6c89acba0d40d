package segment

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/quant"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// TestKitchenQuantized: the vectors of a server quantized again are its quantized vectors, byte for byte.
func TestKitchenQuantized(t *testing.T) {
	for stage := range 2 {
		dir := filepath.Join(t.TempDir(), "shard")
		unpack(t, fixture.Load(t, "kitchen", stage).Snapshot, dir)
		segments, err := filepath.Glob(filepath.Join(dir, "segments", "*"))
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, path := range segments {
			s, err := OpenReadOnly(disk.OS, path)
			require.NoError(t, err)
			for i := range s.vectors {
				v := &s.vectors[i]
				if v.Quantized == nil {
					continue
				}
				differing, err := v.Quantized.Verify(context.Background(), v.Store)
				require.NoError(t, err)
				require.Zero(t, differing, "%s of %s", v.Name, path)
				seen[v.Name] = seen[v.Name] || !v.Quantized.Grows()
				checkScores(t, v)
			}
			require.NoError(t, s.Close())
		}
		for _, name := range []string{"sq", "pq", "bq", "bq2", "turbo"} {
			require.True(t, seen[name], name)
		}
	}
}

// checkScores: one by one and row by row the scores are the same.
func checkScores(t *testing.T, v *Vector) {
	n := min(v.Quantized.Len(), 40)
	if n == 0 {
		return
	}
	query := make(api.DenseVector, v.Size)
	for i := range query {
		query[i] = float32(i%7) - 3
	}
	s, err := v.Quantized.Scorer(query)
	require.NoError(t, err)
	ids, one, run := make([]uint32, n), make([]float32, n), make([]float32, n)
	for i := range ids {
		ids[i] = uint32(n - 1 - i)
	}
	s.Score(ids, one)
	require.Equal(t, n, s.ScoreRows(0, run))
	for i, id := range ids {
		require.Equal(t, run[id], one[i])
	}
	require.NoError(t, s.Err())
}

// TestDamagedQuantized: files of other sizes and descriptions cut short or changed are corrupt, or read as what they say; nothing faults.
func TestDamagedQuantized(t *testing.T) {
	cfg := &api.EdgeConfig{Vectors: []api.NamedVectorParams{
		{Name: "b", Params: &api.VectorParams{Size: 9, QuantizationConfig: &api.BinaryQuantization{}}},
		{Name: "t", Params: &api.VectorParams{Size: 9, QuantizationConfig: &api.TurboQuantization{}, MultivectorConfig: &api.MultiVectorConfig{}}}}}
	dir := filepath.Join(t.TempDir(), "segment")
	s, err := Create(disk.OS, dir, cfg)
	require.NoError(t, err)
	for n := range uint64(20) {
		one := make(api.DenseVector, 9)
		one[n%9] = 1
		many := api.MultiDenseVector{Dim: 9, Flat: append(one, one...)[:9*(1+n%2)]}
		require.NoError(t, s.Insert(n, api.NumID(n), &Stored{Vectors: []api.NamedVector{{Name: "b", Vector: one}, {Name: "t", Vector: many}}}))
	}
	require.NoError(t, s.Flush())
	require.NoError(t, s.Close())
	for _, name := range []string{"b", "t"} {
		for _, file := range []string{quant.ConfigFile, "quantized.meta.json"} {
			path := filepath.Join(dir, storageDir(name), file)
			whole, err := os.ReadFile(path)
			require.NoError(t, err)
			for at := range whole {
				require.NoError(t, os.WriteFile(path, whole[:at], 0o600))
				_, err := OpenReadOnly(disk.OS, dir)
				require.True(t, disk.IsCorrupt(err), "%s cut at %d: %v", path, at, err)
				if strings.Contains("\"{}[]:,", string(whole[at])) {
					changed := append([]byte(nil), whole...)
					changed[at] = '!'
					require.NoError(t, os.WriteFile(path, changed, 0o600))
					_, err = OpenReadOnly(disk.OS, dir)
					require.True(t, disk.IsCorrupt(err), "%s changed at %d: %v", path, at, err)
				}
			}
			require.NoError(t, os.WriteFile(path, whole, 0o600))
		}
	}
	s, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func unpack(t *testing.T, archive, dir string) {
	require.NoError(t, snapshot.UnpackTo(disk.OS, archive, dir, snapshot.Options{}))
}
