package idmap

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// touch reads everything a tracker has and flushes a change to it.
func touch(t *testing.T, tr Tracker) {
	for id, off := range tr.From(nil) {
		_, ok := tr.External(off)
		require.True(t, ok)
		_, _ = tr.Internal(id)
		_ = tr.Version(off)
	}
	_, err := tr.Repair()
	require.NoError(t, err)
	require.NoError(t, tr.Drop(api.NumID(5)))
	require.NoError(t, tr.FlushMappings())
	require.NoError(t, tr.FlushVersions())
	require.NoError(t, tr.Close())
}

// openFuzzed opens a tracker over files of arbitrary bytes.
func openFuzzed(t *testing.T, files map[string][]byte) {
	dir := t.TempDir()
	for name, data := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	tr, err := Open(disk.OS, dir)
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		return
	}
	touch(t, tr)
}

func FuzzMutable(f *testing.F) {
	f.Add(annotated(f, goldenLog), annotated(f, goldenVersions))
	f.Add([]byte{tagInsertNum, 1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255}, []byte{1})
	f.Fuzz(func(t *testing.T, log, versions []byte) {
		openFuzzed(t, map[string][]byte{MutableMappingsFile: log, MutableVersionsFile: versions})
	})
}

func FuzzImmutable(f *testing.F) {
	f.Add(annotated(f, goldenRecords), annotated(f, goldenDeleted), make([]byte, 16))
	f.Fuzz(func(t *testing.T, records, deleted, versions []byte) {
		openFuzzed(t, map[string][]byte{MappingsFile: records, DeletedFile: deleted, VersionsFile: versions})
	})
}

func FuzzDisk(f *testing.F) {
	f.Add(annotated(f, goldenI2E), annotated(f, goldenE2I), annotated(f, goldenMask), annotated(f, goldenDeleted))
	f.Fuzz(func(t *testing.T, i2e, e2i, mask, deleted []byte) {
		openFuzzed(t, map[string][]byte{
			I2EFile: i2e, E2IFile: e2i, IsUUIDFile: mask, DeletedFile: deleted, VersionsFile: make([]byte, 16),
		})
	})
}
