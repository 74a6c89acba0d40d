package sparse

import (
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestValueBytes shows a value byte by byte.
func TestValueBytes(t *testing.T) {
	for want, c := range map[string]struct {
		indices []uint32
		values  []float32
	}{
		// 3 bytes: 000000 (width 8), 00000001, 00000010, two zero bits; 2 weights: 1, 0.5
		"0300000000000000" + "408000" + "0200000000000000" + "0000803f" + "0000003f": {[]uint32{1, 3}, []float32{1, 0.5}},
		// width 32: 6 bits of 24, then 2^32-1
		"0500000000000000" + "d8ffffff3f" + "0100000000000000" + "000000c0": {[]uint32{math.MaxUint32}, []float32{-2}},
		"0000000000000000" + "0000000000000000":                             {nil, nil},
	} {
		have := encode(nil, c.indices, c.values)
		require.Equal(t, want, hex.EncodeToString(have))
		indices, values, problem := decode(have, nil, nil)
		require.Empty(t, problem)
		require.Equal(t, c.indices, indices)
		require.Equal(t, c.values, values)
	}
}

func drawVector(rt *rapid.T) ([]uint32, []float32) {
	indices := rapid.SliceOfNDistinct(rapid.Uint32(), 0, 40, rapid.ID[uint32]).Draw(rt, "indices")
	slices.Sort(indices)
	return indices, rapid.SliceOfN(rapid.Float32(), len(indices), len(indices)).Draw(rt, "values")
}

func TestValuesRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		indices, values := drawVector(rt)
		data := encode(nil, indices, values)
		i, v, problem := decode(data, nil, nil)
		require.Empty(rt, problem)
		require.Len(rt, i, len(indices))
		require.True(rt, slices.Equal(indices, i))
		require.True(rt, slices.Equal(values, v))
		for cut := range data {
			_, _, problem := decode(data[:cut], nil, nil)
			require.NotEmpty(rt, problem)
		}
	})
}

type stored struct {
	indices []uint32
	values  []float32
}

func compare(t require.TestingT, s *Store, model map[uint32]stored, n int) {
	require.Equal(t, n, s.Len())
	require.Equal(t, len(model), s.Live())
	for off := range uint32(n + 2) {
		want, ok := model[off]
		require.Equal(t, !ok, s.IsDeleted(off), off)
		indices, values, err := s.Get(off, nil, nil)
		require.NoError(t, err)
		require.True(t, slices.Equal(want.indices, indices))
		require.True(t, slices.Equal(want.values, values))
	}
}

// TestModel compares with a map; closing without a flush loses what came after the last one.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "s")
		require.NoError(rt, err)
		s, err := Open(disk.OS, dir)
		require.NoError(rt, err)
		model, n := map[uint32]stored{}, 0
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			off := rapid.Uint32Range(0, 9).Draw(rt, "offset")
			switch rapid.IntRange(0, 3).Draw(rt, "step") {
			case 0, 1:
				indices, values := drawVector(rt)
				require.NoError(rt, s.Set(off, indices, values))
				model[off] = stored{indices, values}
				n = max(n, int(off)+1)
			case 2:
				_, ok := model[off]
				had, err := s.Delete(off)
				require.NoError(rt, err)
				require.Equal(rt, ok, had)
				delete(model, off)
				n = max(n, int(off)+1)
			default:
				require.NoError(rt, s.Flush())
				require.NoError(rt, s.Close())
				ro, err := OpenReadOnly(disk.OS, dir)
				require.NoError(rt, err)
				compare(rt, ro, model, n)
				require.NoError(rt, ro.Flush())
				require.NoError(rt, ro.Close())
				s, err = Open(disk.OS, dir)
				require.NoError(rt, err)
			}
			compare(rt, s, model, n)
		}
		require.NoError(rt, s.Close())
	})
}

func TestCrash(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, s.Set(0, []uint32{7}, []float32{1}))
	require.NoError(t, s.Flush())
	require.NoError(t, s.Set(0, []uint32{8}, []float32{2}))
	require.NoError(t, s.Set(5, []uint32{9}, []float32{3}))
	require.NoError(t, s.Close())

	s, err = Open(disk.OS, dir)
	require.NoError(t, err)
	compare(t, s, map[uint32]stored{0: {[]uint32{7}, []float32{1}}}, 1)
	require.NoError(t, s.Set(5, []uint32{9}, []float32{3}))
	require.NoError(t, s.Flush())
	require.NoError(t, s.Close())
}

func TestFilesAndRefusals(t *testing.T) {
	dir := t.TempDir()
	_, err := OpenReadOnly(disk.OS, dir)
	require.Error(t, err)
	s, err := Open(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, s.Set(1, []uint32{1, 2}, []float32{1, 2}))
	require.Error(t, s.Set(1, []uint32{2, 1}, []float32{1, 2}))
	require.NoError(t, s.Set(0, []uint32{1, 1}, []float32{1, 2}))
	require.Error(t, s.Set(1, []uint32{1}, nil))
	require.NoError(t, s.Flush())
	for _, name := range s.Files() {
		require.FileExists(t, filepath.Join(dir, name))
	}
	require.Equal(t, []string{"store/config.json"}, s.ImmutableFiles())
	require.Contains(t, s.Files(), "store/page_0.dat")
	require.Contains(t, s.Files(), "deleted/flags_a.dat")
	require.NoError(t, s.Close())

	// a value that claims more than it has
	page := filepath.Join(dir, "store", "page_0.dat")
	f, err := os.OpenFile(page, os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte{0xff}, 0)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	s, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	_, _, err = s.Get(1, nil, nil)
	require.True(t, disk.IsCorrupt(err), "%v", err)
	require.ErrorIs(t, s.Set(1, nil, nil), disk.ErrReadOnly)
	_, err = s.Delete(1)
	require.ErrorIs(t, err, disk.ErrReadOnly)
	require.NoError(t, s.Close())
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(nil, []uint32{1, 3, 70000}, []float32{1, 2, 3}))
	f.Add(encode(nil, nil, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		indices, values, problem := decode(data, nil, nil)
		if problem != "" {
			return
		}
		require.Len(t, values, len(indices))
		require.True(t, slices.IsSorted(indices))
		again, _, problem := decode(encode(nil, indices, values), nil, nil)
		require.Empty(t, problem)
		require.True(t, slices.Equal(indices, again))
	})
}
