package valueindex

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// small is the content of the indexes that get damaged.
var small = map[uint32][]string{0: {"red"}, 1: {"green", "red"}, 3: {""}, 4: {"grey", "a longer value", "green"}, 9: {"é"}}

// exercise reads everything of an index.
func exercise[K Key](t *testing.T, x *Index[K]) {
	var keys []K
	var points []uint32
	x.EachKey(func(k K, n int) bool {
		require.LessOrEqual(t, n, x.Count(k)+1<<20)
		keys = append(keys, k)
		points = x.AppendPoints(points, k)
		return true
	})
	m, except := x.Match(keys, false), x.Match(keys, true)
	for off := range uint32(100) {
		keys = append(keys[:0], x.Values(off, nil)...)
		for _, k := range keys {
			require.True(t, x.Has(off, k))
		}
		_, _, _ = m.Check(off), except.Check(off), x.ValuesCount(off)
	}
	if y, ok := any(x).(*Index[string]); ok {
		if err := EachPrefix(y, "gr", func(string, int) bool { return true }); err != nil {
			require.True(t, disk.IsCorrupt(err))
		}
	}
	for _, off := range points {
		require.True(t, x.mem != nil || int(off) < x.image.values.Len())
		require.NoError(t, x.Remove(off))
	}
}

// reopen opens an index with damaged files.
func reopen[K Key](t *testing.T, dir string) (ok bool) {
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
	require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 12, Prefix: true}, seqOf(small)))
	for _, name := range []string{pointsFile, "point_to_values.bin", emptyFile, prefixFile, configFile} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		for n := range len(good) {
			if n < 300 || n > 4000 || n%211 == 0 {
				require.NoError(t, os.WriteFile(path, good[:n], 0o644))
				require.False(t, reopen[string](t, dir), "%s of %d bytes", name, n)
			}
		}
		for i := range good {
			if i < 200 || i > 4090 {
				bad := append([]byte(nil), good...)
				bad[i] ^= 0x41
				require.NoError(t, os.WriteFile(path, bad, 0o644))
				reopen[string](t, dir)
			}
		}
		require.NoError(t, os.WriteFile(path, good, 0o644))
		require.True(t, reopen[string](t, dir))
		require.NoError(t, os.Remove(path))
		if name != configFile && name != prefixFile {
			_, err = Open[string](disk.OS, dir, Options{})
			require.ErrorIs(t, err, os.ErrNotExist)
		}
		require.NoError(t, os.WriteFile(path, good, 0o644))
	}
}

func FuzzImage(f *testing.F) {
	dir := f.TempDir()
	require.NoError(f, Build(disk.OS, dir, BuildOptions{Total: 12, Prefix: true}, seqOf(small)))
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(f, err)
		return b
	}
	// The padding is left out of the input, so that it stays small.
	f.Add(read(pointsFile)[:64], read(pointsFile)[4096:], read("point_to_values.bin")[4096:], read(emptyFile), read(prefixFile), []byte(`{"total_key_value_pairs":8}`))
	f.Fuzz(func(t *testing.T, head, tail, values, empty, prefix, config []byte) {
		points := append(make([]byte, 4096), tail...)
		copy(points, head)
		values = append([]byte{1: 0x10, 8: 12, 4095: 0}, values...)
		dir := t.TempDir()
		for name, b := range map[string][]byte{pointsFile: points, "point_to_values.bin": values, emptyFile: empty, prefixFile: prefix, configFile: config} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
		}
		reopen[string](t, dir)
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(keywords.pack(nil, []string{"a", "", "é"}))
	f.Add(integers.pack(nil, []int64{1, -1}))
	f.Add(uuids.pack(nil, []UUID{{1}, {15: 2}}))
	f.Add([]byte{0x9f, 0x61, 'a', 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, ok := keywords.unpack(nil, b); ok {
			again, ok := keywords.unpack(nil, keywords.pack(nil, v))
			require.True(t, ok)
			require.Equal(t, v, again)
		}
		if v, ok := integers.unpack(nil, b); ok {
			require.Equal(t, b, integers.pack(nil, v))
		}
		if v, ok := uuids.unpack(nil, b); ok {
			require.Equal(t, b, uuids.pack(nil, v))
		}
	})
}
