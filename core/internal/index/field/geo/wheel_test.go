package geo

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/geo"
)

// wheel unpacks what qdrant-edge-py wrote (testdata/make.py).
func wheel(t testing.TB) (root string) {
	t.Helper()
	f, err := os.Open("testdata/wheel-0.9.0.tar.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	root = t.TempDir()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return root
		}
		require.NoError(t, err)
		if h.FileInfo().IsDir() {
			continue
		}
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		name := filepath.Join(root, h.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, b, 0o644))
	}
}

func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, v))
}

// recorded is the content of an index of the wheel, by slot.
func recorded(t testing.TB, root, form string) map[uint32][]Point {
	var slots [][][2]float64
	readJSON(t, filepath.Join(root, form+".json"), &slots)
	model := map[uint32][]Point{}
	for off, places := range slots {
		for _, p := range places {
			model[uint32(off)] = append(model[uint32(off)], Point{p[0], p[1]})
		}
	}
	return model
}

func ascending(model map[uint32][]Point) iter.Seq2[uint32, []Point] {
	return func(yield func(uint32, []Point) bool) {
		for _, off := range slices.Sorted(maps.Keys(model)) {
			if !yield(off, model[off]) {
				return
			}
		}
	}
}

// recordedArea is an area whose points the wheel counted.
type recordedArea struct {
	Area struct {
		Circle []json.RawMessage
		Box    []float64 // west, north, east, south
		Rings  [][][2]float64
	}
	Approximate, Exact int
}

func (r *recordedArea) query(t testing.TB) *Query {
	a := r.Area
	switch {
	case a.Circle != nil:
		var at [2]float64
		var radius float64
		require.NoError(t, json.Unmarshal(a.Circle[0], &at))
		require.NoError(t, json.Unmarshal(a.Circle[1], &radius))
		return circle(api.GeoPoint{Lon: at[0], Lat: at[1]}, radius)
	case a.Box != nil:
		return box(a.Box[0], a.Box[1], a.Box[2], a.Box[3])
	}
	var p api.GeoPolygon
	for i, r := range a.Rings {
		var line api.GeoLineString
		for _, at := range r {
			line.Points = append(line.Points, api.GeoPoint{Lon: at[0], Lat: at[1]})
		}
		if i == 0 {
			p.Exterior = line
		} else {
			p.Interiors = append(p.Interiors, line)
		}
	}
	return polygon(p)
}

func circle(at api.GeoPoint, radius float64) *Query {
	c := geo.NewCircle(api.GeoRadius{Center: at, Radius: radius})
	return NewQuery(c, c)
}

func box(west, north, east, south float64) *Query {
	b := geo.Box{TopLeft: api.GeoPoint{Lon: west, Lat: north}, BottomRight: api.GeoPoint{Lon: east, Lat: south}}
	return NewQuery(b, b)
}

func polygon(p api.GeoPolygon) *Query {
	area := geo.NewPolygon(p)
	var holes []Shape
	for _, h := range area.Holes() {
		holes = append(holes, h)
	}
	return NewQuery(area, area.Outer(), holes...)
}

// TestWheel compares indexes of the wheel with what it was given, its approximate counts with ours, and its files with ours.
func TestWheel(t *testing.T) {
	root := wheel(t)
	for _, form := range []string{"appendable", "optimized"} {
		model := recorded(t, root, form)
		require.NotEmpty(t, model)
		require.NoError(t, Check(disk.OS, filepath.Join(root, form)))
		x, err := Open(disk.OS, filepath.Join(root, form), Options{ReadOnly: true})
		require.NoError(t, err)
		require.Equal(t, form == "appendable", x.Mutable())
		var asked []recordedArea
		readJSON(t, filepath.Join(root, form+".counts.json"), &asked)
		for i := range asked {
			q := asked[i].query(t)
			agree(t, x, model, q)
			_, expected, _ := x.Estimate(q)
			require.Equal(t, asked[i].Approximate, expected, "%s: %+v", form, asked[i].Area)
		}
		require.NoError(t, x.Close())
	}
	again := t.TempDir()
	require.NoError(t, Build(disk.OS, again, ascending(recorded(t, root, "optimized"))))
	sameFiles(t, filepath.Join(root, "optimized"), again)
}

// sameFiles compares the files of two immutable indexes. The points of a cell may be in any order.
func sameFiles(t *testing.T, want, got string) {
	require.NoError(t, Check(disk.OS, want))
	require.NoError(t, Check(disk.OS, got))
	x, err := Open(disk.OS, want, Options{ReadOnly: true})
	require.NoError(t, err)
	defer x.Close()
	y, err := Open(disk.OS, got, Options{ReadOnly: true})
	require.NoError(t, err)
	defer y.Close()
	require.Equal(t, x.Files(), y.Files())
	for _, name := range x.Files() {
		if name == idsFile {
			continue // compared by Check
		}
		a, err := os.ReadFile(filepath.Join(want, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(got, name))
		require.NoError(t, err)
		require.Equal(t, a, b, "%s differs", name)
	}
}
