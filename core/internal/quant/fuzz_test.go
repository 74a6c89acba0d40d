package quant

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

func TestMain(m *testing.M) {
	fixture.UseMemory()
	os.Exit(m.Run())
}

var kinds = []api.QuantizationConfig{&api.ScalarQuantization{}, &api.ProductQuantization{Compression: api.CompressionX8}, &api.BinaryQuantization{}, &api.TurboQuantization{}}

// storage holds some points of one or two rows of four elements, the third of which is deleted.
func storage(t testing.TB, multi bool) vectors.Storage {
	if !multi {
		st, err := vectors.OpenChunked[float32](disk.OS, t.TempDir(), 4)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		for off := range uint32(5) {
			require.NoError(t, st.Set(off, []float32{float32(off), 1, -2, 0.5}))
		}
		_, err = st.Delete(2)
		require.NoError(t, err)
		return st
	}
	st, err := vectors.OpenMulti[float32](disk.OS, t.TempDir(), 4)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	for off := range uint32(5) {
		require.NoError(t, st.SetFloats(off, []float32{float32(off), 1, -2, 0.5, 3, 4, 5, 6}[:4+off%2*4]))
	}
	return st
}

// TestForms: both forms of all kinds hold what a storage holds; the appendable one keeps up with it.
func TestForms(t *testing.T) {
	for _, multi := range []bool{false, true} {
		st := storage(t, multi)
		spec := Spec{Dim: 4, Distance: api.DistanceDot, Multi: multi}
		for _, config := range kinds {
			dir := t.TempDir()
			v, err := Open(disk.OS, dir, spec, true)
			require.NoError(t, err)
			require.Nil(t, v)
			require.NoError(t, Build(context.Background(), disk.OS, dir, spec, config, st))
			check(t, dir, spec, config, st, false)
			if !Appendable(config) {
				continue
			}
			dir = t.TempDir()
			require.NoError(t, Create(context.Background(), disk.OS, dir, spec, config, st))
			check(t, dir, spec, config, st, true)
			grow(t, dir, spec, multi)
		}
	}
}

func check(t *testing.T, dir string, spec Spec, config api.QuantizationConfig, st vectors.Storage, grows bool) {
	v, err := Open(disk.OS, dir, spec, true)
	require.NoError(t, err)
	defer v.Close()
	require.Equal(t, grows, v.Grows())
	require.Equal(t, config, v.Config())
	require.Equal(t, st.Len(), v.Len())
	differing, err := v.Verify(context.Background(), st)
	require.NoError(t, err)
	require.Zero(t, differing)
	require.ErrorIs(t, v.Set(0, make([]float32, 4)), disk.ErrReadOnly)
	for _, f := range v.Files() {
		_, err := os.Stat(filepath.Join(dir, f))
		require.NoError(t, err, f)
	}
	require.Subset(t, v.Files(), v.ImmutableFiles())
	out := make([]float32, 6)
	v.Between().Between(1, []uint32{0, 1, 3}, out)
	s, err := v.Scorer(api.DenseVector{1, 2, 3, 4})
	require.NoError(t, err)
	s.Score([]uint32{0, 4, 99}, out)
	require.Less(t, out[2], float32(-1e30))
	require.Equal(t, st.Len(), s.ScoreRows(0, out))
	_, err = v.Scorer(api.DenseVector{1})
	require.ErrorIs(t, err, api.ErrInvalidArgument)
}

func grow(t *testing.T, dir string, spec Spec, multi bool) {
	v, err := Open(disk.OS, dir, spec, false)
	require.NoError(t, err)
	rows := v.count
	require.NoError(t, v.Set(9, []float32{1, 2, 3, 4}))
	require.Equal(t, 10, v.Len())
	if multi {
		require.NoError(t, v.Set(0, []float32{1, 2, 3, 4, 5, 6, 7, 8}))
		require.Equal(t, rows+3, v.count, "more rows go to the end")
		require.NoError(t, v.Set(0, []float32{1, 2, 3, 4}))
		require.Equal(t, rows+3, v.count, "fewer overwrite")
	}
	require.NoError(t, v.Flush())
	require.NoError(t, v.Close())
	v, err = Open(disk.OS, dir, spec, true)
	require.NoError(t, err)
	require.Equal(t, 10, v.Len())
	require.NoError(t, v.Close())
}

// FuzzOpen: files of an immutable form are opened and scored, or refused as corrupt.
func FuzzOpen(f *testing.F) {
	read := func(dir, name string) []byte {
		data, _ := os.ReadFile(filepath.Join(dir, name))
		return data
	}
	for _, multi := range []bool{false, true} {
		for _, config := range kinds {
			dir := f.TempDir()
			require.NoError(f, Build(context.Background(), disk.OS, dir, Spec{Dim: 4, Distance: api.DistanceDot, Multi: multi}, config, storage(f, multi)))
			f.Add(multi, read(dir, ConfigFile), read(dir, metaFile), read(dir, dataFile), read(dir, offsetsFile))
		}
	}
	f.Fuzz(func(t *testing.T, multi bool, config, meta, data, offsets []byte) {
		dir := t.TempDir()
		for name, content := range map[string][]byte{ConfigFile: config, metaFile: meta, dataFile: data, offsetsFile: offsets} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
		}
		v, err := Open(disk.OS, dir, Spec{Dim: 4, Distance: api.DistanceDot, Multi: multi}, true)
		if err != nil {
			if !os.IsNotExist(err) {
				require.True(t, disk.IsCorrupt(err), "%v", err)
			}
			return
		}
		s, err := v.Scorer(api.DenseVector{1, 2, 3, 4})
		require.NoError(t, err)
		out := make([]float32, 8)
		s.Score([]uint32{0, 1, 2, 1 << 31}, out)
		s.ScoreRows(0, out)
		if err := s.Err(); err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
		}
		require.NoError(t, v.Close())
	})
}
