package valueindex

import (
	"os"

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
