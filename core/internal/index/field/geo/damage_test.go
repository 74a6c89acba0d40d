package geo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// small is the content of the indexes that get damaged.
var small = map[uint32][]Point{0: {{1, 2}}, 1: {{1, 2}, {-70, 40}}, 3: {{180, 90}}, 4: {{7, 7}, {7, 7}, {7.1, 7}}, 9: {{-70, 40}}}

var names = []string{countsFile, mapFile, idsFile, "point_to_values.bin", emptyFile, statsFile, countsIndex, mapIndex}

// reopen opens an index with damaged files and reads everything of it.
func reopen(t *testing.T, dir string) (ok bool) {
	checked := Check(disk.OS, dir)
	x, err := Open(disk.OS, dir, Options{})
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		require.Error(t, checked)
		return false
	}
	if checked != nil {
		require.True(t, disk.IsCorrupt(checked), "%v", checked)
	}
	for _, q := range []*Query{circle(api.GeoPoint{Lon: 1, Lat: 2}, 1e6), box(-180, 90, 180, -90), box(170, 90, -60, 0)} {
		least, expected, most := x.Estimate(q)
		require.LessOrEqual(t, least, expected)
		require.LessOrEqual(t, expected, most)
		for _, off := range x.AppendPoints(nil, q) {
			require.Less(t, int(off), x.image.values.Len())
		}
	}
	for off := range uint32(20) {
		x.Values(off, nil)
		require.NoError(t, x.Remove(off))
	}
	require.NoError(t, x.Close())
	return checked == nil
}

func TestDamage(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, ascending(small)))
	for _, name := range names {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		for n := range len(good) {
			if n < 300 || n > 4090 || n%211 == 0 {
				require.NoError(t, os.WriteFile(path, good[:n], 0o644))
				require.False(t, reopen(t, dir), "%s of %d bytes", name, n)
			}
		}
		for i := range good {
			if i < 200 || i > 4090 {
				bad := append([]byte(nil), good...)
				bad[i] ^= 0x41
				require.NoError(t, os.WriteFile(path, bad, 0o644))
				reopen(t, dir)
			}
		}
		require.NoError(t, os.WriteFile(path, good, 0o644))
		require.True(t, reopen(t, dir))
	}
}

func FuzzImage(f *testing.F) {
	dir := f.TempDir()
	require.NoError(f, Build(disk.OS, dir, ascending(small)))
	var seed [8][]byte
	for i, name := range names {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(f, err)
		seed[i] = b
	}
	// The padding of the values is left out of the input, so that it stays small.
	f.Add(seed[0], seed[1], seed[2], seed[3][4096:], seed[4], seed[5], seed[6], seed[7])
	f.Fuzz(func(t *testing.T, counts, cells, ids, values, empty, stats, countsBlocks, mapBlocks []byte) {
		dir := t.TempDir()
		values = append([]byte{1: 0x10, 8: 10, 4095: 0}, values...)
		for i, b := range [][]byte{counts, cells, ids, values, empty, stats, countsBlocks, mapBlocks} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, names[i]), b, 0o644))
		}
		reopen(t, dir)
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack(nil, []Point{{1, -0.5}, {180, 90}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, ok := unpack(nil, b); ok {
			require.Equal(t, b, pack(nil, v))
		}
	})
}
