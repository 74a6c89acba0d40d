package chunks

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const item = 12

func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "c")
		require.NoError(rt, err)
		require.NoError(rt, Create(disk.OS, dir, item, 3, 100)) // 8 items a chunk
		a, err := Open(disk.OS, dir, item, 3)
		require.NoError(rt, err)
		require.Equal(rt, 8, a.PerChunk())
		model, saved := map[int][]byte{}, 0
		n := 0
		rt.Repeat(map[string]func(*rapid.T){
			"set": func(rt *rapid.T) {
				i := rapid.IntRange(0, 50).Draw(rt, "i")
				b := rapid.SliceOfN(rapid.Byte(), item, item).Draw(rt, "b")
				require.NoError(rt, a.Set(i, b))
				model[i] = b
				n = max(n, i+1)
			},
			"flush": func(rt *rapid.T) {
				require.NoError(rt, a.Flush())
				saved = n
			},
			"reopen": func(rt *rapid.T) {
				require.NoError(rt, a.Close())
				a, err = Open(disk.OS, dir, item, 3)
				require.NoError(rt, err)
				n = saved
			},
			"": func(rt *rapid.T) {
				require.Equal(rt, n, a.Len())
				for i, b := range model {
					if i < n {
						require.Equal(rt, b, a.Get(i))
						require.Equal(rt, b, a.Chunk(i / 8)[i%8*item:][:item])
					}
				}
				require.Nil(rt, a.Get(n))
				total := 0
				for c := 0; a.Chunk(c) != nil; c++ {
					total += len(a.Chunk(c))
				}
				require.Equal(rt, n*item, total)
			},
		})
		require.NoError(rt, a.Close())
	})
}

func TestFilesAsQdrantMakesThem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vectors")
	a, err := Open(disk.OS, dir, 400, 100)
	require.NoError(t, err)
	require.Equal(t, []string{"config.json", "status.dat"}, a.Files())
	row := make([]byte, 400)
	row[0] = 1
	require.NoError(t, a.Set(83886, row)) // the first item of the second chunk
	require.NoError(t, a.Flush())
	require.Equal(t, []string{"config.json", "status.dat", "chunk_0.mmap", "chunk_1.mmap"}, a.Files())
	require.Equal(t, []string{"config.json"}, a.ImmutableFiles())
	require.NoError(t, a.Close())

	cfg, err := os.ReadFile(filepath.Join(dir, "config.json"))
	require.NoError(t, err)
	require.Equal(t, `{"chunk_size_bytes":33554400,"chunk_size_vectors":83886,"dim":100}`, string(cfg))
	status, err := os.ReadFile(filepath.Join(dir, "status.dat"))
	require.NoError(t, err)
	require.Equal(t, []byte{0xaf, 0x47, 1, 0, 0, 0, 0, 0}, status)
	for _, name := range []string{"chunk_0.mmap", "chunk_1.mmap"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.EqualValues(t, 33554400, info.Size())
		require.Less(t, info.Sys().(*syscall.Stat_t).Blocks*512, int64(64<<10), "the file is sparse")
	}
	ro, err := OpenReadOnly(disk.OS, dir, 400, 100)
	require.NoError(t, err)
	require.Equal(t, row, ro.Get(83886))
	require.ErrorIs(t, ro.Set(0, row), disk.ErrReadOnly)
	require.ErrorIs(t, ro.Flush(), disk.ErrReadOnly)
	require.NoError(t, ro.Close())
}

func TestCorruption(t *testing.T) {
	write := func(name, text string) func(string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
	}
	for name, spoil := range map[string]func(dir string) error{
		"config is no JSON": write("config.json", "{"),
		"another dim":       write("config.json", `{"chunk_size_bytes":96,"chunk_size_vectors":8,"dim":4}`),
		"no items":          write("config.json", `{"chunk_size_bytes":96,"chunk_size_vectors":0,"dim":3}`),
		"negative":          write("config.json", `{"chunk_size_bytes":-96,"chunk_size_vectors":-8,"dim":3}`),
		"short status":      write("status.dat", "123"),
		"too many items":    write("status.dat", "\xff\x00\x00\x00\x00\x00\x00\x00"),
		"short chunk":       func(dir string) error { return os.Truncate(filepath.Join(dir, "chunk_1.mmap"), 95) },
		"missing chunk":     func(dir string) error { return os.Remove(filepath.Join(dir, "chunk_0.mmap")) },
		"missing last":      func(dir string) error { return os.Remove(filepath.Join(dir, "chunk_1.mmap")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, Create(disk.OS, dir, item, 3, 96))
			a, err := Open(disk.OS, dir, item, 3)
			require.NoError(t, err)
			require.NoError(t, a.Set(10, make([]byte, item)))
			require.NoError(t, a.Flush())
			require.NoError(t, a.Close())
			require.NoError(t, spoil(dir))
			_, err = Open(disk.OS, dir, item, 3)
			require.True(t, disk.IsCorrupt(err), "%v", err)
			_, err = OpenReadOnly(disk.OS, dir, item, 3)
			require.True(t, disk.IsCorrupt(err), "%v", err)
		})
	}
}

func TestSetRefusesOtherSizes(t *testing.T) {
	a, err := Open(disk.OS, t.TempDir(), item, 3)
	require.NoError(t, err)
	defer a.Close()
	require.Error(t, a.Set(0, make([]byte, item-1)))
	require.Error(t, a.Set(-1, make([]byte, item)))
	require.Zero(t, a.Len())
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"chunk_size_bytes":96,"chunk_size_vectors":8,"dim":3}`), []byte{3, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 96))
	f.Fuzz(func(t *testing.T, config, status, chunk []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{"config.json": config, "status.dat": status, "chunk_0.mmap": chunk} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
		}
		a, err := OpenReadOnly(disk.OS, dir, item, 3)
		if err != nil {
			return
		}
		defer a.Close()
		for i := range a.Len() {
			require.Len(t, a.Get(i), item)
		}
	})
}
