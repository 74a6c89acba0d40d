package geo

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
)

// The boxes around areas and what meets them, as Qdrant has them for its estimates. They are rounded as there, not on the safe side.

// Corners is the box itself.
func (b Box) Corners() (west, south, east, north float64) { return b.Bounds() }

// Meets is true: all cells of the box count.
func (b Box) Meets(_, _, _, _ float64) bool { return true }

// roundEarth is the radius that the corners of circles are computed with.
const roundEarth = 6_371_000

// nearly keeps corners off the edges of the globe.
const nearly = 1e-12

// Corners is the box around the circle; west above east when it crosses the date line.
func (c Circle) Corners() (west, south, east, north float64) {
	angle, lat := c.radius/roundEarth, radians(c.lat)
	south, north = inDegrees(lat-angle), inDegrees(lat+angle)
	if -90 < south && north < 90 {
		lon, wide := radians(c.lon), math.Asin(math.Sin(angle)/math.Cos(lat))
		return wrapped(inDegrees(lon - wide)), south, wrapped(inDegrees(lon + wide)), north
	}
	if south < -90 {
		south = -90 + nearly
	}
	if north > 90 {
		north = 90 - nearly
	}
	return -180 + nearly, south, 180 - nearly, north
}

func inDegrees(radians float64) float64 { return radians * (180 / math.Pi) }

func wrapped(lon float64) float64 {
	switch {
	case lon > 180:
		return -180 + lon - 180
	case lon < -180:
		return 180 + lon + 180
	}
	return lon
}

// Meets reports whether a circle around a box, through its corner, meets the circle.
func (c Circle) Meets(west, south, east, north float64) bool {
	lat := (south + north) / 2
	middle := Circle{lon: (west + east) / 2, lat: lat, cosLat: math.Cos(radians(lat))}
	return middle.distance(west, south)+c.radius > middle.distance(c.lon, c.lat)
}

// Corners is the box around the ring.
func (r Ring) Corners() (west, south, east, north float64) {
	west, south, east, north = math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, -math.MaxFloat64
	for _, p := range r {
		west, east = min(west, p.Lon), max(east, p.Lon)
		south, north = min(south, p.Lat), max(north, p.Lat)
	}
	return west, south, east, north
}

// Meets reports whether a box has a place that is in the ring or on it.
func (r Ring) Meets(west, south, east, north float64) bool {
	if len(r) == 0 {
		return false
	}
	w, s, e, n := r.Corners()
	if e < west || w > east || n < south || s > north {
		return false
	}
	if first := r[0]; west <= first.Lon && first.Lon <= east && south <= first.Lat && first.Lat <= north {
		return true
	}
	if r.locate(api.GeoPoint{Lon: west, Lat: south}) != outside {
		return true
	}
	corners := [...]api.GeoPoint{{Lon: west, Lat: south}, {Lon: east, Lat: south}, {Lon: east, Lat: north}, {Lon: west, Lat: north}}
	for i := 1; i < len(r); i++ {
		for j, from := range corners {
			if cross(r[i-1], r[i], from, corners[(j+1)%4]) {
				return true
			}
		}
	}
	return false
}

// cross reports whether two lines have a place in common.
func cross(a, b, c, d api.GeoPoint) bool {
	if max(a.Lon, b.Lon) < min(c.Lon, d.Lon) || max(c.Lon, d.Lon) < min(a.Lon, b.Lon) ||
		max(a.Lat, b.Lat) < min(c.Lat, d.Lat) || max(c.Lat, d.Lat) < min(a.Lat, b.Lat) {
		return false
	}
	return opposite(orientation(a, b, c), orientation(a, b, d)) && opposite(orientation(c, d, a), orientation(c, d, b))
}

// opposite reports that two turns are not to the same side.
func opposite(a, b float64) bool { return !(a > 0 && b > 0) && !(a < 0 && b < 0) }
