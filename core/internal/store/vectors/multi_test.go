package vectors

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
)

// smallMulti has 4 rows of 2 numbers in a chunk.
func smallMulti(t testing.TB) string {
	dir := t.TempDir()
	require.NoError(t, chunks.Create(disk.OS, filepath.Join(dir, vectorsDir), 8, 2, 32))
	return dir
}

func rowsOf(n int, x float32) []float32 {
	v := make([]float32, 2*n)
	for i := range v {
		v[i] = x + float32(i)
	}
	return v
}

func TestMultiModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := smallMulti(t)
		m, err := OpenMulti[float32](disk.OS, dir, 2)
		require.NoError(rt, err)
		model, n := map[uint32][]float32{}, 0
		compare := func(m Multi) {
			require.Equal(rt, []int{2, n, len(model)}, []int{m.Dim(), m.Len(), m.Live()})
			for off := range uint32(n + 1) {
				require.Equal(rt, model[off] == nil, m.IsDeleted(off))
				if want := model[off]; want != nil {
					have, err := m.Floats(off, nil)
					require.NoError(rt, err)
					require.Equal(rt, want, have)
				}
			}
		}
		for i := range rapid.IntRange(1, 30).Draw(rt, "steps") {
			off := rapid.Uint32Range(0, 7).Draw(rt, "offset")
			switch rapid.IntRange(0, 4).Draw(rt, "step") {
			case 0, 1, 2:
				v := rowsOf(rapid.IntRange(1, 6).Draw(rt, "rows"), float32(100*i))
				require.NoError(rt, m.SetFloats(off, v))
				model[off] = v
				n = max(n, int(off)+1)
			case 3:
				had, err := m.Delete(off)
				require.NoError(rt, err)
				require.Equal(rt, model[off] != nil, had)
				delete(model, off)
				n = max(n, int(off)+1)
			default:
				require.NoError(rt, m.Flush())
				require.NoError(rt, m.Close())
				ro, err := OpenMultiReadOnly[float32](disk.OS, dir, 2)
				require.NoError(rt, err)
				compare(ro)
				require.NoError(rt, ro.Close())
				m, err = OpenMulti[float32](disk.OS, dir, 2)
				require.NoError(rt, err)
			}
			compare(m)
		}
		require.NoError(rt, m.Close())
	})
}

// TestMultiPlaces: room is reused, rows do not straddle unless they must.
func TestMultiPlaces(t *testing.T) {
	dir := smallMulti(t)
	m, err := OpenMulti[float32](disk.OS, dir, 2)
	require.NoError(t, err)
	places := func() (at []span) {
		require.NoError(t, m.Flush())
		for off := range uint32(m.Len()) {
			s, err := m.(*multi[float32]).span(off)
			require.NoError(t, err)
			at = append(at, s)
		}
		return at
	}
	require.NoError(t, m.SetFloats(0, rowsOf(3, 0)))
	require.NoError(t, m.SetFloats(1, rowsOf(2, 10))) // does not fit into the last row of the chunk
	require.NoError(t, m.SetFloats(2, rowsOf(5, 20))) // more than a chunk
	require.Equal(t, []span{{0, 3, 3}, {4, 2, 2}, {6, 5, 5}}, places())
	require.NoError(t, m.SetFloats(0, rowsOf(1, 30))) // shrinks in place
	require.NoError(t, m.SetFloats(1, rowsOf(3, 40))) // moves
	_, err = m.Delete(4)                              // placeholders
	require.NoError(t, err)
	require.Equal(t, []span{{0, 1, 3}, {12, 3, 3}, {6, 5, 5}, {15, 1, 1}, {16, 1, 1}}, places())
	have, err := m.Floats(4, nil)
	require.NoError(t, err)
	require.Equal(t, []float32{0, 0}, have)
	for _, name := range m.Files() {
		require.FileExists(t, filepath.Join(dir, name))
	}
	require.Equal(t, []string{"vectors/config.json", "offsets/config.json"}, m.ImmutableFiles())
	var wrong *DimError
	require.ErrorAs(t, m.SetFloats(0, rowsOf(1, 0)[:1]), &wrong)
	require.ErrorAs(t, m.SetFloats(0, nil), &wrong)
	require.NoError(t, m.Close())

	ro, err := OpenMultiReadOnly[float32](disk.OS, dir, 2)
	require.NoError(t, err)
	require.ErrorIs(t, ro.SetFloats(0, rowsOf(1, 0)), disk.ErrReadOnly)
	_, err = ro.Delete(0)
	require.ErrorIs(t, err, disk.ErrReadOnly)
	require.NoError(t, ro.Flush())
	require.NoError(t, ro.Close())
}

// TestMultiStraddle reads rows over a chunk border, as the reference of version 0.9 writes them.
func TestMultiStraddle(t *testing.T) {
	dir := smallMulti(t)
	rows, err := chunks.Open(disk.OS, filepath.Join(dir, vectorsDir), 8, 2)
	require.NoError(t, err)
	for i := range 6 {
		require.NoError(t, rows.Set(i, raw(rowsOf(1, float32(2*i)))))
	}
	require.NoError(t, rows.Flush())
	require.NoError(t, rows.Close())
	writeSpan(t, dir, span{1, 5, 5})
	m, err := OpenMulti[float32](disk.OS, dir, 2)
	require.NoError(t, err)
	have, err := m.Floats(0, nil)
	require.NoError(t, err)
	require.Equal(t, rowsOf(5, 2), have)
	require.NoError(t, m.SetFloats(0, rowsOf(4, 50)))
	have, err = m.Floats(0, []float32{7})
	require.NoError(t, err)
	require.Equal(t, append([]float32{7}, rowsOf(4, 50)...), have)
	require.NoError(t, m.Close())
}

func writeSpan(t testing.TB, dir string, s span) {
	offsets, err := chunks.Open(disk.OS, filepath.Join(dir, offsetsDir), spanBytes, 1)
	require.NoError(t, err)
	b := binary.LittleEndian.AppendUint32(nil, s.first)
	b = binary.LittleEndian.AppendUint32(b, s.count)
	require.NoError(t, offsets.Set(0, binary.LittleEndian.AppendUint32(b, s.room)))
	require.NoError(t, offsets.Flush())
	require.NoError(t, offsets.Close())
}

// TestMultiCrash: a value that was not flushed leaves the old one, whatever became of its rows.
func TestMultiCrash(t *testing.T) {
	dir := smallMulti(t)
	m, err := OpenMulti[float32](disk.OS, dir, 2)
	require.NoError(t, err)
	require.NoError(t, m.SetFloats(0, rowsOf(2, 0)))
	require.NoError(t, m.Flush())
	require.NoError(t, m.SetFloats(0, rowsOf(3, 9)))
	require.NoError(t, m.SetFloats(7, rowsOf(3, 9)))
	_, err = m.Delete(0)
	require.NoError(t, err)
	require.NoError(t, m.Close())
	m, err = OpenMulti[float32](disk.OS, dir, 2)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{m.Len(), m.Live()})
	have, err := m.Floats(0, nil)
	require.NoError(t, err)
	require.Equal(t, rowsOf(2, 0), have)
	require.NoError(t, m.Close())
}

func FuzzMultiOffsets(f *testing.F) {
	f.Add(uint32(0), uint32(1), uint32(1))
	f.Add(uint32(math.MaxUint32), uint32(math.MaxUint32), uint32(0))
	dir := smallMulti(f)
	m, err := OpenMulti[float32](disk.OS, dir, 2)
	require.NoError(f, err)
	require.NoError(f, m.SetFloats(0, rowsOf(6, 0)))
	require.NoError(f, m.Flush())
	require.NoError(f, m.Close())
	f.Fuzz(func(t *testing.T, first, count, room uint32) {
		writeSpan(t, dir, span{first, count, room})
		m, err := OpenMultiReadOnly[float32](disk.OS, dir, 2)
		require.NoError(t, err)
		rows, err := m.Floats(0, nil)
		if err == nil {
			require.Len(t, rows, 2*int(count))
		} else {
			require.True(t, disk.IsCorrupt(err), err)
		}
		require.NoError(t, m.Close())
	})
}

func narrowRoundTrip[T Element](t *testing.T, in, want []float32, blank []T) {
	dir := t.TempDir()
	d, err := OpenChunked[T](disk.OS, dir, len(in))
	require.NoError(t, err)
	require.NoError(t, d.SetFloats(1, in))
	require.Equal(t, want, d.Floats(1, nil))
	require.Equal(t, blank, d.Row(0))
	require.True(t, d.IsDeleted(0))
	require.NoError(t, d.Flush())
	row := slices.Clone(d.Row(1))
	require.NoError(t, d.Close())
	info, err := os.ReadFile(filepath.Join(dir, vectorsDir, "config.json"))
	require.NoError(t, err)
	require.Contains(t, string(info), `"dim":5`)

	require.NoError(t, os.WriteFile(filepath.Join(dir, matrixFile), append([]byte(matrixHeader), raw(append(row, row...))...), 0o644))
	m, err := OpenMatrix[T](disk.OS, dir, len(in))
	require.NoError(t, err)
	require.Equal(t, 2, m.Len())
	require.Equal(t, want, m.Floats(1, nil))
	require.Empty(t, m.Floats(2, nil))
	require.ErrorIs(t, m.SetFloats(0, in), ErrImmutable)
	require.NoError(t, m.Close())

	multiDir := t.TempDir()
	mm, err := OpenMulti[T](disk.OS, multiDir, len(in))
	require.NoError(t, err)
	require.NoError(t, mm.SetFloats(0, append(slices.Clone(in), in...)))
	have, err := mm.Floats(0, nil)
	require.NoError(t, err)
	require.Equal(t, append(slices.Clone(want), want...), have)
	require.NoError(t, mm.Close())
}

func TestNarrowElements(t *testing.T) {
	narrowRoundTrip[kernel.Half](t, []float32{1, -0.1, 65519, 6e-8, 1.0004883}, []float32{1, -0.099975586, 65504, 5.9604645e-08, 1},
		[]kernel.Half{0x3c00, 0x3c00, 0x3c00, 0x3c00, 0x3c00})
	narrowRoundTrip(t, []float32{1.9, -3, 300, 7, 254.99}, []float32{1, 0, 255, 7, 254}, []uint8{1, 1, 1, 1, 1})
}

func TestFloatsAllocateNothing(t *testing.T) {
	d, err := OpenChunked[float32](disk.OS, t.TempDir(), 3)
	require.NoError(t, err)
	v, out := vec(1), make([]float32, 0, 3)
	require.NoError(t, d.SetFloats(0, v))
	require.Zero(t, testing.AllocsPerRun(20, func() {
		_ = d.SetFloats(0, v)
		out = d.Floats(0, out[:0])
	}))
	require.NoError(t, d.Close())
}
