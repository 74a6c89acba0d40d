package geo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
)

func TestPolygonEdges(t *testing.T) {
	square := NewPolygon(api.GeoPolygon{
		Exterior:  api.GeoLineString{Points: []api.GeoPoint{{}, {Lon: 10}, {Lon: 10, Lat: 10}, {Lat: 10}, {}}},
		Interiors: []api.GeoLineString{{Points: []api.GeoPoint{{Lon: 4, Lat: 4}, {Lon: 6, Lat: 4}, {Lon: 6, Lat: 6}, {Lon: 4, Lat: 6}}}},
	})
	for at, want := range map[[2]float64]bool{
		{1, 1}: true, {5, 5}: false, {4, 5}: false, {4, 4}: false, {0, 0}: false, {0, 5}: false, {5, 10}: false,
		{3.9999999999999996, 5}: true, {11, 5}: false, {-1, 10}: false,
	} {
		assert.Equal(t, want, square.Contains(at[0], at[1]), "%v", at)
	}
	assert.False(t, NewPolygon(api.GeoPolygon{}).Contains(0, 0))
}

func TestOrientationIsExact(t *testing.T) {
	a, b := api.GeoPoint{Lon: 12, Lat: 12}, api.GeoPoint{Lon: 24, Lat: 24}
	x := math.Nextafter(0.5, 1)
	assert.Zero(t, orientation(a, b, api.GeoPoint{Lon: 0.5, Lat: 0.5}))
	assert.Negative(t, orientation(a, b, api.GeoPoint{Lon: x, Lat: 0.5}))
	assert.Positive(t, orientation(a, b, api.GeoPoint{Lon: 0.5, Lat: x}))
}

// draw makes places and areas of all kinds.
func draw(t *rapid.T) (Area, api.GeoPoint) {
	lon, lat := rapid.Float64Range(-180, 180), rapid.Float64Range(-90, 90)
	at := func() api.GeoPoint { return api.GeoPoint{Lon: lon.Draw(t, "lon"), Lat: lat.Draw(t, "lat")} }
	return rapid.SampledFrom([]Area{
		NewCircle(api.GeoRadius{Center: at(), Radius: math.Exp(rapid.Float64Range(0, 17).Draw(t, "radius"))}),
		Box{TopLeft: at(), BottomRight: at()},
		NewPolygon(api.GeoPolygon{Exterior: api.GeoLineString{Points: []api.GeoPoint{at(), at(), at()}}}),
	}).Draw(t, "area"), at()
}

// TestBounds: no place outside of the bounds is in the area.
func TestBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		area, p := draw(t)
		west, south, east, north := area.Bounds()
		if !area.Contains(p.Lon, p.Lat) {
			return
		}
		assert.True(t, south <= p.Lat && p.Lat <= north, "%v %v", area, p)
		if west <= east {
			assert.True(t, west <= p.Lon && p.Lon <= east, "%v %v", area, p)
		} else {
			assert.True(t, west <= p.Lon || p.Lon <= east, "%v %v", area, p)
		}
	})
}
