package hashmap

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// list is a source in memory.
type list struct {
	keys   [][]byte
	values [][]uint32
}

func (l *list) Len() int                                  { return len(l.keys) }
func (l *list) AppendKey(dst []byte, i int) []byte        { return append(dst, l.keys[i]...) }
func (l *list) Count(i int) int                           { return len(l.values[i]) }
func (l *list) AppendValues(dst []uint32, i int) []uint32 { return append(dst, l.values[i]...) }

// keyOf makes different keys of a kind.
func keyOf(kind Kind, i int) []byte {
	switch kind {
	case Text:
		return fmt.Appendf(nil, "%0*d", i%70, i)
	case Int64:
		return binary.LittleEndian.AppendUint64(nil, uint64(i)*7919-500)
	}
	return binary.LittleEndian.AppendUint64(make([]byte, 8), uint64(i))
}

func some(kind Kind, n int) *list {
	l := &list{}
	for i := range n {
		values := make([]uint32, i%4)
		for j := range values {
			values[j] = uint32(i + j*1000)
		}
		l.keys, l.values = append(l.keys, keyOf(kind, i)), append(l.values, values)
	}
	return l
}

func TestMap(t *testing.T) {
	for _, kind := range []Kind{Text, Int64, Uint128} {
		for _, n := range []int{0, 1, 2, 63, 64, 65, 1000} {
			name, l := filepath.Join(t.TempDir(), "map"), some(kind, n)
			require.NoError(t, Write(disk.OS, name, kind, l))
			m, err := Open(disk.OS, name, kind)
			require.NoError(t, err)
			require.NoError(t, m.Check())
			require.Equal(t, n, m.Len())
			for i, key := range l.keys {
				v, ok := m.Get(key)
				require.True(t, ok)
				require.Equal(t, l.values[i], append([]uint32{}, v.AppendTo(nil)...))
			}
			for i := range 200 {
				_, ok := m.Get(keyOf(kind, n+i))
				require.False(t, ok)
			}
			require.NoError(t, m.Close())
			_, err = Open(disk.OS, name, (kind+1)%3)
			require.True(t, disk.IsCorrupt(err))
		}
	}
}

func TestRepeatedKeys(t *testing.T) {
	l := &list{keys: [][]byte{[]byte("a"), []byte("b"), []byte("a")}, values: make([][]uint32, 3)}
	require.ErrorIs(t, Write(disk.OS, filepath.Join(t.TempDir(), "map"), Text, l), ErrRepeated)
}

func TestHash(t *testing.T) {
	// The example of crate wyhash 0.5: bytes 0, 1, 2 with seed 3.
	require.EqualValues(t, uint64(0xb0f941520b1ad95d), Int64.hash([]byte{0, 1, 2}, 3))
}

// open reads everything of a map that may be damaged.
func open(t require.TestingT, name string, kind Kind) {
	m, err := Open(disk.OS, name, kind)
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		return
	}
	if err := m.Check(); err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
	}
	for i := range m.Len() {
		if key, v, ok := m.Entry(i); ok {
			v.AppendTo(nil)
			if bucket, ok := m.Bucket(key); ok {
				require.Less(t, bucket, m.Len())
			}
		}
	}
	_, _ = m.Get(keyOf(kind, 5))
	require.NoError(t, m.Close())
}

func TestDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := Kind(rapid.IntRange(0, 2).Draw(t, "kind"))
		dir, err := os.MkdirTemp("", "hashmap")
		require.NoError(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		name := filepath.Join(dir, "map")
		require.NoError(t, Write(disk.OS, name, kind, some(kind, 30)))
		good, err := os.ReadFile(name)
		require.NoError(t, err)
		bad := append([]byte(nil), good...)
		for range rapid.IntRange(0, 3).Draw(t, "flips") {
			at := rapid.OneOf(rapid.IntRange(0, 60), rapid.IntRange(4096, len(bad)-1)).Draw(t, "at")
			bad[at] ^= byte(1 << rapid.IntRange(0, 7).Draw(t, "bit"))
		}
		bad = bad[:len(bad)-rapid.OneOf(rapid.Just(0), rapid.IntRange(0, len(bad))).Draw(t, "cut")]
		require.NoError(t, os.WriteFile(name, bad, 0o644))
		open(t, name, kind)
	})
}

func FuzzOpen(f *testing.F) {
	for _, kind := range []Kind{Text, Int64, Uint128} {
		name := filepath.Join(f.TempDir(), "map")
		require.NoError(f, Write(disk.OS, name, kind, some(kind, 5)))
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		// The padding is left out of the input, so that it stays small.
		f.Add(uint8(kind), b[:64], b[4096:])
	}
	f.Fuzz(func(t *testing.T, kind uint8, head, tail []byte) {
		name := filepath.Join(t.TempDir(), "map")
		b := append(make([]byte, 4096), tail...)
		copy(b, head)
		require.NoError(t, os.WriteFile(name, b, 0o644))
		open(t, name, Kind(kind%3))
	})
}
