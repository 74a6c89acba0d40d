package geo

// codes is a range of cells, ends included.
type codes struct {
	first, last cell
	whole       bool // all places in it are in the area
}

// mostRanges bounds how finely an area is looked for.
const mostRanges = 48

// ranges returns what of the curve of longest cells may have places of an area. wraps reports that the northern or the eastern edge of the globe is
// in the area, whose places lie in cells of the other side.
func ranges(area Area) (list []codes, wraps bool) {
	west, south, east, north := area.Bounds()
	if !(south <= north) {
		return nil, false
	}
	lons, lonWraps := around(west, east)
	lats, latWraps := interval(south, north, gridLat)
	r := region{solid: area.Solid()}
	for _, lon := range lons {
		for _, lat := range lats {
			r.rects = append(r.rects, rect{lon, lat})
		}
	}
	for _, s := range r.cover() {
		first := cell(interleave(s.lon, s.lat))
		list = append(list, codes{first: first, last: first | ^cell(0)>>(2*s.depth), whole: s.whole})
	}
	return list, lonWraps || latWraps
}

// span is a range of columns or rows, and the part of it that holds no edge of the box.
type span struct{ from, to, innerFrom, innerTo uint32 }

func around(west, east float64) ([]span, bool) {
	if west <= east {
		return interval(west, east, gridLon)
	}
	left, _ := gridLon(east)
	right, wrapped := gridLon(west)
	if wrapped {
		return []span{{0, left, 1, minus(left)}}, false
	}
	return []span{{right, gridMax, right + 1, gridMax}, {0, left, 0, minus(left)}}, false
}

// minus is one less, nothing below zero: the inner part of a span of one column or row is none, since it begins at one.
func minus(v uint32) uint32 { return max(v, 1) - 1 }

// interval is the span between two coordinates; what wraps is in the first column or row.
func interval(lo, hi float64, scale func(float64) (uint32, bool)) ([]span, bool) {
	first := span{0, 0, 1, 0}
	from, wrapped := scale(lo)
	if wrapped {
		return []span{first}, true
	}
	to, wrapped := scale(hi)
	if !wrapped {
		return []span{{from, to, from + 1, minus(to)}}, false
	}
	all := []span{{from, gridMax, from + 1, gridMax}}
	if from > 0 {
		all = append(all, first)
	}
	return all, true
}

type rect struct{ lon, lat span }

type region struct {
	rects []rect
	solid bool
}

// square has a column and a row, and gridBits-depth bits of both inside.
type square struct {
	lon, lat uint32
	depth    int
	whole    bool
}

// meets reports whether a square touches the region, and notes whether it lies in it.
func (r *region) meets(s *square) bool {
	side := uint32(1)<<(gridBits-s.depth) - 1
	east, north := s.lon+side, s.lat+side
	touches := false
	for i := range r.rects {
		lon, lat := &r.rects[i].lon, &r.rects[i].lat
		if s.lon > lon.to || east < lon.from || s.lat > lat.to || north < lat.from {
			continue
		}
		touches = true
		s.whole = s.whole || r.solid && s.lon >= lon.innerFrom && east <= lon.innerTo && s.lat >= lat.innerFrom && north <= lat.innerTo
	}
	return touches
}

// cover quarters the globe until there are mostRanges squares.
func (r *region) cover() []square {
	var whole []square
	edge := []square{{}}
	if !r.meets(&edge[0]) || edge[0].whole {
		return edge
	}
	for depth := 1; depth <= gridBits && len(edge) > 0; depth++ {
		var inside, next []square
		for i := range edge {
			inside, next = r.quarter(&edge[i], depth, inside, next)
		}
		if len(whole)+len(inside)+len(next) > mostRanges {
			break
		}
		whole, edge = append(whole, inside...), next
	}
	return append(whole, edge...)
}

// quarter sorts the quarters of a square into those that lie in the region and those on its edge.
func (r *region) quarter(s *square, depth int, inside, edge []square) (_, _ []square) {
	half := uint32(1) << (gridBits - depth)
	for i := range uint32(4) {
		q := square{lon: s.lon + half*(i>>1), lat: s.lat + half*(i&1), depth: depth}
		switch {
		case !r.meets(&q):
		case q.whole:
			inside = append(inside, q)
		default:
			edge = append(edge, q)
		}
	}
	return inside, edge
}
