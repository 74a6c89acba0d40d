package query

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// orderValue is the value that a point was ordered by, if it was.
type orderValue struct {
	field.Number
	set bool
}

// compare puts points that were not ordered first.
func (o orderValue) compare(p orderValue) int {
	if !o.set || !p.set {
		return cmp.Compare(toInt(o.set), toInt(p.set))
	}
	return compareNumbers(o.Number, p.Number)
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareNumbers compares integers and floats by value; NaN is the greatest number.
func compareNumbers(a, b field.Number) int {
	switch {
	case !a.IsFloat && !b.IsFloat:
		return cmp.Compare(a.Int, b.Int)
	case a.IsFloat && b.IsFloat:
		return -cmp.Compare(-a.Float, -b.Float) + nanOrder(a.Float, b.Float)
	case a.IsFloat:
		return compareMixed(a.Float, b.Int)
	}
	return -compareMixed(b.Float, a.Int)
}

// nanOrder undoes that cmp.Compare takes NaN for the smallest number.
func nanOrder(a, b float64) int {
	switch {
	case math.IsNaN(a) && !math.IsNaN(b):
		return 2
	case math.IsNaN(b) && !math.IsNaN(a):
		return -2
	}
	return 0
}

// compareMixed compares without rounding the integer.
func compareMixed(f float64, i int64) int {
	switch {
	case math.IsNaN(f), f >= 1<<63:
		return 1
	case f < -1<<63:
		return -1
	}
	whole := math.Floor(f)
	if c := cmp.Compare(int64(whole), i); c != 0 {
		return c
	}
	return cmp.Compare(f, whole)
}

// ordering is a request to order points by a key.
type ordering struct{ *tree.OrderBy }

// begins reports whether a value is not before the one to start from.
func (o ordering) begins(n field.Number) bool {
	if o.From == nil {
		return true
	}
	c := compareNumbers(n, *o.From)
	return c == 0 || (c > 0) != o.Desc
}

// compare is the order of entries: value, then id, both in the direction.
func (o ordering) compare(v *shard.View, a, b *result) int {
	c := a.value.compare(b.value)
	if c == 0 {
		c = idOf(v, &a.hit).Compare(idOf(v, &b.hit))
	}
	if o.Desc {
		return -c
	}
	return c
}

// orderOf is the index of a part that has the values of a key in order.
func orderOf(p *shard.Part, key string) (field.Order, error) {
	index, ok, err := p.Seg.Fields().Order(key)
	if err == nil && !ok {
		err = noRangeIndex(key)
	}
	return index, err
}

func noRangeIndex(key string) error {
	return api.Errorf(api.InvalidArgument, "No range index for `order_by` key: `%s`. Please create one to use `order_by`. "+
		"Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Range conditions", key)
}

// order returns the points of the view that match in order of a value, as many times as they have values, limit of them at most.
func order(ctx context.Context, v *shard.View, o ordering, f *api.Filter, limit uint64) ([]result, error) {
	lists := make([][]result, len(v.Parts))
	for i := range v.Parts {
		p := &v.Parts[i]
		index, err := orderOf(p, o.Key)
		if err != nil {
			return nil, err
		}
		if lists[i], err = orderPart(ctx, v, i, index, o, f, limit); err != nil {
			return nil, err
		}
	}
	return mergeOrdered(v, o, lists, limit), nil
}

// orderPart walks the index of a part.
func orderPart(ctx context.Context, v *shard.View, part int, index field.Order, o ordering, f *api.Filter, limit uint64) (list []result, err error) {
	p := &v.Parts[part]
	src := p.Seg.Source()
	check, err := filter.Compile(f, src)
	if err != nil {
		return nil, err
	}
	if few, ok := listFew(check, p, limit, 4); ok {
		return orderFew(v, part, index, o, few, limit), src.Err
	}
	w := orderWalk{ctx: ctx, v: v, p: p, part: part, o: o, check: check, src: src, limit: limit, pairs: pairScratches.Get().(*pairScratch)}
	defer pairScratches.Put(w.pairs)
	w.list = make([]result, 0, min(limit, orderBlock))
	index.Walk(o.From, o.Desc, w.add)
	if w.err == nil {
		w.pass()
	}
	return w.ordered(), w.err
}

// orderBlock is how many pairs of an index are checked at a time.
const orderBlock = 64

// orderWalk takes the first matches of a part from the pairs of its index. Of a value that several points have all are looked at: those with
// the first ids come first.
type orderWalk struct {
	ctx   context.Context
	v     *shard.View
	p     *shard.Part
	part  int
	o     ordering
	check *filter.Checker
	src   *segment.Source
	limit uint64

	pairs *pairScratch
	n     int // of pairs
	list  []result
	ties  bool
	err   error
}

// pairScratch holds the pairs of a block; it is reused between walks.
type pairScratch struct {
	numbers [orderBlock]field.Number
	offs    [orderBlock]uint32
	passed  [orderBlock]uint32
}

var pairScratches = sync.Pool{New: func() any { return new(pairScratch) }}

func (w *orderWalk) add(n field.Number, off uint32) bool {
	if w.p.Visible(off) {
		w.pairs.numbers[w.n], w.pairs.offs[w.n] = n, off
		w.n++
	}
	return w.n < orderBlock || w.pass()
}

// pass keeps those of a block that match; false when what follows is not among the first.
func (w *orderWalk) pass() bool {
	offs := w.pairs.offs[:w.n]
	passed := w.check.Check(offs, w.pairs.passed[:0])
	w.n = 0
	if w.err = w.src.Err; w.err == nil {
		w.err = w.ctx.Err()
	}
	for i, off := range offs {
		if len(passed) == 0 || w.err != nil {
			break
		}
		if off == passed[0] {
			if passed = passed[1:]; !w.keep(ordered(w.part, off, w.pairs.numbers[i])) {
				return false
			}
		}
	}
	return w.err == nil
}

func (w *orderWalk) keep(r result) bool {
	n := uint64(len(w.list))
	tie := n > 0 && compareNumbers(r.value.Number, w.list[n-1].value.Number) == 0
	if n >= w.limit && !tie {
		return false
	}
	w.ties = w.ties || tie
	w.list = append(w.list, r)
	if n > w.limit && n-w.limit > w.limit+orderBlock {
		w.list = w.ordered()
	}
	return true
}

// ordered are the first of what was kept.
func (w *orderWalk) ordered() []result {
	if w.ties {
		slices.SortFunc(w.list, func(a, b result) int { return w.o.compare(w.v, &a, &b) })
	}
	return w.list[:min(w.limit, uint64(len(w.list)))]
}

// listFew lists the points that match, when that is less work than to look for limit of them among all points. The factor is what it costs to
// list and sort a point, in points that are looked at.
func listFew(check *filter.Checker, p *shard.Part, limit, factor uint64) (offs []uint32, ok bool) {
	est, live := check.Estimate(), uint64(p.Seg.IDs().Live())
	if !est.Primary {
		return nil, false
	}
	looked := live // to find limit matches
	if exp := uint64(est.Exp); exp > 0 && limit < exp {
		looked = limit * (live / exp)
	}
	if uint64(est.Exp)*factor > looked {
		return nil, false
	}
	offs, exact, ok := check.Candidates(nil)
	if ok && !exact {
		offs = check.Check(offs, offs[:0])
	}
	return offs, ok
}

// orderFew orders some points of a part.
func orderFew(v *shard.View, part int, index field.Order, o ordering, offs []uint32, limit uint64) (list []result) {
	var numbers []field.Number
	for _, off := range offs {
		if !v.Parts[part].Visible(off) {
			continue
		}
		numbers = index.AppendNumbers(numbers[:0], off)
		for _, n := range numbers {
			if o.begins(n) {
				list = append(list, ordered(part, off, n))
			}
		}
	}
	slices.SortFunc(list, func(a, b result) int { return o.compare(v, &a, &b) })
	list = slices.CompactFunc(list, func(a, b result) bool { return a.at() == b.at() && a.value.compare(b.value) == 0 })
	return list[:min(limit, uint64(len(list)))]
}

func ordered(part int, off uint32, n field.Number) result {
	return result{hit: hit{score: 1, off: off, part: uint32(part)}, value: orderValue{n, true}}
}

// mergeOrdered merges the lists of the parts; the same value of the same point counts once.
func mergeOrdered(v *shard.View, o ordering, lists [][]result, limit uint64) []result {
	var out []result
	for uint64(len(out)) < limit {
		best := -1
		for i := range lists {
			if len(lists[i]) > 0 && (best < 0 || o.compare(v, &lists[i][0], &lists[best][0]) < 0) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		next := lists[best][0]
		lists[best] = lists[best][1:]
		if n := len(out); n == 0 || out[n-1].at() != next.at() || out[n-1].value.compare(next.value) != 0 {
			out = append(out, next)
		}
	}
	return out
}

// orderAgain orders points that were found before.
func orderAgain(v *shard.View, o ordering, points []hit, limit uint64) ([]result, error) {
	indexes := make([]field.Order, len(v.Parts))
	for i := range v.Parts {
		index, err := orderOf(&v.Parts[i], o.Key)
		if err != nil {
			return nil, err
		}
		indexes[i] = index
	}
	var all []result
	var numbers []field.Number
	for _, h := range points {
		numbers = indexes[h.part].AppendNumbers(numbers[:0], h.off)
		for _, n := range numbers {
			if o.begins(n) {
				all = append(all, ordered(int(h.part), h.off, n))
			}
		}
	}
	slices.SortFunc(all, func(a, b result) int { return o.compare(v, &a, &b) })
	return mergeOrdered(v, o, [][]result{all}, limit), nil
}
