package geo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
)

// The areas against formulas of another kind.

func degreesOf(t *rapid.T) api.GeoPoint {
	lon := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{-180, 180, 0}))
	lat := rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{-90, 90, 0}))
	return api.GeoPoint{Lon: lon.Draw(t, "lon"), Lat: lat.Draw(t, "lat")}
}

// arc is the distance of two places by the angle between their vectors.
func arc(a, b api.GeoPoint) float64 {
	vector := func(p api.GeoPoint) [3]float64 {
		lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
		return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
	}
	v, w := vector(a), vector(b)
	cross := math.Hypot(math.Hypot(v[1]*w[2]-v[2]*w[1], v[2]*w[0]-v[0]*w[2]), v[0]*w[1]-v[1]*w[0])
	return earthRadius * math.Atan2(cross, v[0]*w[0]+v[1]*w[1]+v[2]*w[2])
}

func TestCircleFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, p := degreesOf(t), degreesOf(t)
		if rapid.Bool().Draw(t, "near") {
			p = api.GeoPoint{Lon: centre.Lon + rapid.Float64Range(-1, 1).Draw(t, "east"), Lat: max(-90, min(90, centre.Lat+rapid.Float64Range(-1, 1).Draw(t, "north")))}
			if p.Lon > 180 {
				p.Lon -= 360
			} else if p.Lon < -180 {
				p.Lon += 360
			}
		}
		d := arc(centre, p)
		radius := d * rapid.Float64Range(0.5, 1.5).Draw(t, "share")
		if math.Abs(radius-d) < 1 {
			return // rounding decides
		}
		require.Equal(t, d < radius, NewCircle(api.GeoRadius{Center: centre, Radius: radius}).Contains(p.Lon, p.Lat))
	})
}

// TestBoxFormula goes east from the left edge.
func TestBoxFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.IntRange(-180, 180)
		west, east, lon := whole.Draw(t, "west"), whole.Draw(t, "east"), whole.Draw(t, "lon")
		north, south, lat := whole.Draw(t, "north")/2, whole.Draw(t, "south")/2, whole.Draw(t, "lat")/2
		wide := east - west
		if wide < 0 {
			wide += 360
		}
		at := lon - west
		if at < 0 && west > east {
			at += 360
		}
		want := at > 0 && at < wide && south < lat && lat < north
		b := Box{TopLeft: api.GeoPoint{Lon: float64(west), Lat: float64(north)}, BottomRight: api.GeoPoint{Lon: float64(east), Lat: float64(south)}}
		require.Equal(t, want, b.Contains(float64(lon), float64(lat)))
	})
}

// TestPolygonFormula counts the edges east of a place that is on no line through two corners of the grid.
func TestPolygonFormula(t *testing.T) {
	odd := func(line []api.GeoPoint, lon, lat float64) (in bool) {
		for i, a := range line {
			b := line[(i+1)%len(line)]
			if (a.Lat > lat) != (b.Lat > lat) && lon < a.Lon+(lat-a.Lat)*(b.Lon-a.Lon)/(b.Lat-a.Lat) {
				in = !in
			}
		}
		return in
	}
	rapid.Check(t, func(t *rapid.T) {
		// a star around the middle does not cross itself
		star := func(scale float64, n int) (line []api.GeoPoint) {
			for i := range n {
				r := scale * rapid.Float64Range(0.3, 1).Draw(t, "r")
				angle := 2 * math.Pi * float64(i) / float64(n)
				line = append(line, api.GeoPoint{Lon: r * math.Cos(angle), Lat: r * math.Sin(angle)})
			}
			return line
		}
		outer, hole := star(80, rapid.IntRange(3, 9).Draw(t, "corners")), star(20, 4)
		p := NewPolygon(api.GeoPolygon{Exterior: api.GeoLineString{Points: outer}, Interiors: []api.GeoLineString{{Points: hole}}})
		lon, lat := rapid.Float64Range(-85, 85).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")
		require.Equal(t, odd(outer, lon, lat) && !odd(hole, lon, lat), p.Contains(lon, lat))
	})
}
