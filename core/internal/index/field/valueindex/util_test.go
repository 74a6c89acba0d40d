package valueindex

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// tempDir makes a directory for one run of a property.
func tempDir(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "valueindex")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// wheel unpacks what qdrant-edge-py wrote (testdata/make.py) and the values that
// it was given, by the number of the point.
func wheel(t testing.TB) (dir string, values []map[string]json.RawMessage) {
	t.Helper()
	f, err := os.Open("testdata/wheel-0.9.0.tar.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	dir = t.TempDir()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dir, values
		}
		require.NoError(t, err)
		name := filepath.Join(dir, h.Name)
		if strings.HasSuffix(h.Name, "/") || h.FileInfo().IsDir() {
			require.NoError(t, os.MkdirAll(name, 0o755))
			continue
		}
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		if filepath.Dir(h.Name) == "." {
			if h.Name == "values.json" {
				require.NoError(t, json.Unmarshal(b, &values))
			}
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, b, 0o644))
	}
}

// slotsOf is a number of slots beyond all of a model.
func slotsOf[V any](model map[uint32]V) uint32 {
	n := uint32(70)
	for off := range model {
		n = max(n, off+10)
	}
	return n
}
