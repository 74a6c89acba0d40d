package geo

import (
	"math"
	"slices"
)

// mostCells bounds a cover.
const mostCells = 12

// cover returns the longest cells of one length that meet a shape, of those around its box: as long as no more than mostCells of that length or of a
// shorter one are around it.
func cover(s Shape) []cell {
	west, south, east, north := s.Corners()
	if math.IsNaN(west+south+east+north) || !(Point{west, south}).Valid() || !(Point{east, north}).Valid() {
		return nil
	}
	nw, ne, sw := cellOf(Point{west, north}), cellOf(Point{east, north}), cellOf(Point{west, south})
	box := []cell{0}
	room := make([]cell, 0, mostCells)
	for n := 1; n <= longest; n++ {
		longer, ok := rows(room, nw.prefix(n), ne.prefix(n), sw.prefix(n))
		if !ok {
			break
		}
		box, room = longer, box[:0]
	}
	return slices.DeleteFunc(box, func(c cell) bool { return c != 0 && !s.Meets(c.bounds()) })
}

// rows appends the cells between three corners of a box; false when they are too many.
func rows(dst []cell, nw, ne, sw cell) ([]cell, bool) {
	for from, to := nw, ne; ; from, to = from.neighbor(0, -1), to.neighbor(0, -1) {
		for c := from; ; c = c.neighbor(1, 0) {
			if len(dst) == mostCells {
				return nil, false
			}
			if dst = append(dst, c); c == to {
				break
			}
		}
		if from == sw {
			return dst, true
		}
	}
}

// wraps reports that a corner of a shape lies in a cell of the other side of the globe, which the cover does not make up for.
func wraps(s Shape) bool {
	_, _, east, north := s.Corners()
	_, lon := gridLon(east)
	_, lat := gridLat(north)
	return lon || lat
}
