package geo

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
)

// orientation returns the exact sign of the turn from a over b to c: positive to the left, negative to the
// right, zero when the three are on one line.
func orientation(a, b, c api.GeoPoint) float64 {
	left := float64((a.Lon - c.Lon) * (b.Lat - c.Lat))
	right := float64((a.Lat - c.Lat) * (b.Lon - c.Lon))
	det := left - right
	const bound = (3 + 16*epsilon) * epsilon
	if math.Abs(det) > bound*(math.Abs(left)+math.Abs(right)) {
		return det
	}
	var sum expansion
	sum.addProduct(a.Lon, b.Lat)
	sum.addProduct(-a.Lon, c.Lat)
	sum.addProduct(-c.Lon, b.Lat)
	sum.addProduct(-a.Lat, b.Lon)
	sum.addProduct(a.Lat, c.Lon)
	sum.addProduct(c.Lat, b.Lon)
	return sum.sign()
}

// epsilon is half the distance from 1 to the next float.
const epsilon = 1.0 / (1 << 53)

// expansion is an exact sum: parts that do not overlap, the smallest first.
type expansion struct {
	parts [12]float64
	n     int
}

func (e *expansion) addProduct(a, b float64) {
	p := float64(a * b)
	e.add(math.FMA(a, b, -p))
	e.add(p)
}

func (e *expansion) add(x float64) {
	for i := range e.parts[:e.n] {
		sum := float64(x + e.parts[i])
		virtual := float64(sum - x)
		e.parts[i] = float64(x-float64(sum-virtual)) + float64(e.parts[i]-virtual)
		x = sum
	}
	e.parts[e.n] = x
	e.n++
}

// sign returns the largest part, which has the sign of the sum.
func (e *expansion) sign() float64 {
	for i := e.n - 1; i >= 0; i-- {
		if e.parts[i] != 0 {
			return e.parts[i]
		}
	}
	return 0
}
