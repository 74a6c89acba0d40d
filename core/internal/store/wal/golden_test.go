package wal

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// annotated turns "hex  # comment" lines into bytes.
func annotated(t *testing.T, text string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "#")
		b, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
		require.NoError(t, err, line)
		out = append(out, b...)
	}
	return out
}

// golden is a segment of 88 bytes with three entries. The checksums were
// computed bit by bit, apart from the code under test.
const golden = `
77 61 6C                 # magic "wal"
00                       # version
04 03 02 01              # seed of the checksum chain
05 00 00 00 00 00 00 00  # entry 0: length 5
68 65 6C 6C 6F           #   "hello"
00 00 00 00 00 00 00     #   padding (4-5)&7 = 7
87 85 70 CA              #   CRC-32C, chained on the seed
00 00 00 00 00 00 00 00  # entry 1: length 0
00 00 00 00              #   padding (4-0)&7 = 4
71 F2 80 C6              #   CRC-32C, chained on entry 0
04 00 00 00 00 00 00 00  # entry 2: length 4
01 02 03 04              #   data; padding (4-4)&7 = 0
DC 0D 93 E4              #   CRC-32C, chained on entry 1
00 00 00 00 00 00 00 00  # free space
00 00 00 00 00 00 00 00
00 00 00 00 00 00 00 00
`

var goldenEntries = []string{"hello", "", "\x01\x02\x03\x04"}

func TestGoldenWrite(t *testing.T) {
	b := appendHeader(nil, 0x01020304)
	crc := uint32(0x01020304)
	for _, e := range goldenEntries {
		b, crc = appendEntry(b, crc, []byte(e))
	}
	require.Equal(t, annotated(t, golden), append(b, make([]byte, 24)...))
}

func TestGoldenRead(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "open-1"), annotated(t, golden), 0o600))
	l, err := Open(disk.OS, dir, Options{SegmentCapacity: 88})
	require.NoError(t, err)
	require.Equal(t, goldenEntries, contents(t, l, 0))
	require.NoError(t, l.Close())
}

// contents reads the log from an index on and checks that indexes are dense.
func contents(t testing.TB, l *Log, from uint64) []string {
	t.Helper()
	out := []string{}
	next := max(from, l.OldestIndex())
	require.NoError(t, l.Read(from, func(i uint64, data []byte) error {
		require.Equal(t, next, i)
		next++
		out = append(out, string(data))
		return nil
	}))
	require.Equal(t, max(next, l.NextIndex()), next)
	return out
}
