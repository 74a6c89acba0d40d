package numeric

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// small is the content of the indexes that get damaged.
var small = map[uint32][]float64{0: {1.5}, 1: {-2, 1e300}, 3: {0}, 4: {7, 7, 8}, 9: {-2}}

// exercise reads everything of an index.
func exercise[K Number](t *testing.T, x *Index[K]) {
	var points []uint32
	for _, hi := range []Bound[K]{{}, Included[K](2), Excluded[K](7)} {
		points = x.AppendPoints(points, Included[K](-2), hi)
		least, expected, most := x.Estimate(Excluded[K](-3), hi)
		require.LessOrEqual(t, least, expected)
		require.LessOrEqual(t, expected, most)
		for _, desc := range []bool{false, true} {
			x.Range(Bound[K]{}, hi, desc, func(_ K, off uint32) bool {
				points = append(points, off)
				return true
			})
		}
	}
	for off := range uint32(100) {
		_, _ = x.Check(off, Included[K](0), Bound[K]{}), x.Values(off, nil)
	}
	for _, off := range points {
		require.True(t, x.mem != nil || int(off) < x.image.values.Len())
		require.NoError(t, x.Remove(off))
	}
	require.GreaterOrEqual(t, x.Total(), 0)
}

// reopen opens an index with damaged files.
func reopen[K Number](t *testing.T, dir string) (ok bool) {
	checked := Check[K](disk.OS, dir)
	x, err := Open[K](disk.OS, dir, Options{})
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		require.Error(t, checked)
		return false
	}
	if checked != nil {
		require.True(t, disk.IsCorrupt(checked), "%v", checked)
	}
	exercise(t, x)
	require.NoError(t, x.Close())
	return checked == nil
}

func TestDamage(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 12}, ascending(small)))
	for _, name := range []string{pairsFile, blockFile, "point_to_values.bin", emptyFile, configFile, histogramConfig, histogramFile} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		for n := range len(good) {
			if n < 300 || n > 4000 || n%211 == 0 {
				require.NoError(t, os.WriteFile(path, good[:n], 0o644))
				require.False(t, reopen[float64](t, dir), "%s of %d bytes", name, n)
			}
		}
		for i := range good {
			if i < 200 || i > 4090 {
				bad := append([]byte(nil), good...)
				bad[i] ^= 0x41
				require.NoError(t, os.WriteFile(path, bad, 0o644))
				reopen[float64](t, dir)
			}
		}
		require.NoError(t, os.WriteFile(path, good, 0o644))
		require.True(t, reopen[float64](t, dir))
	}
}

func FuzzImage(f *testing.F) {
	dir := f.TempDir()
	require.NoError(f, Build(disk.OS, dir, BuildOptions{Total: 12}, ascending(small)))
	names := []string{pairsFile, blockFile, "point_to_values.bin", emptyFile, configFile, histogramConfig, histogramFile}
	var seed [7][]byte
	for i, name := range names {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(f, err)
		seed[i] = b
	}
	// The padding is left out of the input, so that it stays small.
	f.Add(seed[0], seed[1], seed[2][4096:], seed[3], seed[4], seed[5], seed[6])
	f.Fuzz(func(t *testing.T, pairs, blocks, values, empty, config, hconfig, borders []byte) {
		dir := t.TempDir()
		values = append([]byte{1: 0x10, 8: 12, 4095: 0}, values...)
		for i, b := range [][]byte{pairs, blocks, values, empty, config, hconfig, borders} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, names[i]), b, 0o644))
		}
		reopen[float64](t, dir)
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack(nil, []float64{1, -0.5}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, ok := unpack[float64](nil, b); ok {
			require.Equal(t, b, pack(nil, v))
		}
		if v, ok := unpack[int64](nil, b); ok {
			require.Equal(t, b, pack(nil, v))
		}
	})
}
