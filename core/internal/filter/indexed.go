package filter

import (
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
)

// indexed asks an index.
type indexed struct {
	field.Answer
	checker *Checker
	payload condition // for the foreign points, nil when there are none
}

func (x *indexed) check() bool {
	off := x.checker.off
	if x.payload != nil && x.Foreign.Get(off) {
		return x.payload.check()
	}
	return x.Check(off)
}

func (x *indexed) cost() int {
	if x.payload != nil {
		return costValue
	}
	return costIndex
}

func (x *indexed) estimate() field.Cardinality {
	est := x.Estimate()
	if x.Foreign != nil {
		n := x.Foreign.Ones()
		est.Exp, est.Max = est.Exp+n/2, est.Max+n
	}
	return est
}

// candidates appends the points, some perhaps twice, that can satisfy the condition; exact when they do.
func (x *indexed) candidates(dst []uint32) (_ []uint32, exact bool) {
	dst = x.AppendCandidates(dst)
	if x.Foreign == nil {
		return dst, true
	}
	for off := x.Foreign.NextSet(0); off >= 0; off = x.Foreign.NextSet(off + 1) {
		dst = append(dst, uint32(off))
	}
	return dst, false
}

// throughIndex is a condition that holds only for points that an index lists.
type throughIndex struct {
	condition
	via *indexed
}

func (t *throughIndex) estimate() field.Cardinality {
	est := t.via.estimate()
	est.Min, est.Certain = 0, false
	return est
}

// estimate joins the estimates of the clauses, all of which have to hold.
func (g *group) estimate() field.Cardinality {
	if g.never {
		return field.Exactly(0)
	}
	list := make([]field.Cardinality, 0, len(g.must)+len(g.mustNot)+2)
	for i := range g.must {
		list = append(list, g.must[i].est)
	}
	if len(g.should) > 0 {
		list = append(list, field.Should(g.total, estimates(g.should)...))
	}
	if g.minCount > 0 || len(g.minShould) > 0 {
		list = append(list, field.AtLeast(g.total, g.minCount, estimates(g.minShould)...))
	}
	for i := range g.mustNot {
		list = append(list, field.Not(g.total, g.mustNot[i].est))
	}
	return field.Must(g.total, list...)
}

func estimates(list []clause) []field.Cardinality {
	out := make([]field.Cardinality, len(list))
	for i := range list {
		out[i] = list[i].est
	}
	return out
}

// candidates appends the points that can pass, found through the clause of which the fewest are expected; false when no clause lists its
// points. Exact when they pass.
func (g *group) candidates(dst []uint32) (_ []uint32, exact, ok bool) {
	var best []clause
	exp, clauses := 0, len(g.must)+len(g.mustNot)
	offer := func(list []clause, n int) {
		if best == nil || n < exp {
			best, exp = list, n
		}
	}
	for i := range g.must {
		if g.must[i].est.Primary {
			offer(g.must[i:i+1], g.must[i].est.Exp)
		}
	}
	for i, list := range [...][]clause{g.should, g.minShould} {
		if i == 1 && g.minCount > 0 || i == 0 && len(list) > 0 {
			clauses++
		}
		if len(list) == 0 || i == 1 && g.minCount == 0 {
			continue
		}
		if est := field.Should(g.total, estimates(list)...); est.Primary {
			offer(list, est.Exp)
		}
	}
	if best == nil {
		return dst, false, false
	}
	exact = clauses == 1 && !g.never && g.minCount <= 1
	for i := range best {
		var whole bool
		if dst, whole, ok = best[i].candidates(dst); !ok {
			return dst, false, false
		}
		exact = exact && whole
	}
	return dst, exact, true
}

func (c *clause) candidates(dst []uint32) (_ []uint32, exact, ok bool) {
	switch c := c.condition.(type) {
	case *indexed:
		dst, exact = c.candidates(dst)
		return dst, exact, true
	case *throughIndex:
		dst, _ = c.via.candidates(dst)
		return dst, false, true
	case *hasID:
		return append(dst, c.offsets...), true, true
	case *group:
		return c.candidates(dst)
	case constant:
		return dst, true, !bool(c)
	}
	return dst, false, false
}

// Candidates appends to dst, in ascending order and each once, all points that can pass, when an index or ids can tell; deleted points may be
// among them. Exact says that they all do pass, else they have to be checked.
func (c *Checker) Candidates(dst []uint32) (_ []uint32, exact, ok bool) {
	if c.filter == nil || !c.est.Primary {
		return dst, false, false
	}
	from := len(dst)
	if dst, exact, ok = c.filter.candidates(dst); !ok {
		return dst[:from], false, false
	}
	return append(dst[:from], ascending(dst[from:])...), exact, true
}

// ascending sorts ids and drops what comes twice.
func ascending(ids []uint32) []uint32 {
	last := uint32(0)
	sorted := true
	for i, id := range ids {
		if i > 0 && id <= last {
			sorted = false
		}
		last = max(last, id)
	}
	if sorted {
		return ids
	}
	set := bits.New(int(last) + 1)
	for _, id := range ids {
		set.Put(id, true)
	}
	ids = ids[:0]
	for off := set.NextSet(0); off >= 0; off = set.NextSet(off + 1) {
		ids = append(ids, uint32(off))
	}
	return ids
}
