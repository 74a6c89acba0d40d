package numeric

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// kitchen unpacks the directories of payload indexes of one kind that a server
// wrote.
func kitchen(t *testing.T, kind string) (dirs []string) {
	archive := fixture.Archive(t, "kitchen", "0", "snapshot.tar")
	require.NotEmpty(t, archive)
	f, err := os.Open(archive)
	require.NoError(t, err)
	defer f.Close()
	root := t.TempDir()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dirs
		}
		require.NoError(t, err)
		dir := filepath.Join(root, filepath.Dir(h.Name))
		if h.FileInfo().IsDir() || !strings.Contains(h.Name, "payload_index/") || !strings.HasSuffix(dir, kind) {
			continue
		}
		if len(dirs) == 0 || dirs[len(dirs)-1] != dir {
			dirs = append(dirs, dir)
			require.NoError(t, os.MkdirAll(dir, 0o755))
		}
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), b, 0o644))
	}
}

// rewrite builds an index anew from what it says of each slot.
func rewrite[K Number](t *testing.T, dir string) {
	x, err := Open[K](disk.OS, dir, Options{})
	require.NoError(t, err)
	defer x.Close()
	require.NoError(t, Check[K](disk.OS, dir))
	content := map[uint32][]K{}
	for off := range uint32(x.image.values.Len()) {
		if values := x.Values(off, nil); len(values) > 0 {
			content[off] = values
		}
	}
	again := t.TempDir()
	require.NoError(t, Build(disk.OS, again, BuildOptions{Total: x.image.values.Len()}, ascending(content)))
	sameFiles(t, x, again)
}

func TestKitchen(t *testing.T) {
	seen := 0
	for _, dir := range kitchen(t, "-numeric") {
		if _, err := os.Stat(filepath.Join(dir, pairsFile)); err != nil {
			continue // a mutable one
		}
		if seen++; strings.Contains(dir, "-price-") {
			rewrite[float64](t, dir)
		} else {
			rewrite[int64](t, dir)
		}
	}
	require.GreaterOrEqual(t, seen, 4)
}

// TestOldWheels checks what wheels since 0.5.0 wrote. Up to 0.6.1 they marked
// removed points in deleted.bin.
func TestOldWheels(t *testing.T) {
	var dirs []string
	for _, name := range fixture.OldShards(t) {
		shard, _ := fixture.OldShard(t, name)
		found, err := filepath.Glob(filepath.Join(shard, "segments/*/payload_index/*-numeric"))
		require.NoError(t, err)
		dirs = append(dirs, found...)
	}
	require.NotEmpty(t, dirs)
	for _, dir := range dirs {
		require.NoError(t, Check[int64](disk.OS, dir), dir)
	}
}
