package field

import (
	"errors"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

// Index is all that is kept of one key.
type Index struct {
	key    string
	path   jsonpath.Path
	schema *Schema
	kinds  []kind
	parts  []part
	null   *nullPart // the last of parts

	foreign  bits.Set // points with values, none of which the index could take
	foreigns int
}

// Key is the payload key.
func (x *Index) Key() string { return x.key }

// Schema is what the key is indexed by.
func (x *Index) Schema() *Schema { return x.schema }

// Points is how many points have a value in the index.
func (x *Index) Points() int {
	if len(x.parts) == 0 {
		return 0
	}
	n := x.parts[0].indexed()
	for _, p := range x.parts[1:] {
		n = min(n, p.indexed())
	}
	return n
}

// single reports that the path finds at most one value.
func (x *Index) single() bool {
	for _, item := range x.path.Rest {
		if item.Kind == jsonpath.Wildcard {
			return false
		}
	}
	return true
}

// values finds the values of the key in a payload.
func (x *Index) values(dst [][]byte, payload []byte) [][]byte {
	x.path.Visit(payload, func(v []byte) bool {
		dst = append(dst, v)
		return false
	})
	return dst
}

// update makes the index say of a slot what its payload says.
func (x *Index) update(off uint32, values [][]byte) error {
	for i, p := range x.parts {
		var err error
		if len(values) == 0 {
			err = p.remove(off)
		} else {
			err = p.set(off, values)
		}
		if err != nil {
			return x.failed(i, err)
		}
	}
	x.classify(off)
	return nil
}

func (x *Index) remove(off uint32) error {
	for i, p := range x.parts {
		if err := p.remove(off); err != nil {
			return x.failed(i, err)
		}
	}
	x.classify(off)
	return nil
}

func (x *Index) failed(i int, err error) error {
	return fmt.Errorf("payload index of %q: %s: %w", x.key, x.kinds[i], err)
}

// classify finds out whether a slot is foreign.
func (x *Index) classify(off uint32) {
	if x.null == nil {
		return
	}
	is := x.null.index.HasValues(off) && !x.valued(off)
	if is == x.foreign.Get(off) {
		return
	}
	x.foreign = x.foreign.Grow(int(off) + 1)
	x.foreign.Put(off, is)
	if x.foreigns--; is {
		x.foreigns += 2
	}
}

func (x *Index) valued(off uint32) bool {
	for _, p := range x.parts[:len(x.parts)-1] {
		if p.valued(off) {
			return true
		}
	}
	return false
}

// classifyAll is classify for an index that was just opened.
func (x *Index) classifyAll(total int) {
	x.foreign, x.foreigns = nil, 0
	for off := range uint32(total) {
		x.classify(off)
	}
}

// Answer is a condition answered by an index.
type Answer struct {
	Condition
	// Foreign are the points, perhaps none, of which the index knows only that they have values of another type: whether those satisfy the
	// condition is for the payload to say. The condition holds for none of them.
	Foreign bits.Set
}

// Condition answers a field condition, which asks for one thing only. False when the payload has to be looked at.
func (x *Index) Condition(c *api.FieldCondition) (Answer, bool) {
	if asked(c) != 1 {
		return Answer{}, false
	}
	if (c.IsEmpty != nil || c.IsNull != nil) && !x.single() {
		return Answer{}, false
	}
	return x.answer(c)
}

// Empty answers whether a key has no values.
func (x *Index) Empty() (Answer, bool) {
	yes := true
	return x.answer(&api.FieldCondition{Key: x.key, IsEmpty: &yes})
}

// Null answers whether a key has a null.
func (x *Index) Null() (Answer, bool) {
	yes := true
	return x.answer(&api.FieldCondition{Key: x.key, IsNull: &yes})
}

func (x *Index) answer(c *api.FieldCondition) (Answer, bool) {
	for _, p := range x.parts {
		if found, ok := p.condition(c); ok {
			a := Answer{Condition: newLazy(found)}
			if x.foreigns > 0 && x.undecided(c) {
				a.Foreign = x.foreign
			}
			return a, true
		}
	}
	return Answer{}, false
}

// undecided reports that values which an index of this type does not take may satisfy a condition.
func (x *Index) undecided(c *api.FieldCondition) bool {
	if _, ok := c.Match.(*api.MatchExcept); ok {
		return true
	}
	switch x.schema.Type {
	case Integer:
		return c.Range != nil
	case Geo:
		return c.GeoRadius != nil || c.GeoBoundingBox != nil || c.GeoPolygon != nil
	}
	return false
}

// asked counts the members of a condition.
func asked(c *api.FieldCondition) (n int) {
	for _, set := range [...]bool{c.Match != nil, c.Range != nil, c.GeoRadius != nil, c.GeoBoundingBox != nil, c.GeoPolygon != nil,
		c.ValuesCount != nil, c.IsEmpty != nil, c.IsNull != nil} {
		if set {
			n++
		}
	}
	return n
}

func (x *Index) flush() error {
	for i, p := range x.parts {
		if err := p.flush(); err != nil {
			return x.failed(i, err)
		}
	}
	return nil
}

func (x *Index) close() error {
	var errs []error
	for _, p := range x.parts {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// Facet returns what counts the values of the key, when its type can be counted.
func (x *Index) Facet() (Facet, bool) {
	for _, p := range x.parts {
		if f, ok := p.(Facet); ok {
			return f, true
		}
	}
	return nil, false
}

// Order returns what walks the points in order of their values, when those are numbers.
func (x *Index) Order() (Order, bool) {
	for _, p := range x.parts {
		if o, ok := p.(Order); ok {
			return o, true
		}
	}
	return nil, false
}
