package geo

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Area is a part of the globe.
type Area interface {
	Contains(lon, lat float64) bool
	Bounds() (west, south, east, north float64)
	Solid() bool
}

// Box is open: its edges are outside. A left edge east of the right one crosses the date line.
type Box api.GeoBoundingBox

// Contains reports whether a place lies inside.
func (b Box) Contains(lon, lat float64) bool {
	left, right := lon > b.TopLeft.Lon, lon < b.BottomRight.Lon
	inside := left && right
	if b.TopLeft.Lon > b.BottomRight.Lon {
		inside = left || right
	}
	return inside && b.BottomRight.Lat < lat && lat < b.TopLeft.Lat
}

// earthRadius is the mean radius of the GRS80 ellipsoid in metres.
const earthRadius = 6_371_008.8

// Circle holds what is nearer to its centre than its radius, on the sphere.
type Circle struct {
	lon, lat, cosLat, radius float64
	west, south, east, north float64 // see Bounds
}

// NewCircle prepares a circle.
func NewCircle(r api.GeoRadius) Circle {
	c := Circle{lon: r.Center.Lon, lat: r.Center.Lat, cosLat: math.Cos(radians(r.Center.Lat)), radius: r.Radius}
	c.bound()
	return c
}

func radians(degrees float64) float64 { return degrees * (math.Pi / 180) }

// Contains reports whether a place lies inside.
func (c Circle) Contains(lon, lat float64) bool {
	return lat >= c.south && lat <= c.north && c.distance(lon, lat) < c.radius
}

// distance is the distance of a place from the centre, in metres.
func (c Circle) distance(lon, lat float64) float64 {
	sinLat := math.Sin(radians(lat-c.lat) / 2)
	sinLon := math.Sin(radians(lon-c.lon) / 2)
	a := sinLat*sinLat + c.cosLat*math.Cos(radians(lat))*(sinLon*sinLon)
	return earthRadius * (2 * math.Asin(math.Sqrt(a)))
}

// Polygon holds what is inside its outer ring and outside its holes; all edges are outside.
type Polygon struct {
	outer Ring
	holes []Ring
}

// Ring is a closed line, and what is inside.
type Ring []api.GeoPoint

type position int8

const (
	outside position = iota
	onEdge
	inside
)

// NewPolygon prepares a polygon.
func NewPolygon(p api.GeoPolygon) Polygon {
	out := Polygon{outer: newRing(p.Exterior)}
	for _, hole := range p.Interiors {
		out.holes = append(out.holes, newRing(hole))
	}
	return out
}

func newRing(line api.GeoLineString) Ring {
	r := append(Ring(nil), line.Points...)
	if n := len(r); n > 0 && r[0] != r[n-1] {
		r = append(r, r[0])
	}
	return r
}

// Contains reports whether a place lies inside.
func (p Polygon) Contains(lon, lat float64) bool {
	at := api.GeoPoint{Lon: lon, Lat: lat}
	if p.outer.locate(at) != inside {
		return false
	}
	for _, hole := range p.holes {
		if hole.locate(at) != outside {
			return false
		}
	}
	return true
}

// locate counts how often the ring winds around a point. An edge that goes up includes its start, one that
// goes down its end.
func (r Ring) locate(p api.GeoPoint) position {
	winding := 0
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if min(a.Lat, b.Lat) > p.Lat || max(a.Lat, b.Lat) < p.Lat {
			continue
		}
		turn := orientation(a, b, p)
		switch {
		case turn == 0 && min(a.Lon, b.Lon) <= p.Lon && p.Lon <= max(a.Lon, b.Lon):
			return onEdge
		case a.Lat <= p.Lat && b.Lat > p.Lat && turn > 0:
			winding++
		case a.Lat > p.Lat && turn < 0:
			winding--
		}
	}
	if winding == 0 {
		return outside
	}
	return inside
}
