package shard

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedConfig: recorded configurations are written with the same meaning. The reference keeps vectors in a map and writes them in any
// order; what we write, we write again to the byte.
func TestRecordedConfig(t *testing.T) {
	for _, file := range fixture.Files(t, func(name string) bool { return filepath.Base(name) == configName }) {
		dir, again, third := filepath.Dir(file), t.TempDir(), t.TempDir()
		cfg, err := readConfig(disk.OS, dir)
		require.NoError(t, err)
		require.NoError(t, writeConfig(disk.OS, again, cfg))
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		ours, err := os.ReadFile(filepath.Join(again, configName))
		require.NoError(t, err)
		require.JSONEq(t, string(raw), string(ours))
		cfg, err = readConfig(disk.OS, again)
		require.NoError(t, err)
		require.NoError(t, writeConfig(disk.OS, third, cfg))
		fixture.SameFile(t, filepath.Join(again, configName), filepath.Join(third, configName))
	}
}
