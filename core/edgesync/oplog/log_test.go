package oplog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

func content(i uint64) []byte { return bytes.Repeat([]byte{byte(i)}, int(i%50)) }

// fill appends records up to an index.
func fill(t *testing.T, l *Log, to uint64) {
	for i := l.Next(); i <= to; i++ {
		got, err := l.Append(byte(i), content(i))
		require.NoError(t, err)
		require.Equal(t, i, got)
	}
}

func check(t *testing.T, l *Log, first, last uint64) {
	next := first
	require.NoError(t, l.Read(0, func(r Record) error {
		require.Equal(t, next, r.Index)
		require.Equal(t, byte(next), r.Kind)
		require.Equal(t, content(next), append([]byte{}, r.Data...))
		next++
		return nil
	}))
	require.Equal(t, last+1, next)
	require.Equal(t, last+1, l.Next())
}

func TestAppendRotateDropReopen(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(disk.OS, dir, Options{FileSize: 300})
	require.NoError(t, err)
	fill(t, l, 100)
	check(t, l, 1, 100)
	require.NoError(t, l.Drop(60))
	first := l.First()
	require.Greater(t, first, uint64(40))
	require.LessOrEqual(t, first, uint64(60))
	require.NoError(t, l.Close())
	l, err = Open(disk.OS, dir, Options{FileSize: 300})
	require.NoError(t, err)
	check(t, l, first, 100)
	fill(t, l, 120)
	require.NoError(t, l.Close())
}

// TestR4 cuts the log at every length: what is left is a prefix, and the log goes on behind it.
func TestR4TornTailIsCutAtTheLastRecord(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(disk.OS, dir, Options{})
	require.NoError(t, err)
	fill(t, l, 12)
	require.NoError(t, l.Close())
	name := l.path(1)
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	for cut := range whole {
		require.NoError(t, os.WriteFile(name, whole[:cut], 0o600))
		l, err := Open(disk.OS, dir, Options{})
		require.NoError(t, err, "cut at %d", cut)
		last := l.Next() - 1
		check(t, l, 1, last)
		fill(t, l, last+1)
		check(t, l, 1, last+1)
		require.NoError(t, l.Close())
	}
}

// TestR6 flips each byte: what is damaged before the last record is an error, never a shorter log.
func TestR6DamageIsNoEnd(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(disk.OS, dir, Options{})
	require.NoError(t, err)
	fill(t, l, 8)
	lastAt := l.tail().offs[7]
	require.NoError(t, l.Close())
	name := l.path(1)
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	for at := range lastAt {
		bad := bytes.Clone(whole)
		bad[at] ^= 0x10
		require.NoError(t, os.WriteFile(name, bad, 0o600))
		_, err := Open(disk.OS, dir, Options{})
		require.Error(t, err, "byte %d", at)
		require.True(t, disk.IsCorrupt(err), "byte %d: %v", at, err)
	}
}

// TestFaults fails every changing operation in turn: the log holds what was acknowledged, then and when it is opened again.
func TestFaultsLoseNothingAcknowledged(t *testing.T) {
	for n := int64(1); ; n++ {
		dir := filepath.Join(t.TempDir(), "log")
		fs := faultfs.New(disk.OS)
		failed := false
		fs.Hook = func(op faultfs.Op, _ string) error {
			if op.N == n {
				failed = true
				return syscall.ENOSPC
			}
			return nil
		}
		var acked uint64
		l, err := Open(fs, dir, Options{FileSize: 200})
		if err == nil {
			for i := uint64(1); i <= 20; i++ {
				if got, err := l.Append(byte(acked+1), content(acked+1)); err == nil {
					acked++
					require.Equal(t, acked, got)
				} else {
					require.True(t, errors.Is(err, syscall.ENOSPC) || l.broken != nil)
				}
			}
			_ = l.Close()
		}
		l, err = Open(disk.OS, dir, Options{FileSize: 200})
		require.NoError(t, err)
		require.GreaterOrEqual(t, l.Next()-1, acked)
		check(t, l, 1, l.Next()-1)
		require.NoError(t, l.Close())
		if !failed {
			require.Greater(t, n, int64(20))
			return
		}
	}
}

func FuzzOpen(f *testing.F) {
	whole := appendHeader(nil, 1)
	for i := uint64(1); i < 5; i++ {
		whole = appendRecord(whole, Record{Index: i, Kind: byte(i), Data: content(i)})
	}
	f.Add(whole)
	f.Add(whole[:40])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		name := filepath.Join(dir, "00000000000000000001.log")
		require.NoError(t, os.WriteFile(name, data, 0o600))
		l, err := Open(disk.OS, dir, Options{})
		if err != nil {
			return
		}
		require.NoError(t, l.Read(0, func(Record) error { return nil }))
		_, err = l.Append(1, []byte("x"))
		require.NoError(t, err)
		require.NoError(t, l.Close())
	})
}
