package grid

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// small has 4 regions of 16 blocks of 8 bytes per page.
func small(c Compression) Options {
	return Options{PageSize: 512, BlockSize: 8, RegionBlocks: 16, Compression: c}
}

func TestModel(t *testing.T) {
	for _, c := range []Compression{None, LZ4} {
		t.Run(string(c), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { checkModel(rt, t.TempDir(), c) })
		})
	}
}

func checkModel(rt *rapid.T, dir string, c Compression) {
	dir, err := os.MkdirTemp(dir, "g")
	require.NoError(rt, err)
	g, err := Create(disk.OS, dir, small(c))
	require.NoError(rt, err)
	now, saved := map[uint32][]byte{}, map[uint32][]byte{}
	keys := rapid.Uint32Range(0, 30)
	rt.Repeat(map[string]func(*rapid.T){
		"put": func(rt *rapid.T) {
			k := keys.Draw(rt, "k")
			// Up to three pages: values cross regions and pages.
			v := bytes.Repeat([]byte{rapid.Byte().Draw(rt, "b"), byte(k)}, rapid.IntRange(1, 700).Draw(rt, "n"))
			require.NoError(rt, g.Put(k, v))
			now[k] = v
		},
		"put small": func(rt *rapid.T) {
			k := keys.Draw(rt, "k")
			v := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(rt, "v")
			require.NoError(rt, g.Put(k, v))
			now[k] = v
		},
		"delete": func(rt *rapid.T) {
			k := keys.Draw(rt, "k")
			had, err := g.Delete(k)
			require.NoError(rt, err)
			require.Equal(rt, now[k] != nil, had)
			delete(now, k)
		},
		"flush": func(rt *rapid.T) {
			require.NoError(rt, g.Flush())
			saved = map[uint32][]byte{}
			for k, v := range now {
				saved[k] = v
			}
		},
		"reopen": func(rt *rapid.T) {
			require.NoError(rt, g.Close())
			now = map[uint32][]byte{}
			for k, v := range saved {
				now[k] = v
			}
			g, err = Open(disk.OS, dir)
			require.NoError(rt, err)
		},
		"": func(rt *rapid.T) {
			requireValues(rt, g, now)
			require.NoError(rt, g.Check())
			ro, err := OpenReadOnly(disk.OS, dir)
			require.NoError(rt, err)
			requireValues(rt, ro, saved)
			require.NoError(rt, ro.Close())
		},
	})
	require.NoError(rt, g.Close())
}

func requireValues(t require.TestingT, g *Grid, want map[uint32][]byte) {
	for k := range uint32(32) {
		got, ok, err := g.Get(k, nil)
		require.NoError(t, err)
		require.Equal(t, want[k] != nil, ok)
		require.Equal(t, ok, g.Has(k))
		alias, ok2, err := g.View(k)
		require.NoError(t, err)
		require.Equal(t, ok, ok2)
		require.True(t, bytes.Equal(got, alias))
		require.True(t, bytes.Equal(want[k], got))
		if ok {
			require.Less(t, k, uint32(g.Len()))
		}
	}
}

func TestBlocksAreReusedAfterFlushOnly(t *testing.T) {
	g, err := Create(disk.OS, t.TempDir(), small(None))
	require.NoError(t, err)
	v := make([]byte, 200)
	require.NoError(t, g.Put(0, v))
	require.NoError(t, g.Flush())
	first := g.stored(0).ptr
	require.NoError(t, g.Put(0, v))
	require.NotEqual(t, first, g.lookup(0).ptr, "the old value stays")
	require.NoError(t, g.Flush())
	require.NoError(t, g.Put(1, make([]byte, 128)))
	require.Equal(t, first.block, g.lookup(1).ptr.block, "its blocks are free now")
	for range 200 {
		require.NoError(t, g.Put(0, v))
		require.NoError(t, g.Flush())
	}
	require.Len(t, g.pages, 2)
	require.NoError(t, g.Check())
	require.NoError(t, g.Close())
}

func TestGetCopiesViewAliases(t *testing.T) {
	g, err := Create(disk.OS, t.TempDir(), small(None))
	require.NoError(t, err)
	require.NoError(t, g.Put(3, []byte("hello")))
	alias, _, err := g.View(3)
	require.NoError(t, err)
	buf := make([]byte, 0, 16)
	own, _, err := g.Get(3, buf)
	require.NoError(t, err)
	require.Same(t, &buf[:1][0], &own[0])
	copy(g.pages[0].Data, "HELLO")
	require.Equal(t, "HELLO", string(alias))
	require.Equal(t, "hello", string(own))
	require.NoError(t, g.Close())
}

func TestEmptyValues(t *testing.T) {
	g, err := Create(disk.OS, t.TempDir(), small(None))
	require.NoError(t, err)
	require.Error(t, g.Put(0, nil))
	require.Zero(t, g.Len())
	require.NoError(t, g.Close())

	g, err = Create(disk.OS, t.TempDir(), small(LZ4))
	require.NoError(t, err)
	require.NoError(t, g.Put(0, nil))
	v, ok, err := g.Get(0, nil)
	require.NoError(t, err)
	require.True(t, ok)
	require.Empty(t, v)
	require.NoError(t, g.Close())
}

func TestTrackerGrows(t *testing.T) {
	dir := t.TempDir()
	g, err := Create(disk.OS, dir, small(None))
	require.NoError(t, err)
	require.Error(t, g.Put(maxKeys, []byte("x")))
	require.NoError(t, g.Put(200_000, []byte("x")))
	require.NoError(t, g.Flush())
	require.NoError(t, g.Close())
	info, err := os.Stat(filepath.Join(dir, trackerFile))
	require.NoError(t, err)
	require.EqualValues(t, 4<<20, info.Size(), "next power of two of 4+16·200001")
	require.NoError(t, Check(disk.OS, dir))
	g, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	require.Equal(t, 200_001, g.Len())
	require.ErrorIs(t, g.Put(0, []byte("x")), disk.ErrReadOnly)
	_, err = g.Delete(0)
	require.ErrorIs(t, err, disk.ErrReadOnly)
	require.ErrorIs(t, g.Flush(), disk.ErrReadOnly)
	require.NoError(t, g.Close())
}

func TestEmptyStoreIsSparse(t *testing.T) {
	dir := t.TempDir()
	g, err := Create(disk.OS, dir, PayloadOptions())
	require.NoError(t, err)
	require.NoError(t, g.Put(0, []byte(`{"a":1}`)))
	require.NoError(t, g.Flush())
	var blocks int64
	for _, name := range g.Files() {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		blocks += info.Sys().(*syscall.Stat_t).Blocks
	}
	require.Less(t, blocks*512, int64(128<<10))
	require.Equal(t, []string{"config.json"}, g.ImmutableFiles())
	require.NoError(t, g.Close())
	_, err = Create(disk.OS, dir, PayloadOptions())
	require.ErrorIs(t, err, os.ErrExist)
	g, err = OpenOrCreate(disk.OS, dir, PayloadOptions())
	require.NoError(t, err)
	require.Equal(t, 1, g.Len())
	require.NoError(t, g.Close())
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{PayloadOptions(), SparseOptions(), IndexOptions(16), IndexOptions(8)} {
		require.NoError(t, o.Validate())
		got, err := decodeOptions("config.json", o.encode())
		require.NoError(t, err)
		require.Equal(t, o, got)
	}
	require.Equal(t, 4194304, IndexOptions(16).PageSize)
	require.Equal(t, 2097152, IndexOptions(8).PageSize)
	old, err := decodeOptions("config.json", []byte(`{"page_size_bytes":33554432,"block_size_bytes":128,"region_size_blocks":8192}`))
	require.NoError(t, err)
	require.Equal(t, PayloadOptions(), old)
	for _, bad := range []string{
		`{`, `{}`, `{"page_size_bytes":100,"block_size_bytes":8,"region_size_blocks":16}`,
		`{"page_size_bytes":512,"block_size_bytes":8,"region_size_blocks":16,"compression":"Zip"}`,
		`{"page_size_bytes":-512,"block_size_bytes":-8,"region_size_blocks":16}`,
		`{"page_size_bytes":512,"block_size_bytes":8,"region_size_blocks":65536}`,
		`{"page_size_bytes":9223372036854775807,"block_size_bytes":1,"region_size_blocks":1}`,
	} {
		_, err := decodeOptions("config.json", []byte(bad))
		require.True(t, disk.IsCorrupt(err), bad)
	}
	_, err = decodeOptions("config.json", []byte(`{"mode":"append_only"}`))
	require.ErrorContains(t, err, "append_only")
}
