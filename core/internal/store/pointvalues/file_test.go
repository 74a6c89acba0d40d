package pointvalues

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// texts is a source in memory.
type texts [][]string

func (s texts) Len() int { return len(s) }

func (s texts) Size(off uint32) (values, size int) {
	return len(s[off]), len(s.Append(nil, off))
}

func (s texts) Append(dst []byte, off uint32) []byte {
	for _, v := range s[off] {
		dst = AppendText(dst, v)
	}
	return dst
}

// pairs is a source of two bytes per value.
type pairs []int

func (s pairs) Len() int                             { return len(s) }
func (s pairs) Size(off uint32) (values, size int)   { return s[off], 2 * s[off] }
func (s pairs) Append(dst []byte, off uint32) []byte { return append(dst, make([]byte, 2*s[off])...) }

var sample = texts{{"a"}, nil, {"", "long", "é"}, {"b"}}

// read lists the values of all slots.
func read(f *File) (out texts) {
	for off := range uint32(f.Len()) {
		var list []string
		for v := f.Get(off); ; {
			b, ok := v.Next()
			if !ok {
				break
			}
			list = append(list, string(b))
		}
		out = append(out, list)
	}
	return out
}

func TestTexts(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Write(disk.OS, dir, sample))
	f, err := Open(disk.OS, dir, Text)
	require.NoError(t, err)
	require.NoError(t, f.Check())
	require.Equal(t, sample, read(f))
	require.Equal(t, 3, f.Count(2))
	require.Zero(t, f.Count(4))
	require.NoError(t, f.Close())
	b, err := os.ReadFile(filepath.Join(dir, FileName))
	require.NoError(t, err)
	require.Equal(t, "0010000000000000"+"0400000000000000", hex.EncodeToString(b[:16]))
	require.Equal(t, "4010000000000000"+"0100000000000000", hex.EncodeToString(b[4096:4112]), "slot 0: one value at 4096+4·16")
	require.Equal(t, "4510000000000000"+"0000000000000000", hex.EncodeToString(b[4112:4128]), "slot 1: none")
}

func TestFixed(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Write(disk.OS, dir, pairs{1, 0, 3}))
	f, err := Open(disk.OS, dir, 2)
	require.NoError(t, err)
	require.NoError(t, f.Check())
	require.Len(t, f.Get(2).Fixed(), 6)
	require.Empty(t, f.Get(1).Fixed())
	require.NoError(t, f.Close())
	require.NoError(t, Write(disk.OS, dir, pairs(nil)))
	f, err = Open(disk.OS, dir, 2)
	require.NoError(t, err)
	require.NoError(t, f.Check())
	require.Zero(t, f.Len())
	require.NoError(t, f.Close())
}

// open reads everything of a file that may be damaged.
func open(t *testing.T, dir string, size int) (ok bool) {
	f, err := Open(disk.OS, dir, size)
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		return false
	}
	read(f)
	err = f.Check()
	require.True(t, err == nil || disk.IsCorrupt(err), "%v", err)
	require.NoError(t, f.Close())
	return err == nil
}

func TestDamage(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Write(disk.OS, dir, sample))
	name := filepath.Join(dir, FileName)
	good, err := os.ReadFile(name)
	require.NoError(t, err)
	for n := range len(good) {
		if n < 20 || n > 4090 {
			require.NoError(t, os.WriteFile(name, good[:n], 0o644))
			require.False(t, open(t, dir, Text), "%d bytes", n)
		}
	}
	for i := range good {
		if i < 16 || i >= 4096 && i < 4096+64 {
			bad := append([]byte(nil), good...)
			bad[i] ^= 0x21
			require.NoError(t, os.WriteFile(name, bad, 0o644))
			require.False(t, open(t, dir, Text), "byte %d", i)
		}
	}
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	require.NoError(f, Write(disk.OS, dir, sample))
	b, err := os.ReadFile(filepath.Join(dir, FileName))
	require.NoError(f, err)
	// The padding is left out of the input, so that it stays small.
	f.Add(uint8(0), b[:16], b[4096:])
	f.Fuzz(func(t *testing.T, size uint8, head, tail []byte) {
		dir := t.TempDir()
		b := append(make([]byte, 4096), tail...)
		copy(b, head)
		require.NoError(t, os.WriteFile(filepath.Join(dir, FileName), b, 0o644))
		open(t, dir, int(size%20))
	})
}
