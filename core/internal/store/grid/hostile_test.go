package grid

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// sample writes a flushed store of two pages and returns its values.
func sample(t testing.TB, dir string, c Compression) map[uint32][]byte {
	t.Helper()
	g, err := Create(disk.OS, dir, small(c))
	require.NoError(t, err)
	want := map[uint32][]byte{}
	for i := range uint32(12) {
		v := bytes.Repeat([]byte{byte(i), byte(i * 3)}, 1+int(i)*4)
		require.NoError(t, g.Put(i, v))
		want[i] = v
	}
	require.NoError(t, g.Flush())
	require.NoError(t, g.Close())
	return want
}

// readAll opens a store both ways and reads everything; it returns the number
// of values that could be read and differ.
func readAll(t testing.TB, dir string, want map[uint32][]byte) (wrong int) {
	t.Helper()
	for _, open := range []func(disk.FS, string) (*Grid, error){OpenReadOnly, Open} {
		g, err := open(disk.OS, dir)
		if err != nil {
			continue
		}
		for k := range uint32(min(g.Len(), 1000)) {
			v, ok, err := g.Get(k, nil)
			if err == nil && ok != (want[k] != nil) || ok && !bytes.Equal(v, want[k]) {
				wrong++
			}
			if err != nil {
				require.True(t, disk.IsCorrupt(err), "%v", err)
			}
		}
		_ = g.Check()
		require.NoError(t, g.Close())
	}
	return wrong
}

func TestTruncationAtEveryLength(t *testing.T) {
	for _, c := range []Compression{None, LZ4} {
		dir := t.TempDir()
		want := sample(t, dir, c)
		for _, name := range []string{pageFile(0), pageFile(1), maskFile, configFile, trackerFile} {
			path := filepath.Join(dir, name)
			whole, err := os.ReadFile(path)
			if os.IsNotExist(err) {
				continue
			}
			require.NoError(t, err)
			for n := 0; n < min(len(whole), 520); n += 1 + n/64 {
				require.NoError(t, os.WriteFile(path, whole[:n], 0o600))
				_, err := OpenReadOnly(disk.OS, dir)
				require.True(t, disk.IsCorrupt(err), "%s cut to %d: %v", name, n, err)
			}
			require.NoError(t, os.WriteFile(path, whole, 0o600))
		}
		require.Zero(t, readAll(t, dir, want))
	}
}

func TestFlippedPointers(t *testing.T) {
	dir := t.TempDir()
	want := sample(t, dir, LZ4)
	path := filepath.Join(dir, trackerFile)
	require.NoError(t, os.Remove(filepath.Join(dir, journalFile)))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for bit := range (countSize + 2*slotSize) * 8 {
		spoiled := bytes.Clone(whole)
		spoiled[bit/8] ^= 1 << (bit % 8)
		require.NoError(t, os.WriteFile(path, spoiled, 0o600))
		readAll(t, dir, want)
	}
}

func TestPointersOutsideArePlaced(t *testing.T) {
	dir := t.TempDir()
	sample(t, dir, None)
	require.NoError(t, os.Remove(filepath.Join(dir, journalFile)))
	path := filepath.Join(dir, trackerFile)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for field, v := range map[int]uint32{0: 2, 4: 1 << 31, 8: 64, 12: 1 << 31} {
		spoiled := bytes.Clone(whole)
		off := int(slotOffset(3))
		binary.LittleEndian.PutUint32(spoiled[off+field:], v)
		require.NoError(t, os.WriteFile(path, spoiled, 0o600))
		g, err := OpenReadOnly(disk.OS, dir)
		require.NoError(t, err)
		_, _, err = g.Get(3, nil)
		var c *disk.CorruptError
		require.ErrorAs(t, err, &c)
		require.Equal(t, path, c.File)
		require.EqualValues(t, off, c.Offset)
		require.NoError(t, g.Close())
	}
}

func TestAbsurdUncompressedLength(t *testing.T) {
	_, err := unpack(nil, []byte{0xff, 0xff, 0xff, 0x3f, 0x10, 'a'})
	require.Error(t, err)
	_, err = unpack(nil, []byte{1, 0})
	require.Error(t, err)
	_, err = unpack(nil, []byte{9, 0, 0, 0, 0x10, 'a'})
	require.Error(t, err)
	v, err := unpack(nil, []byte{1, 0, 0, 0, 0x10, 'a'})
	require.NoError(t, err)
	require.Equal(t, "a", string(v))
}

func TestJournalWithAnAbsurdKey(t *testing.T) {
	dir := t.TempDir()
	sample(t, dir, None)
	b := appendJournal(nil, []record{{key: maxKeys, slot: slotOf(pointer{0, 0, 1}, true)}})
	require.NoError(t, os.WriteFile(filepath.Join(dir, journalFile), b, 0o600))
	_, err := Open(disk.OS, dir)
	require.True(t, disk.IsCorrupt(err), "%v", err)
}

func FuzzJournal(f *testing.F) {
	f.Add(appendJournal(nil, []record{{7, slotOf(pointer{1, 2, 3}, true)}, {8, slot{}}}))
	f.Add([]byte{20, 0, 0, 0})
	f.Add(make([]byte, 64))
	f.Fuzz(func(t *testing.T, b []byte) {
		recs := decodeJournal(b)
		require.LessOrEqual(t, len(recs)*recordSize, len(b))
		require.Equal(t, recs, decodeJournal(appendJournal(nil, recs)))
	})
}

func FuzzUnpack(f *testing.F) {
	for _, v := range []string{"", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		b, err := small(LZ4).pack(nil, []byte(v))
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := unpack(nil, b)
		if err != nil {
			return
		}
		again, err := small(LZ4).pack(nil, v)
		require.NoError(t, err)
		w, err := unpack(nil, again)
		require.NoError(t, err)
		require.True(t, bytes.Equal(v, w))
	})
}

func FuzzOpenGet(f *testing.F) {
	dir := f.TempDir()
	sample(f, dir, LZ4)
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(f, err)
		return b
	}
	f.Add(read(configFile), read(trackerFile)[:200], read(journalFile), read(maskFile), read(gapsFile), read(pageFile(0)))
	f.Fuzz(func(t *testing.T, config, tracker, journal, mask, gaps, page []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{
			configFile: config, trackerFile: tracker, journalFile: journal,
			maskFile: mask, gapsFile: gaps, pageFile(0): page,
		} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
		}
		require.NoError(t, disk.EnsureFile(disk.OS, filepath.Join(dir, trackerFile), trackerInit))
		readAll(t, dir, nil)
	})
}
