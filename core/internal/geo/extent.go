package geo

import "math"

// Extent is a range of latitudes and one of longitudes, edges included. West above East crosses the date line.
type Extent struct{ South, North, West, East float64 }

// margin makes up for rounding, in degrees.
const margin = 1e-9

// Extent is a box around the area.
func (b Box) Extent() Extent {
	return Extent{South: b.BottomRight.Lat, North: b.TopLeft.Lat, West: b.TopLeft.Lon, East: b.BottomRight.Lon}
}

// Extent is a box around the area.
func (c Circle) Extent() Extent {
	angle := c.radius / earthRadius
	degrees := angle*(180/math.Pi) + margin
	e := Extent{South: c.lat - degrees, North: c.lat + degrees, West: -180, East: 180}
	if e.South <= -90 || e.North >= 90 || angle >= math.Pi/2 {
		return e
	}
	wide := math.Asin(min(1, math.Sin(angle)/c.cosLat))*(180/math.Pi) + margin
	if wide >= 180 {
		return e
	}
	if e.West = c.lon - wide; e.West < -180 {
		e.West += 360
	}
	if e.East = c.lon + wide; e.East > 180 {
		e.East -= 360
	}
	return e
}

// Extent is a box around the area.
func (p Polygon) Extent() Extent {
	e := Extent{South: 90, North: -90, West: 180, East: -180}
	for _, at := range p.outer {
		e.South, e.North = min(e.South, at.Lat), max(e.North, at.Lat)
		e.West, e.East = min(e.West, at.Lon), max(e.East, at.Lon)
	}
	if len(p.outer) == 0 {
		return Extent{South: 1, North: -1}
	}
	return e
}
