package snapshot_test

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// source describes an unpacked shard directory.
func source(t testing.TB, dir string, next uint64) snapshot.Source {
	src := snapshot.Source{NextIndex: next}
	for id, m := range diskManifest(t, dir) {
		src.Segments = append(src.Segments, snapshot.SegmentSource{Dir: filepath.Join(dir, "segments", id), Manifest: m})
	}
	return src
}

func TestWrittenFullEqualsItsSource(t *testing.T) {
	for _, c := range []string{"edge-collection", "words"} {
		dir := filepath.Join(t.TempDir(), "shard")
		require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Load(t, c, 0).Snapshot, dir, snapshot.Options{}))
		var b bytes.Buffer
		require.NoError(t, snapshot.WriteFull(&b, disk.OS, source(t, dir, 100)))
		require.Less(t, b.Len(), 4<<20, "sparse files must stay small")
		again := filepath.Join(t.TempDir(), "shard")
		require.NoError(t, snapshot.UnpackTo(disk.OS, saveArchive(t, b.Bytes()), again, snapshot.Options{}))
		require.Equal(t, tree(t, filepath.Join(dir, "segments")), tree(t, filepath.Join(again, "segments")))
		require.FileExists(t, filepath.Join(again, "wal", "closed-100"))
	}
}

func TestWritePartial(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	local := smallShard(t, dir)
	src := source(t, dir, 6)
	for i, s := range src.Segments {
		src.Segments[i].Manifest = local[s.Manifest.SegmentID]
	}
	var b bytes.Buffer
	changed, err := snapshot.WritePartial(&b, disk.OS, src, local)
	require.NoError(t, err)
	require.False(t, changed)
	require.Zero(t, b.Len())

	client := snapshot.Manifest{segA: local[segA]}
	changed, err = snapshot.WritePartial(&b, disk.OS, src, client)
	require.NoError(t, err)
	require.True(t, changed)
	c, err := stageBytes(t, t.TempDir(), b.Bytes())
	require.NoError(t, err)
	require.True(t, c.Partial)
	require.True(t, c.Manifest().Equal(local))
	require.Len(t, c.Segments[segA].Files, 2, "only segment.json and version.info")
	require.Contains(t, c.Segments[segB].Files, "data/x")
}

func TestWriterRefusesSmallNextIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	smallShard(t, dir)
	require.Error(t, snapshot.WriteFull(io.Discard, disk.OS, source(t, dir, 5)))
	require.Error(t, snapshot.WriteFull(io.Discard, disk.OS, snapshot.Source{NextIndex: 1}))
}

// TestSparseEntries writes random hole patterns and reads them with the standard library.
func TestSparseEntries(t *testing.T) {
	root := t.TempDir()
	seg := filepath.Join(root, "seg")
	require.NoError(t, os.Mkdir(seg, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(seg, "segment.json"), []byte(`{"version":1}`), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(seg, "version.info"), []byte("0.6.0"), 0o644))
	name := strings.Repeat("long/", 20) + "page.dat"
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(seg, name)), 0o755))
	rapid.Check(t, func(rt *rapid.T) {
		data := make([]byte, rapid.IntRange(0, 6<<20).Draw(rt, "size"))
		for range rapid.IntRange(0, 40).Draw(rt, "runs") {
			if len(data) == 0 {
				break
			}
			at := rapid.IntRange(0, len(data)-1).Draw(rt, "at")
			n := rapid.IntRange(1, 20000).Draw(rt, "n")
			for i := at; i < min(len(data), at+n); i++ {
				data[i] = byte(i) | 1
			}
		}
		f, err := os.Create(filepath.Join(seg, name))
		require.NoError(rt, err)
		for at := 0; at < len(data); at += 4096 {
			if p := data[at:min(at+4096, len(data))]; len(bytes.Trim(p, "\x00")) > 0 {
				_, err = f.WriteAt(p, int64(at))
				require.NoError(rt, err)
			}
		}
		require.NoError(rt, f.Truncate(int64(len(data))))
		require.NoError(rt, f.Close())
		src := snapshot.Source{NextIndex: 2, Segments: []snapshot.SegmentSource{{Dir: seg, Manifest: snapshot.SegmentManifest{
			SegmentID: segA, SegmentVersion: 1, Files: map[string]snapshot.FileVersion{name: snapshot.NullVersion()}}}}}
		var b bytes.Buffer
		require.NoError(rt, snapshot.WriteFull(&b, disk.OS, src))
		r := tar.NewReader(&b)
		h, err := r.Next()
		require.NoError(rt, err)
		require.Equal(rt, "segments/"+segA+"/files/"+name, h.Name)
		got, err := io.ReadAll(r)
		require.NoError(rt, err)
		require.True(rt, bytes.Equal(data, got))
		for err == nil {
			_, err = r.Next()
		}
		require.Equal(rt, io.EOF, err)
	})
}
