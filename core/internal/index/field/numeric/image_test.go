package numeric

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func immutable[K Number](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		model := map[uint32][]K{}
		for range rapid.IntRange(0, 60).Draw(t, "slots") {
			if values := numbers[K](t); len(values) > 0 {
				model[rapid.Uint32Range(0, 60).Draw(t, "off")] = values
			}
		}
		require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 61}, ascending(model)))
		require.NoError(t, Check[K](disk.OS, dir))
		x, err := Open[K](disk.OS, dir, Options{})
		require.NoError(t, err)
		agree(t, x, model, bound[K](t), bound[K](t))
		gone := bits.New(200)
		for range rapid.IntRange(0, 30).Draw(t, "removals") {
			off := rapid.Uint32Range(0, 63).Draw(t, "off")
			require.NoError(t, x.Remove(off))
			delete(model, off)
			gone.Put(off, true)
		}
		agree(t, x, model, bound[K](t), bound[K](t))
		require.ErrorIs(t, x.Set(1), disk.ErrReadOnly)
		require.NoError(t, x.Flush())
		require.NoError(t, x.Close())
		x, err = Open[K](disk.OS, dir, Options{ReadOnly: true, Deleted: gone})
		require.NoError(t, err)
		agree(t, x, model, bound[K](t), bound[K](t))
		require.NoError(t, x.Close())
	})
}

func TestImmutable(t *testing.T) {
	t.Run("integer", immutable[int64])
	t.Run("float", immutable[float64])
}

// TestHistogram inserts in orders that move borders in every way and lets Check
// count what lies between them.
func TestHistogram(t *testing.T) {
	for name, value := range map[string]func(i int) int64{
		"ascending":  func(i int) int64 { return int64(i) },
		"descending": func(i int) int64 { return int64(-i) },
		"scattered":  func(i int) int64 { return int64(i * 7919 % 3001) },
		"inwards":    func(i int) int64 { return int64((5000 - i) * (i%2*2 - 1)) },
		"extremes":   func(i int) int64 { return int64(i%3-1)*math.MaxInt64/2 - int64(i) },
		"equal":      func(int) int64 { return 5 },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 3000}, func(yield func(uint32, []int64) bool) {
				for i := range 3000 {
					yield(uint32(i), []int64{value(i)})
				}
			}))
			require.NoError(t, Check[int64](disk.OS, dir))
		})
	}
}

func TestNoAllocations(t *testing.T) {
	root, _ := wheel(t)
	for _, form := range []string{"appendable", "optimized"} {
		x, err := Open[float64](disk.OS, filepath.Join(root, form, "f"), Options{ReadOnly: true})
		require.NoError(t, err)
		lo, hi := Included(-1e5), Excluded(1e5)
		ids, n := make([]uint32, 500), 0
		for i := range ids {
			ids[i] = uint32(i)
		}
		out := make([]uint32, 0, len(ids))
		require.Zero(t, testing.AllocsPerRun(10, func() {
			for off := range uint32(800) {
				if x.Check(off, lo, hi) {
					n += x.ValuesCount(off)
				}
			}
			_, e, _ := x.Estimate(lo, hi)
			n += e + len(x.Filter(ids, out, lo, hi))
		}))
		require.NotZero(t, n)
		require.NoError(t, x.Close())
	}
}

func TestRefusals(t *testing.T) {
	root, _ := wheel(t)
	dir := filepath.Join(root, "appendable", "f")
	x, err := Open[float64](disk.OS, dir, Options{})
	require.NoError(t, err)
	require.ErrorIs(t, x.Set(1, 1, math.NaN()), ErrNaN)
	require.ErrorIs(t, Build(disk.OS, t.TempDir(), BuildOptions{}, ascending(map[uint32][]float64{1: {math.NaN()}})), ErrNaN)
	nan := math.NaN()
	for _, b := range []Bound[float64]{Included(nan), Excluded(nan)} {
		require.Empty(t, x.AppendPoints(nil, b, Bound[float64]{}))
		require.Empty(t, x.AppendPoints(nil, Bound[float64]{}, b))
		require.False(t, x.Check(3, b, Bound[float64]{}))
		require.Zero(t, x.Pairs(b, b))
	}
	inf := math.Inf(1)
	require.Equal(t, x.Total(), x.Pairs(Excluded(-inf), Included(inf)))
	require.NoError(t, x.Close())
	x, err = Open[float64](disk.OS, dir, Options{ReadOnly: true})
	require.NoError(t, err)
	require.ErrorIs(t, x.Set(1, 1), disk.ErrReadOnly)
	require.ErrorIs(t, x.Remove(1), disk.ErrReadOnly)
	require.NoError(t, x.Close())
	_, err = Open[float64](disk.OS, filepath.Join(root, "missing"), Options{ReadOnly: true})
	require.ErrorIs(t, err, os.ErrNotExist)
}
