package postings

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func readFrequencies(name string) (lists [][]uint32, err error) {
	f, err := OpenFrequencies(disk.OS, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for t := range f.Len() {
		l, err := f.Append(nil, t)
		if err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return lists, nil
}

func TestFrequencies(t *testing.T) {
	name := filepath.Join(t.TempDir(), "term_frequencies.dat")
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]uint32{1, 2, 300, 1<<32 - 1}).Draw(t, "most")
		want := rapid.SliceOfN(rapid.SliceOfN(rapid.Uint32Range(1, most), 1, 300), 1, 4).Draw(t, "lists")
		require.NoError(t, WriteFrequencies(disk.OS, name, want))
		got, err := readFrequencies(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// TestWheelFrequencies writes a file of the reference again, to the byte.
func TestWheelFrequencies(t *testing.T) {
	lists, err := readFrequencies("testdata/frequencies.dat")
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(lists, func(l []uint32) bool { return len(l) > 2*ChunkLen && slices.Max(l) > 2 }))
	again := filepath.Join(t.TempDir(), "term_frequencies.dat")
	require.NoError(t, WriteFrequencies(disk.OS, again, lists))
	want, err := os.ReadFile("testdata/frequencies.dat")
	require.NoError(t, err)
	got, err := os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func tryFrequencies(t testing.TB, name string, b []byte) {
	require.NoError(t, os.WriteFile(name, b, 0o600))
	_, err := readFrequencies(name)
	require.True(t, err == nil || disk.IsCorrupt(err), "%v", err)
}

func frequencySample(t testing.TB) []byte {
	name := filepath.Join(t.TempDir(), "sample.dat")
	l := make([]uint32, 131)
	for i := range l {
		l[i] = uint32(i%5 + 1)
	}
	require.NoError(t, WriteFrequencies(disk.OS, name, [][]uint32{l, {1}, {9, 1}}))
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

func TestFrequencyDamage(t *testing.T) {
	name := filepath.Join(t.TempDir(), "term_frequencies.dat")
	b := frequencySample(t)
	for i := range b {
		tryFrequencies(t, name, b[:i])
		damaged := slices.Clone(b)
		damaged[i] ^= 0xff
		tryFrequencies(t, name, damaged)
	}
}

func FuzzFrequencies(f *testing.F) {
	f.Add(frequencySample(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		tryFrequencies(t, filepath.Join(t.TempDir(), "term_frequencies.dat"), b)
	})
}
