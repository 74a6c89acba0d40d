package wal

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWheelSegment reads a log written by the wheel 0.9.0: two batches of 50
// points each and a deletion. The free space was cut off the file.
func TestWheelSegment(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/wheel-0.9.0")))
	l := openLog(t, dir, 0)
	got := contents(t, l, 0)
	require.Len(t, got, 3)
	for i, op := range []string{"upsert_points", "upsert_points", "delete_points"} {
		require.Contains(t, got[i][:20], op)
	}
	appendAll(t, l, "next")
	require.NoError(t, l.Close())
	l = openLog(t, dir, 0)
	require.Equal(t, append(got, "next"), contents(t, l, 0))
	require.NoError(t, l.Close())
}
