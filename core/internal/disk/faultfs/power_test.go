//go:build linux

package faultfs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestPowerLeavesWhatWasSynced: content and names, each by its own sync; a rename that was not synced is not there, nor is a removal.
func TestPowerLeavesWhatWasSynced(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "a")
	p := NewPower(disk.OS)
	require.NoError(t, p.MkdirAll(filepath.Join(dir, "sub")))
	put := func(name, text string, sync bool) {
		f, err := p.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		_, err = f.Write([]byte(text))
		require.NoError(t, err)
		if sync {
			require.NoError(t, f.Sync())
		}
		require.NoError(t, f.Close())
	}
	n := 0
	left := func() map[string]string {
		n++
		to := filepath.Join(root, "left", string(rune('a'+n)))
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o700))
		require.NoError(t, p.Cut(dir, to))
		found := map[string]string{}
		require.NoError(t, filepath.Walk(to, func(path string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() {
				data, rerr := os.ReadFile(path)
				require.NoError(t, rerr)
				rel, _ := filepath.Rel(to, path)
				found[rel] = string(data)
			}
			return err
		}))
		return found
	}
	put("x", "one", true)
	put("sub/y", "two", false)
	require.Empty(t, left())
	require.NoError(t, p.SyncDir(dir))
	require.Equal(t, map[string]string{"x": "one"}, left())
	require.NoError(t, disk.SyncNames(p, dir))
	require.Equal(t, map[string]string{"x": "one", "sub/y": ""}, left())
	put("x", "longer", false)
	require.NoError(t, p.Remove(filepath.Join(dir, "sub/y")))
	put("sub/z", "three", true)
	require.Equal(t, map[string]string{"x": "one", "sub/y": ""}, left())
	require.NoError(t, p.Rename(filepath.Join(dir, "sub"), filepath.Join(dir, "moved")))
	require.NoError(t, p.SyncDir(filepath.Join(dir, "moved")))
	require.Equal(t, map[string]string{"x": "one", "sub/z": "three"}, left())
	require.NoError(t, p.SyncDir(dir))
	require.Equal(t, map[string]string{"x": "one", "moved/z": "three"}, left())
	m := filepath.Join(dir, "x")
	require.NoError(t, p.Truncate(m, 3))
	mapping, err := p.Map(m, true)
	require.NoError(t, err)
	copy(mapping.Data, "two")
	require.Equal(t, "one", left()["x"])
	require.NoError(t, mapping.Sync())
	require.Equal(t, "two", left()["x"])
	require.NoError(t, mapping.Close())
}
