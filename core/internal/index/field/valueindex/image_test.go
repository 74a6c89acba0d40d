package valueindex

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
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

// TestRepetitions reads files as Qdrant before 0.8 writes them: with a point
// that repeats a value.
func TestRepetitions(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 3}, seqOf(map[uint32][]int64{1: {5}, 2: {6}})))
	name := filepath.Join(dir, pointsFile)
	e := entries{keys: [][]byte{{5, 7: 0}, {6, 7: 0}}, values: []hashmap.Values{{1, 0, 0, 0, 1, 0, 0, 0}, {2, 0, 0, 0}}}
	require.NoError(t, hashmap.Write(disk.OS, name, hashmap.Int64, e))
	require.NoError(t, pointvalues.Write(disk.OS, dir, repeated{}))
	require.NoError(t, os.WriteFile(filepath.Join(dir, configFile), []byte(`{"total_key_value_pairs":3}`), 0o644))
	require.NoError(t, Check[int64](disk.OS, dir))
	x, err := Open[int64](disk.OS, dir, Options{})
	require.NoError(t, err)
	require.Equal(t, []uint32{1}, x.AppendPoints(nil, 5))
	require.Equal(t, []int64{5}, x.Values(1, nil))
	x.EachKey(func(_ int64, n int) bool { require.Equal(t, 1, n); return true })
	require.NoError(t, x.Close())
}

// repeated is a point_to_values.bin: nothing, twice 5, 6.
type repeated struct{}

func (repeated) Len() int                           { return 3 }
func (repeated) Size(off uint32) (values, size int) { n := []int{0, 2, 1}[off]; return n, n * 8 }
func (repeated) Append(dst []byte, off uint32) []byte {
	for range []int{0, 2, 1}[off] {
		dst = append(dst, []byte{0, 5, 6}[off], 0, 0, 0, 0, 0, 0, 0)
	}
	return dst
}
