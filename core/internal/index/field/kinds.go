package field

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/boolean"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/null"
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
	}
	return nil, p.unsupported()
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
	}
	return nil
}

func (p *place) unsupported() error {
	return api.Errorf(api.Unsupported, "payload indexes of kind %s", p.kind)
}
