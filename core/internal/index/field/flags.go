package field

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/boolean"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/null"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// flagged selects the points whose flag is set, or is not.
type flagged struct {
	bits  bits.Set
	unset bool
	total int // slots
	est   Cardinality
}

func newFlagged(set bits.Set, ones, total int) *flagged {
	return &flagged{bits: set, total: total, est: Cardinality{Min: ones, Exp: ones, Max: ones, Primary: true, Certain: true}}
}

// newUnflagged selects the points whose flag is not set; deleted ones among them cannot be told.
func newUnflagged(set bits.Set, ones, total int) *flagged {
	n := max(0, total-ones)
	return &flagged{bits: set, unset: true, total: total, est: Cardinality{Exp: n, Max: n, Primary: true, Certain: true}}
}

func (f *flagged) Estimate() Cardinality { return f.est }

func (f *flagged) Check(off uint32) bool { return f.bits.Get(off) != f.unset }

func (f *flagged) Filter(ids, out []uint32) []uint32 {
	for _, off := range ids {
		if f.bits.Get(off) != f.unset {
			out = append(out, off)
		}
	}
	return out
}

func (f *flagged) AppendCandidates(dst []uint32) []uint32 {
	if f.unset {
		for off := range uint32(f.total) {
			if !f.bits.Get(off) {
				dst = append(dst, off)
			}
		}
		return dst
	}
	for off := f.bits.NextSet(0); off >= 0; off = f.bits.NextSet(off + 1) {
		dst = append(dst, uint32(off))
	}
	return dst
}

// nullPart is the index of which points have values.
type nullPart struct {
	index *null.Index
	from  Payloads
}

func (p *nullPart) set(off uint32, values [][]byte) error {
	hasValues, isNull := emptiness(values)
	if hasValues == p.index.HasValues(off) && isNull == p.index.IsNull(off) && int(off) < p.index.Len() {
		return nil
	}
	return p.index.Set(off, hasValues, isNull)
}

func (p *nullPart) condition(c *api.FieldCondition) (Condition, bool) {
	set, ones, want := p.index.NullBits(), p.index.Nulls(), false
	switch {
	case c.IsEmpty != nil:
		set, ones, want = p.index.ValuesBits(), p.index.Indexed(), !*c.IsEmpty
	case c.IsNull != nil:
		want = *c.IsNull
	default:
		return nil, false
	}
	if want {
		return newFlagged(set, ones, p.from.Total()), true
	}
	return newUnflagged(set, ones, p.from.Total()), true
}

func (p *nullPart) remove(off uint32) error  { return p.index.Remove(off) }
func (p *nullPart) valued(off uint32) bool   { return p.index.HasValues(off) }
func (p *nullPart) indexed() int             { return p.from.Total() }
func (p *nullPart) files() []string          { return p.index.Files() }
func (p *nullPart) immutableFiles() []string { return p.index.ImmutableFiles() }
func (p *nullPart) flush() error             { return p.index.Flush() }
func (p *nullPart) close() error             { return p.index.Close() }

// emptiness says of the values of a point whether there are any, and whether one is a null.
func emptiness(values [][]byte) (hasValues, isNull bool) {
	for _, v := range values {
		switch rawjson.KindOf(v) {
		case rawjson.Null:
			isNull = true
		case rawjson.Arr:
			for a := rawjson.OpenArray(v); a.Next(); {
				hasValues = true
				if rawjson.KindOf(a.Value) == rawjson.Null {
					isNull = true
					break
				}
			}
		default:
			hasValues = true
		}
	}
	return hasValues, isNull
}

// pair is two flags of a slot.
type pair struct {
	off  uint32
	a, b bool
}

type nullGatherer struct{ list []pair }

func (g *nullGatherer) add(off uint32, values [][]byte) {
	if hasValues, isNull := emptiness(values); hasValues || isNull {
		g.list = append(g.list, pair{off, hasValues, isNull})
	}
}

func (g *nullGatherer) write(at *place) error {
	return null.Build(at.fs, at.dir, at.total, pairs(g.list))
}

func pairs(list []pair) func(yield func(off uint32, a, b bool) bool) {
	return func(yield func(off uint32, a, b bool) bool) {
		for _, p := range list {
			if !yield(p.off, p.a, p.b) {
				return
			}
		}
	}
}

// boolPart is the index of booleans.
type boolPart struct {
	index *boolean.Index
	total func() int
}

// bools tells which booleans are among values.
func bools(values [][]byte) (has [2]bool) {
	eachElement(values, func(v []byte) {
		if yes, ok := boolOf(v); ok {
			has[bit(yes)] = true
		}
	})
	return has
}

func boolOf(v []byte) (yes, ok bool) {
	ok = rawjson.KindOf(v) == rawjson.Bool
	return ok && v[0] == 't', ok
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *boolPart) set(off uint32, values [][]byte) error {
	has := bools(values)
	if has == [2]bool{p.index.Has(off, false), p.index.Has(off, true)} {
		return nil
	}
	var list [2]bool
	n := 0
	for i, yes := range has {
		if yes {
			list[n] = i == 1
			n++
		}
	}
	return p.index.Set(off, list[:n]...)
}

func (p *boolPart) condition(c *api.FieldCondition) (Condition, bool) {
	m, ok := c.Match.(*api.MatchValue)
	if !ok || m.Value.Kind != api.ValueBool {
		return nil, false
	}
	return newFlagged(p.index.Bits(m.Value.Bool), p.index.Count(m.Value.Bool), p.total()), true
}

func (p *boolPart) remove(off uint32) error  { return p.index.Remove(off) }
func (p *boolPart) valued(off uint32) bool   { return p.index.ValuesCount(off) > 0 }
func (p *boolPart) indexed() int             { return p.index.Indexed() }
func (p *boolPart) files() []string          { return p.index.Files() }
func (p *boolPart) immutableFiles() []string { return p.index.ImmutableFiles() }
func (p *boolPart) flush() error             { return p.index.Flush() }
func (p *boolPart) close() error             { return p.index.Close() }

// Each is the values as a Facet.
func (p *boolPart) Each(yield func(v Value, points int) bool) {
	for _, v := range [...]bool{false, true} {
		if n := p.index.Count(v); n > 0 && !yield(boolValue(v), n) {
			return
		}
	}
}

// EachIn is part of Facet.
func (p *boolPart) EachIn(set bits.Set, points int, yield func(v Value, points int) bool) {
	boolFacet{p.index.Bits(false), p.index.Bits(true)}.EachIn(set, points, yield)
}

// boolFacet counts booleans by the points that have false and those that have true.
type boolFacet [2]bits.Set

// Each is part of Facet.
func (f boolFacet) Each(yield func(v Value, points int) bool) {
	for i, has := range f {
		if n := has.Ones(); n > 0 && !yield(boolValue(i == 1), n) {
			return
		}
	}
}

// EachIn is part of Facet.
func (f boolFacet) EachIn(set bits.Set, _ int, yield func(v Value, points int) bool) {
	for i, has := range f {
		if n := has.Common(set); n > 0 && !yield(boolValue(i == 1), n) {
			return
		}
	}
}

func boolValue(v bool) Value { return Value{Kind: BoolValue, Int: int64(bit(v))} }

type boolGatherer struct{ list []pair }

func (g *boolGatherer) add(off uint32, values [][]byte) {
	if has := bools(values); has[0] || has[1] {
		g.list = append(g.list, pair{off, has[1], has[0]})
	}
}

func (g *boolGatherer) write(at *place) error {
	return boolean.Build(at.fs, at.dir, at.total, pairs(g.list))
}
