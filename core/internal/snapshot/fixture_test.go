package snapshot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

func TestRecordedArchivesUnpack(t *testing.T) {
	for _, a := range fixture.Archives() {
		t.Run(strings.Join(a, "/"), func(t *testing.T) {
			name := fixture.Archive(t, a...)
			if name == "" {
				t.Skip("the server answered 304")
			}
			dir := t.TempDir()
			s, err := snapshot.Stage(disk.OS, dir, name, snapshot.Options{})
			require.NoError(t, err)
			partial := strings.HasSuffix(name, "snapshot.tar") && a[1] != "0"
			require.Equal(t, partial, s.Contents.Partial)
			require.NoError(t, s.Discard())
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, left)
			target := filepath.Join(t.TempDir(), "deep", "shard")
			err = snapshot.UnpackTo(disk.OS, name, target, snapshot.Options{})
			if partial && !complete(s.Contents) {
				require.ErrorIs(t, err, snapshot.ErrIncomplete)
				require.NoDirExists(t, filepath.Dir(target))
				return
			}
			require.NoError(t, err)
			requireShard(t, target, s.Contents)
			require.ErrorIs(t, snapshot.UnpackTo(disk.OS, name, target, snapshot.Options{}), snapshot.ErrNotEmpty)
			requireShard(t, target, s.Contents)
		})
	}
}

// complete tells whether a partial archive happens to hold every file of its manifests.
func complete(c *snapshot.Contents) bool {
	_, err := snapshot.Plan(nil, c)
	return err == nil
}

// requireShard checks an unpacked directory against the contents of its archive: nothing missing, nothing left over.
func requireShard(t *testing.T, dir string, c *snapshot.Contents) {
	t.Helper()
	var names []string
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	require.ElementsMatch(t, append([]string{"segments", "wal"}, c.Extra...), names)
	for id, s := range c.Segments {
		for f, size := range s.Files {
			info, err := os.Stat(filepath.Join(dir, "segments", id, filepath.FromSlash(f)))
			require.NoError(t, err)
			require.Equal(t, size, info.Size(), f)
		}
	}
	wal, err := os.ReadDir(filepath.Join(dir, "wal"))
	require.NoError(t, err)
	require.Len(t, wal, 1)
	var blocks int64
	_ = filepath.Walk(dir, func(_ string, i os.FileInfo, _ error) error { blocks += allocated(i); return nil })
	require.Less(t, blocks, int64(12<<20), "holes must stay holes")
}

func TestRecordedStagesApplyInOrder(t *testing.T) {
	for _, c := range []string{"edge-collection", "words"} {
		t.Run(c, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "shard")
			require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Load(t, c, 0).Snapshot, dir, snapshot.Options{}))
			for n := 1; n < fixture.Stages; n++ {
				st := fixture.Load(t, c, n)
				if st.Snapshot == "" {
					continue
				}
				local, err := snapshot.DecodeManifest(st.Manifest)
				require.NoError(t, err)
				s, err := snapshot.Stage(disk.OS, dir, st.Snapshot, snapshot.Options{})
				require.NoError(t, err)
				requireSent(t, local, s.Contents)
				server, contents := s.Contents.Manifest(), s.Contents
				p, err := snapshot.Plan(local, contents)
				require.NoError(t, err)
				require.False(t, p.Full)
				require.NoError(t, s.Apply(p, snapshot.Options{}))
				require.ElementsMatch(t, server.Segments(), diskManifest(t, dir).Segments())
				for id, m := range server {
					files := diskManifest(t, dir)[id]
					require.Equal(t, m.FileNames(), files.FileNames())
				}
				left, err := filepath.Glob(filepath.Join(dir, ".*"))
				require.NoError(t, err)
				require.Empty(t, left)
			}
		})
	}
}

// requireSent checks that the difference rule gives exactly the files which the server put into the archive.
func requireSent(t *testing.T, client snapshot.Manifest, c *snapshot.Contents) {
	t.Helper()
	diff := c.Manifest().Diff(client)
	for id, s := range c.Segments {
		var sent []string
		for f := range s.Files {
			if f != "segment.json" && f != "version.info" {
				sent = append(sent, f)
			}
		}
		require.ElementsMatch(t, diff[id], sent, id)
	}
}

func TestManifestOfFixturesRoundTrips(t *testing.T) {
	for _, c := range []string{"edge-collection", "words"} {
		for n := 1; n < fixture.Stages; n++ {
			data := fixture.Load(t, c, n).Manifest
			m, err := snapshot.DecodeManifest(data)
			require.NoError(t, err)
			require.JSONEq(t, string(data), string(m.AppendJSON(nil)))
			again, err := snapshot.DecodeManifest(m.AppendJSON(nil))
			require.NoError(t, err)
			require.True(t, m.Equal(again))
		}
	}
}
