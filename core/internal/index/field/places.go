package field

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/geo"
)

// places are the coordinates of points, in memory. They lie along a curve through the quarters of the globe, the quarters of those and so on,
// in which the places of a quarter are neighbours.
type places struct {
	first  []api.GeoPoint // of every slot
	has    bits.Set
	more   map[uint32][]api.GeoPoint // all places of slots that have several
	sorted []onCurve
	added  []onCurve // not in sorted yet
	points int
	values int
}

type onCurve struct {
	code uint64
	off  uint32
}

const (
	fewAdded = 1024 // so many are looked at one by one
	fewLeft  = 16   // so many of a quarter, too
)

func (p *places) of(off uint32, one *[1]api.GeoPoint) []api.GeoPoint {
	if !p.has.Get(off) {
		return nil
	}
	if list, ok := p.more[off]; ok {
		return list
	}
	one[0] = p.first[off]
	return one[:]
}

// set replaces the places of a slot. What the curve holds of older ones leads to a check in vain.
func (p *places) set(off uint32, list []api.GeoPoint) {
	var one [1]api.GeoPoint
	old := p.of(off, &one)
	if slices.Equal(old, list) {
		return
	}
	p.values += len(list) - len(old)
	p.points += bit(len(list) > 0) - bit(len(old) > 0)
	delete(p.more, off)
	p.has = p.has.Grow(int(off) + 1)
	p.has.Put(off, len(list) > 0)
	if len(list) == 0 {
		return
	}
	for int(off) >= len(p.first) {
		p.first = append(p.first, api.GeoPoint{})
	}
	p.first[off] = list[0]
	if len(list) > 1 {
		if p.more == nil {
			p.more = map[uint32][]api.GeoPoint{}
		}
		p.more[off] = slices.Clone(list)
	}
	for _, at := range list {
		p.added = append(p.added, onCurve{curve(at), off})
	}
	if len(p.added) > fewAdded+len(p.sorted)/8 {
		p.settle()
	}
}

// settle sorts what was added, and drops what is no more.
func (p *places) settle() {
	var one [1]api.GeoPoint
	all := append(p.sorted, p.added...)
	all = slices.DeleteFunc(all, func(e onCurve) bool {
		return !slices.ContainsFunc(p.of(e.off, &one), func(at api.GeoPoint) bool { return curve(at) == e.code })
	})
	slices.SortFunc(all, func(a, b onCurve) int {
		switch {
		case a.code < b.code:
			return -1
		case a.code > b.code:
			return 1
		}
		return int(a.off) - int(b.off)
	})
	p.sorted, p.added = slices.Compact(all), nil
}

func (p *places) check(off uint32, area geo.Area) bool {
	if !p.has.Get(off) {
		return false
	}
	list, several := p.more[off]
	if !several {
		at := &p.first[off]
		return area.Contains(at.Lon, at.Lat)
	}
	for i := range list {
		if area.Contains(list[i].Lon, list[i].Lat) {
			return true
		}
	}
	return false
}

// A coordinate on the curve has 32 bits of each.
func curve(at api.GeoPoint) uint64 {
	return spreadBits(grid(at.Lon, 180))<<1 | spreadBits(grid(at.Lat, 90))
}

func grid(degrees, most float64) uint32 {
	v := (degrees + most) / (2 * most) * (1 << 32)
	switch {
	case !(v > 0):
		return 0
	case v >= 1<<32:
		return 1<<32 - 1
	}
	return uint32(v)
}

// spreadBits puts a bit between any two bits.
func spreadBits(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// span is a range of the grid, ends included.
type span struct{ west, east, south, north uint32 }

func spansOf(e geo.Extent) []span {
	if e.South > e.North {
		return nil
	}
	s := span{south: grid(e.South, 90), north: grid(e.North, 90), west: grid(e.West, 180), east: grid(e.East, 180)}
	if e.West <= e.East {
		return []span{s}
	}
	left, right := s, s
	left.west, right.east = 0, 1<<32-1
	return []span{left, right}
}

// within calls fn with runs of the curve that may lie in the area; whole says that all of a run lie in its extent.
func (p *places) within(area geo.Area, fn func(run []onCurve)) {
	for _, s := range spansOf(area.Extent()) {
		s.quarter(p.sorted, 0, 0, 0, fn)
	}
	fn(p.added)
}

// quarter goes into the quarters of a square, of side 1<<(32-depth), that touch the span.
func (s *span) quarter(run []onCurve, lon, lat uint32, depth int, fn func(run []onCurve)) {
	if len(run) == 0 {
		return
	}
	side := uint64(1)<<(32-depth) - 1
	east, north := uint32(uint64(lon)+side), uint32(uint64(lat)+side)
	if lon > s.east || east < s.west || lat > s.north || north < s.south {
		return
	}
	inside := lon >= s.west && east <= s.east && lat >= s.south && north <= s.north
	if inside || depth == 32 || len(run) <= fewLeft {
		fn(run)
		return
	}
	half := uint32(1) << (31 - depth)
	for i := range uint32(4) {
		x, y := lon+half*(i>>1), lat+half*(i&1)
		end := len(run)
		if i < 3 {
			next := spreadBits(lon+half*((i+1)>>1))<<1 | spreadBits(lat+half*((i+1)&1))
			end, _ = slices.BinarySearchFunc(run, next, func(e onCurve, code uint64) int {
				if e.code < code {
					return -1
				}
				return 1
			})
		}
		s.quarter(run[:end], x, y, depth+1, fn)
		run = run[end:]
	}
}

// count is how many places may lie in an area.
func (p *places) count(area geo.Area) (n int) {
	p.within(area, func(run []onCurve) { n += len(run) })
	return n
}
