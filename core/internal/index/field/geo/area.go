package geo

// Area is a part of the globe.
type Area interface {
	// Contains reports whether a place lies in it.
	Contains(lon, lat float64) bool
	// Bounds is a box around it, edges included: south above north when it is empty, west above east when it crosses the date line.
	Bounds() (west, south, east, north float64)
	// Solid reports that all that lies in the box, off its edges, is in the area.
	Solid() bool
}

// Shape is what an area is guessed by: cells of its box that meet it.
type Shape interface {
	// Corners is the box around the shape; west above east when it crosses the date line.
	Corners() (west, south, east, north float64)
	// Meets reports whether a box, which does not cross the date line, has a part of the shape.
	Meets(west, south, east, north float64) bool
}

// Query is an area to look for. It is not changed by its use.
type Query struct {
	area   Area
	ranges []codes
	wraps  bool     // an edge of the globe is in the area, whose places lie in cells of the other side
	around []cell   // of the area, for estimates
	broken bool     // around may miss most of the area
	holes  [][]cell // of each hole
}

// NewQuery prepares an area; its holes are for estimates.
func NewQuery(area Area, shape Shape, holes ...Shape) *Query {
	q := &Query{area: area, around: cover(shape), broken: wraps(shape)}
	for _, h := range holes {
		q.holes = append(q.holes, cover(h))
	}
	q.ranges, q.wraps = ranges(area)
	return q
}
