package query

import (
	"math/rand/v2"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/query/formula"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// formula scores the points of all sources by a formula.
func (r *runner) formula(q *tree.Formula, sources [][]result, threshold *float32, limit uint64) ([]result, error) {
	e, err := r.evaluator(q.Formula, sources)
	if err != nil {
		return nil, err
	}
	var out []result
	for i, h := range distinct(sources) {
		if i&(1<<10-1) == 0 && r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		if h.score, err = e.score(h); err != nil {
			return nil, err
		}
		if threshold == nil || h.score >= *threshold {
			out = append(out, result{hit: h, found: true})
		}
	}
	sortResults(r.v, out)
	return out[:min(uint64(len(out)), limit)], nil
}

// evaluator evaluates a formula for points of a view.
type evaluator struct {
	r      *runner
	f      *formula.Formula
	scores []map[at]float32 // by source
	srcs   []*segment.Source
	checks [][]*filter.Checker // by part, then condition

	point   formula.Point
	now     hit
	payload []byte
	loaded  bool
	err     error
}

func (r *runner) evaluator(f *formula.Formula, sources [][]result) (*evaluator, error) {
	e := &evaluator{r: r, f: f, scores: make([]map[at]float32, len(sources)), checks: make([][]*filter.Checker, len(r.v.Parts))}
	e.point = formula.Point{Score: e.sourceScore, Payload: e.load, Holds: e.holds}
	for i, source := range sources {
		e.scores[i] = make(map[at]float32, len(source))
		for j := range source {
			e.scores[i][source[j].at()] = source[j].score
		}
	}
	for i := range r.v.Parts {
		src := r.v.Parts[i].Seg.Source()
		e.srcs = append(e.srcs, src)
		for _, c := range f.Conditions() {
			check, err := filter.Compile(&api.Filter{Must: []api.Condition{c}}, src)
			if err != nil {
				return nil, err
			}
			e.checks[i] = append(e.checks[i], check)
		}
	}
	return e, nil
}

func (e *evaluator) score(h hit) (float32, error) {
	e.now, e.loaded = h, false
	x, err := e.f.Eval(&e.point)
	if e.err != nil {
		err = e.err
	}
	return x, err
}

func (e *evaluator) sourceScore(i uint64) (float32, bool) {
	if i >= uint64(len(e.scores)) {
		return 0, false
	}
	x, ok := e.scores[i][at{e.now.part, e.now.off}]
	return x, ok
}

func (e *evaluator) load() []byte {
	if !e.loaded {
		raw, err := e.r.v.Parts[e.now.part].Seg.Payload(e.now.off, e.payload[:0])
		if err != nil && e.err == nil {
			e.err = err
		}
		e.payload, e.loaded = raw, true
	}
	return e.payload
}

func (e *evaluator) holds(condition int) (bool, error) {
	yes := e.checks[e.now.part][condition].CheckOne(e.now.off)
	return yes, e.srcs[e.now.part].Err
}

// shuffled takes some of the points at random.
func shuffled(points []hit, limit uint64) []result {
	rand.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	out := make([]result, min(uint64(len(points)), limit))
	for i := range out {
		out[i] = unscored(at{points[i].part, points[i].off})
	}
	return out
}
