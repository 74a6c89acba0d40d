package field

import (
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/valueindex"
)

// mapPart is an index of the points by their values.
type mapPart[K valueindex.Key] struct {
	index   *valueindex.Index[K]
	kind    *mapKind[K]
	from    Payloads
	mutable bool
	scratch []K
	old     []K
}

// mapKind is what keys of one type have of their own.
type mapKind[K valueindex.Key] struct {
	extract extractor[K]
	one     func(api.Value) (K, bool)            // the value of a match
	many    func(api.AnyVariants) ([]K, bool)    // the values of a match of several
	texts   func(api.Match) (func(K) bool, bool) // a match of a part of the value, nil when there is none
	value   func(K) Value
	intern  func() func(K) K
}

var keywords = mapKind[string]{
	extract: keywordOf,
	one:     func(v api.Value) (string, bool) { return v.Str, v.Kind == api.ValueString },
	many: func(list api.AnyVariants) ([]string, bool) {
		return slices.Clone(list.Strings), !list.IsInt || len(list.Integers) == 0
	},
	texts:  partOf,
	value:  func(k string) Value { return Value{Kind: TextValue, Text: k} },
	intern: interner,
}

var integers = mapKind[int64]{
	extract: integerOf,
	one:     func(v api.Value) (int64, bool) { return v.Int, v.Kind == api.ValueInteger },
	many: func(list api.AnyVariants) ([]int64, bool) {
		return slices.Clone(list.Integers), list.IsInt || len(list.Strings) == 0
	},
	value: func(k int64) Value { return Value{Kind: IntegerValue, Int: k} },
}

var uuids = mapKind[valueindex.UUID]{
	extract: func(v []byte) (valueindex.UUID, bool) {
		id, ok := uuidOf(v)
		return id, ok
	},
	one: func(v api.Value) (valueindex.UUID, bool) {
		id, ok := ParseUUID(v.Str)
		return id, ok && v.Kind == api.ValueString
	},
	many: func(list api.AnyVariants) (ids []valueindex.UUID, ok bool) {
		for _, s := range list.Strings {
			id, ok := ParseUUID(s)
			if !ok {
				return nil, false
			}
			ids = append(ids, id)
		}
		return ids, !list.IsInt || len(list.Integers) == 0
	},
	value: func(k valueindex.UUID) Value { return Value{Kind: UUIDValue, UUID: k} },
}

// partOf is a match of the beginning or of any part of a keyword.
func partOf(m api.Match) (func(string) bool, bool) {
	switch m := m.(type) {
	case *api.MatchPrefix:
		return func(k string) bool { return strings.HasPrefix(k, m.Prefix) }, true
	case *api.MatchSubstring:
		return func(k string) bool { return strings.Contains(k, m.Substring) }, true
	}
	return nil, false
}

func (p *mapPart[K]) set(off uint32, values [][]byte) error {
	p.scratch = appendExtracted(p.scratch[:0], p.kind.extract, values)
	p.old = p.index.Values(off, p.old[:0])
	if slices.Equal(p.scratch, p.old) {
		return nil
	}
	return p.index.Set(off, p.scratch...)
}

func (p *mapPart[K]) remove(off uint32) error {
	if p.index.ValuesCount(off) == 0 {
		return nil
	}
	return p.index.Remove(off)
}

func (p *mapPart[K]) valued(off uint32) bool   { return p.index.ValuesCount(off) > 0 }
func (p *mapPart[K]) indexed() int             { return p.index.Indexed() }
func (p *mapPart[K]) files() []string          { return p.index.Files() }
func (p *mapPart[K]) immutableFiles() []string { return p.index.ImmutableFiles() }
func (p *mapPart[K]) flush() error             { return p.index.Flush() }
func (p *mapPart[K]) close() error             { return p.index.Close() }

func (p *mapPart[K]) condition(c *api.FieldCondition) (Condition, bool) {
	switch m := c.Match.(type) {
	case nil:
		return nil, false
	case *api.MatchValue:
		if k, ok := p.kind.one(m.Value); ok {
			return p.among([]K{k}), true
		}
		return nil, false
	case *api.MatchAny:
		if keys, ok := p.kind.many(m.Any); ok {
			return p.among(keys), true
		}
		return nil, false
	case *api.MatchExcept:
		if keys, ok := p.kind.many(m.Except); ok {
			return p.except(keys), true
		}
		return nil, false
	}
	if p.kind.texts == nil {
		return nil, false
	}
	match, ok := p.kind.texts(c.Match)
	if !ok {
		return nil, false
	}
	var keys []K
	p.index.EachKey(func(k K, _ int) bool {
		if match(k) {
			keys = append(keys, k)
		}
		return true
	})
	return p.among(keys), true
}

// among selects the points that have one of keys.
func (p *mapPart[K]) among(keys []K) Condition {
	keys = distinct(keys)
	counts := make([]Cardinality, len(keys))
	for i, k := range keys {
		counts[i] = Exactly(min(p.index.Count(k), p.index.Indexed()))
	}
	c := &keyed[K]{Matcher: p.index.Match(keys, false), index: p.index, keys: keys}
	if c.est = Exactly(0); len(keys) == 1 {
		c.est = counts[0]
	} else if len(keys) > 1 {
		c.est = Should(p.index.Indexed(), counts...)
	}
	c.est.Primary = true
	return c
}

// except selects the points that have a value other than keys.
func (p *mapPart[K]) except(keys []K) Condition {
	keys = distinct(keys)
	sum := 0
	for _, k := range keys {
		sum += p.index.Count(k)
	}
	n, total := p.index.Indexed(), p.index.Total()
	est := Cardinality{Min: max(0, n-sum), Max: min(n, max(0, total-sum)), Certain: true}
	est.Exp = min(est.Max, max(est.Min, n-Spread(n, total, sum)))
	return &keyed[K]{Matcher: p.index.Match(keys, true), index: p.index, keys: keys, except: true, est: est}
}

func distinct[K comparable](keys []K) []K {
	seen := make(map[K]struct{}, len(keys))
	return slices.DeleteFunc(keys, func(k K) bool {
		_, again := seen[k]
		seen[k] = struct{}{}
		return again
	})
}

// keyed selects points by their values.
type keyed[K valueindex.Key] struct {
	*valueindex.Matcher[K]
	index  *valueindex.Index[K]
	keys   []K
	except bool
	est    Cardinality
}

// Estimate is part of Condition.
func (c *keyed[K]) Estimate() Cardinality { return c.est }

// AppendCandidates is part of Condition.
func (c *keyed[K]) AppendCandidates(dst []uint32) []uint32 {
	if !c.except {
		for _, k := range c.keys {
			dst = c.index.AppendPoints(dst, k)
		}
		return dst
	}
	c.index.EachKey(func(k K, _ int) bool {
		if !slices.Contains(c.keys, k) {
			dst = c.index.AppendPoints(dst, k)
		}
		return true
	})
	return dst
}

// Each is part of Facet.
func (p *mapPart[K]) Each(yield func(v Value, points int) bool) {
	deleted := p.from.Deleted()
	whole := p.mutable || deleted.NextSet(0) < 0
	var ids []uint32
	p.index.EachKey(func(k K, n int) bool {
		if !whole {
			ids, n = p.index.AppendPoints(ids[:0], k), 0
			for _, off := range ids {
				if !deleted.Get(off) {
					n++
				}
			}
		}
		return n == 0 || yield(p.kind.value(k), n)
	})
}

// EachIn is part of Facet.
func (p *mapPart[K]) EachIn(set bits.Set, points int, yield func(v Value, points int) bool) {
	p.index.CountIn(set, points, func(k K, n int) bool { return yield(p.kind.value(k), n) })
}
