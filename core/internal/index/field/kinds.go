package field

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/boolean"
	geoindex "github.com/qdrant-edge-go/edge/core/internal/index/field/geo"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/null"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/numeric"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/valueindex"
)

// open opens an index that is there.
func (p *place) open() (part, error) {
	switch p.kind {
	case kindNull:
		x, err := null.Open(p.fs, p.dir, null.Options{ReadOnly: p.readOnly, Immutable: !p.mutable, Deleted: p.deleted})
		return &nullPart{index: x, from: p.from}, err
	case kindBool:
		x, err := boolean.Open(p.fs, p.dir, boolean.Options{ReadOnly: p.readOnly, Immutable: !p.mutable, Deleted: p.deleted})
		return &boolPart{index: x, total: p.from.Total}, err
	case kindKeyword:
		return openMap(p, &keywords)
	case kindIntMap:
		return openMap(p, &integers)
	case kindUUID:
		return openMap(p, &uuids)
	case kindInt:
		return openNumbers(p, &integerNumbers)
	case kindFloat:
		return openNumbers(p, &floatNumbers)
	case kindDatetime:
		return openNumbers(p, &datetimeNumbers)
	case kindGeo:
		return openGeo(p)
	case kindText:
		return openText(p)
	}
	return nil, p.unsupported()
}

func openMap[K valueindex.Key](p *place, kind *mapKind[K]) (part, error) {
	x, err := valueindex.Open[K](p.fs, p.dir, valueindex.Options{ReadOnly: p.readOnly, Deleted: p.deleted})
	return &mapPart[K]{index: x, kind: kind, from: p.from, mutable: p.mutable}, err
}

func createMap[K valueindex.Key](p *place, kind *mapKind[K]) (part, error) {
	x, err := valueindex.Create[K](p.fs, p.dir)
	return &mapPart[K]{index: x, kind: kind, from: p.from, mutable: true}, err
}

func openNumbers[K numeric.Number](p *place, kind *numberKind[K]) (part, error) {
	x, err := numeric.Open[K](p.fs, p.dir, numeric.Options{ReadOnly: p.readOnly, Deleted: p.deleted})
	return &numberPart[K]{index: x, kind: kind}, err
}

func createNumbers[K numeric.Number](p *place, kind *numberKind[K]) (part, error) {
	x, err := numeric.Create[K](p.fs, p.dir)
	return &numberPart[K]{index: x, kind: kind}, err
}

// create makes an empty mutable index.
func (p *place) create() (part, error) {
	switch p.kind {
	case kindNull:
		x, err := null.Create(p.fs, p.dir)
		return &nullPart{index: x, from: p.from}, err
	case kindBool:
		x, err := boolean.Create(p.fs, p.dir)
		return &boolPart{index: x, total: p.from.Total}, err
	case kindKeyword:
		return createMap(p, &keywords)
	case kindIntMap:
		return createMap(p, &integers)
	case kindUUID:
		return createMap(p, &uuids)
	case kindInt:
		return createNumbers(p, &integerNumbers)
	case kindFloat:
		return createNumbers(p, &floatNumbers)
	case kindDatetime:
		return createNumbers(p, &datetimeNumbers)
	case kindGeo:
		return createGeo(p)
	case kindText:
		return createText(p)
	}
	return nil, p.unsupported()
}

// gather begins an immutable index.
func (p *place) gather() gatherer {
	switch p.kind {
	case kindNull:
		return &nullGatherer{}
	case kindBool:
		return &boolGatherer{}
	case kindKeyword:
		return gatherMap(&keywords)
	case kindIntMap:
		return gatherMap(&integers)
	case kindUUID:
		return gatherMap(&uuids)
	case kindInt:
		return &numberGatherer[int64]{column[int64]{extract: integerOf}}
	case kindFloat:
		return &numberGatherer[float64]{column[float64]{extract: floatOf}}
	case kindDatetime:
		return &numberGatherer[int64]{column[int64]{extract: datetimeOf}}
	case kindText:
		return gatherText(p)
	case kindGeo:
		return &geoGatherer{column[geoindex.Point]{extract: pointOf}}
	}
	return nil
}

type mapGatherer[K valueindex.Key] struct{ column[K] }

func gatherMap[K valueindex.Key](kind *mapKind[K]) gatherer {
	g := &mapGatherer[K]{column[K]{extract: kind.extract}}
	if kind.intern != nil {
		g.intern = kind.intern()
	}
	return g
}

func (g *mapGatherer[K]) write(at *place) error {
	return valueindex.Build(at.fs, at.dir, valueindex.BuildOptions{Total: at.total, Prefix: at.schema.Prefix}, g.each)
}

func (p *place) unsupported() error {
	return api.Errorf(api.Unsupported, "payload indexes of kind %s", p.kind)
}

// supported reports whether all indexes of a key can be kept.
func (x *Index) supported() bool {
	for _, k := range x.kinds {
		switch k {
		case kindNull, kindBool, kindKeyword, kindIntMap, kindUUID, kindInt, kindFloat, kindDatetime, kindGeo:
		case kindText:
			if _, err := x.schema.fulltext(); err != nil {
				return false // a language that is not known: texts are looked at one by one
			}
		default:
			return false
		}
	}
	return x.schema.Nested == ""
}

type numberGatherer[K numeric.Number] struct{ column[K] }

func (g *numberGatherer[K]) write(at *place) error {
	return numeric.Build(at.fs, at.dir, numeric.BuildOptions{Total: at.total}, g.each)
}
