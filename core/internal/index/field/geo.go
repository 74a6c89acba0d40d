package field

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/geo"
)

// geoPart is an index of places. It is built from the payloads when it is first asked, and has no files.
type geoPart struct {
	derived
	places places
	list   []api.GeoPoint
}

func newGeoPart(s *Set, x *Index) *geoPart {
	p := &geoPart{}
	p.derived = derived{from: s.from, index: x, add: p.put, done: func() { p.places.settle() }}
	return p
}

func (p *geoPart) put(off uint32, values [][]byte) {
	p.list = appendExtracted(p.list[:0], pointOf, values)
	p.places.set(off, p.list)
}

func (p *geoPart) remove(off uint32) error { return p.set(off, nil) }

func (p *geoPart) valued(off uint32) bool { return p.ensure() == nil && p.places.has.Get(off) }

func (p *geoPart) indexed() int {
	if p.ensure() != nil {
		return 0
	}
	return p.places.points
}

func (p *geoPart) condition(c *api.FieldCondition) (Condition, bool) {
	var area geo.Area
	switch {
	case c.GeoRadius != nil:
		area = geo.NewCircle(*c.GeoRadius)
	case c.GeoBoundingBox != nil:
		area = geo.Box(*c.GeoBoundingBox)
	case c.GeoPolygon != nil:
		area = geo.NewPolygon(*c.GeoPolygon)
	default:
		return nil, false
	}
	if p.ensure() != nil {
		return nil, false
	}
	n := min(p.places.count(area), p.places.points)
	return &inArea{places: &p.places, area: area, est: Cardinality{Exp: n, Max: n, Primary: true}}, true
}

// inArea selects the points that have a place in an area.
type inArea struct {
	places *places
	area   geo.Area
	est    Cardinality
}

func (a *inArea) Estimate() Cardinality { return a.est }

func (a *inArea) Check(off uint32) bool { return a.places.check(off, a.area) }

func (a *inArea) Filter(ids, out []uint32) []uint32 {
	for _, off := range ids {
		if a.places.check(off, a.area) {
			out = append(out, off)
		}
	}
	return out
}

func (a *inArea) AppendCandidates(dst []uint32) []uint32 {
	a.places.within(a.area, func(run []onCurve) {
		for i := range run {
			if off := run[i].off; a.places.check(off, a.area) {
				dst = append(dst, off)
			}
		}
	})
	return dst
}
