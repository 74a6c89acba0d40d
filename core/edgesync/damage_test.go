package edgesync

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// damageOne cuts a file of segments below a directory that every reader needs.
func damageOne(t *testing.T, root string) {
	done := false
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !done && d.Name() == "segment.json" {
			done = true
			// Hard links share what is in a file: the damage is done to this name alone.
			require.NoError(t, os.Remove(path))
			return os.WriteFile(path, []byte("{"), 0o600)
		}
		return err
	}))
	require.True(t, done)
}
