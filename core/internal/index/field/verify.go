package field

import (
	"github.com/qdrant-edge-go/edge/core/internal/index/field/fulltext"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/geo"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/numeric"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/valueindex"
)

// Verify verifies the files of an index against each other and returns the first contradiction.
func (s *Set) Verify(x *Index) error {
	for i, k := range x.kinds {
		at := s.place(x.key, k, x.schema)
		if err := at.verify(); err != nil {
			return x.failed(i, err)
		}
	}
	return nil
}

func (p *place) verify() error {
	switch p.kind {
	case kindKeyword:
		return valueindex.Check[string](p.fs, p.dir)
	case kindIntMap:
		return valueindex.Check[int64](p.fs, p.dir)
	case kindUUID:
		return valueindex.Check[valueindex.UUID](p.fs, p.dir)
	case kindInt, kindDatetime:
		return numeric.Check[int64](p.fs, p.dir)
	case kindFloat:
		return numeric.Check[float64](p.fs, p.dir)
	case kindGeo:
		return geo.Check(p.fs, p.dir)
	case kindText:
		params, err := p.schema.fulltext()
		if err != nil {
			return err
		}
		return fulltext.Check(p.fs, p.dir, params)
	}
	return nil
}
