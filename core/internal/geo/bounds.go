package geo

import "math"

// margin makes up for rounding, in degrees.
const margin = 1e-9

// Bounds is a box around the area, edges included: south above north when it is empty, west above east when it crosses the date line.
func (b Box) Bounds() (west, south, east, north float64) {
	return b.TopLeft.Lon, b.BottomRight.Lat, b.BottomRight.Lon, b.TopLeft.Lat
}

// Solid reports that all inside the bounds is in the area.
func (b Box) Solid() bool { return true }

// Bounds is a box around the area, as of a Box.
func (c Circle) Bounds() (west, south, east, north float64) { return c.west, c.south, c.east, c.north }

// Solid reports that all inside the bounds is in the area.
func (c Circle) Solid() bool { return false }

// bound finds the bounds.
func (c *Circle) bound() {
	angle := c.radius / earthRadius
	reach := angle*(180/math.Pi) + margin
	c.south, c.north, c.west, c.east = c.lat-reach, c.lat+reach, -180, 180
	if c.south <= -90 || c.north >= 90 || angle >= math.Pi/2 {
		return
	}
	wide := math.Asin(min(1, math.Sin(angle)/c.cosLat))*(180/math.Pi) + margin
	if wide >= 180 {
		return
	}
	if c.west = c.lon - wide; c.west < -180 {
		c.west += 360
	}
	if c.east = c.lon + wide; c.east > 180 {
		c.east -= 360
	}
}

// Bounds is a box around the area, as of a Box.
func (p Polygon) Bounds() (west, south, east, north float64) {
	west, south, east, north = p.outer.Corners()
	if len(p.outer) == 0 {
		return 0, 1, 0, -1
	}
	return west, south, east, north
}

// Solid reports that all inside the bounds is in the area.
func (p Polygon) Solid() bool { return false }

// Outer is the polygon without its holes.
func (p Polygon) Outer() Ring { return p.outer }

// Holes are what is inside its inner rings.
func (p Polygon) Holes() []Ring { return p.holes }
