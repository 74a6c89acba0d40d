package valueindex

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func immutable[K Key](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		model := map[uint32][]K{}
		for range rapid.IntRange(0, 40).Draw(t, "slots") {
			if values := unique(drawKeys[K](t)); len(values) > 0 {
				model[rapid.Uint32Range(0, 60).Draw(t, "off")] = values
			}
		}
		require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 61, Prefix: rapid.Bool().Draw(t, "prefix")}, seqOf(model)))
		require.NoError(t, Check[K](disk.OS, dir))
		x, err := Open[K](disk.OS, dir, Options{})
		require.NoError(t, err)
		agree(t, x, model, sample[K](t))
		gone := bits.New(200)
		for range rapid.IntRange(0, 30).Draw(t, "removals") {
			off := rapid.Uint32Range(0, 63).Draw(t, "off")
			require.NoError(t, x.Remove(off))
			delete(model, off)
			gone.Put(off, true)
		}
		agree(t, x, model, sample[K](t))
		require.ErrorIs(t, x.Set(1), disk.ErrReadOnly)
		require.NoError(t, x.Flush())
		require.NoError(t, x.Close())
		x, err = Open[K](disk.OS, dir, Options{ReadOnly: true, Deleted: gone})
		require.NoError(t, err)
		agree(t, x, model, sample[K](t))
		require.NoError(t, x.Close())
	})
}

func TestImmutable(t *testing.T) {
	t.Run("keyword", immutable[string])
	t.Run("integer", immutable[int64])
	t.Run("uuid", immutable[UUID])
}

func TestPrefix(t *testing.T) {
	root, _ := wheel(t)
	x, err := Open[string](disk.OS, filepath.Join(root, "optimized", "p"), Options{})
	require.NoError(t, err)
	defer x.Close()
	y, err := Open[string](disk.OS, filepath.Join(root, "appendable", "p"), Options{ReadOnly: true})
	require.NoError(t, err)
	defer y.Close()
	for _, prefix := range []string{"", "https://host1", "https://host29.example/dir/", "https://host3.example/7", "i", "a", "https://host9.example/dir/dir/99x"} {
		want, got := map[string]int{}, map[string]int{}
		require.NoError(t, EachPrefix(y, prefix, func(k string, n int) bool { want[k] = n; return true }))
		last := ""
		require.NoError(t, EachPrefix(x, prefix, func(k string, n int) bool {
			require.Less(t, last, k)
			got[k], last = n, k
			return true
		}))
		require.Equal(t, want, got, prefix)
	}
}

func TestNoAllocations(t *testing.T) {
	root, _ := wheel(t)
	for _, form := range []string{"appendable", "optimized"} {
		noAllocations(t, filepath.Join(root, form, "k"), "red3")
		noAllocations(t, filepath.Join(root, form, "i"), int64(3))
		noAllocations(t, filepath.Join(root, form, "u"), UUID{15: 3})
	}
}

func noAllocations[K Key](t *testing.T, dir string, k K) {
	x, err := Open[K](disk.OS, dir, Options{ReadOnly: true})
	require.NoError(t, err)
	defer x.Close()
	few, many := x.Match([]K{k}, false), x.Match([]K{k, x.Values(3, nil)[0], k, k, k, k}, true)
	ids, n := make([]uint32, 500), 0
	for i := range ids {
		ids[i] = uint32(i)
	}
	out := make([]uint32, 0, len(ids))
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for off := range uint32(800) {
			if x.Has(off, k) || few.Check(off) || many.Check(off) {
				n += x.ValuesCount(off)
			}
		}
		n += x.Count(k) + len(few.Filter(ids, out)) + len(x.AppendPoints(out, k))
	}))
	require.NotZero(t, n)
}

func TestReadOnly(t *testing.T) {
	root, _ := wheel(t)
	dir := filepath.Join(root, "appendable", "k")
	x, err := Open[string](disk.OS, dir, Options{ReadOnly: true})
	require.NoError(t, err)
	require.ErrorIs(t, x.Set(1, "a"), disk.ErrReadOnly)
	require.ErrorIs(t, x.Remove(1), disk.ErrReadOnly)
	require.NoError(t, x.Flush())
	require.Empty(t, x.ImmutableFiles())
	for _, name := range x.Files() {
		require.FileExists(t, filepath.Join(dir, name))
	}
	require.NoError(t, x.Close())
	_, err = Open[string](disk.OS, filepath.Join(root, "missing"), Options{ReadOnly: true})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open[int64](disk.OS, filepath.Join(root, "optimized", "k"), Options{})
	require.True(t, disk.IsCorrupt(err), "%v", err)
}
