package flags

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedBytes writes recorded flags one by one: both files come out as they were.
func TestRecordedBytes(t *testing.T) {
	seen := 0
	for _, file := range fixture.Files(t, func(name string) bool {
		parent := filepath.Base(filepath.Dir(name))
		return parent == "deleted" || parent == "is_null" || parent == "has_values" || parent == "true" || parent == "false"
	}) {
		if filepath.Base(file) != statusFile {
			continue
		}
		seen++
		dir := filepath.Dir(file)
		old, err := OpenReadOnly(disk.OS, dir)
		require.NoError(t, err)
		again := t.TempDir()
		f, err := Open(disk.OS, again)
		require.NoError(t, err)
		for i := range uint32(old.Len()) {
			f.Set(i, old.Get(i))
		}
		require.NoError(t, f.Flush())
		for _, name := range old.Files() {
			fixture.SameFile(t, filepath.Join(dir, name), filepath.Join(again, name))
		}
		require.NoError(t, f.Close())
	}
	require.Greater(t, seen, 10)
}
