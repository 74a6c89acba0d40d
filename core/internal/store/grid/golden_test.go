package grid

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestGolden fixes the bytes of a store that took a value of 20 bytes (key 1), a
// compressible one (key 0) and a deletion (key 2).
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	g, err := Create(disk.OS, dir, small(LZ4))
	require.NoError(t, err)
	require.NoError(t, g.Put(1, []byte(`{"city":"Göteborg"}`)))
	require.NoError(t, g.Put(0, bytes.Repeat([]byte{'a'}, 200)))
	require.NoError(t, g.Put(2, []byte("x")))
	_, err = g.Delete(2)
	require.NoError(t, err)
	require.NoError(t, g.Flush())
	require.NoError(t, g.Close())

	requireFile(t, dir, configFile, []byte(`{"mode":"mutable","page_size_bytes":512,"block_size_bytes":8,"region_size_blocks":16,"compression":"LZ4"}`))
	requireFile(t, dir, trackerFile, []byte{
		3, 0, 0, 0, // highest key ever set + 1
		1, 0, 0, 0 /* page */, 0, 0, 0, 0 /* block */, 4, 0, 0, 0 /* bytes */, 27, 0, 0, 0,
		1, 0, 0, 0 /* page */, 0, 0, 0, 0 /* block */, 0, 0, 0, 0 /* bytes */, 26, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // deleted
	})
	requireFile(t, dir, journalFile, []byte{
		60, 0, 0, 0, 0x9b, 0x00, 0xa0, 0xb5, // payload length, CRC-32C
		0, 0, 0, 0 /* key */, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 27, 0, 0, 0,
		1, 0, 0, 0 /* key */, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0,
		2, 0, 0, 0 /* key */, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	})
	// Blocks 0-3 hold key 1, blocks 4-7 key 0; block 8 held key 2 and was freed.
	requireFile(t, dir, maskFile, []byte{0b1111_1111, 0, 0, 0, 0, 0, 0, 0})
	requireFile(t, dir, gapsFile, []byte{
		8, 0 /* longest */, 0, 0 /* leading */, 8, 0, /* trailing */
		16, 0, 16, 0, 16, 0,
		16, 0, 16, 0, 16, 0,
		16, 0, 16, 0, 16, 0,
	})
	requireFile(t, dir, pageFile(0), append([]byte{
		20, 0, 0, 0, // uncompressed length
		0xF0, 5, // token: 15 literals and 5 more
	}, `{"city":"Göteborg"}`...))
}

// requireFile compares a file with its golden head; the rest must be zero,
// except in pages, whose free blocks are undefined.
func requireFile(t *testing.T, dir, name string, head []byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(b), len(head), name)
	require.Equal(t, head, b[:len(head)], name)
	if name == pageFile(0) {
		return
	}
	for i, v := range b[len(head):] {
		require.Zero(t, v, "%s byte %d", name, len(head)+i)
	}
}
