package postings

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestKitchen writes the files of a server again: one of the two forms gives their bytes.
func TestKitchen(t *testing.T) {
	f, err := os.Open(fixture.Archive(t, "kitchen", "0", "snapshot.tar"))
	require.NoError(t, err)
	defer f.Close()
	name, files := filepath.Join(t.TempDir(), "postings.dat"), 0
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if filepath.Base(h.Name) != "postings.dat" {
			continue
		}
		want, err := io.ReadAll(r)
		require.NoError(t, err)
		require.True(t, same(t, name, want, false) || same(t, name, want, true), h.Name)
		files++
	}
	require.NotZero(t, files)
}

// same reports whether a file is of a form and written again the same.
func same(t *testing.T, name string, want []byte, positions bool) bool {
	require.NoError(t, os.WriteFile(name, want, 0o600))
	f, err := Open(disk.OS, name, positions)
	require.NoError(t, err)
	defer f.Close()
	all, err := read(f)
	if err != nil {
		return false
	}
	again := name + ".again"
	require.NoError(t, Write(disk.OS, again, positions, f.TotalLength(), all))
	got, err := os.ReadFile(again)
	require.NoError(t, err)
	return string(got) == string(want)
}
