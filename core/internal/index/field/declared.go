package field

import (
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/numeric"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/valueindex"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

// Facet returns what counts the values of a key, when its schema is of a type that can be counted. The values of a key whose indexes are only
// declared are read from the payloads, into an index without files.
func (s *Set) Facet(key string) (Facet, bool, error) {
	if x := s.Get(key); x != nil {
		f, ok := x.Facet()
		return f, ok, nil
	}
	schema := s.declared(key)
	switch {
	case schema == nil:
		return nil, false, nil
	case schema.Type == Keyword:
		return countInMemory(s, key, &keywords)
	case schema.Type == Integer && schema.Lookup:
		return countInMemory(s, key, &integers)
	case schema.Type == UUID:
		return countInMemory(s, key, &uuids)
	case schema.Type == Bool:
		return countBools(s, key)
	}
	return nil, false, nil
}

// Order returns what walks the points in order of their values, when the schema of a key is one of numbers with an order. The values of a key
// whose indexes are only declared are read from the payloads, into an index without files.
func (s *Set) Order(key string) (Order, bool, error) {
	if x := s.Get(key); x != nil {
		o, ok := x.Order()
		return o, ok, nil
	}
	schema := s.declared(key)
	switch {
	case schema == nil:
		return nil, false, nil
	case schema.Type == Integer && schema.Range:
		return orderInMemory(s, key, &integerNumbers)
	case schema.Type == Float:
		return orderInMemory(s, key, &floatNumbers)
	case schema.Type == Datetime:
		return orderInMemory(s, key, &datetimeNumbers)
	}
	return nil, false, nil
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

func countInMemory[K valueindex.Key](s *Set, key string, kind *mapKind[K]) (Facet, bool, error) {
	c, err := readColumn(s, key, kind.extract)
	if err != nil {
		return nil, false, err
	}
	return &mapPart[K]{index: valueindex.InMemory(c.each), kind: kind, from: s.from, mutable: true}, true, nil
}

func orderInMemory[K numeric.Number](s *Set, key string, kind *numberKind[K]) (Order, bool, error) {
	c, err := readColumn(s, key, kind.extract)
	if err != nil {
		return nil, false, err
	}
	return &numberPart[K]{index: numeric.InMemory(c.each), kind: kind}, true, nil
}

func countBools(s *Set, key string) (Facet, bool, error) {
	c, err := readColumn(s, key, boolOf)
	if err != nil {
		return nil, false, err
	}
	f := boolFacet{bits.New(s.from.Total()), bits.New(s.from.Total())}
	for off, values := range c.each {
		for _, v := range values {
			f[bit(v)].Put(off, true)
		}
	}
	return f, true, nil
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
