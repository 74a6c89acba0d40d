package field

import "github.com/qdrant-edge-go/edge/core/api"

func (p *place) open() (part, error) { return nil, p.unsupported() }

func (p *place) create() (part, error) { return nil, p.unsupported() }

func (p *place) gather() gatherer { return nil }

func (p *place) unsupported() error { return api.Errorf(api.Unsupported, "payload indexes of kind %s", p.kind) }
