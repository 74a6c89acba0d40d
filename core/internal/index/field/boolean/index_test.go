package boolean

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func TestMain(m *testing.M) {
	fixture.UseMemory()
	fixture.Checks(40)
	os.Exit(m.Run())
}

// state is what a slot may have: true, false.
type state [2]bool

// agree compares all that an index says with the model.
func agree(t require.TestingT, x *Index, model map[uint32]state) {
	var points [2][]uint32
	for _, off := range slices.Sorted(maps.Keys(model)) {
		for i, v := range []bool{true, false} {
			if model[off][i] {
				points[i] = append(points[i], off)
			}
			require.Equal(t, model[off][i], x.Has(off, v))
		}
	}
	require.Equal(t, len(model), x.Indexed())
	for i, v := range []bool{true, false} {
		require.Equal(t, len(points[i]), x.Count(v))
		require.Equal(t, points[i], x.AppendPoints(nil, v))
	}
	for off := range uint32(x.Len() + 10) {
		var want []bool
		if model[off][0] {
			want = append(want, true)
		}
		if model[off][1] {
			want = append(want, false)
		}
		require.Equal(t, want, x.Values(off, nil))
		require.Equal(t, len(want), x.ValuesCount(off))
	}
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "boolean")
		require.NoError(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		x, err := Create(disk.OS, dir)
		require.NoError(t, err)
		live, flushed := map[uint32]state{}, map[uint32]state{}
		off := rapid.Uint32Range(0, 130)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				at, values := off.Draw(t, "off"), rapid.SliceOfN(rapid.Bool(), 0, 3).Draw(t, "values")
				require.NoError(t, x.Set(at, values...))
				if delete(live, at); len(values) > 0 {
					live[at] = state{slices.Contains(values, true), slices.Contains(values, false)}
				}
			},
			"remove": func(t *rapid.T) {
				at := off.Draw(t, "off")
				require.NoError(t, x.Remove(at))
				delete(live, at)
			},
			"flush": func(t *rapid.T) {
				require.NoError(t, x.Flush())
				flushed = maps.Clone(live)
			},
			"reopen": func(t *rapid.T) {
				require.NoError(t, x.Close())
				x, err = Open(disk.OS, dir, Options{})
				require.NoError(t, err)
				live = maps.Clone(flushed)
			},
			"": func(t *rapid.T) { agree(t, x, live) },
		})
		require.NoError(t, x.Close())
	})
}

func TestImmutable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "boolean")
		require.NoError(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		model := map[uint32]state{}
		for range rapid.IntRange(0, 50).Draw(t, "slots") {
			yes := rapid.Bool().Draw(t, "true")
			model[rapid.Uint32Range(0, 99).Draw(t, "off")] = state{yes, !yes || rapid.Bool().Draw(t, "false")}
		}
		require.NoError(t, Build(disk.OS, dir, 100, func(yield func(uint32, bool, bool) bool) {
			for off, s := range model {
				yield(off, s[0], s[1])
			}
		}))
		x, err := Open(disk.OS, dir, Options{Immutable: true})
		require.NoError(t, err)
		require.Equal(t, 100, x.Len())
		agree(t, x, model)
		gone := bits.New(300)
		for range rapid.IntRange(0, 20).Draw(t, "removals") {
			off := rapid.Uint32Range(0, 200).Draw(t, "off")
			require.NoError(t, x.Remove(off))
			gone.Put(off, true)
			delete(model, off)
		}
		agree(t, x, model)
		require.NoError(t, x.Flush())
		require.NoError(t, x.Close())
		x, err = Open(disk.OS, dir, Options{Immutable: true, Deleted: gone})
		require.NoError(t, err)
		agree(t, x, model)
		require.ErrorIs(t, x.Set(1, true), disk.ErrReadOnly)
		require.Equal(t, x.Files(), x.ImmutableFiles())
		require.NoError(t, x.Close())
	})
}

// TestWheel reads what qdrant-edge-py wrote (valueindex/testdata/make.py).
func TestWheel(t *testing.T) {
	root := t.TempDir()
	var values []map[string]json.RawMessage
	orders := map[string][]int{}
	f, err := os.Open("testdata/wheel-0.9.0.tar.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		if h.Name == "values.json" {
			require.NoError(t, json.Unmarshal(b, &values))
		} else if form, ok := strings.CutSuffix(h.Name, ".json"); ok && !strings.Contains(form, "/") {
			var order []int
			require.NoError(t, json.Unmarshal(b, &order))
			orders[form] = order
		} else if !h.FileInfo().IsDir() {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, h.Name)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(root, h.Name), b, 0o644))
		}
	}
	for _, form := range []string{"appendable", "optimized"} {
		model := map[uint32]state{}
		for i, n := range orders[form] {
			v := values[n]
			var list []bool
			if json.Unmarshal(v["b"], &list) != nil {
				list = make([]bool, 1)
				require.NoError(t, json.Unmarshal(v["b"], &list[0]))
			}
			if string(v["b"]) != "null" && len(list) > 0 {
				model[uint32(i)] = state{slices.Contains(list, true), slices.Contains(list, false)}
			}
		}
		dir := filepath.Join(root, form, "b")
		x, err := Open(disk.OS, dir, Options{Immutable: form == "optimized", ReadOnly: true})
		require.NoError(t, err)
		agree(t, x, model)
		again := t.TempDir()
		require.NoError(t, Build(disk.OS, again, x.Len(), func(yield func(uint32, bool, bool) bool) {
			for off, s := range model {
				yield(off, s[0], s[1])
			}
		}))
		for _, name := range x.Files() {
			want, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			got, err := os.ReadFile(filepath.Join(again, name))
			require.NoError(t, err)
			require.True(t, slices.Equal(want, got), "%s differs", name)
		}
		require.NoError(t, x.Close())
	}
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(disk.OS, dir, Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	x, err := Create(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, x.Close())
	x, err = Open(disk.OS, dir, Options{ReadOnly: true})
	require.NoError(t, err)
	require.ErrorIs(t, x.Set(1, true), disk.ErrReadOnly)
	require.ErrorIs(t, x.Remove(1), disk.ErrReadOnly)
	require.NoError(t, x.Flush())
	require.Empty(t, x.ImmutableFiles())
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = x.Has(5, true) }))
	require.NoError(t, x.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "trues", "status.dat"), []byte{1, 2}, 0o644))
	_, err = Open(disk.OS, dir, Options{})
	require.True(t, disk.IsCorrupt(err), "%v", err)
}
