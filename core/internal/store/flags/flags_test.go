package flags

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "f")
		require.NoError(rt, err)
		f, err := Open(disk.OS, dir)
		require.NoError(rt, err)
		now, saved := []bool{}, []bool{}
		rt.Repeat(map[string]func(*rapid.T){
			"set": func(rt *rapid.T) {
				i := rapid.IntRange(0, 400).Draw(rt, "i")
				v := rapid.Bool().Draw(rt, "v")
				for len(now) <= i {
					now = append(now, false)
				}
				now[i] = v
				f.Set(uint32(i), v)
			},
			"len": func(rt *rapid.T) {
				n := rapid.IntRange(0, 500).Draw(rt, "n")
				for len(now) < n {
					now = append(now, false)
				}
				f.SetLen(n)
			},
			"flush": func(rt *rapid.T) {
				require.NoError(rt, f.Flush())
				saved = append([]bool{}, now...)
			},
			"reopen": func(rt *rapid.T) {
				require.NoError(rt, f.Close())
				now = append([]bool{}, saved...)
				f, err = Open(disk.OS, dir)
				require.NoError(rt, err)
			},
			"": func(rt *rapid.T) {
				same(rt, now, f)
				ro, err := OpenReadOnly(disk.OS, dir)
				require.NoError(rt, err)
				same(rt, saved, ro)
				require.ErrorIs(rt, ro.Flush(), disk.ErrReadOnly)
			},
		})
		require.NoError(rt, f.Close())
	})
}

func same(t require.TestingT, want []bool, f *Flags) {
	ones := 0
	for i, v := range want {
		require.Equal(t, v, f.Get(uint32(i)))
		if v {
			ones++
		}
	}
	require.Equal(t, len(want), f.Len())
	require.Equal(t, ones, f.Ones())
	require.False(t, f.Get(uint32(len(want))))
}

// TestGolden fixes the bytes: five flags of which 0, 3 and 4 are set.
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(disk.OS, dir)
	require.NoError(t, err)
	f.Set(0, true)
	f.Set(3, true)
	f.Set(4, true)
	require.NoError(t, f.Flush())
	require.NoError(t, f.Close())

	status, err := os.ReadFile(filepath.Join(dir, statusFile))
	require.NoError(t, err)
	require.Equal(t, []byte{
		5, 0, 0, 0, 0, 0, 0, 0, // number of flags
		0, 0, 0, 0, 0, 0, 0, 0, // current file id
	}, status)
	bits, err := os.ReadFile(filepath.Join(dir, flagsFile))
	require.NoError(t, err)
	require.Len(t, bits, 1<<20)
	require.Equal(t, byte(0b11001), bits[0]) // flag i is bit i
	for _, b := range bits[1:] {
		require.Zero(t, b)
	}
}

func TestFileGrowsByDoubling(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(disk.OS, dir)
	require.NoError(t, err)
	last := uint32(3 << 23)
	f.Set(last, true)
	require.NoError(t, f.Flush())
	require.NoError(t, f.Close())
	info, err := os.Stat(filepath.Join(dir, flagsFile))
	require.NoError(t, err)
	require.EqualValues(t, 4<<20, info.Size())
	require.Less(t, info.Sys().(*syscall.Stat_t).Blocks*512, int64(64<<10), "the file is sparse")
	f, err = Open(disk.OS, dir)
	require.NoError(t, err)
	require.True(t, f.Get(last))
	require.Equal(t, 1, f.Ones())
	require.NoError(t, f.Close())
}

func TestCutFlushLeavesNoGhosts(t *testing.T) {
	dir := t.TempDir()
	ffs := faultfs.New(disk.OS)
	f, err := Open(ffs, dir)
	require.NoError(t, err)
	f.Set(100, true)
	ffs.Hook = func(op faultfs.Op, path string) error {
		if op.Kind == faultfs.KindMsync {
			return syscall.EIO
		}
		return nil
	}
	require.ErrorIs(t, f.Flush(), syscall.EIO)
	require.NoError(t, f.Close())

	f, err = Open(disk.OS, dir)
	require.NoError(t, err)
	require.Zero(t, f.Len())
	f.SetLen(128)
	require.False(t, f.Get(100))
	require.NoError(t, f.Flush())
	require.NoError(t, f.Close())
	f, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	require.Equal(t, 128, f.Len())
	require.False(t, f.Get(100))
}

func TestFailedFlushCanBeRepeated(t *testing.T) {
	dir := t.TempDir()
	ffs := faultfs.New(disk.OS)
	f, err := Open(ffs, dir)
	require.NoError(t, err)
	f.Set(7, true)
	ffs.Hook = func(faultfs.Op, string) error { return syscall.ENOSPC }
	require.ErrorIs(t, f.Flush(), syscall.ENOSPC)
	ffs.Hook = nil
	require.NoError(t, f.Flush())
	require.NoError(t, f.Close())
	f, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	require.True(t, f.Get(7))
}

func TestOldTwoFileForm(t *testing.T) {
	dir := t.TempDir()
	status := make([]byte, statusSize)
	binary.LittleEndian.PutUint64(status, 9)
	status[8] = 1
	require.NoError(t, os.WriteFile(filepath.Join(dir, statusFile), status, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, flagsFile), []byte{0, 0}, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, legacyFile), []byte{2, 1}, 0o600))
	for range 2 {
		ro, err := OpenReadOnly(disk.OS, dir)
		require.NoError(t, err)
		require.True(t, ro.Get(1) && ro.Get(8) && ro.Ones() == 2)
		f, err := Open(disk.OS, dir)
		require.NoError(t, err)
		require.True(t, f.Get(1) && f.Get(8) && f.Ones() == 2)
		require.NoError(t, f.Close())
	}
}

func TestCorruption(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"short status": func(dir string) error { return os.Truncate(filepath.Join(dir, statusFile), 7) },
		"short bits":   func(dir string) error { return os.Truncate(filepath.Join(dir, flagsFile), 1) },
		"absurd length": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, statusFile), []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f, err := Open(disk.OS, dir)
			require.NoError(t, err)
			f.Set(20, true)
			require.NoError(t, f.Flush())
			require.NoError(t, f.Close())
			require.NoError(t, spoil(dir))
			_, err = Open(disk.OS, dir)
			require.True(t, disk.IsCorrupt(err), "%v", err)
			_, err = OpenReadOnly(disk.OS, dir)
			require.True(t, disk.IsCorrupt(err), "%v", err)
		})
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, []byte{25})
	f.Add([]byte{1}, []byte{})
	f.Fuzz(func(t *testing.T, status, bits []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, statusFile), status, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, flagsFile), bits, 0o600))
		fl, err := OpenReadOnly(disk.OS, dir)
		if err != nil {
			return
		}
		require.LessOrEqual(t, fl.Ones(), fl.Len())
		fl.Get(uint32(fl.Len()))
	})
}
