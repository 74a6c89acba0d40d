package query

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/par"
	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
	"github.com/qdrant-edge-go/edge/core/internal/topk"
)

const (
	// block is how many rows are scored before they are looked at.
	block = 256
	// parallelFrom is the number of float elements whose scan takes about a millisecond.
	parallelFrom = 4 << 20
	// gathered is what an element of a row out of turn costs, in elements of rows in turn.
	gathered = 4
	// maxK bounds what a request may ask for.
	maxK = 1 << 26
)

// nearest is one search, ready to scan.
type nearest struct {
	ctx      context.Context
	view     *shard.View
	name     string
	distance api.Distance
	query    api.Vector
	dense    []float32    // the query when it is dense
	examples []api.Vector // in place of the query, with the fold that makes one score of the similarities to them
	fold     score.Fold
	filter   *api.Filter
	exclude  *hit // the point whose vector is the query
	params   api.SearchParams
	bound    float32 // engine scores must be above it
	k        int

	quantized bool // scores are those of quantized vectors
}

// task is a range of rows of one part, or all of them to be found through the graph.
type task struct {
	part     int
	from, to uint32
	how      method
	listed   bool     // only ids can pass
	ids      []uint32 // ascending
	exact    bool     // they all do
	filtered          // for the goroutine that runs the task; nil where several do
}

// filtered is the filter of the search for one part.
type filtered struct {
	check *filter.Checker
	src   *segment.Source
}

// scratch is what one worker needs; it is reused between searches.
type scratch struct {
	out    [block]float32
	ids    [block]uint32
	best   collector
	scorer score.Scorer
	tasks  []task
	found  []topk.Scored
	listed []uint32 // of all tasks
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release puts a scratch back; it must not keep a view alive.
func (sc *scratch) release() {
	sc.best.view = nil
	sc.scorer.Release()
	scratches.Put(sc)
}

// run returns the hits in the order of results. The slice belongs to the scratch, which the caller puts back.
func (n *nearest) run() (*scratch, []hit, error) {
	sc := scratches.Get().(*scratch)
	sc.best.reset(n.view, n.k)
	if err := n.search(sc); err != nil {
		sc.release()
		return nil, nil, err
	}
	return sc, sc.best.sorted(), nil
}

func (n *nearest) search(sc *scratch) error {
	if n.k == 0 {
		return nil
	}
	work, err := n.plan(sc)
	if err != nil {
		return err
	}
	if work >= parallelFrom {
		return n.parallel(n.split(sc.tasks), sc)
	}
	for _, t := range sc.tasks {
		if err := n.do(t, sc); err != nil {
			return err
		}
	}
	return nil
}

// plan makes a task of each part and returns how many elements are to be scanned.
func (n *nearest) plan(sc *scratch) (work int, err error) {
	sc.tasks, sc.listed = sc.tasks[:0], sc.listed[:0]
	for i := range n.view.Parts {
		p := &n.view.Parts[i]
		v := p.Seg.Vector(n.name)
		if v == nil {
			continue
		}
		t := task{part: i, to: uint32(v.Store.Len())}
		if t.filtered, err = n.compile(p); err != nil {
			return 0, err
		}
		if t.how, err = n.choose(p, v, t.filtered); err != nil {
			return 0, err
		}
		switch t.how {
		case byNone:
			continue
		case byScan:
			if err := n.list(&t, v, sc); err != nil {
				return 0, err
			}
			work += t.cost() * width(v)
		}
		sc.tasks = append(sc.tasks, t)
	}
	return work, nil
}

// compile prepares the filter, if there is one, for a part.
func (n *nearest) compile(p *shard.Part) (f filtered, err error) {
	if n.filter != nil {
		f.src = p.Seg.Source()
		f.check, err = filter.Compile(n.filter, f.src)
	}
	return f, err
}

// list finds out which points can pass the filter, when that is cheaper than to look at all.
func (n *nearest) list(t *task, v *segment.Vector, sc *scratch) error {
	if t.check == nil {
		return nil
	}
	if est := t.check.Estimate(); !est.Primary || est.Exp > int(t.to)*3/5 {
		return nil
	}
	from := len(sc.listed)
	sc.listed, t.exact, t.listed = t.check.Candidates(sc.listed)
	t.ids = sc.listed[from:]
	if t.listed && !t.exact && len(t.ids)*width(v) > checkFirst {
		t.ids, t.exact = t.check.Check(t.ids, t.ids[:0]), true
		sc.listed = sc.listed[:from+len(t.ids)]
	}
	return t.src.Err
}

// checkFirst is from how many elements on it pays to check points before they are scored.
const checkFirst = 1 << 14

// cost is what a scan costs, in rows in turn.
func (t *task) cost() int {
	if t.listed {
		return gathered * len(t.ids)
	}
	return int(t.to)
}

// width is about how many elements are looked at per point.
func width(v *segment.Vector) int {
	const sparse, rows = 4, 8
	switch {
	case v.Sparse != nil:
		return sparse
	case v.Multi != nil:
		return rows * v.Size
	}
	return v.Size
}

// split cuts scans into ranges of about equal work.
func (n *nearest) split(whole []task) []task {
	var tasks []task
	for _, t := range whole {
		step := t.to
		if v := n.view.Parts[t.part].Seg.Vector(n.name); t.how == byScan && (t.listed || v.Sparse == nil) { // posting lists are not cut
			step = uint32(max(parallelFrom/2/width(v), block))
		}
		if t.listed {
			for ids := range slices.Chunk(t.ids, max(int(step)/gathered, 1)) {
				piece := t
				piece.ids, piece.filtered = ids, filtered{}
				tasks = append(tasks, piece)
			}
			continue
		}
		if step == t.to {
			tasks = append(tasks, t)
			continue
		}
		for from := uint32(0); from < t.to; from += min(step, t.to-from) {
			tasks = append(tasks, task{part: t.part, from: from, to: from + min(step, t.to-from), how: t.how})
		}
	}
	return tasks
}

// do runs a task, on quantized vectors where there are some.
func (n *nearest) do(t task, sc *scratch) error {
	if v := n.view.Parts[t.part].Seg.Vector(n.name); n.wantsQuantized(v) {
		return n.coarse(t, v, sc)
	}
	return n.fine(t, sc)
}

// fine runs a task as it is; a graph that cannot be entered is scanned.
func (n *nearest) fine(t task, sc *scratch) error {
	if t.how != byScan {
		if found, err := n.viaGraph(t, sc); found || err != nil {
			return err
		}
	}
	return n.scan(t, sc)
}

func (n *nearest) parallel(tasks []task, into *scratch) error {
	var mu sync.Mutex
	var first error
	par.Do(len(tasks), func(i int) {
		sc := scratches.Get().(*scratch)
		defer sc.release()
		sc.best.reset(n.view, n.k)
		err := disk.Guard(func() error { return n.do(tasks[i], sc) })
		mu.Lock()
		defer mu.Unlock()
		if err != nil && first == nil {
			first = err
		}
		for _, h := range sc.best.hits {
			into.best.push(h)
		}
	})
	return first
}

// scan offers the rows of a task to the collector.
func (n *nearest) scan(t task, sc *scratch) error {
	s, err := n.scanner(t, sc)
	if err != nil {
		return err
	}
	if q, ok := n.query.(api.SparseVector); ok && n.fold == nil && s.v.Sparse != nil {
		return s.postings(q, t)
	}
	scorer, err := n.scorer(s.v, sc)
	if err != nil {
		return err
	}
	if t.listed {
		if t.exact {
			s.check = nil
		}
		return s.pinned(scorer, t.ids, t)
	}
	for from := t.from; from < t.to; {
		if from&(1<<14-1) == 0 && n.ctx.Err() != nil {
			return n.ctx.Err()
		}
		got := scorer.ScoreRows(from, sc.out[:min(block, t.to-from)])
		if got == 0 {
			break
		}
		s.offerRows(from, sc.out[:got])
		from += uint32(got)
	}
	return errors.Join(scorer.Err(), s.err())
}

// scorer returns the scorer of the query for a vector. That of dense float32 vectors is kept in the scratch.
func (n *nearest) scorer(v *segment.Vector, sc *scratch) (score.Batch, error) {
	if n.quantized {
		return n.coarseScorer(v)
	}
	if st, ok := v.Store.(vectors.Dense); ok && n.dense != nil {
		sc.scorer.Reset(st, n.distance, n.dense)
		return &sc.scorer, nil
	}
	if n.fold != nil {
		return n.folded(v)
	}
	return score.New(v.Store, n.distance, n.query)
}

// folded returns the scorer of a query with several examples, which compares with vectors as stored, not as indexed.
func (n *nearest) folded(v *segment.Vector) (score.Batch, error) {
	batches := make([]score.Batch, len(n.examples))
	for i, example := range n.examples {
		st, isSparse := v.Store.(*sparse.Store)
		if q, ok := example.(api.SparseVector); ok && isSparse {
			batches[i] = score.NewSparse(st, q)
			continue
		}
		var err error
		if batches[i], err = score.New(v.Store, n.distance, example); err != nil {
			return nil, err
		}
	}
	return score.NewCustom(batches, n.fold), nil
}

type scanner struct {
	n     *nearest
	sc    *scratch
	part  uint32
	p     *shard.Part
	v     *segment.Vector
	src   *segment.Source
	check *filter.Checker

	// What a graph search looks at, see accepting.
	deleted   bits.Set
	anyVector bool
	self      uint32
	hasSelf   bool
}

func (s *scanner) err() error {
	if s.src != nil {
		return s.src.Err
	}
	return nil
}

// scanner looks at the points of a task.
func (n *nearest) scanner(t task, sc *scratch) (*scanner, error) {
	p := &n.view.Parts[t.part]
	s := &scanner{n: n, sc: sc, part: uint32(t.part), p: p, v: p.Seg.Vector(n.name)}
	if n.filter == nil || t.exact {
		return s, nil
	}
	if t.check == nil {
		var err error
		if t.filtered, err = n.compile(p); err != nil {
			return nil, err
		}
	}
	s.src, s.check = t.src, t.check
	return s, nil
}

// pinned scores only the points of a list.
func (s *scanner) pinned(scorer score.Batch, ids []uint32, t task) error {
	for len(ids) > 0 {
		if s.n.ctx.Err() != nil {
			return s.n.ctx.Err()
		}
		n := 0
		for n < block && len(ids) > 0 {
			if ids[0] >= t.from && ids[0] < t.to {
				s.sc.ids[n] = ids[0]
				n++
			}
			ids = ids[1:]
		}
		scorer.Score(s.sc.ids[:n], s.sc.out[:n])
		for i, off := range s.sc.ids[:n] {
			s.offer(off, s.sc.out[i])
		}
	}
	return errors.Join(scorer.Err(), s.err())
}

// offerRows looks only at scores that can enter. A NaN never passes the comparison.
func (s *scanner) offerRows(from uint32, scores []float32) {
	floor := s.sc.best.floor(s.n.bound)
	for i, x := range scores {
		if x >= floor {
			s.offer(from+uint32(i), x)
			floor = s.sc.best.floor(s.n.bound)
		}
	}
}

func (s *scanner) offer(off uint32, x float32) {
	if !(x >= s.sc.best.floor(s.n.bound)) || (x == s.n.bound && !math.IsInf(float64(x), -1)) {
		return
	}
	h := hit{score: x, off: off, part: s.part}
	if b := &s.sc.best; b.full() && !b.before(&h, &b.hits[0]) {
		return
	}
	if !s.v.Has(off) || !s.p.Visible(off) || s.excluded(off) {
		return
	}
	if s.check != nil && !s.check.CheckOne(off) {
		return
	}
	s.sc.best.push(h)
}

func (s *scanner) excluded(off uint32) bool {
	e := s.n.exclude
	return e != nil && e.off == off && e.part == s.part
}
