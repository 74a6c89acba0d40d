package bitmask

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// annotated turns "hex  # comment" lines into bytes.
func annotated(t testing.TB, text string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "#")
		b, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
		require.NoError(t, err, line)
		out = append(out, b...)
	}
	return out
}

const goldenDense = `
51 42 4D 4B 01 00 00 00  # "QBMK", version 1
02 00 00 00 00 00 00 00  # two bits
00 00 00 00 00 00 00 00  # dense, reserved
08 00 00 00 00 00 00 00  # payload of 8 bytes
02 00 00 00 00 00 00 00  # bit 1 is set
`

// Bit masks as the engine writes them: roaring containers of every kind.
const goldenOnes = `
51 42 4D 4B 01 00 00 00  # "QBMK", version 1
00 00 02 00 00 00 00 00  # 131072 bits
01 00 00 00 00 00 00 00  # roaring of the ones
17 00 00 00 00 00 00 00  # payload of 23 bytes
3B 30 01 00              # cookie 12347: with runs, two containers
01                       # container 0 is a run container
00 00 09 00              # key 0, 10 values
01 00 01 00              # key 1, 2 values
01 00 05 00 09 00        # one run from 5, 10 long
03 00 07 00              # values 3 and 7
`

func TestGolden(t *testing.T) {
	s, err := Decode("mask", annotated(t, goldenOnes), 1<<17)
	require.NoError(t, err)
	want := bits.New(1 << 17)
	for i := uint32(5); i < 15; i++ {
		want.Put(i, true)
	}
	want.Put(1<<16+3, true)
	want.Put(1<<16+7, true)
	require.Equal(t, want, s)

	zeros := annotated(t, goldenOnes)
	zeros[16] = maskZeros
	s, err = Decode("mask", zeros, 1<<17)
	require.NoError(t, err)
	require.Equal(t, 1<<17-12, s.Ones())
	require.False(t, s.Get(5))
}

func TestEmpty(t *testing.T) {
	dir := t.TempDir()
	mask := bits.New(70)
	mask.Put(3, true)
	mask.Put(69, true)
	require.NoError(t, WriteEmpty(disk.OS, dir, "deleted.bin", mask, 70))
	got, file, err := ReadEmpty(disk.OS, dir, "deleted.bin", 70)
	require.NoError(t, err)
	require.Equal(t, "deleted.bin", file)
	require.Equal(t, mask, got)
	_, _, err = ReadEmpty(disk.OS, dir, "deleted.bin", 129)
	require.True(t, disk.IsCorrupt(err))
	_, _, err = ReadEmpty(disk.OS, dir, "deleted.bin", 69)
	require.True(t, disk.IsCorrupt(err))

	require.NoError(t, disk.WriteFileAtomic(disk.OS, dir+"/"+compactFile, annotated(t, goldenDense)))
	got, file, err = ReadEmpty(disk.OS, dir, "deleted.bin", 2)
	require.NoError(t, err)
	require.Equal(t, compactFile, file)
	require.Equal(t, bits.Set{2}, got)
}

func FuzzMask(f *testing.F) {
	f.Add(annotated(f, goldenDense), 2)
	f.Add(annotated(f, goldenOnes), 1<<17)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		n &= 1<<20 - 1
		s, err := Decode("mask", data, n)
		if err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
			return
		}
		again, err := Decode("mask", Append(nil, s, n), n)
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
