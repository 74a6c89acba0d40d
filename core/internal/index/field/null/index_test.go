package null

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

// state is what a slot may have: values, a null.
type state [2]bool

// agree compares all that an index says with the model.
func agree(t require.TestingT, x *Index, model map[uint32]state) {
	valued, nulls := 0, 0
	for off := range uint32(x.Len() + 10) {
		require.Equal(t, model[off][0], x.HasValues(off))
		require.Equal(t, model[off][1], x.IsNull(off))
		require.Equal(t, model[off][0], x.ValuesBits().Get(off))
		require.Equal(t, model[off][1], x.NullBits().Get(off))
		if model[off][0] {
			valued++
		}
		if model[off][1] {
			nulls++
		}
	}
	require.Equal(t, valued, x.Indexed())
	require.Equal(t, nulls, x.Nulls())
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "null")
		require.NoError(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		x, err := Create(disk.OS, dir)
		require.NoError(t, err)
		live, flushed := map[uint32]state{}, map[uint32]state{}
		off := rapid.Uint32Range(0, 130)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				at, s := off.Draw(t, "off"), state{rapid.Bool().Draw(t, "values"), rapid.Bool().Draw(t, "null")}
				require.NoError(t, x.Set(at, s[0], s[1]))
				live[at] = s
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
		dir, err := os.MkdirTemp("", "null")
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
		require.ErrorIs(t, x.Set(1, true, true), disk.ErrReadOnly)
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
			null := string(v["b"]) == "null"
			if s := (state{!null && string(v["b"]) != "[]", null}); s != (state{}) {
				model[uint32(i)] = s
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
	require.ErrorIs(t, x.Set(1, true, true), disk.ErrReadOnly)
	require.ErrorIs(t, x.Remove(1), disk.ErrReadOnly)
	require.NoError(t, x.Flush())
	require.Empty(t, x.ImmutableFiles())
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = x.HasValues(5) }))
	require.NoError(t, x.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "has_values", "status.dat"), []byte{1, 2}, 0o644))
	_, err = Open(disk.OS, dir, Options{})
	require.True(t, disk.IsCorrupt(err), "%v", err)
}
