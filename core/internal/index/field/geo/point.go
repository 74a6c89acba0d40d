package geo

import (
	"encoding/binary"
	"math"
)

// Point is a place on the globe, in degrees.
type Point struct{ Lon, Lat float64 }

// Valid reports whether a place is on the globe; others cannot be indexed.
func (p Point) Valid() bool { return p.Lon >= -180 && p.Lon <= 180 && p.Lat >= -90 && p.Lat <= 90 }

// pointSize is the size of a value and of the blocks of the gridstore.
const pointSize = 16

func pack(dst []byte, values []Point) []byte {
	for _, p := range values {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.Lon))
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.Lat))
	}
	return dst
}

func pointAt(b []byte) Point {
	return Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
}

// unpack reads packed values; false when they are none or not places.
func unpack(dst []Point, b []byte) ([]Point, bool) {
	n := len(dst)
	for ; len(b) >= pointSize; b = b[pointSize:] {
		p := pointAt(b)
		if !p.Valid() {
			return dst, false
		}
		dst = append(dst, p)
	}
	return dst, len(b) == 0 && len(dst) > n
}
