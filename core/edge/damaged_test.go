package edge_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestUnreadablePayloadIsRefused: an archive has no checksums, so what can be read is read before a snapshot is switched in.
func TestUnreadablePayloadIsRefused(t *testing.T) {
	zero, one := fixture.Load(t, "edge-collection", 0), fixture.Load(t, "edge-collection", 1)
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(zero.Snapshot, dir))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	for _, from := range []string{zero.Snapshot, one.Snapshot} {
		archive, err := os.ReadFile(from)
		require.NoError(t, err)
		at := bytes.LastIndex(archive, []byte(`{"color"`))
		require.Positive(t, at)
		archive[at+1] ^= 4 // the quote of the key
		damaged := filepath.Join(t.TempDir(), "damaged.snapshot")
		require.NoError(t, os.WriteFile(damaged, archive, 0o600))
		require.ErrorIs(t, s.UpdateFromSnapshot(ctx, damaged, ""), api.ErrCorrupt)
		compareTruth(t, s, zero.Truth)
		if from == zero.Snapshot {
			target := filepath.Join(t.TempDir(), "fresh")
			require.ErrorIs(t, edge.UnpackSnapshot(damaged, target), api.ErrCorrupt)
			require.NoDirExists(t, target)
		}
	}
	require.NoError(t, s.UpdateFromSnapshot(ctx, one.Snapshot, ""))
	compareTruth(t, s, one.Truth)
	require.NoError(t, s.Close())
}

// TestUnpackNeedsEveryFile leaves one file out of a full snapshot, one per run, each with QDRANT_EDGE_ALL_FAULTS, else some that could be
// taken for files of an empty segment: what is then unpacked is the whole shard, or nothing.
func TestUnpackNeedsEveryFile(t *testing.T) {
	t.Parallel()
	zero := fixture.Load(t, "edge-collection", 0)
	names := archiveFiles(t, zero.Snapshot)
	if os.Getenv("QDRANT_EDGE_ALL_FAULTS") == "" {
		names = slices.DeleteFunc(names, func(n string) bool {
			return !strings.HasSuffix(n, ".mappings") && !strings.HasSuffix(n, "vectors/status.dat")
		})[:2]
	}
	for _, name := range names {
		cut := filepath.Join(t.TempDir(), "cut.snapshot")
		copyWithout(t, cut, zero.Snapshot, name)
		dir := filepath.Join(t.TempDir(), "fresh")
		if err := edge.UnpackSnapshot(cut, dir); err != nil {
			require.Contains(t, []api.ErrorKind{api.Corrupt, api.IncompleteSnapshot}, api.KindOf(err), "%s: %v", name, err)
			require.NoDirExists(t, dir)
			continue
		}
		s, err := edge.Load(dir, nil)
		require.NoError(t, err, name)
		compareTruth(t, s, zero.Truth)
		require.NoError(t, s.Close())
	}
}

func archiveFiles(t *testing.T, name string) (names []string) {
	walkArchive(t, name, func(h *tar.Header, _ io.Reader) {
		if strings.HasPrefix(h.Name, "segments/") && h.FileInfo().Mode().IsRegular() {
			names = append(names, h.Name)
		}
	})
	require.NotEmpty(t, names)
	return names
}

func copyWithout(t *testing.T, to, from, without string) {
	f, err := os.Create(to)
	require.NoError(t, err)
	w := tar.NewWriter(f)
	walkArchive(t, from, func(h *tar.Header, r io.Reader) {
		if h.Name == without {
			return
		}
		plain := &tar.Header{Name: h.Name, Mode: 0o644, Size: h.Size, Typeflag: tar.TypeReg, Format: tar.FormatGNU}
		if h.FileInfo().IsDir() {
			plain.Typeflag = tar.TypeDir
		}
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		if strings.HasPrefix(h.Name, "wal/") { // only the head of the carrier matters
			data = data[:min(len(data), 8)]
			plain.Size = int64(len(data))
		}
		require.NoError(t, w.WriteHeader(plain))
		_, err = w.Write(data)
		require.NoError(t, err)
	})
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
}

func walkArchive(t *testing.T, name string, fn func(*tar.Header, io.Reader)) {
	f, err := os.Open(name)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		fn(h, r)
	}
}
