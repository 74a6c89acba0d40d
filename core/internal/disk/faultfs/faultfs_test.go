package faultfs

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func TestEveryStepOfAnAtomicWriteCanFail(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	require.NoError(t, disk.WriteFileAtomic(disk.OS, name, []byte("old")))
	steps := []Kind{KindCreate, KindWrite, KindSync, KindRename, KindSyncDir}
	for i, want := range steps {
		fs := New(disk.OS)
		fs.Hook = func(op Op, _ string) error {
			if op.N == int64(i+1) {
				require.Equal(t, want, op.Kind)
				return syscall.ENOSPC
			}
			return nil
		}
		require.ErrorIs(t, disk.WriteFileAtomic(fs, name, []byte("new")), syscall.ENOSPC)
		got, err := disk.ReadFile(fs, name)
		require.NoError(t, err)
		if want == KindSyncDir {
			require.Equal(t, "new", string(got))
		} else {
			require.Equal(t, "old", string(got))
		}
	}
}

func TestShortWrite(t *testing.T) {
	fs := New(disk.OS)
	cut := errors.New("power off")
	fs.Hook = func(op Op, _ string) error {
		if op.Kind == KindWrite {
			return &ShortWrite{N: 3, Err: cut}
		}
		return nil
	}
	name := filepath.Join(t.TempDir(), "f")
	f, err := fs.Create(name)
	require.NoError(t, err)
	n, err := f.Write([]byte("abcdef"))
	require.ErrorIs(t, err, cut)
	require.Equal(t, 3, n)
	require.NoError(t, f.Close())
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "abc", string(got))
	require.EqualValues(t, 2, fs.Count())
}

func TestMsyncIsAnOperation(t *testing.T) {
	fs := New(disk.OS)
	name := filepath.Join(t.TempDir(), "f")
	require.NoError(t, disk.EnsureFile(fs, name, 10))
	m, err := fs.Map(name, true)
	require.NoError(t, err)
	defer m.Close()
	fs.Hook = func(op Op, _ string) error {
		require.Equal(t, KindMsync, op.Kind)
		return syscall.EIO
	}
	require.ErrorIs(t, m.Sync(), syscall.EIO)
}
