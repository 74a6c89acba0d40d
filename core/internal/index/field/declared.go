package field

import (
	"cmp"
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

// Facet returns what counts the values of a key, when its schema is of a type that can be counted. The values of a key whose indexes are only
// declared are read from the payloads.
func (s *Set) Facet(key string) (Facet, bool, error) {
	if x := s.Get(key); x != nil {
		f, ok := x.Facet()
		return f, ok, nil
	}
	schema := s.declared(key)
	if schema == nil {
		return nil, false, nil
	}
	var extract extractor[Value]
	switch {
	case schema.Type == Keyword:
		extract = valueOf(keywords.extract, keywords.value)
	case schema.Type == Integer && schema.Lookup:
		extract = valueOf(integers.extract, integers.value)
	case schema.Type == UUID:
		extract = valueOf(uuids.extract, uuids.value)
	case schema.Type == Bool:
		extract = boolValueOf
	default:
		return nil, false, nil
	}
	c, err := readColumn(s, key, extract)
	return &countedColumn{c}, err == nil, err
}

// Order returns what walks the points in order of their values, when the schema of a key is one of numbers with an order. The values of a key
// whose indexes are only declared are read from the payloads.
func (s *Set) Order(key string) (Order, bool, error) {
	if x := s.Get(key); x != nil {
		o, ok := x.Order()
		return o, ok, nil
	}
	schema := s.declared(key)
	if schema == nil {
		return nil, false, nil
	}
	var extract extractor[Number]
	switch {
	case schema.Type == Integer && schema.Range:
		extract = numberFrom(&integerNumbers)
	case schema.Type == Float:
		extract = numberFrom(&floatNumbers)
	case schema.Type == Datetime:
		extract = numberFrom(&datetimeNumbers)
	default:
		return nil, false, nil
	}
	c, err := readColumn(s, key, extract)
	return newOrderedColumn(c, schema.Type == Datetime), err == nil, err
}

// declared is the schema of a key that is indexed by the elements of an array, for which there are no files.
func (s *Set) declared(key string) *Schema {
	if s == nil {
		return nil
	}
	schema, err := s.Schema(key)
	if err != nil || schema == nil || schema.Nested == "" {
		return nil
	}
	return schema
}

func valueOf[K any](extract extractor[K], value func(K) Value) extractor[Value] {
	return func(v []byte) (Value, bool) {
		k, ok := extract(v)
		return value(k), ok
	}
}

func boolValueOf(v []byte) (Value, bool) {
	has := bools([][]byte{v})
	return boolValue(has[1]), has[0] || has[1]
}

func numberFrom[K int64 | float64](kind *numberKind[K]) extractor[Number] {
	return func(v []byte) (Number, bool) {
		k, ok := kind.extract(v)
		return kind.number(k), ok
	}
}

// readColumn reads the values of a key out of the payloads of all points.
func readColumn[K any](s *Set, key string, extract extractor[K]) (*column[K], error) {
	path, err := jsonpath.Parse(key)
	if err != nil {
		return nil, err
	}
	c := &column[K]{extract: extract}
	deleted := s.from.Deleted()
	x := Index{path: path}
	var buf []byte
	var values [][]byte
	for off := range uint32(s.from.Total()) {
		if deleted.Get(off) {
			continue
		}
		raw, err := s.from.Payload(off, buf[:0])
		if err != nil {
			return nil, err
		}
		if raw != nil {
			buf = raw
		}
		values = x.values(values[:0], raw)
		c.add(off, values)
	}
	return c, nil
}

// countedColumn counts the values of a column.
type countedColumn struct{ *column[Value] }

// Each is part of Facet.
func (c *countedColumn) Each(yield func(v Value, points int) bool) {
	c.count(func(uint32) bool { return true }, yield)
}

// EachIn is part of Facet.
func (c *countedColumn) EachIn(set bits.Set, _ int, yield func(v Value, points int) bool) {
	c.count(set.Get, yield)
}

func (c *countedColumn) count(in func(uint32) bool, yield func(v Value, points int) bool) {
	counts := map[Value]int{}
	for off, values := range c.each {
		if !in(off) {
			continue
		}
		for i, v := range values {
			if !slices.Contains(values[:i], v) {
				counts[v]++
			}
		}
	}
	for v, n := range counts {
		if !yield(v, n) {
			return
		}
	}
}

// orderedColumn walks the values of a column in their order.
type orderedColumn struct {
	*column[Number]
	datetime bool
	pairs    []numbered
}

type numbered struct {
	number Number
	off    uint32
}

func newOrderedColumn(c *column[Number], datetime bool) *orderedColumn {
	o := &orderedColumn{column: c, datetime: datetime}
	if c == nil {
		return o
	}
	for off, values := range c.each {
		for _, n := range values {
			o.pairs = append(o.pairs, numbered{n, off})
		}
	}
	slices.SortFunc(o.pairs, func(a, b numbered) int { return cmp.Or(a.number.compare(b.number), cmp.Compare(a.off, b.off)) })
	o.pairs = slices.Compact(o.pairs)
	return o
}

// compare orders numbers of one kind.
func (n Number) compare(m Number) int {
	if n.IsFloat || m.IsFloat {
		return cmp.Compare(n.Float64(), m.Float64())
	}
	return cmp.Compare(n.Int, m.Int)
}

// whole is the integer at which integers begin that begin at a number.
func (n Number) whole(desc bool) Number {
	switch {
	case !n.IsFloat:
		return n
	case desc:
		return Number{Int: saturated(math.Floor(n.Float))}
	}
	return Number{Int: saturated(math.Ceil(n.Float))}
}

// IsDatetime is part of Order.
func (o *orderedColumn) IsDatetime() bool { return o.datetime }

// Walk is part of Order.
func (o *orderedColumn) Walk(from *Number, desc bool, yield func(v Number, off uint32) bool) {
	begins := func(n Number) bool {
		if from == nil {
			return true
		}
		start := *from
		if !n.IsFloat {
			start = start.whole(desc)
		}
		c := n.compare(start)
		return c == 0 || c < 0 == desc
	}
	for i := range o.pairs {
		p := o.pairs[i]
		if desc {
			p = o.pairs[len(o.pairs)-1-i]
		}
		if begins(p.number) && !yield(p.number, p.off) {
			return
		}
	}
}

// AppendNumbers is part of Order.
func (o *orderedColumn) AppendNumbers(dst []Number, off uint32) []Number {
	i, ok := slices.BinarySearch(o.offs, off)
	if !ok {
		return dst
	}
	from := 0
	if i > 0 {
		from = o.ends[i-1]
	}
	return append(dst, o.values[from:o.ends[i]]...)
}
