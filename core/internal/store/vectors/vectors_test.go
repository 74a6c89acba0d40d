package vectors

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
)

const testDim = 3

func vec(x float32) []float32 { return []float32{x, x + 0.5, -x} }

// smallDir is a storage directory with two rows per chunk.
func smallDir(t testing.TB) string {
	dir := t.TempDir()
	require.NoError(t, chunks.Create(disk.OS, filepath.Join(dir, vectorsDir), 4*testDim, testDim, 8*testDim))
	return dir
}

func openSmall(t testing.TB, dir string) Dense {
	d, err := OpenChunked[float32](disk.OS, dir, testDim)
	require.NoError(t, err)
	return d
}

// writeMatrix makes matrix.dat with rows vec(0), vec(1), …
func writeMatrix(t testing.TB, dir string, n int) {
	data := []byte(matrixHeader)
	for i := range n {
		for _, x := range vec(float32(i)) {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, matrixFile), data, 0o644))
}

func TestChunkedRoundTrip(t *testing.T) {
	dir := smallDir(t)
	d := openSmall(t, dir)
	require.NoError(t, d.Set(0, vec(1)))
	require.NoError(t, d.Set(4, vec(2))) // skips 1, 2, 3
	was, err := d.Delete(0)
	require.NoError(t, err)
	require.True(t, was)
	was, err = d.Delete(6) // beyond the end
	require.NoError(t, err)
	require.False(t, was)
	check := func(d Dense) {
		require.Equal(t, []int{testDim, 7, 1}, []int{d.Dim(), d.Len(), d.Live()})
		require.Equal(t, vec(1), d.Row(0))
		for _, off := range []uint32{1, 2, 3, 5, 6} {
			require.Equal(t, []float32{1, 1, 1}, d.Row(off))
			require.True(t, d.IsDeleted(off))
		}
		require.False(t, d.IsDeleted(4))
		require.True(t, d.IsDeleted(7))
		require.Nil(t, d.Row(7))
		rows, n := d.Rows(4)
		require.Equal(t, 2, n)
		require.Equal(t, vec(2), rows[:testDim])
		at := make([]*float32, 3)
		require.False(t, d.Refs([]uint32{4, 7, 0}, at))
		require.Equal(t, float32(2), *at[0])
		require.Nil(t, at[1])
	}
	check(d)
	require.NoError(t, d.Flush())
	require.NoError(t, d.Close())
	ro, err := OpenChunkedReadOnly[float32](disk.OS, dir, testDim)
	require.NoError(t, err)
	check(ro)
	require.ErrorIs(t, ro.Set(0, vec(1)), disk.ErrReadOnly)
	_, err = ro.Delete(4)
	require.ErrorIs(t, err, disk.ErrReadOnly)
	require.NoError(t, ro.Flush())
	require.NoError(t, ro.Close())

	d = openSmall(t, dir)
	check(d)
	require.Equal(t, []string{"vectors/config.json"}, d.ImmutableFiles())
	for _, name := range d.Files() {
		require.FileExists(t, filepath.Join(dir, name))
	}
	require.NoError(t, d.Set(0, vec(3)))
	require.False(t, d.IsDeleted(0))
	require.Equal(t, 2, d.Live())
	var wrong *DimError
	require.ErrorAs(t, d.Set(0, vec(3)[:2]), &wrong)
	require.NoError(t, d.Close())
	_, err = OpenChunked[float32](disk.OS, dir, testDim+1)
	require.True(t, disk.IsCorrupt(err), err)
}

// TestChunkedCrash closes without a flush: what was flushed must be there, and
// later operations must find a consistent storage.
func TestChunkedCrash(t *testing.T) {
	dir := smallDir(t)
	d := openSmall(t, dir)
	require.NoError(t, d.Set(0, vec(1)))
	require.NoError(t, d.Flush())
	require.NoError(t, d.Set(9, vec(2)))
	_, err := d.Delete(0)
	require.NoError(t, err)
	require.NoError(t, d.Close())

	d = openSmall(t, dir)
	require.Equal(t, []int{1, 1}, []int{d.Len(), d.Live()})
	require.NoError(t, d.Set(3, vec(4)))
	require.Equal(t, []int{4, 2}, []int{d.Len(), d.Live()})
	require.Equal(t, []float32{1, 1, 1}, d.Row(2), "bytes of the lost rows are not shown")
	require.NoError(t, d.Flush())
	require.NoError(t, d.Close())
}

// TestFlagsBeyondRows has flags of rows that a crash lost.
func TestFlagsBeyondRows(t *testing.T) {
	dir := smallDir(t)
	d := openSmall(t, dir)
	require.NoError(t, d.Set(5, vec(1)))
	require.NoError(t, d.Flush())
	require.NoError(t, d.Close())
	status := filepath.Join(dir, vectorsDir, "status.dat")
	require.NoError(t, os.WriteFile(status, binary.LittleEndian.AppendUint64(nil, 2), 0o644))
	d = openSmall(t, dir)
	defer d.Close()
	require.Equal(t, []int{2, 0}, []int{d.Len(), d.Live()})
	require.NoError(t, d.Set(2, vec(2)))
	require.False(t, d.IsDeleted(2))
	require.NoError(t, d.Set(4, vec(3)))
	require.Equal(t, []int{5, 2}, []int{d.Len(), d.Live()})
}

func TestMatrix(t *testing.T) {
	dir := t.TempDir()
	writeMatrix(t, dir, 70)
	ro, err := OpenMatrixReadOnly[float32](disk.OS, dir, testDim)
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(dir, droppedFile))
	require.Equal(t, []int{70, 70}, []int{ro.Len(), ro.Live()})
	_, err = ro.Delete(1)
	require.ErrorIs(t, err, disk.ErrReadOnly)
	require.NoError(t, ro.Flush())
	require.NoError(t, ro.Close())

	d, err := OpenMatrix[float32](disk.OS, dir, testDim)
	require.NoError(t, err)
	for _, off := range []uint32{0, 9, 69} {
		was, err := d.Delete(off)
		require.NoError(t, err)
		require.True(t, was)
	}
	was, err := d.Delete(9)
	require.NoError(t, err)
	require.False(t, was)
	require.ErrorIs(t, d.Set(0, vec(0)), ErrImmutable)
	var beyond *RangeError
	_, err = d.Delete(70)
	require.ErrorAs(t, err, &beyond)
	require.NoError(t, d.Flush())
	_, err = d.Delete(33) // lost
	require.NoError(t, err)
	require.NoError(t, d.Close())

	data, err := os.ReadFile(filepath.Join(dir, droppedFile))
	require.NoError(t, err)
	want := make([]byte, 24)
	copy(want, "drop")
	want[8], want[9], want[16] = 1, 2, 32
	require.Equal(t, want, data)

	d, err = OpenMatrix[float32](disk.OS, dir, testDim)
	require.NoError(t, err)
	defer d.Close()
	require.Equal(t, []int{70, 67}, []int{d.Len(), d.Live()})
	require.True(t, d.IsDeleted(69) && d.IsDeleted(70) && !d.IsDeleted(33))
	require.Equal(t, vec(69), d.Row(69))
	require.Nil(t, d.Row(70))
	rows, n := d.Rows(68)
	require.Equal(t, 2, n)
	require.Equal(t, append(vec(68), vec(69)...), rows)
	require.Equal(t, []string{matrixFile}, d.ImmutableFiles())
	require.Equal(t, []string{matrixFile, droppedFile}, d.Files())
}

func TestDroppedLengthIsRepaired(t *testing.T) {
	dir := t.TempDir()
	writeMatrix(t, dir, 10)
	name := filepath.Join(dir, droppedFile)
	long := append([]byte("drop\x00\x00\x00\x00"), 0xff, 0xff, 0xff)
	long = append(long, make([]byte, 100)...)
	require.NoError(t, os.WriteFile(name, long, 0o644))
	for _, open := range []func(disk.FS, string, int) (Dense, error){OpenMatrixReadOnly[float32], OpenMatrix[float32]} {
		d, err := open(disk.OS, dir, testDim)
		require.NoError(t, err)
		require.Zero(t, d.Live(), "bits beyond the rows do not count")
		require.NoError(t, d.Close())
	}
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.EqualValues(t, 16, info.Size())
}

func TestMatrixCorruption(t *testing.T) {
	cases := map[string]func(dir string) error{
		"no header":  func(dir string) error { return os.WriteFile(filepath.Join(dir, matrixFile), []byte("dat"), 0o644) },
		"bad header": func(dir string) error { return os.WriteFile(filepath.Join(dir, matrixFile), []byte("drop"), 0o644) },
		"cut row":    func(dir string) error { return os.Truncate(filepath.Join(dir, matrixFile), 4+12+5) },
		"bad flags": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, droppedFile), []byte("data0000"), 0o644)
		},
	}
	for name, damage := range cases {
		dir := t.TempDir()
		writeMatrix(t, dir, 2)
		require.NoError(t, damage(dir))
		for _, open := range []func(disk.FS, string, int) (Dense, error){OpenMatrixReadOnly[float32], OpenMatrix[float32]} {
			_, err := open(disk.OS, dir, testDim)
			require.True(t, disk.IsCorrupt(err), "%s: %v", name, err)
		}
	}
	_, err := OpenMatrix[float32](disk.OS, t.TempDir(), testDim)
	require.ErrorIs(t, err, os.ErrNotExist)
	var wrong *DimError
	_, err = OpenMatrix[float32](disk.OS, t.TempDir(), 0)
	require.ErrorAs(t, err, &wrong)
}

// TestChunkedModel runs random operations against a map.
func TestChunkedModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := smallDir(t)
		d, model, length := openSmall(t, dir), map[uint32]float32{}, 0
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			off := rapid.Uint32Range(0, 12).Draw(rt, "offset")
			switch rapid.IntRange(0, 4).Draw(rt, "step") {
			case 0:
				_, known := model[off]
				was, err := d.Delete(off)
				require.NoError(rt, err)
				require.Equal(rt, known, was)
				delete(model, off)
				length = max(length, int(off)+1)
			case 1:
				require.NoError(rt, d.Flush())
				require.NoError(rt, d.Close())
				d = openSmall(t, dir)
			default:
				x := float32(rapid.IntRange(0, 99).Draw(rt, "value"))
				require.NoError(rt, d.Set(off, vec(x)))
				model[off] = x
				length = max(length, int(off)+1)
			}
			require.Equal(rt, []int{length, len(model)}, []int{d.Len(), d.Live()})
			for off := range uint32(14) {
				x, known := model[off]
				require.Equal(rt, !known, d.IsDeleted(off))
				if known {
					require.Equal(rt, vec(x), d.Row(off))
				}
			}
		}
		require.NoError(rt, d.Close())
	})
}

// FuzzMatrix opens damaged files: an error or a readable storage, no panic.
func FuzzMatrix(f *testing.F) {
	f.Add([]byte("data"), []byte("drop"))
	f.Add(append([]byte("data"), make([]byte, 24)...), append([]byte("drop"), make([]byte, 12)...))
	f.Add([]byte("dat"), []byte{})
	f.Add(append([]byte("data"), make([]byte, 13)...), []byte("drop\x00\x00\x00\x00\xff"))
	f.Fuzz(func(t *testing.T, rows, dropped []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, matrixFile), rows, 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, droppedFile), dropped, 0o644))
		for _, open := range []func(disk.FS, string, int) (Dense, error){OpenMatrixReadOnly[float32], OpenMatrix[float32]} {
			d, err := open(disk.OS, dir, testDim)
			if err != nil {
				require.True(t, disk.IsCorrupt(err), err)
				continue
			}
			readAll(t, d)
			require.NoError(t, d.Close())
		}
	})
}

// FuzzChunked cuts or replaces one file of a written storage.
func FuzzChunked(f *testing.F) {
	f.Add(uint8(0), []byte("{}"))
	f.Add(uint8(0), []byte(`{"chunk_size_bytes":24,"chunk_size_vectors":2,"dim":3}`))
	f.Add(uint8(0), []byte(`{"chunk_size_bytes":52776558133248,"chunk_size_vectors":4398046511104,"dim":3}`))
	f.Add(uint8(1), []byte{200, 0, 0, 0, 0, 0, 0, 0})
	f.Add(uint8(2), []byte("short"))
	f.Add(uint8(5), []byte{})
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		dir := smallDir(t)
		d := openSmall(t, dir)
		require.NoError(t, d.Set(3, vec(1)))
		require.NoError(t, d.Flush())
		files := d.Files()
		require.NoError(t, d.Close())
		name := files[int(which)%len(files)]
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		for _, open := range []func(disk.FS, string, int) (Dense, error){OpenChunkedReadOnly[float32], OpenChunked[float32]} {
			d, err := open(disk.OS, dir, testDim)
			if err != nil {
				continue
			}
			readAll(t, d)
			require.NoError(t, d.Close())
		}
	})
}

func readAll(t *testing.T, d Dense) {
	live := 0
	for off := range min(d.Len(), 1000) {
		require.Len(t, d.Row(uint32(off)), d.Dim())
		if !d.IsDeleted(uint32(off)) {
			live++
		}
	}
	if d.Len() <= 1000 {
		require.Equal(t, d.Live(), live)
	}
}
