package hnsw

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// recordedArchives are snapshots of a server with graphs in them.
var recordedArchives = [][]string{{"words", "0", "snapshot.tar"}, {"words-stored", "stored.tar"}}

// recorded unpacks the archives and returns their index directories.
func recorded(t testing.TB) []string {
	t.Helper()
	var dirs []string
	for _, a := range recordedArchives {
		target := filepath.Join(t.TempDir(), "shard")
		require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Archive(t, a...), target, snapshot.Options{}))
		found, err := filepath.Glob(filepath.Join(target, "segments", "*", "vector_index", GraphFile))
		require.NoError(t, err)
		for _, f := range found {
			dirs = append(dirs, filepath.Dir(f))
		}
	}
	require.NotEmpty(t, dirs)
	return dirs
}

func open(t testing.TB, dir string, o Options) *Graph {
	t.Helper()
	g, err := Open(disk.OS, dir, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	return g
}

// TestRecordedBytes: what is decoded encodes to the bytes of the server and of wheels, in all formats that they wrote.
func TestRecordedBytes(t *testing.T) {
	seen := map[linkFormat]int{}
	for _, file := range fixture.Files(t, func(name string) bool { return strings.Contains(name, "vector_index") }) {
		if filepath.Base(file) == GraphFile {
			seen[rewrite(t, filepath.Dir(file))]++
		}
	}
	for _, dir := range recorded(t) {
		seen[rewrite(t, dir)]++
	}
	require.NotZero(t, seen[formatCompressed])
	require.NotZero(t, seen[formatVectors])
}

func rewrite(t *testing.T, dir string) linkFormat {
	g := open(t, dir, Options{})
	raw, err := os.ReadFile(filepath.Join(dir, GraphFile))
	require.NoError(t, err)
	require.Equal(t, raw, g.header.append(nil))

	order := make([]uint32, g.Points()) // of points with equal levels the order is free
	for p := range order {
		order[binary.LittleEndian.Uint32(g.links.rank[4*p:])] = uint32(p)
	}
	raw, err = os.ReadFile(g.links.file.Name())
	require.NoError(t, err)
	var data []byte
	if g.links.format == formatVectors {
		data, err = encodeVectorLinks(g.links, order, linksAsSource(t, g.links))
	} else {
		data, err = encodeLinks(g.links, order)
	}
	require.NoError(t, err)
	require.True(t, bytes.Equal(raw, data), g.links.file.Name())

	again := t.TempDir()
	require.NoError(t, g.Config().Write(disk.OS, again))
	fixture.SameFile(t, filepath.Join(dir, ConfigFile), filepath.Join(again, ConfigFile))
	return g.links.format
}

// TestRecordedLinks: the pinned links are those of the file, and no point links to itself or has more than it may.
func TestRecordedLinks(t *testing.T) {
	for _, dir := range recorded(t) {
		g, mem := open(t, dir, Options{Cold: true}), open(t, dir, Options{Pinned: true})
		for p := range uint32(g.Points()) {
			for l := g.Level(p); l >= 0; l-- {
				row, err := g.Links(nil, p, l)
				require.NoError(t, err)
				require.NotContains(t, row, p)
				for _, q := range row {
					require.GreaterOrEqual(t, g.Level(q), l)
				}
				if l == 0 {
					require.Equal(t, row, append([]uint32(nil), mem.pinned.row(p)...))
				}
			}
			_, err := g.Links(nil, p, g.Level(p)+1)
			require.True(t, disk.IsCorrupt(err))
		}
		_, err := g.Links(nil, uint32(g.Points()), 0)
		require.True(t, disk.IsCorrupt(err))
	}
}

// linksAsSource collects the vectors that stand beside links, each of which is the same wherever it stands.
func linksAsSource(t *testing.T, l *links) *Inline {
	beside := map[uint32][]byte{}
	for p := range uint32(l.points) {
		for level := range l.level(p) + 1 {
			row, err := l.row(nil, p, level)
			require.NoError(t, err)
			all, err := l.linkVectors(p, level, len(row))
			require.NoError(t, err)
			for i, to := range row {
				b := all[i*l.inline.linkSize : (i+1)*l.inline.linkSize]
				if beside[to] == nil {
					beside[to] = b
				}
				require.Equal(t, beside[to], b)
			}
		}
	}
	in := l.inline
	return &Inline{BaseSize: in.baseSize, BaseAlign: in.baseAlign, LinkSize: in.linkSize, LinkAlign: in.linkAlign,
		Base: l.base, Link: func(p uint32) ([]byte, error) { return beside[p], nil }}
}
