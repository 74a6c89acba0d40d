package disk

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestEnsureFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.dat")
	require.NoError(t, EnsureFile(OS, name, 1<<20))
	require.NoError(t, EnsureFile(OS, name, 1<<21))
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.EqualValues(t, 1<<21, info.Size())
	_, err = os.Stat(filepath.Join(filepath.Dir(name), "a.tmp"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestWriteFileAtomic(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.json")
	for _, text := range []string{"one", "a longer two", ""} {
		require.NoError(t, WriteFileAtomic(OS, name, []byte(text)))
		got, err := ReadFile(OS, name)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
	}
	entries, err := OS.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestMappingGrowthKeepsOldViews(t *testing.T) {
	name := filepath.Join(t.TempDir(), "m.dat")
	require.NoError(t, EnsureFile(OS, name, 4096))
	m, err := OS.Map(name, true)
	require.NoError(t, err)
	old := m.Data[:4]
	copy(old, "abcd")
	require.NoError(t, OS.Truncate(name, 1<<16))
	require.NoError(t, m.Remap())
	require.Len(t, m.Data, 1<<16)
	require.Equal(t, "abcd", string(old))
	m.Data[0] = 'z'
	require.Equal(t, "zbcd", string(old))
	require.NoError(t, m.SyncRange(5000, 10))
	require.NoError(t, m.Sync())
	require.NoError(t, m.Close())
	require.NoError(t, m.Close())
	got, err := ReadFile(OS, name)
	require.NoError(t, err)
	require.Equal(t, "zbcd", string(got[:4]))
}

func TestMapEmptyFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "e.dat")
	require.NoError(t, EnsureFile(OS, name, 0))
	m, err := OS.Map(name, false)
	require.NoError(t, err)
	require.Empty(t, m.Data)
	require.NoError(t, m.Sync())
	require.NoError(t, m.Close())
}

func TestLockDir(t *testing.T) {
	dir := t.TempDir()
	first, err := OS.LockDir(dir)
	require.NoError(t, err)
	_, err = OS.LockDir(dir)
	require.ErrorIs(t, err, ErrLocked)
	require.NoError(t, first.Close())
	again, err := OS.LockDir(dir)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

func TestUnlockReachesForkedCopies(t *testing.T) {
	dir := t.TempDir()
	lock, err := OS.LockDir(dir)
	require.NoError(t, err)
	inherited, err := unix.Dup(int(lock.(dirLock).Fd()))
	require.NoError(t, err)
	defer unix.Close(inherited)
	require.NoError(t, lock.Close())
	again, err := OS.LockDir(dir)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

func TestExchange(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	require.NoError(t, os.WriteFile(a, []byte("A"), 0o600))
	require.NoError(t, os.Mkdir(b, 0o700))
	err := OS.Exchange(a, b)
	if err == ErrNoExchange {
		t.Skip("no atomic exchange here")
	}
	require.NoError(t, err)
	info, err := os.Stat(a)
	require.NoError(t, err)
	require.True(t, info.IsDir())
	require.Error(t, OS.Exchange(a, filepath.Join(dir, "none")))
}

func TestGuardReportsTruncatedFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "g.dat")
	require.NoError(t, EnsureFile(OS, name, 3*4096))
	m, err := OS.Map(name, false)
	require.NoError(t, err)
	defer m.Close()
	require.NoError(t, OS.Truncate(name, 4096))
	var sum byte
	err = Guard(func() error {
		sum += m.Data[8192]
		return nil
	})
	var c *CorruptError
	require.ErrorAs(t, err, &c)
	require.Equal(t, name, c.File)
	require.EqualValues(t, 8192, c.Offset)
	require.True(t, IsCorrupt(err))
	require.Zero(t, sum)
}

func TestGuardKnowsMapsThatDeferredCallsClosed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "g.dat")
	require.NoError(t, EnsureFile(OS, name, 3*4096))
	var sum byte
	err := Guard(func() error {
		m, err := OS.Map(name, false)
		require.NoError(t, err)
		defer m.Close()
		require.NoError(t, OS.Truncate(name, 4096))
		sum += m.Data[8192]
		return nil
	})
	var c *CorruptError
	require.ErrorAs(t, err, &c)
	require.Equal(t, name, c.File)
	require.Zero(t, sum)
}

func TestGuardPassesOtherPanics(t *testing.T) {
	require.PanicsWithValue(t, "mine", func() {
		_ = Guard(func() error { panic("mine") })
	})
	require.Panics(t, func() {
		var p *int
		_ = Guard(func() error { *p = 1; return nil })
	})
}
