package valueindex

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
)

// parse reads the values of one point, which are alone or in a list.
func parse[K Key](t testing.TB, raw json.RawMessage) (out []K) {
	read := func(raw json.RawMessage) {
		var k any
		switch any(*new(K)).(type) {
		case string:
			var s string
			require.NoError(t, json.Unmarshal(raw, &s))
			k = s
		case int64:
			var n int64
			require.NoError(t, json.Unmarshal(raw, &n))
			k = n
		default:
			b, err := hex.DecodeString(strings.NewReplacer("-", "", `"`, "").Replace(string(raw)))
			require.NoError(t, err)
			k = UUID(b)
		}
		out = append(out, k.(K))
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		read(raw)
		return out
	}
	for _, v := range list {
		read(v)
	}
	return out
}

// numbersOf gives the number of the point in each slot.
func numbersOf(t testing.TB, dir string) (numbers []int64) {
	x, err := Open[int64](disk.OS, filepath.Join(dir, "n"), Options{ReadOnly: true})
	require.NoError(t, err)
	defer x.Close()
	for off := range uint32(x.Indexed()) {
		numbers = x.Values(off, numbers)
	}
	return numbers
}

// testWheel compares an index of the wheel with the values it was given.
func testWheel[K Key](t *testing.T, key string) {
	root, values := wheel(t)
	for _, form := range []string{"appendable", "optimized"} {
		dir := filepath.Join(root, form)
		x, err := Open[K](disk.OS, filepath.Join(dir, key), Options{})
		require.NoError(t, err)
		require.Equal(t, form == "appendable", x.Mutable())
		want := map[uint32][]K{}
		for off, n := range numbersOf(t, dir) {
			if v := unique(parse[K](t, values[n][key])); len(v) > 0 {
				want[uint32(off)] = v
			}
		}
		agree(t, x, want, want[3][0])
		again := filepath.Join(t.TempDir(), key)
		require.NoError(t, Build(disk.OS, again, BuildOptions{Total: len(values), Prefix: key == "p"}, seqOf(want)))
		if !x.Mutable() {
			sameFiles(t, x, again)
		}
		require.NoError(t, x.Close())
	}
}

func seqOf[K Key](model map[uint32][]K) iter.Seq2[uint32, []K] {
	return func(yield func(uint32, []K) bool) {
		for off, v := range model {
			if !yield(off, v) {
				return
			}
		}
	}
}

// sameFiles compares what the wheel wrote with our files of the same content.
func sameFiles[K Key](t *testing.T, x *Index[K], dir string) {
	y, err := Open[K](disk.OS, dir, Options{})
	require.NoError(t, err)
	require.NoError(t, Check[K](disk.OS, dir))
	require.NoError(t, Check[K](disk.OS, x.dir))
	require.Equal(t, x.Files(), y.Files())
	for _, name := range x.Files() {
		want, err := os.ReadFile(filepath.Join(x.dir, name))
		require.NoError(t, err)
		if name == pointsFile {
			require.NoError(t, hashmap.Write(disk.OS, filepath.Join(dir, name), x.codec.kind, entriesOf(t, x.image.points, want)))
		}
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.True(t, slices.Equal(want, got), "%s differs", name)
	}
	require.NoError(t, y.Close())
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

func TestWheel(t *testing.T) {
	t.Run("keyword", func(t *testing.T) { testWheel[string](t, "k") })
	t.Run("prefix", func(t *testing.T) { testWheel[string](t, "p") })
	t.Run("integer", func(t *testing.T) { testWheel[int64](t, "i") })
	t.Run("uuid", func(t *testing.T) { testWheel[UUID](t, "u") })
}
