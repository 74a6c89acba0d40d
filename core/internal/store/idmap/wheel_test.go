package idmap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestWheelFiles reads trackers written by the wheel 0.9.0. ids.txt is what its
// scroll returned.
func TestWheelFiles(t *testing.T) {
	for _, form := range []string{"mutable", "immutable", "disk"} {
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "wheel-0.9.0", form))))
			text, err := os.ReadFile(filepath.Join(dir, "ids.txt"))
			require.NoError(t, err)
			want := newState()
			tr, err := Open(disk.OS, dir)
			require.NoError(t, err)
			for line := range strings.FieldsSeq(string(text)) {
				id, err := api.ParsePointID(line)
				require.NoError(t, err)
				off, ok := tr.Internal(id)
				require.True(t, ok, line)
				want.points[id] = off
			}
			want.total = tr.Total()
			for off := range uint32(want.total) {
				want.versions[off] = tr.Version(off)
			}
			check(t, want, tr)
			require.Greater(t, tr.Total(), tr.Live())
			clean, err := tr.Repair()
			require.NoError(t, err)
			require.Equal(t, want.repair(), sortedOrNil(clean))
			require.NoError(t, tr.FlushMappings())
			require.NoError(t, tr.FlushVersions())
			require.NoError(t, tr.Close())
			tr, err = OpenReadOnly(disk.OS, dir)
			require.NoError(t, err)
			check(t, want, tr)
			require.NoError(t, tr.Close())
		})
	}
}
