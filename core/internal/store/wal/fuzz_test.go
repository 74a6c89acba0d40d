package wal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// FuzzSegment opens arbitrary bytes as a segment, appends behind what was read
// and expects both to be there after a reopen.
func FuzzSegment(f *testing.F) {
	b := appendHeader(nil, 7)
	crc := uint32(7)
	for _, e := range goldenEntries {
		b, crc = appendEntry(b, crc, []byte(e))
	}
	f.Add(b)
	f.Add(append(bytes.Clone(b), make([]byte, 64)...))
	f.Add(append(bytes.Clone(b), bytes.Repeat([]byte{0xFF}, 64)...))
	f.Add([]byte("wal\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "open-1"), data, 0o600))
		l, err := Open(disk.OS, dir, Options{SegmentCapacity: 64})
		if err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
			return
		}
		want := append(contents(t, l, 0), "new")
		appendAll(t, l, "new")
		require.NoError(t, l.Close())
		l = openLog(t, dir, 64)
		require.Equal(t, want, contents(t, l, 0))
		require.NoError(t, l.Close())
	})
}

func FuzzAck(f *testing.F) {
	f.Add([]byte(`{"ack_index":18446744073709551615}`))
	f.Add([]byte(`{"ack_index":-1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decodeAck("first-index", data); err != nil {
			require.True(t, disk.IsCorrupt(err))
		}
	})
}
