package filter

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

type constant bool

func (c constant) check() bool { return bool(c) }
func (constant) cost() int     { return costConst }
func (c constant) estimate() field.Cardinality {
	return field.Cardinality{Primary: !bool(c), Certain: !bool(c)}
}

type hasID struct {
	checker *Checker
	offsets []uint32 // sorted
}

func (h *hasID) check() bool {
	_, ok := slices.BinarySearch(h.offsets, h.checker.off)
	return ok
}
func (h *hasID) cost() int { return costID }
func (h *hasID) estimate() field.Cardinality {
	n := len(h.offsets)
	return field.Cardinality{Min: n, Exp: n, Max: n, Primary: true, Certain: true}
}

type hasVector struct {
	checker *Checker
	name    string
	est     field.Cardinality
}

func (h *hasVector) check() bool { return h.checker.src.HasVector(h.name, h.checker.off) }
func (h *hasVector) cost() int   { return costVector }

func (h *hasVector) estimate() field.Cardinality { return h.est }

// slice holds for one of equal parts of all ids.
type slice struct {
	checker      *Checker
	total, index uint32
}

func (s *slice) check() bool {
	id, ok := s.checker.src.External(s.checker.off)
	return ok && id.InSlice(s.total, s.index)
}

func (s *slice) cost() int { return costIndex }

func (s *slice) estimate() field.Cardinality {
	n := s.checker.points
	return field.Cardinality{Exp: n / int(max(s.total, 1)), Max: n, Certain: true}
}

// question is what a condition asks about the values under a key.
type question interface {
	// absent is the answer when there are no values.
	absent() bool
	// every says how the answers are joined: true when all values have to agree, false when one is enough.
	every() bool
	// value is the answer for one value.
	value(v []byte) bool
	cost() int
}

// keyed asks a question about a key of a scope.
type keyed struct {
	question
	scope *scope
	slot  int
	rest  []jsonpath.Item
	all   bool
	seen  bool
	total int
	visit func(v []byte) bool
}

func newKeyed(s *scope, path jsonpath.Path, q question, total int) *keyed {
	k := &keyed{question: q, scope: s, slot: s.slot(path.First), rest: path.Rest, all: q.every(), total: total}
	k.visit = func(v []byte) bool {
		k.seen = true
		return k.value(v) != k.all
	}
	return k
}

func (k *keyed) check() bool {
	v := k.scope.value(k.slot)
	if v == nil {
		return k.absent()
	}
	if len(k.rest) == 0 {
		return k.value(v)
	}
	k.seen = false
	stopped := jsonpath.VisitRest(k.rest, v, k.visit)
	if !k.seen {
		return k.absent()
	}
	return stopped != k.all
}

func (k *keyed) cost() int { return k.question.cost() + len(k.rest) }

func (k *keyed) estimate() field.Cardinality { return field.Unknown(k.total) }

// isEmpty holds when every value is null or an empty array.
type isEmpty struct{}

func (isEmpty) absent() bool        { return true }
func (isEmpty) every() bool         { return true }
func (isEmpty) cost() int           { return costValue }
func (isEmpty) value(v []byte) bool { return empty(v) }

// isNull holds when some value is null or an array with a null.
type isNull struct{}

func (isNull) absent() bool        { return false }
func (isNull) every() bool         { return false }
func (isNull) cost() int           { return costValue }
func (isNull) value(v []byte) bool { return null(v) }

// fieldEmpty is the is_empty member of a field condition: some value is empty, or is not.
type fieldEmpty bool

func (q fieldEmpty) absent() bool        { return bool(q) }
func (q fieldEmpty) every() bool         { return false }
func (q fieldEmpty) cost() int           { return costValue }
func (q fieldEmpty) value(v []byte) bool { return empty(v) == bool(q) }

// fieldNull is the is_null member of a field condition: some value is null, or is not.
type fieldNull bool

func (q fieldNull) absent() bool        { return !bool(q) }
func (q fieldNull) every() bool         { return false }
func (q fieldNull) cost() int           { return costValue }
func (q fieldNull) value(v []byte) bool { return null(v) == bool(q) }

func empty(v []byte) bool {
	switch rawjson.KindOf(v) {
	case rawjson.Null:
		return true
	case rawjson.Arr:
		a := rawjson.OpenArray(v)
		return !a.Next()
	}
	return false
}

func null(v []byte) bool {
	switch rawjson.KindOf(v) {
	case rawjson.Null:
		return true
	case rawjson.Arr:
		for a := rawjson.OpenArray(v); a.Next(); {
			if rawjson.KindOf(a.Value) == rawjson.Null {
				return true
			}
		}
	}
	return false
}

// valuesCount bounds how many values there are: null none, an array its length, anything else one.
type valuesCount struct{ bounds api.ValuesCount }

func (q *valuesCount) absent() bool { return q.within(0) }
func (q *valuesCount) every() bool  { return false }
func (q *valuesCount) cost() int    { return costValue }

func (q *valuesCount) value(v []byte) bool {
	switch rawjson.KindOf(v) {
	case rawjson.Null:
		return q.within(0)
	case rawjson.Arr:
		n := uint64(0)
		for a := rawjson.OpenArray(v); a.Next(); {
			n++
		}
		return q.within(n)
	}
	return q.within(1)
}

func (q *valuesCount) within(n uint64) bool {
	b := &q.bounds
	return (b.Lt == nil || n < *b.Lt) && (b.Gt == nil || n > *b.Gt) &&
		(b.Lte == nil || n <= *b.Lte) && (b.Gte == nil || n >= *b.Gte)
}

// nested applies a filter to each object of an array.
type nested struct {
	scope  *scope
	filter *group
}

func (q *nested) absent() bool { return false }
func (q *nested) every() bool  { return false }
func (q *nested) cost() int    { return costNested + q.filter.cost() }

func (q *nested) value(v []byte) bool {
	if rawjson.KindOf(v) != rawjson.Obj {
		return false
	}
	q.scope.walk(v)
	return q.filter.check()
}

// anyValue holds when one of the tests holds for the value, or for one element of an array.
type anyValue struct{ tests []test }

// test is a question about one value that is no array of values.
type test interface {
	check(v []byte) bool
	cost() int
}

func (q *anyValue) absent() bool { return false }
func (q *anyValue) every() bool  { return false }

func (q *anyValue) cost() int {
	sum := 0
	for _, t := range q.tests {
		sum += t.cost()
	}
	return sum
}

func (q *anyValue) value(v []byte) bool {
	if rawjson.KindOf(v) != rawjson.Arr {
		return q.one(v)
	}
	for a := rawjson.OpenArray(v); a.Next(); {
		if q.one(a.Value) {
			return true
		}
	}
	return false
}

func (q *anyValue) one(v []byte) bool {
	for _, t := range q.tests {
		if t.check(v) {
			return true
		}
	}
	return false
}
