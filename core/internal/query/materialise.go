package query

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// materialiser copies payload and vectors of results out of the segments.
type materialiser struct {
	view    *shard.View
	payload bool
	include *jsonpath.Selector
	exclude *jsonpath.Selector
	vectors bool
	names   []string // nil: all
	buf     []byte
}

func newMaterialiser(v *shard.View, wp api.WithPayload, wv api.WithVector) (*materialiser, error) {
	m := &materialiser{view: v, payload: wp.Enable || wp.Include != nil || wp.Exclude != nil, vectors: wv.Enable || wv.Names != nil, names: wv.Names}
	var err error
	if m.include, err = selector(wp.Include, false); err != nil {
		return nil, err
	}
	if m.exclude, err = selector(wp.Exclude, true); err != nil {
		return nil, err
	}
	for _, name := range wv.Names {
		if v.Parts[0].Seg.Vector(name) == nil {
			return nil, unknownVector(name)
		}
	}
	return m, nil
}

func selector(keys []string, exclude bool) (*jsonpath.Selector, error) {
	if keys == nil {
		return nil, nil
	}
	s := &jsonpath.Selector{Exclude: exclude}
	for _, k := range keys {
		p, err := jsonpath.Parse(k)
		if err != nil {
			return nil, api.Wrap(api.InvalidArgument, err, "")
		}
		s.Paths = append(s.Paths, p)
	}
	return s, nil
}

// point returns what was asked for: nil payload and nil vector were not asked for.
func (m *materialiser) point(part int, off uint32) (p api.Payload, vs api.VectorStruct, err error) {
	if m.payload {
		if p, err = m.payloadOf(part, off); err != nil {
			return nil, nil, err
		}
	}
	if m.vectors {
		vs, err = m.vectorsOf(part, off)
	}
	return p, vs, err
}

func (m *materialiser) payloadOf(part int, off uint32) (api.Payload, error) {
	raw, err := m.view.Parts[part].Seg.Payload(off, m.buf[:0])
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return api.Payload("{}"), nil
	}
	m.buf = raw
	switch {
	case m.include != nil:
		return m.include.Append(make([]byte, 0, 64), raw), nil
	case m.exclude != nil:
		return m.exclude.Append(make([]byte, 0, len(raw)), raw), nil
	}
	return append(make(api.Payload, 0, len(raw)), raw...), nil
}

func (m *materialiser) vectorsOf(part int, off uint32) (api.VectorStruct, error) {
	all := m.view.Parts[part].Seg.Vectors()
	vs := make(api.VectorStruct, 0, len(all))
	for i := range all {
		v := &all[i]
		if !m.wanted(v.Name) || !v.Has(off) {
			continue
		}
		value, err := v.Value(off)
		if err != nil {
			return nil, err
		}
		vs = append(vs, api.NamedVector{Name: v.Name, Vector: value})
	}
	return vs, nil
}

func (m *materialiser) wanted(name string) bool {
	if m.names == nil {
		return true
	}
	for _, n := range m.names {
		if n == name {
			return true
		}
	}
	return false
}
