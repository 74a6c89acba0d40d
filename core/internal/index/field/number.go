package field

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/numeric"
)

// numberPart is an index of the points in order of their values.
type numberPart[K numeric.Number] struct {
	index   *numeric.Index[K]
	kind    *numberKind[K]
	scratch []K
	old     []K
}

// numberKind is what the numbers of one type have of their own.
type numberKind[K numeric.Number] struct {
	extract  extractor[K]
	bounds   func(api.Range) (lo, hi numeric.Bound[K], ok bool)
	number   func(K) Number
	from     func(n Number, desc bool) numeric.Bound[K]
	datetime bool
}

var integerNumbers = numberKind[int64]{extract: integerOf, bounds: integerBounds, number: wholeNumber, from: fromWhole}

var datetimeNumbers = numberKind[int64]{extract: datetimeOf, bounds: datetimeBounds, number: wholeNumber, from: fromWhole, datetime: true}

var floatNumbers = numberKind[float64]{extract: floatOf, bounds: floatBounds,
	number: func(f float64) Number { return Number{Float: f, IsFloat: true} },
	from:   func(n Number, _ bool) numeric.Bound[float64] { return numeric.Included(n.Float64()) }}

func wholeNumber(i int64) Number { return Number{Int: i} }

func fromWhole(n Number, desc bool) numeric.Bound[int64] {
	if !n.IsFloat {
		return numeric.Included(n.Int)
	}
	if desc {
		return atMost(n.Float)
	}
	return atLeast(n.Float)
}

// The bounds of integers that a float bound stands for.

func atLeast(f float64) numeric.Bound[int64] {
	if f > math.MaxInt64 {
		return numeric.Excluded[int64](math.MaxInt64)
	}
	return numeric.Included(saturated(math.Ceil(f)))
}

func atMost(f float64) numeric.Bound[int64] {
	if f < math.MinInt64 {
		return numeric.Excluded[int64](math.MinInt64)
	}
	return numeric.Included(saturated(math.Floor(f)))
}

func moreThan(f float64) numeric.Bound[int64] {
	switch {
	case f < math.MinInt64:
		return numeric.Included[int64](math.MinInt64)
	case f >= math.MaxInt64:
		return numeric.Excluded[int64](math.MaxInt64)
	}
	return numeric.Excluded(saturated(math.Floor(f)))
}

func lessThan(f float64) numeric.Bound[int64] {
	switch {
	case f >= math.MaxInt64:
		return numeric.Included[int64](math.MaxInt64)
	case f <= math.MinInt64:
		return numeric.Excluded[int64](math.MinInt64)
	}
	return numeric.Excluded(saturated(math.Ceil(f)))
}

// narrowed are the bounds of values that satisfy all four members of a range.
type narrowed[K numeric.Number] struct {
	lo, hi       numeric.Bound[K]
	hasLo, hasHi bool
}

func (n *narrowed[K]) low(b numeric.Bound[K], strict bool) {
	if !n.hasLo || b.Value > n.lo.Value || b.Value == n.lo.Value && strict {
		n.lo, n.hasLo = b, true
	}
}

func (n *narrowed[K]) high(b numeric.Bound[K], strict bool) {
	if !n.hasHi || b.Value < n.hi.Value || b.Value == n.hi.Value && strict {
		n.hi, n.hasHi = b, true
	}
}

// A NaN is above all numbers: as a lower bound nothing passes, as an upper bound everything does.

func integerBounds(r api.Range) (lo, hi numeric.Bound[int64], ok bool) {
	f, ok := r.(*api.RangeFloat)
	if !ok {
		return lo, hi, false
	}
	var n narrowed[int64]
	lower := func(v *float64, bound func(float64) numeric.Bound[int64], strict bool) {
		if v == nil {
			return
		}
		if math.IsNaN(*v) {
			n.low(numeric.Excluded[int64](math.MaxInt64), true)
			return
		}
		n.low(bound(*v), strict)
	}
	upper := func(v *float64, bound func(float64) numeric.Bound[int64], strict bool) {
		if v != nil && !math.IsNaN(*v) {
			n.high(bound(*v), strict)
		}
	}
	lower(f.Gte, atLeast, false)
	lower(f.Gt, moreThan, true)
	upper(f.Lte, atMost, false)
	upper(f.Lt, lessThan, true)
	return n.lo, n.hi, true
}

func floatBounds(r api.Range) (lo, hi numeric.Bound[float64], ok bool) {
	f, ok := r.(*api.RangeFloat)
	if !ok {
		return lo, hi, false
	}
	var n narrowed[float64]
	for _, b := range [...]*float64{f.Gt, f.Gte} {
		if b != nil && math.IsNaN(*b) {
			inf := math.Inf(1)
			return numeric.Excluded(inf), numeric.Excluded(inf), true
		}
	}
	if f.Gte != nil {
		n.low(numeric.Included(*f.Gte), false)
	}
	if f.Gt != nil {
		n.low(numeric.Excluded(*f.Gt), true)
	}
	if f.Lte != nil && !math.IsNaN(*f.Lte) {
		n.high(numeric.Included(*f.Lte), false)
	}
	if f.Lt != nil && !math.IsNaN(*f.Lt) {
		n.high(numeric.Excluded(*f.Lt), true)
	}
	return n.lo, n.hi, true
}

func datetimeBounds(r api.Range) (lo, hi numeric.Bound[int64], ok bool) {
	d, ok := r.(*api.RangeDateTime)
	if !ok {
		return lo, hi, false
	}
	var n narrowed[int64]
	if d.Gte != nil {
		n.low(numeric.Included(int64(*d.Gte)), false)
	}
	if d.Gt != nil {
		n.low(numeric.Excluded(int64(*d.Gt)), true)
	}
	if d.Lte != nil {
		n.high(numeric.Included(int64(*d.Lte)), false)
	}
	if d.Lt != nil {
		n.high(numeric.Excluded(int64(*d.Lt)), true)
	}
	return n.lo, n.hi, true
}

func (p *numberPart[K]) set(off uint32, values [][]byte) error {
	p.scratch = appendExtracted(p.scratch[:0], p.kind.extract, values)
	p.old = p.index.Values(off, p.old[:0])
	if slices.Equal(p.scratch, p.old) {
		return nil
	}
	return p.index.Set(off, p.scratch...)
}

func (p *numberPart[K]) remove(off uint32) error {
	if p.index.ValuesCount(off) == 0 {
		return nil
	}
	return p.index.Remove(off)
}

func (p *numberPart[K]) valued(off uint32) bool   { return p.index.ValuesCount(off) > 0 }
func (p *numberPart[K]) indexed() int             { return p.index.Indexed() }
func (p *numberPart[K]) files() []string          { return p.index.Files() }
func (p *numberPart[K]) immutableFiles() []string { return p.index.ImmutableFiles() }
func (p *numberPart[K]) flush() error             { return p.index.Flush() }
func (p *numberPart[K]) close() error             { return p.index.Close() }

func (p *numberPart[K]) condition(c *api.FieldCondition) (Condition, bool) {
	if c.Range == nil {
		return nil, false
	}
	lo, hi, ok := p.kind.bounds(c.Range)
	if !ok {
		return nil, false
	}
	b := &between[K]{index: p.index, lo: lo, hi: hi}
	b.est.Min, b.est.Exp, b.est.Max = p.index.Estimate(lo, hi)
	b.est.Primary, b.est.Certain = true, true
	return b, true
}

// between selects the points that have a value in a range.
type between[K numeric.Number] struct {
	index  *numeric.Index[K]
	lo, hi numeric.Bound[K]
	est    Cardinality
}

func (b *between[K]) Estimate() Cardinality { return b.est }

func (b *between[K]) Check(off uint32) bool { return b.index.Check(off, b.lo, b.hi) }

func (b *between[K]) Filter(ids, out []uint32) []uint32 { return b.index.Filter(ids, out, b.lo, b.hi) }

func (b *between[K]) AppendCandidates(dst []uint32) []uint32 {
	return b.index.AppendPoints(dst, b.lo, b.hi)
}

// IsDatetime is part of Order.
func (p *numberPart[K]) IsDatetime() bool { return p.kind.datetime }

// Walk is part of Order.
func (p *numberPart[K]) Walk(from *Number, desc bool, yield func(v Number, off uint32) bool) {
	var lo, hi numeric.Bound[K]
	switch {
	case from == nil:
	case desc:
		hi = p.kind.from(*from, true)
	default:
		lo = p.kind.from(*from, false)
	}
	p.index.Range(lo, hi, desc, func(v K, off uint32) bool { return yield(p.kind.number(v), off) })
}

// AppendNumbers is part of Order.
func (p *numberPart[K]) AppendNumbers(dst []Number, off uint32) []Number {
	var room [8]K
	for _, v := range p.index.Values(off, room[:0]) {
		dst = append(dst, p.kind.number(v))
	}
	return dst
}
