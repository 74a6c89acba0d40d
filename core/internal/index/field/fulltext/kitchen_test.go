package fulltext

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
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// kitchen unpacks the directories of full-text indexes that a server wrote.
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
		dir := filepath.Join(root, filepath.Dir(h.Name))
		if h.FileInfo().IsDir() || !strings.Contains(h.Name, "payload_index/") || !strings.HasSuffix(dir, "-text") {
			continue
		}
		if len(dirs) == 0 || dirs[len(dirs)-1] != dir {
			dirs = append(dirs, dir)
		}
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		writeSparse(t, filepath.Join(dir, filepath.Base(h.Name)), b)
	}
}

// TestKitchen checks what a server wrote; which of its indexes have positions their files do not say.
func TestKitchen(t *testing.T) {
	dirs, immutable := kitchen(t), 0
	require.NotEmpty(t, dirs)
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, postingsFile)); err == nil {
			immutable++
		}
		plain, phrases := Check(disk.OS, dir, newParams(t, text.Word, false, false)), Check(disk.OS, dir, newParams(t, text.Word, true, false))
		require.True(t, plain == nil || phrases == nil, "%s: %v, %v", dir, plain, phrases)
	}
	require.NotZero(t, immutable)
}
