package geo

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

// kitchen unpacks the directories of payload indexes that a server wrote and returns those of immutable geo indexes.
func kitchen(t *testing.T) (dirs []string) {
	f, err := os.Open(fixture.Archive(t, "kitchen", "0", "snapshot.tar"))
	require.NoError(t, err)
	defer f.Close()
	root := t.TempDir()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dirs
		}
		require.NoError(t, err)
		name := filepath.Join(root, h.Name)
		if h.FileInfo().IsDir() || !strings.Contains(h.Name, "payload_index/") || !strings.HasSuffix(filepath.Dir(name), "-map") {
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, b, 0o644))
		if filepath.Base(name) == mapFile {
			dirs = append(dirs, filepath.Dir(name))
		}
	}
}

// TestKitchen builds the indexes of a server anew from what they say of each slot.
func TestKitchen(t *testing.T) {
	dirs := kitchen(t)
	require.NotEmpty(t, dirs)
	for _, dir := range dirs {
		x, err := Open(disk.OS, dir, Options{ReadOnly: true})
		require.NoError(t, err)
		content := map[uint32][]Point{}
		for off := range uint32(x.image.values.Len()) {
			if values := x.Values(off, nil); len(values) > 0 {
				content[off] = values
			}
		}
		require.NoError(t, x.Close())
		again := t.TempDir()
		require.NoError(t, Build(disk.OS, again, ascending(content)))
		sameFiles(t, dir, again)
	}
}
