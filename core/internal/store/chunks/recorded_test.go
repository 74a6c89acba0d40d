package chunks

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedBytes writes recorded arrays item by item: every file comes out as it was, but for the key "populate" that engines before 0.9
// wrote into the configuration and nobody reads.
func TestRecordedBytes(t *testing.T) {
	kinds := map[string]int{}
	for _, file := range fixture.Files(t, ofArray) {
		if filepath.Base(file) != configFile {
			continue
		}
		dir := filepath.Dir(file)
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		var c config
		require.NoError(t, json.Unmarshal(raw, &c))
		if !strings.Contains(string(raw), `"populate"`) {
			require.Equal(t, string(raw), string(c.encode()))
		}
		rewrite(t, dir, c)
		kinds[filepath.Base(dir)]++
	}
	require.NotZero(t, kinds["vectors"])
	require.NotZero(t, kinds["offsets"])
	require.NotZero(t, kinds["quantized_data"])
}

func ofArray(name string) bool {
	switch filepath.Base(filepath.Dir(name)) {
	case "vectors", "offsets", "quantized_data", "quantized_offsets_data", "tq_vectors", "tq_offsets":
		return true
	}
	return false
}

// rewrite copies what lies beyond the length, too: it is free to be anything.
func rewrite(t *testing.T, dir string, c config) {
	item := c.ChunkBytes / c.PerChunk
	old, err := OpenReadOnly(disk.OS, dir, item, c.Dim)
	require.NoError(t, err)
	again := t.TempDir()
	require.NoError(t, Create(disk.OS, again, item, c.Dim, c.ChunkBytes))
	a, err := Open(disk.OS, again, item, c.Dim)
	require.NoError(t, err)
	for i := range old.Len() {
		require.NoError(t, a.Set(i, old.Get(i)))
	}
	require.NoError(t, a.Flush())
	fixture.SameFile(t, filepath.Join(dir, statusFile), filepath.Join(again, statusFile))
	for i := range old.chunks {
		if behind := (old.Len() - i*c.PerChunk) * item; i < len(a.chunks) && behind < c.ChunkBytes {
			copy(a.chunks[i].Data[max(behind, 0):], old.chunks[i].Data[max(behind, 0):])
		}
		if i < len(a.chunks) {
			fixture.SameFile(t, filepath.Join(dir, chunkName(i)), filepath.Join(again, chunkName(i)))
		}
	}
	require.NoError(t, a.Close())
	require.NoError(t, old.Close())
}
