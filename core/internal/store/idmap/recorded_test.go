package idmap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
)

// TestRecordedBytes writes recorded trackers anew: a log change by change, the frozen forms from what they answer.
func TestRecordedBytes(t *testing.T) {
	dirs := map[string]bool{}
	for _, file := range fixture.Files(t, func(name string) bool { return strings.Contains(filepath.Base(name), "id_tracker.") }) {
		dirs[filepath.Dir(file)] = true
	}
	for _, form := range []string{"mutable", "immutable", "disk"} {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "wheel-0.9.0", form))))
		dirs[dir] = true
	}
	seen := map[string]int{}
	for dir := range dirs {
		switch {
		case exists(dir, MutableMappingsFile):
			seen["mutable"]++
			rewriteLog(t, dir)
		case exists(dir, I2EFile):
			seen["disk"]++
			rewriteFrozen(t, dir, WriteDisk, I2EFile, DeletedFile, VersionsFile, E2IFile)
			sameMask(t, dir)
		case exists(dir, MappingsFile):
			seen["immutable"]++
			rewriteFrozen(t, dir, WriteImmutable, MappingsFile, DeletedFile, VersionsFile)
		}
	}
	require.Len(t, seen, 3)
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

func rewriteLog(t *testing.T, dir string) {
	log, err := os.ReadFile(filepath.Join(dir, MutableMappingsFile))
	require.NoError(t, err)
	again := t.TempDir()
	m := newMutable(disk.OS, again, false)
	n, err := replay("log", log, func(c change) error {
		m.log = appendChange(m.log, c)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, log[:n], m.log)
	old, err := OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	for off, v := range old.(*mutable).versions {
		require.NoError(t, m.SetVersion(uint32(off), v))
	}
	require.NoError(t, m.FlushVersions())
	if exists(dir, MutableVersionsFile) {
		fixture.SameFile(t, filepath.Join(dir, MutableVersionsFile), filepath.Join(again, MutableVersionsFile))
	}
	require.NoError(t, old.Close())
}

func rewriteFrozen(t *testing.T, dir string, write func(disk.FS, string, Contents) error, files ...string) {
	old, err := OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	f := old.(*frozen)
	c := Contents{Deleted: bits.New(f.m.total())}
	for off := range uint32(f.m.total()) {
		c.IDs = append(c.IDs, f.m.at(off))
		c.Versions = append(c.Versions, f.Version(off))
		c.Deleted.Put(off, f.deleted.Get(off))
	}
	again, built := t.TempDir(), t.TempDir()
	require.NoError(t, write(disk.OS, again, c))
	c.Deleted = nil // when the files were written nothing was
	require.NoError(t, write(disk.OS, built, c))
	for _, name := range files {
		if name == E2IFile {
			again = built
		}
		fixture.SameFile(t, filepath.Join(dir, name), filepath.Join(again, name))
	}
	require.NoError(t, old.Close())
}

// sameMask: the reference writes the mask as a roaring bitmap when that is shorter, we never do; both say the same.
func sameMask(t *testing.T, dir string) {
	old, err := OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	m := old.(*frozen).m
	raw, err := os.ReadFile(filepath.Join(dir, IsUUIDFile))
	require.NoError(t, err)
	mask, err := bitmask.Decode(IsUUIDFile, raw, m.total())
	require.NoError(t, err)
	for off := range uint32(m.total()) {
		require.Equal(t, m.at(off).IsUUID(), mask.Get(off))
	}
	again, err := bitmask.Decode(IsUUIDFile, bitmask.Append(nil, mask, m.total()), m.total())
	require.NoError(t, err)
	require.Equal(t, mask, again)
	require.NoError(t, old.Close())
}
