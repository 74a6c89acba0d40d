package sparse

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedBytes writes recorded indexes anew from the lists that they have.
func TestRecordedBytes(t *testing.T) {
	weights := map[Weights]int{}
	for _, file := range fixture.Files(t, func(name string) bool { return strings.Contains(name, "vector_index") }) {
		if filepath.Base(file) != PostingsFile {
			continue
		}
		dir := filepath.Dir(file)
		f, err := Open(disk.OS, dir, true)
		require.NoError(t, err)
		m := again(t, f)
		raw, err := os.ReadFile(filepath.Join(dir, ConfigFile))
		require.NoError(t, err)
		var s Settings
		require.NoError(t, json.Unmarshal(raw, &s))
		to := t.TempDir()
		require.NoError(t, m.Write(disk.OS, to, s))
		for _, name := range []string{ConfigFile, CountsFile, VersionFile} {
			fixture.SameFile(t, filepath.Join(dir, name), filepath.Join(to, name))
		}
		require.Equal(t, padded(t, f, dir), padded(t, f, to))
		sameNumbers(t, dir, to)
		weights[f.weights]++
		require.NoError(t, f.Close())
	}
	require.NotZero(t, weights[Float32])
	require.NotEmpty(t, weights)
}

// again is an index in memory with the lists of one in files.
func again(t *testing.T, f *Frozen) *Mutable {
	dims := make([]uint32, len(f.numbers))
	for dim, number := range f.numbers {
		dims[number] = dim
	}
	m := NewMutable()
	for _, dim := range dims {
		require.NoError(t, f.Each(dim, func(point uint32, weight float32) { m.Add(point, []uint32{dim}, []float32{weight}) }))
	}
	m.vectors = f.counts.Vectors
	return m
}

// sameNumbers: the reference writes its map of dimensions in any order.
func sameNumbers(t *testing.T, dir, to string) {
	a, err := os.ReadFile(filepath.Join(dir, TrackerFile))
	require.NoError(t, err)
	b, err := os.ReadFile(filepath.Join(to, TrackerFile))
	require.NoError(t, err)
	require.JSONEq(t, string(a), string(b))
	require.Len(t, b, len(a))
}

// padded is the file of the lists with zeros where the reference leaves what was in memory: behind short weights, and in headers.
func padded(t *testing.T, f *Frozen, dir string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, PostingsFile))
	require.NoError(t, err)
	head := f.weights.header()
	for number := range f.counts.Postings {
		h := data[number*head:]
		clear(h[head-4 : head])
		end := len(data)
		if number+1 < f.counts.Postings {
			end = int(binary.LittleEndian.Uint64(data[(number+1)*head:]))
		}
		rest := int(binary.LittleEndian.Uint64(h)) + int(binary.LittleEndian.Uint32(h[12:])) +
			int(binary.LittleEndian.Uint32(h[16:]))*(8+chunkLen*f.weights.size())
		for ; rest < end; rest += 8 {
			clear(data[rest+4+f.weights.size() : rest+8])
		}
	}
	return data
}
