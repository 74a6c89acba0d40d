package fulltext

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// small is the content of the indexes that get damaged.
func small() map[uint32][]string {
	m := map[uint32][]string{0: {"red"}, 1: {"green red green"}, 3: {""}, 4: {"grey", "a longer text, green"}, 9: {"é"}}
	for off := uint32(10); off < 150; off++ {
		m[off] = []string{"red grey"}
	}
	return m
}

// exercise asks everything of an index.
func exercise(t *testing.T, x *Index) {
	for kind := All; kind <= Phrase; kind++ {
		for _, query := range []string{"red", "green red", "red grey", "a longer", "é grey", "none"} {
			q, err := x.Query(kind, query)
			if err != nil {
				require.True(t, disk.IsCorrupt(err), "%v", err)
				continue
			}
			q.Estimate()
			for _, off := range q.AppendPoints(nil) {
				require.True(t, x.Has(off))
			}
			for off := range uint32(200) {
				require.False(t, q.Check(off) && !x.Has(off))
			}
		}
	}
	x.Documents()
	for _, token := range []string{"red", "green", "grey", "é"} {
		_, frequency := x.Frequency(token)
		err := x.Occurrences(token, func(off, _ uint32) bool { x.Length(off); return true })
		for _, err := range []error{frequency, err} {
			require.True(t, err == nil || disk.IsCorrupt(err), "%v", err)
		}
	}
	for off := range uint32(200) {
		require.NoError(t, x.Remove(off))
	}
}

// reopen opens an index with damaged files.
func reopen(t *testing.T, dir string, p Params) (ok bool) {
	checked := Check(disk.OS, dir, p)
	x, err := Open(disk.OS, dir, Options{Params: p})
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		require.Error(t, checked)
		return false
	}
	require.True(t, checked == nil || disk.IsCorrupt(checked), "%v", checked)
	exercise(t, x)
	require.NoError(t, x.Close())
	return checked == nil
}

func TestDamage(t *testing.T) {
	step := 7 // of the places that are damaged; the first of them matter most
	if fixture.Thorough() {
		step = 1
	}
	dir, p := t.TempDir(), newParams(t, text.Word, true, true)
	build(t, dir, p, small())
	for _, name := range []string{wordsFile, postingsFile, countsFile, emptyFile, lengthsFile, frequenciesFile} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		for n := 1; n < len(good); n++ {
			if n < 16 || n%step == 0 && (n < 100 || n%211 < step || n > len(good)-60) {
				require.NoError(t, os.WriteFile(path, good[:n], 0o644))
				require.False(t, reopen(t, dir, p), "%s of %d bytes", name, n)
			}
		}
		for i := range good {
			if i < 16 || i%step == 0 && (i < 400 || i%97 < step || i > len(good)-100) {
				bad := append([]byte(nil), good...)
				bad[i] ^= 0x41
				require.NoError(t, os.WriteFile(path, bad, 0o644))
				reopen(t, dir, p)
			}
		}
		require.NoError(t, os.Remove(path))
		if name != postingsFile {
			_, err = Open(disk.OS, dir, Options{Params: p})
			require.ErrorIs(t, err, os.ErrNotExist)
		}
		require.NoError(t, os.WriteFile(path, good, 0o644))
		require.True(t, reopen(t, dir, p))
	}
}

func FuzzImage(f *testing.F) {
	dir, p := f.TempDir(), newParams(f, text.Word, true, true)
	build(f, dir, p, small())
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(f, err)
		return b
	}
	// The padding is left out of the input, so that it stays small.
	f.Add(read(wordsFile)[:64], read(wordsFile)[4096:], read(postingsFile), read(countsFile), read(emptyFile), read(lengthsFile), read(frequenciesFile))
	f.Fuzz(func(t *testing.T, head, tail, lists, counts, empty, lengths, often []byte) {
		words := append(make([]byte, 4096), tail...)
		copy(words, head)
		dir := t.TempDir()
		for name, b := range map[string][]byte{wordsFile: words, postingsFile: lists, countsFile: counts, emptyFile: empty, lengthsFile: lengths, frequenciesFile: often} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
		}
		reopen(t, dir, p)
	})
}

func FuzzLengths(f *testing.F) {
	dir := f.TempDir()
	require.NoError(f, writeLengths(disk.OS, dir, []uint32{1, 2, 300, 70000}))
	b, err := os.ReadFile(filepath.Join(dir, lengthsFile))
	require.NoError(f, err)
	f.Add(b, 4)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > 1<<16 {
			return
		}
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, lengthsFile), b, 0o644))
		codes, err := readLengths(disk.OS, dir, n)
		require.True(t, disk.IsCorrupt(err) || err == nil && len(codes) == n, "%v", err)
	})
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte("\xa2\x66tokens\x82\x61a\x61b\x67doc_len\x02"))
	f.Add([]byte("\xbf\x66tokens\x9f\x61a\xff\x67doc_len\xf6\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := newMemory(newParams(t, text.Word, true, true))
		r, ok := readRecord(b, m.words.number, nil)
		if !ok {
			return
		}
		again, ok := readRecord(m.appendRecord(nil, r.tokens, r.length), m.words.number, nil)
		if !ok || string(m.appendRecord(nil, again.tokens, again.length)) != string(m.appendRecord(nil, r.tokens, r.length)) {
			t.Fatal(errors.New("a record changes when it is written again"))
		}
	})
}
