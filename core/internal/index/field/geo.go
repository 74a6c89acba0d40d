package field

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/geo"
	geoindex "github.com/qdrant-edge-go/edge/core/internal/index/field/geo"
)

// geoPart is an index of places.
type geoPart struct {
	index   *geoindex.Index
	scratch []geoindex.Point
	old     []geoindex.Point
}

func openGeo(p *place) (part, error) {
	x, err := geoindex.Open(p.fs, p.dir, geoindex.Options{ReadOnly: p.readOnly, Deleted: p.deleted, OnDisk: p.schema.OnDisk})
	return &geoPart{index: x}, err
}

func createGeo(p *place) (part, error) {
	x, err := geoindex.Create(p.fs, p.dir)
	return &geoPart{index: x}, err
}

type geoGatherer struct{ column[geoindex.Point] }

func (g *geoGatherer) write(at *place) error { return geoindex.Build(at.fs, at.dir, g.each) }

func (p *geoPart) set(off uint32, values [][]byte) error {
	p.scratch = appendExtracted(p.scratch[:0], pointOf, values)
	p.old = p.index.Values(off, p.old[:0])
	if slices.Equal(p.scratch, p.old) {
		return nil
	}
	return p.index.Set(off, p.scratch...)
}

func (p *geoPart) remove(off uint32) error {
	if p.index.ValuesCount(off) == 0 {
		return nil
	}
	return p.index.Remove(off)
}

func (p *geoPart) valued(off uint32) bool   { return p.index.ValuesCount(off) > 0 }
func (p *geoPart) indexed() int             { return p.index.Indexed() }
func (p *geoPart) files() []string          { return p.index.Files() }
func (p *geoPart) immutableFiles() []string { return p.index.ImmutableFiles() }
func (p *geoPart) flush() error             { return p.index.Flush() }
func (p *geoPart) close() error             { return p.index.Close() }

func (p *geoPart) condition(c *api.FieldCondition) (Condition, bool) {
	q := areaOf(c)
	if q == nil {
		return nil, false
	}
	a := &inArea{index: p.index, query: q}
	a.est.Min, a.est.Exp, a.est.Max = p.index.Estimate(q) // of the cells around the area
	a.est.Primary = true
	return a, true
}

// areaOf is the area that a condition asks for, nil when it asks for none.
func areaOf(c *api.FieldCondition) *geoindex.Query {
	switch {
	case c.GeoRadius != nil:
		circle := geo.NewCircle(*c.GeoRadius)
		return geoindex.NewQuery(circle, circle)
	case c.GeoBoundingBox != nil:
		box := geo.Box(*c.GeoBoundingBox)
		return geoindex.NewQuery(box, box)
	case c.GeoPolygon != nil:
		polygon := geo.NewPolygon(*c.GeoPolygon)
		var holes []geoindex.Shape
		for _, h := range polygon.Holes() {
			holes = append(holes, h)
		}
		return geoindex.NewQuery(polygon, polygon.Outer(), holes...)
	}
	return nil
}

// inArea selects the points that have a place in an area.
type inArea struct {
	index *geoindex.Index
	query *geoindex.Query
	est   Cardinality
}

func (a *inArea) Estimate() Cardinality { return a.est }

func (a *inArea) Check(off uint32) bool { return a.index.Check(off, a.query) }

func (a *inArea) Filter(ids, out []uint32) []uint32 { return a.index.Filter(ids, out, a.query) }

func (a *inArea) AppendCandidates(dst []uint32) []uint32 { return a.index.AppendPoints(dst, a.query) }
