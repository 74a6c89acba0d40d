package vectors

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestMatrixWriter: what is written is read back, with the right flags, for any number of points.
func TestMatrixWriter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		dim := rapid.IntRange(1, 5).Draw(rt, "dim")
		w, err := CreateMatrix[float32](disk.OS, dir, dim)
		require.NoError(rt, err)
		rows := make([][]float32, rapid.IntRange(0, 150).Draw(rt, "points"))
		live := 0
		for i := range rows {
			if rapid.Bool().Draw(rt, "present") {
				rows[i] = rapid.SliceOfN(rapid.Float32(), dim, dim).Draw(rt, "row")
				live++
			}
			require.NoError(rt, w.Append(rows[i]))
		}
		require.NoError(rt, w.Finish())
		m, err := OpenMatrix[float32](disk.OS, dir, dim)
		require.NoError(rt, err)
		require.Equal(rt, len(rows), m.Len())
		require.Equal(rt, live, m.Live())
		for i, row := range rows {
			require.Equal(rt, row == nil, m.IsDeleted(uint32(i)))
			if row == nil {
				row = ones[float32](dim)
			}
			require.Equal(rt, row, m.Row(uint32(i)))
		}
		require.NoError(rt, m.Close())
	})
}

func TestMatrixWriterRefuses(t *testing.T) {
	_, err := CreateMatrix[float32](disk.OS, t.TempDir(), 0)
	require.Error(t, err)
	w, err := CreateMatrix[float32](disk.OS, t.TempDir(), 3)
	require.NoError(t, err)
	require.ErrorAs(t, w.Append([]float32{1, 2}), new(*DimError))
	require.NoError(t, w.Abort())
}
