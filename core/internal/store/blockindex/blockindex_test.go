package blockindex

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// array has n entries of 16 bytes.
func array(n int) (b []byte) {
	for i := range n {
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, uint64(i)), uint64(3*i))
	}
	return b
}

func write(t testing.TB, name string, data []byte) {
	b := New(16)
	for at := 0; at < len(data); at += 16 {
		b.Add(data[at:])
	}
	require.NoError(t, b.Write(disk.OS, name))
}

func TestGolden(t *testing.T) {
	name := filepath.Join(t.TempDir(), "index.bin")
	write(t, name, array(1025))
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "5164726e74534249"+"01000000"+"10000000"+"00040000"+"00000000"+"0104000000000000", hex.EncodeToString(b[:32]))
	require.Equal(t, "0000000000000000"+"0000000000000000"+"0004000000000000"+"000c000000000000", hex.EncodeToString(b[32:]))
}

func TestCheck(t *testing.T) {
	name := filepath.Join(t.TempDir(), "index.bin")
	data := array(3000)
	require.NoError(t, Check(disk.OS, name, data, 16), "there need not be one")
	write(t, name, data)
	require.NoError(t, Check(disk.OS, name, data, 16))
	require.True(t, disk.IsCorrupt(Check(disk.OS, name, data[16:], 16)))
	data[1024*16]++
	require.True(t, disk.IsCorrupt(Check(disk.OS, name, data, 16)))
}

func FuzzCheck(f *testing.F) {
	name := filepath.Join(f.TempDir(), "index.bin")
	data := array(1025)
	write(f, name, data)
	seed, err := os.ReadFile(name)
	require.NoError(f, err)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		name := filepath.Join(t.TempDir(), "index.bin")
		require.NoError(t, os.WriteFile(name, b, 0o644))
		if err := Check(disk.OS, name, data, 16); err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
		}
	})
}
