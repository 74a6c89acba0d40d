package wal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func openLog(t testing.TB, dir string, capacity int64) *Log {
	t.Helper()
	l, err := Open(disk.OS, dir, Options{SegmentCapacity: capacity})
	require.NoError(t, err)
	return l
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func appendAll(t testing.TB, l *Log, entries ...string) {
	t.Helper()
	for _, e := range entries {
		want := l.NextIndex()
		i, err := l.Append([]byte(e))
		require.NoError(t, err)
		require.Equal(t, want, i)
	}
}

func TestEmptyLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "wal")
	l := openLog(t, dir, 0)
	require.Equal(t, []string{"open-1"}, names(t, dir))
	info, err := os.Stat(filepath.Join(dir, "open-1"))
	require.NoError(t, err)
	require.EqualValues(t, DefaultSegmentCapacity, info.Size())
	require.Zero(t, l.NextIndex())
	require.Empty(t, contents(t, l, 0))
	require.NoError(t, l.Flush())
	require.NoError(t, l.Close())
	require.NoError(t, l.Close())
	_, err = l.Append(nil)
	require.ErrorIs(t, err, ErrClosed)
	require.ErrorIs(t, l.Flush(), ErrClosed)
	require.ErrorIs(t, l.Ack(0), ErrClosed)
	require.ErrorIs(t, l.Read(0, nil), ErrClosed)
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir, 64)
	_, err := Open(disk.OS, dir, Options{})
	require.ErrorIs(t, err, disk.ErrLocked)
	require.NoError(t, l.Close())
	require.NoError(t, openLog(t, dir, 64).Close())
}

func TestOptionErrors(t *testing.T) {
	_, err := Open(disk.OS, t.TempDir(), Options{SegmentCapacity: 7, RetainClosed: -1})
	require.ErrorContains(t, err, "capacity 7")
	require.ErrorContains(t, err, "-1")
}

func TestRetireAndOversize(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir, 64)
	big := strings.Repeat("x", 1000)
	appendAll(t, l, "one", "two", "three", big, "four")
	require.Equal(t, []string{"closed-0", "closed-3", "open-3"}, names(t, dir))
	info, err := os.Stat(filepath.Join(dir, "closed-3"))
	require.NoError(t, err)
	require.EqualValues(t, headerLen+entryLen(1000), info.Size())
	want := []string{"one", "two", "three", big, "four"}
	require.Equal(t, want, contents(t, l, 0))
	require.Equal(t, want[2:], contents(t, l, 2))
	require.NoError(t, l.Close())
	l = openLog(t, dir, 64)
	require.Equal(t, want, contents(t, l, 0))
	require.NoError(t, l.Close())
}

func TestAckTruncates(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir, 32)
	appendAll(t, l, "a", "b", "c", "d", "e")
	require.Equal(t, []string{"closed-0", "closed-1", "closed-2", "closed-3", "open-5"}, names(t, dir))
	require.NoError(t, l.Ack(2))
	require.Equal(t, []string{"closed-2", "closed-3", "first-index", "open-5"}, names(t, dir))
	require.EqualValues(t, 2, l.FirstIndex())
	require.NoError(t, l.Ack(1))
	require.EqualValues(t, 2, l.FirstIndex())
	require.NoError(t, l.Ack(100))
	require.Equal(t, []string{"closed-3", "first-index", "open-5"}, names(t, dir))
	require.EqualValues(t, 4, l.FirstIndex(), "never behind the last entry")
	require.NoError(t, l.Close())
	data, err := os.ReadFile(filepath.Join(dir, "first-index"))
	require.NoError(t, err)
	require.Equal(t, `{"ack_index":4}`, string(data))
	l = openLog(t, dir, 32)
	require.EqualValues(t, 4, l.FirstIndex())
	require.EqualValues(t, 3, l.OldestIndex())
	require.Equal(t, []string{"e"}, contents(t, l, l.FirstIndex()))
	require.NoError(t, l.Close())
}

func TestCarrier(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wal")
	require.NoError(t, WriteCarrier(disk.OS, dir, 42))
	info, err := os.Stat(filepath.Join(dir, "closed-42"))
	require.NoError(t, err)
	require.EqualValues(t, 8, info.Size())
	require.ErrorIs(t, WriteCarrier(disk.OS, dir, 43), ErrNotEmpty)
	l := openLog(t, dir, 32)
	require.EqualValues(t, 42, l.NextIndex())
	require.NoError(t, l.Ack(42))
	require.EqualValues(t, 42, l.NextIndex())
	appendAll(t, l, "a", "b")
	require.Equal(t, []string{"closed-42", "first-index", "open-2"}, names(t, dir))
	require.NoError(t, l.Close())
	l = openLog(t, dir, 32)
	require.EqualValues(t, 42, l.FirstIndex())
	require.Equal(t, []string{"a", "b"}, contents(t, l, 0))
	require.NoError(t, l.Close())
}

func TestTornTailIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir, 256)
	appendAll(t, l, "one", "two", "three")
	require.NoError(t, l.Close())
	file := filepath.Join(dir, "open-1")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	data[headerLen+entryLen(3)+headerLen] ^= 1 // first byte of "two"
	require.NoError(t, os.WriteFile(file, data, 0o600))
	l = openLog(t, dir, 256)
	require.Equal(t, []string{"one"}, contents(t, l, 0))
	appendAll(t, l, "two") // the same bytes again: "three" must not come back
	require.NoError(t, l.Close())
	l = openLog(t, dir, 256)
	require.Equal(t, []string{"one", "two"}, contents(t, l, 0))
	require.NoError(t, l.Close())
}

func TestDamagedClosedSegment(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir, 64)
	appendAll(t, l, "one", "two", "three", "four", "five", "six", "seven")
	require.NoError(t, l.Close())
	file := filepath.Join(dir, "closed-0")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	data[headerLen+entryLen(3)] = 0xFF
	require.NoError(t, os.WriteFile(file, data, 0o600))
	_, err = Open(disk.OS, dir, Options{})
	var bad *disk.CorruptError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, file, bad.File)
	require.EqualValues(t, headerLen+entryLen(3), bad.Offset)
	require.NoError(t, os.Rename(file, filepath.Join(dir, "other")))
	require.NoError(t, openLog(t, dir, 64).Close(), "the lock was released")
}

func TestOpenErrors(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"magic":   {"open-1": "WAL\x00\x00\x00\x00\x00"},
		"version": {"open-1": "wal\x01\x00\x00\x00\x00"},
		"short":   {"closed-3": "wal\x00"},
		"name":    {"open-x": "wal\x00\x00\x00\x00\x00"},
		"gap":     {"closed-3": "wal\x00\x00\x00\x00\x00", "closed-5": "wal\x00\x00\x00\x00\x00"},
		"ack":     {"first-index": "{}"},
		"json":    {"first-index": "{"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for f, data := range files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, f), []byte(data), 0o600))
			}
			_, err := Open(disk.OS, dir, Options{})
			require.True(t, disk.IsCorrupt(err), "%v", err)
		})
	}
}

func TestStrangersAreIgnored(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "open-9"), 0o700))
	for _, f := range []string{"tmp-open-3", "README", ".hidden", "x-1"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, f), []byte("?"), 0o600))
	}
	require.NoError(t, openLog(t, dir, 64).Close())
	require.Equal(t, []string{".hidden", "README", "open-1", "open-9", "x-1"}, names(t, dir))
}

// TestSeveralOpenSegments rebuilds what a crash between a retirement and the
// sync of the directory leaves: the full segment is still called open.
func TestSeveralOpenSegments(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir, 64)
	appendAll(t, l, "one", "two", "three", "four")
	require.NoError(t, l.Close())
	require.NoError(t, os.Rename(filepath.Join(dir, "closed-0"), filepath.Join(dir, "open-1")))
	s, err := createSegment(disk.OS, dir, "open-0", 64)
	require.NoError(t, err)
	require.NoError(t, s.file.Close())
	s, err = createSegment(disk.OS, dir, "open-7", 64)
	require.NoError(t, err)
	require.NoError(t, s.file.Close())
	l = openLog(t, dir, 64)
	require.Equal(t, []string{"closed-0", "open-2", "open-7"}, names(t, dir))
	require.Equal(t, []string{"one", "two", "three", "four"}, contents(t, l, 0))
	appendAll(t, l, "five", "six", "seven", "eight")
	require.Equal(t, []string{"closed-0", "closed-3", "open-7"}, names(t, dir))
	require.Equal(t, []string{"one", "two", "three", "four", "five", "six", "seven", "eight"}, contents(t, l, 0))
	require.NoError(t, l.Close())
}

func TestReadStopsAtError(t *testing.T) {
	l := openLog(t, t.TempDir(), 64)
	appendAll(t, l, "one", "two", "three")
	stop := errors.New("stop")
	n := 0
	require.ErrorIs(t, l.Read(0, func(uint64, []byte) error { n++; return stop }), stop)
	require.Equal(t, 1, n)
	require.NoError(t, l.Close())
}

// TestModel runs random operations against a plain list, reopening the log with
// and without a flush at any moment.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "wal")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		capacity := rapid.Int64Range(8, 400).Draw(t, "capacity")
		first := rapid.Uint64Range(0, 5).Draw(t, "first")
		if first > 0 {
			require.NoError(t, WriteCarrier(disk.OS, dir, first))
		}
		opts := Options{SegmentCapacity: capacity, RetainClosed: rapid.IntRange(1, 3).Draw(t, "retain")}
		l, err := Open(disk.OS, dir, opts)
		require.NoError(t, err)
		var model []string
		ack := first
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				data := rapid.SliceOfN(rapid.Byte(), 0, 120).Draw(t, "data")
				i, err := l.Append(data)
				require.NoError(t, err)
				require.Equal(t, first+uint64(len(model)), i)
				model = append(model, string(data))
			},
			"ack": func(t *rapid.T) {
				n := rapid.Uint64Range(0, first+uint64(len(model))+2).Draw(t, "n")
				require.NoError(t, l.Ack(n))
				ack = max(ack, min(n, first+uint64(max(len(model)-1, 0))))
			},
			"flush": func(t *rapid.T) { require.NoError(t, l.Flush()) },
			"reopen": func(t *rapid.T) {
				require.NoError(t, l.Close())
				l, err = Open(disk.OS, dir, opts)
				require.NoError(t, err)
			},
			"kill": func(t *rapid.T) {
				require.NoError(t, l.release())
				l, err = Open(disk.OS, dir, opts)
				require.NoError(t, err)
			},
			"": func(t *rapid.T) {
				require.Equal(t, first+uint64(len(model)), l.NextIndex())
				require.Equal(t, ack, l.FirstIndex())
				require.LessOrEqual(t, l.OldestIndex(), l.FirstIndex())
				from := rapid.Uint64Range(l.OldestIndex(), l.NextIndex()).Draw(t, "from")
				i := from
				require.NoError(t, l.Read(from, func(at uint64, data []byte) error {
					if at != i || string(data) != model[at-first] {
						return fmt.Errorf("entry %d is %q at %d", i, data, at)
					}
					i++
					return nil
				}))
				require.Equal(t, l.NextIndex(), i)
			},
		})
		require.NoError(t, l.Close())
	})
}
