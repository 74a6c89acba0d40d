package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/check"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestGeoDamage: a cell that no place has is found in the index of a server.
func TestGeoDamage(t *testing.T) {
	dir := unpacked(t, "kitchen")
	found, err := filepath.Glob(filepath.Join(dir, "segments/*/payload_index/*/points_map.bin"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	damaged := 0
	for _, name := range found {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		if len(b) > 0 {
			b[0] ^= 0x10
			damaged++
			require.NoError(t, os.WriteFile(name, b, 0o644))
		}
	}
	require.NotZero(t, damaged)
	r, err := check.Shard(disk.OS, dir)
	require.NoError(t, err)
	require.False(t, r.OK)
}
