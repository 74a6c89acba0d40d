package snapshot_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// fastDir is a temporary directory in memory where the system has one: the fault tests make thousands of small trees.
func fastDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "qe-snapshot-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// tree maps every path below dir to a hash of its content; random names and seeds of the log are left out.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		if d.IsDir() {
			m[rel] = "dir"
			return nil
		}
		m[rel] = hashFile(t, p)
		if strings.HasPrefix(rel, "wal"+string(filepath.Separator)+"closed-") {
			m[rel] = "carrier"
		}
		return nil
	}))
	return m
}

func hashFile(t testing.TB, name string) string {
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	require.NoError(t, err)
	return hex.EncodeToString(h.Sum(nil))
}

// diskManifest builds a manifest of an unpacked directory: every file has the version of its segment.
func diskManifest(t testing.TB, dir string) snapshot.Manifest {
	t.Helper()
	m := snapshot.Manifest{}
	list, err := os.ReadDir(filepath.Join(dir, "segments"))
	require.NoError(t, err)
	for _, e := range list {
		seg := filepath.Join(dir, "segments", e.Name())
		var state struct{ Version *uint64 }
		data, err := os.ReadFile(filepath.Join(seg, "segment.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &state))
		s := snapshot.SegmentManifest{SegmentID: e.Name(), Files: map[string]snapshot.FileVersion{}}
		if state.Version != nil {
			s.SegmentVersion = *state.Version
		}
		require.NoError(t, filepath.WalkDir(seg, func(p string, d fs.DirEntry, err error) error {
			rel, _ := filepath.Rel(seg, p)
			rel = filepath.ToSlash(rel)
			if err == nil && !d.IsDir() && rel != "segment.json" && rel != "version.info" {
				s.Files[rel] = snapshot.NullVersion()
			}
			return err
		}))
		m[e.Name()] = s
	}
	return m
}

// item is one entry of a handmade archive.
type item struct {
	name string
	body string
	typ  byte
	link string
}

func archive(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, i := range items {
		if i.typ == 0 {
			i.typ = tar.TypeReg
		}
		h := &tar.Header{Name: i.name, Typeflag: i.typ, Linkname: i.link, Mode: 0o644, Format: tar.FormatGNU}
		if i.typ == tar.TypeReg {
			h.Size = int64(len(i.body))
		}
		if i.typ == tar.TypeXGlobalHeader {
			h = &tar.Header{Name: i.name, Typeflag: i.typ, PAXRecords: map[string]string{"comment": "x"}, Format: tar.FormatPAX}
		}
		require.NoError(t, w.WriteHeader(h))
		_, err := io.WriteString(w, i.body)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

const (
	segA = "11111111-2222-4333-8444-555555555555"
	segB = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
)

func segmentItems(id, version string, files ...item) []item {
	base := "segments/" + id + "/files/"
	var out []item
	for _, f := range files {
		f.name = base + f.name
		out = append(out, f)
	}
	return append(out, item{name: base + "segment.json", body: `{"version":` + version + `,"config":{}}`}, item{name: base + "version.info", body: "0.6.0"})
}

func tailItems(next string) []item {
	return []item{{name: "newest_clocks.json", body: `{"clocks":[]}`}, {name: "wal/", typ: tar.TypeDir}, {name: "wal/closed-" + next, body: "wal\x00\x01\x02\x03\x04" + strings.Repeat("\x00", 32)},
		{name: "replica_state.json", body: "{}"}, {name: "shard_config.json", body: "{}"}}
}

func join(lists ...[]item) []item {
	var out []item
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func saveArchive(t testing.TB, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "snapshot.tar")
	require.NoError(t, os.WriteFile(name, data, 0o644))
	return name
}

func stageBytes(t testing.TB, dir string, data []byte) (*snapshot.Contents, error) {
	t.Helper()
	s, err := snapshot.StageReader(disk.OS, dir, bytes.NewReader(data), snapshot.Options{})
	if err != nil {
		require.Nil(t, s)
		return nil, err
	}
	require.NoError(t, s.Discard())
	return s.Contents, nil
}

// update stages, plans and applies an archive, as a shard does.
func update(f disk.FS, dir, archive string, local snapshot.Manifest, o snapshot.Options) error {
	s, err := snapshot.Stage(f, dir, archive, o)
	if err != nil {
		return err
	}
	p, err := snapshot.Plan(local, s.Contents)
	if err != nil {
		_ = s.Discard()
		return err
	}
	return s.Apply(p, o)
}
