package geo

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// agree compares all that an index says with the model, of which every place is looked at.
func agree(t require.TestingT, x *Index, model map[uint32][]Point, q *Query) {
	require.Equal(t, len(model), x.Indexed())
	var want, all []uint32
	for off := range uint32(500) {
		all = append(all, off)
		in := slices.ContainsFunc(model[off], func(p Point) bool { return q.area.Contains(p.Lon, p.Lat) })
		if in {
			want = append(want, off)
		}
		require.Equal(t, in, x.Check(off, q))
		require.Equal(t, len(model[off]), x.ValuesCount(off))
		require.Equal(t, model[off], x.Values(off, nil))
	}
	require.Equal(t, want, slices.Clip(append([]uint32(nil), x.Filter(all, nil, q)...)))
	found := x.AppendPoints(nil, q)
	slices.Sort(found)
	require.Equal(t, want, append([]uint32(nil), slices.Compact(found)...))
	least, expected, most := x.Estimate(q)
	require.LessOrEqual(t, least, expected)
	require.LessOrEqual(t, expected, most)
}

func place(t *rapid.T) Point {
	lon := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{-180, 180, 0, 179.99, -179.99, 90}))
	lat := rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{-90, 90, 0, 45, 89.99}))
	return Point{lon.Draw(t, "lon"), lat.Draw(t, "lat")}
}

func corner(t *rapid.T) api.GeoPoint {
	p := place(t)
	return api.GeoPoint{Lon: p.Lon, Lat: p.Lat}
}

func query(t *rapid.T) *Query {
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return circle(corner(t), math.Exp(rapid.Float64Range(3, 17).Draw(t, "radius")))
	case 1:
		a, b := corner(t), corner(t)
		return box(a.Lon, a.Lat, b.Lon, b.Lat)
	}
	p := api.GeoPolygon{Exterior: api.GeoLineString{Points: []api.GeoPoint{corner(t), corner(t), corner(t), corner(t)}}}
	if rapid.Bool().Draw(t, "hole") {
		p.Interiors = []api.GeoLineString{{Points: []api.GeoPoint{corner(t), corner(t), corner(t)}}}
	}
	return polygon(p)
}

func values(t *rapid.T) []Point {
	list := rapid.SliceOfN(rapid.Custom(place), 0, 3).Draw(t, "values")
	if len(list) > 1 && rapid.Bool().Draw(t, "twice") {
		list[1] = list[0]
	}
	return list
}

func tempDir(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "geo")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// same compares what an index counts in cells with an index of the same content that was made at once.
func same(t require.TestingT, x, y *memory) {
	require.Equal(t, y.order.n, x.order.n)
	require.Equal(t, len(y.twice), len(x.twice))
	for c, n := range y.twice {
		require.Equal(t, n, x.twice[c])
	}
}

func TestMutable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		x, err := Create(disk.OS, dir)
		require.NoError(t, err)
		model := map[uint32][]Point{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			off := rapid.Uint32Range(0, 40).Draw(t, "off")
			list := values(t)
			require.NoError(t, x.Set(off, list...))
			if delete(model, off); len(list) > 0 {
				model[off] = list
			}
		}
		agree(t, x, model, query(t))
		require.NoError(t, x.Flush())
		y, err := Open(disk.OS, dir, Options{ReadOnly: true})
		require.NoError(t, err)
		agree(t, y, model, query(t))
		same(t, x.mem, y.mem)
		require.ErrorIs(t, y.Set(1, Point{}), disk.ErrReadOnly)
		require.NoError(t, y.Close())
		require.NoError(t, x.Close())
		require.NoError(t, Check(disk.OS, dir))
	})
}

func TestImmutable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		model := map[uint32][]Point{}
		for range rapid.IntRange(0, 60).Draw(t, "slots") {
			if list := values(t); len(list) > 0 {
				model[rapid.Uint32Range(0, 60).Draw(t, "off")] = list
			}
		}
		require.NoError(t, Build(disk.OS, dir, ascending(model)))
		require.NoError(t, Check(disk.OS, dir))
		x, err := Open(disk.OS, dir, Options{})
		require.NoError(t, err)
		agree(t, x, model, query(t))
		gone := bits.New(200)
		for range rapid.IntRange(0, 30).Draw(t, "removals") {
			off := rapid.Uint32Range(0, 63).Draw(t, "off")
			require.NoError(t, x.Remove(off))
			delete(model, off)
			gone.Put(off, true)
		}
		q := query(t)
		agree(t, x, model, q)
		require.ErrorIs(t, x.Set(1, Point{}), disk.ErrReadOnly)
		y, err := Open(disk.OS, dir, Options{ReadOnly: true, Deleted: gone})
		require.NoError(t, err)
		agree(t, y, model, q)
		a, b, c := x.Estimate(q)
		d, e, f := y.Estimate(q)
		require.Equal(t, [3]int{a, b, c}, [3]int{d, e, f})
		require.NoError(t, y.Close())
		require.NoError(t, x.Close())
	})
}

// TestOrder grows an index over many chunks and shrinks it again.
func TestOrder(t *testing.T) {
	var o order
	list := make([]entry, 0, 5000)
	for i := range 5000 {
		e := entry{cellOf(Point{float64(i*7919%3600)/10 - 180, float64(i*104729%1800)/10 - 90}), uint32(i)}
		o.insert(e)
		list = append(list, e)
	}
	slices.SortFunc(list, entry.compare)
	require.Equal(t, 5000, o.count(0, ^cell(0)))
	for i, e := range list {
		if i%100 != 0 {
			o.remove(e)
		}
	}
	require.Equal(t, 50, o.count(0, ^cell(0)))
	require.Len(t, o.appendOffs(nil, 0, ^cell(0)), 50)
}

func TestRefusals(t *testing.T) {
	x, err := Create(disk.OS, filepath.Join(t.TempDir(), "g"))
	require.NoError(t, err)
	for _, p := range []Point{{0, 91}, {-181, 0}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		require.ErrorIs(t, x.Set(1, Point{}, p), ErrOffGlobe)
		require.ErrorIs(t, Build(disk.OS, t.TempDir(), ascending(map[uint32][]Point{1: {p}})), ErrOffGlobe)
	}
	require.NoError(t, x.Close())
	nan := math.NaN()
	for _, q := range []*Query{circle(api.GeoPoint{Lon: nan}, 1), circle(api.GeoPoint{}, nan), box(nan, nan, nan, nan), box(0, 0, 0, 10), polygon(api.GeoPolygon{})} {
		require.Empty(t, x.AppendPoints(nil, q))
	}
}

// TestGeohash compares cells with the geohashes of places that are well known.
func TestGeohash(t *testing.T) {
	const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
	for want, p := range map[string]Point{"9q60y60rhs": {-120.6623, 35.3003}, "u4pruydqqvj": {10.40744, 57.64911}, "ezs42": {-5.6, 42.6}} {
		c, got := cellOf(p), ""
		for i := range len(want) {
			got += string(alphabet[c>>(59-charBits*i)&31])
		}
		require.Equal(t, want, got)
		west, south, east, north := c.prefix(len(want)).bounds()
		require.True(t, west <= p.Lon && p.Lon <= east && south <= p.Lat && p.Lat <= north)
	}
}

func TestNoAllocations(t *testing.T) {
	root := wheel(t)
	for _, form := range []string{"appendable", "optimized"} {
		x, err := Open(disk.OS, filepath.Join(root, form), Options{ReadOnly: true})
		require.NoError(t, err)
		q, n := circle(api.GeoPoint{Lon: 13.4, Lat: 52.5}, 2000), 0
		ids, out := make([]uint32, 500), make([]uint32, 0, 500)
		for i := range ids {
			ids[i] = uint32(i)
		}
		require.Zero(t, testing.AllocsPerRun(10, func() {
			n += len(x.Filter(ids, out, q))
		}))
		require.NotZero(t, n)
		require.NoError(t, x.Close())
	}
}

// TestEdgesOfTheGlobe: places on the northern and the eastern edge are found, though they lie in cells of the other side.
func TestEdgesOfTheGlobe(t *testing.T) {
	model := map[uint32][]Point{0: {{0, 90}}, 1: {{180, 10}}, 2: {{-180, 10}}, 3: {{5, 89.9}}, 4: {{0, -90}}}
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, ascending(model)))
	x, err := Open(disk.OS, dir, Options{})
	require.NoError(t, err)
	for _, q := range []*Query{
		circle(api.GeoPoint{Lon: 100, Lat: 90}, 1e5), circle(api.GeoPoint{Lon: 179.9, Lat: 10}, 1e5), box(170, 20, -170, 0), box(-180, 90, 180, -90),
		box(-1, 90, 1, 80),
	} {
		agree(t, x, model, q)
		_, _, most := x.Estimate(q)
		require.GreaterOrEqual(t, most, len(x.AppendPoints(nil, q)))
	}
	require.NoError(t, x.Close())
}
