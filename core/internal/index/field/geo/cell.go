package geo

import (
	"math"
	"math/bits"
)

// cell is a geohash as the files have it: five bits per character from the top, the number of characters in the last four.
type cell uint64

const (
	longest  = 12 // characters of the cell of a place
	charBits = 5
	gridBits = 30 // of a coordinate in the longest cell
	gridMax  = 1<<gridBits - 1
)

// cellOf is the longest cell of a place.
func cellOf(p Point) cell {
	lon, _ := gridLon(p.Lon)
	lat, _ := gridLat(p.Lat)
	return cell(interleave(lon, lat)) | longest
}

// gridLon is the column of a longitude, growing with it. What is not below 180 wraps to the first one.
func gridLon(v float64) (at uint32, wrapped bool) { return scaled(v, 180, 0.002777777777777778) }

// gridLat is the row of a latitude; the north pole wraps to the first one.
func gridLat(v float64) (at uint32, wrapped bool) { return scaled(v, 90, 0.005555555555555556) }

// scaled scales to 1…2, where the bits behind the point are what is wanted.
func scaled(v, most, scale float64) (at uint32, wrapped bool) {
	v = float64(min(max(v, -most), most)*scale) + 1.5
	return uint32(math.Float64bits(v)>>(52-gridBits)) & gridMax, v >= 2
}

// interleave puts the bits of a column and a row in turn, from the top.
func interleave(lon, lat uint32) uint64 {
	const rest = 32 - gridBits
	return spread(lon<<rest)<<1 | spread(lat<<rest)
}

// spread puts a zero before each bit.
func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// squash is the inverse of spread; the other bits are ignored.
func squash(x uint64) uint32 {
	x &= 0x5555555555555555
	x = (x | x>>1) & 0x3333333333333333
	x = (x | x>>2) & 0x0f0f0f0f0f0f0f0f
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return uint32(x | x>>16)
}

// size is the number of characters.
func (c cell) size() int { return int(c & 15) }

// prefix is the cell of the first n characters.
func (c cell) prefix(n int) cell {
	return c>>(64-charBits*n)<<(64-charBits*n) | cell(n)
}

// first is below all cells that begin with the characters of c, itself as well.
func (c cell) first() cell { return c &^ 15 }

// last is not below any cell that begins with the characters of c, and below all that come after them.
func (c cell) last() cell { return c | ^cell(0)>>(charBits*c.size()) }

// shared is the number of characters that two longest cells have in common.
func shared(a, b cell) int { return min(longest, bits.LeadingZeros64(uint64(a^b))/charBits) }

// bounds are the edges of a cell.
func (c cell) bounds() (west, south, east, north float64) {
	x := uint64(c &^ 15)
	west, south = degrees(squash(x>>1), 180), degrees(squash(x), 90)
	n := charBits * c.size()
	return west, south, west + math.Ldexp(360, -(n-n/2)), south + math.Ldexp(180, -(n/2))
}

// degrees is the least coordinate that begins with bits of the grid.
func degrees(v uint32, most float64) float64 {
	p := math.Float64frombits(uint64(v)<<20 | 1023<<52)
	return float64(2*most*(p-1)) - most
}

// neighbor is the cell a width to the east and a height to the north. Behind the date line it goes on on the other side, behind a pole it stays.
func (c cell) neighbor(east, north float64) cell {
	w, s, e, n := c.bounds()
	lon := (w+e)/2 + float64(2*math.Abs((e-w)/2)*east)
	lat := (s+n)/2 + float64(2*math.Abs((n-s)/2)*north)
	return cellOf(Point{wrapLon(lon), clampLat(lat)}).prefix(c.size())
}

// nearly keeps clamped coordinates off the edges of the globe.
const nearly = 1e-12

func wrapLon(v float64) float64 {
	switch {
	case v > 180:
		return -180 + v - 180
	case v < -180:
		return 180 + v + 180
	}
	return v
}

func clampLat(v float64) float64 {
	switch {
	case v > 90:
		return 90 - nearly
	case v < -90:
		return -90 + nearly
	}
	return v
}
