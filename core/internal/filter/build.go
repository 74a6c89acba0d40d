package filter

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/geo"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// builder compiles the conditions of one scope.
type builder struct {
	checker *Checker
	scope   *scope
	nested  bool
	prefix  string // the key of the array whose elements are looked at, and a dot
}

func (b builder) group(f *api.Filter) (*group, error) {
	if b.scope == &b.checker.root && b.scope.load == nil {
		c := b.checker
		c.root.load = func() []byte { return c.src.Payload(c.off) }
	}
	g := &group{never: b.nested && f.Should != nil && len(f.Should) == 0, total: b.checker.points}
	lists := []struct {
		from []api.Condition
		to   *[]clause
		one  bool
	}{{f.Must, &g.must, false}, {f.MustNot, &g.mustNot, true}, {f.Should, &g.should, true}}
	if m := f.MinShould; m != nil {
		g.minCount = m.MinCount
		lists = append(lists, struct {
			from []api.Condition
			to   *[]clause
			one  bool
		}{m.Conditions, &g.minShould, m.MinCount < uint64(len(m.Conditions)/2)})
	}
	for _, list := range lists {
		for _, from := range list.from {
			c, err := b.condition(from)
			if err != nil {
				return nil, err
			}
			*list.to = append(*list.to, clause{condition: c, est: c.estimate()})
		}
		order(*list.to, list.one)
	}
	return g, nil
}

func (b builder) condition(from api.Condition) (condition, error) {
	switch from := from.(type) {
	case *api.FieldCondition:
		return b.field(from)
	case *api.IsEmptyCondition:
		return b.either(from.Key, just(isEmpty{}), (*field.Index).Empty)
	case *api.IsNullCondition:
		return b.either(from.Key, just(isNull{}), (*field.Index).Null)
	case *api.NestedCondition:
		return b.nest(from)
	case *api.Filter:
		if from == nil {
			return constant(true), nil
		}
		return b.group(from)
	case *api.HasIDCondition:
		if b.nested {
			return constant(false), nil
		}
		return b.hasID(from.IDs), nil
	case *api.HasVectorCondition:
		if b.nested {
			return constant(false), nil
		}
		return b.hasVector(from.Vector), nil
	case *api.SliceCondition:
		if b.nested {
			return constant(false), nil
		}
		return &slice{checker: b.checker, total: from.Total, index: from.Index}, nil
	}
	return nil, api.Errorf(api.Unsupported, "filter condition %T is not supported", from)
}

func (b builder) hasVector(name string) *hasVector {
	h := &hasVector{checker: b.checker, name: name, est: field.Unknown(b.checker.points)}
	if in, ok := b.checker.src.(Indexed); ok {
		h.est = field.Guessed(in.Vectors(name))
	}
	return h
}

func (b builder) hasID(ids []api.PointID) *hasID {
	h := &hasID{checker: b.checker}
	for _, id := range ids {
		if off, ok := b.checker.src.Internal(id); ok {
			h.offsets = append(h.offsets, off)
		}
	}
	slices.Sort(h.offsets)
	h.offsets = slices.Compact(h.offsets)
	return h
}

// either asks the index of a key or, when there is none for the question, the payload.
func (b builder) either(key string, make func(jsonpath.Path) (question, error), ask func(*field.Index) (field.Answer, bool)) (condition, error) {
	path, err := jsonpath.Parse(key)
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "filter")
	}
	var found *indexed
	if !b.nested && !b.checker.plain && b.checker.fields != nil {
		if x := b.checker.fields.Get(path.String()); x != nil {
			if a, ok := ask(x); ok {
				found = &indexed{Answer: a, checker: b.checker}
				if a.Foreign == nil {
					return found, nil
				}
			}
		}
	}
	q, err := make(path)
	if err != nil {
		return nil, err
	}
	if found != nil {
		found.payload = b.at(path, q)
		return found, nil
	}
	return b.at(path, q), nil
}

// just is a question that needs no making.
func just(q question) func(jsonpath.Path) (question, error) {
	return func(jsonpath.Path) (question, error) { return q, nil }
}

// at compiles a question about the values under a key.
func (b builder) at(path jsonpath.Path, q question) condition {
	return newKeyed(b.scope, path, q, b.checker.points)
}

func (b builder) nest(from *api.NestedCondition) (condition, error) {
	path, err := jsonpath.Parse(from.Key)
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "nested filter")
	}
	inner := &scope{}
	filter := from.Filter
	if filter == nil {
		filter = &api.Filter{}
	}
	g, err := builder{checker: b.checker, scope: inner, nested: true, prefix: b.prefix + path.Elements().String() + "."}.group(filter)
	if err != nil {
		return nil, err
	}
	asked := b.at(path.Elements(), &nested{scope: inner, filter: g})
	if via := b.within(path.Elements().String()+".", filter); via != nil {
		return &throughIndex{condition: asked, via: via}, nil
	}
	return asked, nil
}

// within finds, among the conditions that an element has to satisfy, the one whose index lists the fewest points.
func (b builder) within(prefix string, f *api.Filter) (best *indexed) {
	if b.nested || b.checker.plain || b.checker.fields == nil {
		return nil
	}
	for _, c := range f.Must {
		c, ok := c.(*api.FieldCondition)
		if !ok || c.ValuesCount != nil || c.IsEmpty != nil || c.IsNull != nil {
			continue
		}
		path, err := jsonpath.Parse(prefix + c.Key)
		if err != nil {
			continue
		}
		x := b.checker.fields.Get(path.String())
		if x == nil {
			continue
		}
		a, ok := x.Condition(c)
		if !ok {
			continue
		}
		found := &indexed{Answer: a, checker: b.checker}
		if est := found.estimate(); est.Primary && (best == nil || est.Exp < best.estimate().Exp) {
			best = found
		}
	}
	return best
}

func (b builder) field(from *api.FieldCondition) (condition, error) {
	make := func(path jsonpath.Path) (question, error) {
		return questionOf(from, func() *text.Analyzer { return b.analyzer(path) })
	}
	return b.either(from.Key, make, func(x *field.Index) (field.Answer, bool) { return x.Condition(from) })
}

// analyzer cuts the texts under a key: as its text index does, if there is one.
func (b builder) analyzer(path jsonpath.Path) *text.Analyzer {
	if b.checker.fields == nil {
		return unindexed()
	}
	if a, ok := b.checker.fields.Analyzer(b.prefix + path.String()); ok {
		return a
	}
	return unindexed()
}

// questionOf picks what a field condition asks. When it asks several things about the field as a whole,
// the first of values count, is empty and is null is taken; of the others one has to hold.
func questionOf(from *api.FieldCondition, a func() *text.Analyzer) (question, error) {
	switch {
	case from.ValuesCount != nil:
		return &valuesCount{bounds: *from.ValuesCount}, nil
	case from.IsEmpty != nil:
		return fieldEmpty(*from.IsEmpty), nil
	case from.IsNull != nil:
		return fieldNull(*from.IsNull), nil
	}
	tests, err := testsOf(from, a)
	if err != nil {
		return nil, err
	}
	return &anyValue{tests: tests}, nil
}

func testsOf(from *api.FieldCondition, a func() *text.Analyzer) ([]test, error) {
	var tests []test
	if from.Match != nil {
		t, err := matchOf(from.Match, a)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	switch r := from.Range.(type) {
	case nil:
	case *api.RangeFloat:
		tests = append(tests, newFloatRange(r))
	case *api.RangeDateTime:
		tests = append(tests, &dateRange{bounds: *r})
	default:
		return nil, api.Errorf(api.Unsupported, "range %T is not supported", r)
	}
	if from.GeoRadius != nil {
		tests = append(tests, &geoTest{area: geo.NewCircle(*from.GeoRadius)})
	}
	if from.GeoBoundingBox != nil {
		tests = append(tests, &geoTest{area: geo.Box(*from.GeoBoundingBox)})
	}
	if from.GeoPolygon != nil {
		tests = append(tests, &geoTest{area: geo.NewPolygon(*from.GeoPolygon)})
	}
	return tests, nil
}
