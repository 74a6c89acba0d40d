package fulltext

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
)

var wheelQueries = []string{"the quick brown fox", "lazy", "dog near a", "w1 w3", "bank where running", "привет мир", "qui", "東京都", "userName", "get user", "getUserName", "unheard-of", "", "the the", "near, bank", "running"}

// model gives the texts of each slot.
func (a *archive) model(form string) map[uint32][]string {
	m := map[uint32][]string{}
	for off, n := range a.orders[form] {
		if len(a.texts[n]) > 0 {
			m[uint32(off)] = a.texts[n]
		}
	}
	return m
}

// TestWheelOptimized opens immutable indexes of the wheel and writes them again, to the byte.
func TestWheelOptimized(t *testing.T) {
	a := wheel(t)
	model := a.model("optimized")
	require.Len(t, a.params, 9)
	for key, p := range a.params {
		t.Run(key, func(t *testing.T) {
			dir, again := filepath.Join(a.dir, "optimized", key), filepath.Join(t.TempDir(), key)
			require.NoError(t, Check(disk.OS, dir, p))
			x, err := Open(disk.OS, dir, Options{Params: p})
			require.NoError(t, err)
			defer x.Close()
			require.False(t, x.Mutable())
			agree(t, x, p, model, wheelQueries...)
			build(t, again, p, model)
			sameFiles(t, x, again, p)
		})
	}
}

// sameFiles compares what the wheel wrote with our files of the same content.
func sameFiles(t *testing.T, x *Index, dir string, p Params) {
	y, err := Open(disk.OS, dir, Options{Params: p})
	require.NoError(t, err)
	defer y.Close()
	require.Equal(t, x.Files(), y.Files())
	for _, name := range x.Files() {
		want, err := os.ReadFile(filepath.Join(x.dir, name))
		require.NoError(t, err)
		switch name {
		case wordsFile:
			require.NoError(t, hashmap.Write(disk.OS, filepath.Join(dir, name), hashmap.Text, entriesOf(t, x.image.words, want)))
		case lengthsFile:
			require.Equal(t, x.image.codes, y.image.codes)
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.True(t, slices.Equal(want, got), "%s differs", name)
	}
	for i := range x.image.words.Len() {
		token, n, ok := x.image.words.Entry(i)
		require.True(t, ok)
		ours, ok := y.image.words.Get(token)
		require.True(t, ok, "%q", token)
		require.Equal(t, n, ours, "%q", token)
	}
}

// entries are the entries of a hash map in the order in which they are stored.
type entries struct {
	keys   [][]byte
	values []hashmap.Values
}

// entriesOf lists the entries of a map; the wheel writes them in random order.
func entriesOf(t *testing.T, m *hashmap.Map, file []byte) entries {
	pos := binary.LittleEndian.Uint64(file[8:])
	order := make([]int, m.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return int(binary.LittleEndian.Uint64(file[pos+uint64(a)*8:])) - int(binary.LittleEndian.Uint64(file[pos+uint64(b)*8:]))
	})
	var e entries
	for _, i := range order {
		k, v, ok := m.Entry(i)
		require.True(t, ok)
		e.keys, e.values = append(e.keys, k), append(e.values, v)
	}
	return e
}

func (e entries) Len() int                                  { return len(e.keys) }
func (e entries) AppendKey(dst []byte, i int) []byte        { return append(dst, e.keys[i]...) }
func (e entries) Count(i int) int                           { return e.values[i].Len() }
func (e entries) AppendValues(dst []uint32, i int) []uint32 { return e.values[i].AppendTo(dst) }

// TestWheelAppendable opens mutable indexes of the wheel and writes every record again, to the byte.
func TestWheelAppendable(t *testing.T) {
	a := wheel(t)
	model := a.model("appendable")
	for _, key := range []string{"w", "b"} {
		p, dir := a.params[key], filepath.Join(a.dir, "appendable", key)
		require.NoError(t, Check(disk.OS, dir, p))
		x, err := Open(disk.OS, dir, Options{Params: p})
		require.NoError(t, err)
		require.True(t, x.Mutable())
		agree(t, x, p, model, wheelQueries...)
		again := filepath.Join(t.TempDir(), key)
		y, err := Create(disk.OS, again, p)
		require.NoError(t, err)
		for off := range uint32(len(a.orders["appendable"])) {
			require.NoError(t, y.Set(off, model[off]))
			want, has, err := x.grid.Get(off, nil)
			require.NoError(t, err)
			got, had, err := y.grid.Get(off, nil)
			require.NoError(t, err)
			require.Equal(t, has, had)
			require.Equal(t, string(want), string(got))
		}
		require.NoError(t, y.Flush())
		require.ElementsMatch(t, x.Files(), y.Files())
		require.NoError(t, errorsOf(x.Close(), y.Close()))
		for _, name := range []string{"page_0.dat", "config.json", "bitmask.dat", "gaps.dat"} {
			want, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			got, err := os.ReadFile(filepath.Join(again, name))
			require.NoError(t, err)
			require.True(t, slices.Equal(want, got), "%s of %s differs", name, key)
		}
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
