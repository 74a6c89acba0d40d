package grid

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

var errPower = errors.New("power off")

// script runs a fixed series of changes and calls saved after every flush.
func script(fs disk.FS, dir string, saved func(map[uint32][]byte)) error {
	g, err := OpenOrCreate(fs, dir, small(None))
	if err != nil {
		return err
	}
	defer g.Close()
	now := map[uint32][]byte{}
	for i := range 16 {
		k := uint32(i * 7 % 13)
		if i%5 == 4 {
			if _, err := g.Delete(k); err != nil {
				return err
			}
			delete(now, k)
		} else {
			v := bytes.Repeat([]byte{byte(i + 1)}, 1+i*197%900)
			if err := g.Put(k, v); err != nil {
				return err
			}
			now[k] = v
		}
		if i%4 == 3 {
			if err := g.Flush(); err != nil {
				return err
			}
			saved(maps.Clone(now))
		}
	}
	return nil
}

// TestKillAtEveryStep stops the engine before each changing operation. Stores
// into maps survive a killed process, so after a reopen the store holds the last
// flushed state or, when the cut was inside a flush, already the next one.
func TestKillAtEveryStep(t *testing.T) {
	var states []map[uint32][]byte
	counter := faultfs.New(disk.OS)
	require.NoError(t, script(counter, t.TempDir(), func(m map[uint32][]byte) { states = append(states, m) }))
	total := counter.Count()
	require.Greater(t, total, int64(40))
	for n := int64(1); n <= total; n++ {
		dir := t.TempDir()
		ffs := faultfs.New(disk.OS)
		ffs.Hook = func(op faultfs.Op, _ string) error {
			if op.N >= n {
				return errPower
			}
			return nil
		}
		done := 0
		require.ErrorIs(t, script(ffs, dir, func(map[uint32][]byte) { done++ }), errPower)
		if ok, err := disk.Exists(disk.OS, filepath.Join(dir, configFile)); err != nil || !ok {
			require.NoError(t, err)
			require.Zero(t, done)
			requireReusable(t, dir)
			continue
		}
		requireState(t, dir, n, done, states)
		if n%8 == 0 {
			requireReusable(t, dir)
		}
	}
}

func requireState(t *testing.T, dir string, n int64, done int, states []map[uint32][]byte) {
	t.Helper()
	before := map[uint32][]byte{}
	if done > 0 {
		before = states[done-1]
	}
	after := before
	if done < len(states) {
		after = states[done]
	}
	for _, open := range []func(disk.FS, string) (*Grid, error){OpenReadOnly, Open} {
		g, err := open(disk.OS, dir)
		require.NoError(t, err, "cut %d", n)
		got := map[uint32][]byte{}
		for k := range uint32(g.Len()) {
			v, ok, err := g.Get(k, []byte{})
			require.NoError(t, err, "cut %d", n)
			if ok {
				got[k] = v
			}
		}
		if !maps.EqualFunc(got, before, bytes.Equal) {
			require.True(t, maps.EqualFunc(got, after, bytes.Equal), "cut %d: neither the flushed state nor the next", n)
		}
		require.NoError(t, g.Close())
	}
	require.NoError(t, Check(disk.OS, dir), "cut %d", n)
}

func requireReusable(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, script(disk.OS, dir, func(map[uint32][]byte) {}))
	require.NoError(t, Check(disk.OS, dir))
}

func TestFailedFlushIsRepeated(t *testing.T) {
	dir := t.TempDir()
	ffs := faultfs.New(disk.OS)
	g, err := Create(ffs, dir, small(LZ4))
	require.NoError(t, err)
	require.NoError(t, g.Put(1, []byte("one")))
	require.NoError(t, g.Flush())
	require.NoError(t, g.Put(1, []byte("two")))
	for fail := int64(1); ; fail++ {
		start := ffs.Count()
		ffs.Hook = func(op faultfs.Op, _ string) error {
			if op.N == start+fail {
				return errPower
			}
			return nil
		}
		if err := g.Flush(); err == nil {
			require.Greater(t, fail, int64(4))
			break
		}
		v, ok, err := g.Get(1, nil)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "two", string(v))
	}
	require.NoError(t, g.Check())
	require.NoError(t, g.Close())
	require.NoError(t, Check(disk.OS, dir))
}

func TestJournalIsReplayed(t *testing.T) {
	for _, readOnly := range []bool{true, false} {
		dir := t.TempDir()
		g, err := Create(disk.OS, dir, small(None))
		require.NoError(t, err)
		require.NoError(t, g.Put(1, []byte("one")))
		require.NoError(t, g.Put(2, []byte("two")))
		require.NoError(t, g.Flush())
		require.NoError(t, g.Close())

		// tracker.dat falls back to its first state; the journal has the rest.
		journal := filepath.Join(dir, journalFile)
		require.FileExists(t, journal)
		require.NoError(t, os.Truncate(filepath.Join(dir, trackerFile), 0))
		require.NoError(t, os.Truncate(filepath.Join(dir, trackerFile), trackerInit))
		g, err = open(disk.OS, dir, readOnly)
		require.NoError(t, err)
		require.Equal(t, 3, g.Len())
		v, ok, err := g.Get(2, nil)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "two", string(v))
		require.NoError(t, g.Close())
		if readOnly {
			require.FileExists(t, journal)
		} else {
			require.NoFileExists(t, journal)
			require.NoError(t, Check(disk.OS, dir))
		}
	}
}

func TestJournalStaysShort(t *testing.T) {
	dir := t.TempDir()
	g, err := Create(disk.OS, dir, small(None))
	require.NoError(t, err)
	for i := range uint32(600) {
		require.NoError(t, g.Put(i%50, []byte("value")))
		if i%10 == 0 {
			require.NoError(t, g.Flush())
		}
		if info, err := os.Stat(filepath.Join(dir, journalFile)); err == nil {
			require.LessOrEqual(t, info.Size(), int64(journalMax))
		}
	}
	require.NoError(t, g.Close())
	require.NoError(t, Check(disk.OS, dir))
}

func TestStaleGapsAreRebuilt(t *testing.T) {
	dir := t.TempDir()
	g, err := Create(disk.OS, dir, small(None))
	require.NoError(t, err)
	require.NoError(t, g.Put(0, make([]byte, 500)))
	require.NoError(t, g.Flush())
	require.NoError(t, g.Close())
	gaps := filepath.Join(dir, gapsFile)

	// All free, though the bitmask is full.
	require.NoError(t, os.WriteFile(gaps, bytes.Repeat([]byte{16, 0}, 12), 0o600))
	require.True(t, disk.IsCorrupt(Check(disk.OS, dir)))
	g, err = Open(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, g.Put(1, make([]byte, 400)))
	require.NoError(t, g.Flush())
	require.NoError(t, g.Check())
	require.NoError(t, g.Close())

	// A wrong length is repaired at open.
	require.NoError(t, os.Truncate(gaps, 6))
	g, err = Open(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, g.Check())
	require.NoError(t, g.Close())
}

func TestInterruptedGrowthIsFinished(t *testing.T) {
	dir := t.TempDir()
	g, err := Create(disk.OS, dir, small(None))
	require.NoError(t, err)
	require.NoError(t, g.Close())
	require.NoError(t, disk.EnsureFile(disk.OS, filepath.Join(dir, pageFile(1)), 512))
	g, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, g.Close())
	g, err = Open(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, g.Put(0, make([]byte, 1000)))
	require.NoError(t, g.Flush())
	require.NoError(t, g.Close())
	require.NoError(t, Check(disk.OS, dir))

	// A bitmask that lost a page in use is no interrupted growth.
	require.NoError(t, os.Truncate(filepath.Join(dir, maskFile), 8))
	_, err = Open(disk.OS, dir)
	require.True(t, disk.IsCorrupt(err), "%v", err)
}
