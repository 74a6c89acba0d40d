package numeric

import (
	"encoding/json"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// parse reads the values of one point, which are alone or in a list.
func parse[K Number](t testing.TB, raw json.RawMessage) (out []K) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	for _, raw := range list {
		var k K
		if raw[0] == '"' {
			at, err := time.Parse(`"2006-01-02T15:04:05.999999Z07:00"`, string(raw))
			require.NoError(t, err)
			k = K(at.UnixMicro())
		} else {
			require.NoError(t, json.Unmarshal(raw, &k))
		}
		out = append(out, k)
	}
	return out
}

// testWheel compares an index of the wheel with the values it was given.
func testWheel[K Number](t *testing.T, key string) {
	root, values := wheel(t)
	for _, form := range []string{"appendable", "optimized"} {
		dir := filepath.Join(root, form)
		x, err := Open[K](disk.OS, filepath.Join(dir, key), Options{})
		require.NoError(t, err)
		require.Equal(t, form == "appendable", x.Mutable())
		numbers, err := Open[int64](disk.OS, filepath.Join(dir, "n"), Options{ReadOnly: true})
		require.NoError(t, err)
		want := map[uint32][]K{}
		for off := range uint32(numbers.Indexed()) {
			n := numbers.Values(off, nil)[0]
			if v := parse[K](t, values[n][key]); len(v) > 0 {
				want[off] = v
			}
		}
		require.NoError(t, numbers.Close())
		v := want[3][0]
		for _, lo := range []Bound[K]{{}, Included(v), Excluded(v)} {
			agree(t, x, want, lo, Bound[K]{})
			agree(t, x, want, lo, Included(v))
			agree(t, x, want, Bound[K]{}, lo)
		}
		if !x.Mutable() {
			again := filepath.Join(t.TempDir(), key)
			require.NoError(t, Build(disk.OS, again, BuildOptions{Total: len(values)}, ascending(want)))
			sameFiles(t, x, again)
		}
		require.NoError(t, x.Close())
	}
}

func ascending[K Number](model map[uint32][]K) iter.Seq2[uint32, []K] {
	return func(yield func(uint32, []K) bool) {
		for _, off := range slices.Sorted(maps.Keys(model)) {
			if !yield(off, model[off]) {
				return
			}
		}
	}
}

// sameFiles compares what the wheel wrote with our files of the same content.
func sameFiles[K Number](t *testing.T, x *Index[K], dir string) {
	y, err := Open[K](disk.OS, dir, Options{})
	require.NoError(t, err)
	require.NoError(t, Check[K](disk.OS, dir))
	require.NoError(t, Check[K](disk.OS, x.dir))
	require.Equal(t, x.Files(), y.Files())
	for _, name := range x.Files() {
		want, err := os.ReadFile(filepath.Join(x.dir, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, got, "%s differs", name)
	}
	require.NoError(t, y.Close())
}

func TestWheel(t *testing.T) {
	t.Run("integer", func(t *testing.T) { testWheel[int64](t, "i") })
	t.Run("ascending", func(t *testing.T) { testWheel[int64](t, "n") })
	t.Run("float", func(t *testing.T) { testWheel[float64](t, "f") })
	t.Run("datetime", func(t *testing.T) { testWheel[int64](t, "d") })
}
