package query

import (
	"errors"
	"math"
	"math/rand/v2"

	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// method is how the nearest points of a part are found.
type method uint8

const (
	byScan  method = iota // score every row
	byGraph               // search the graph
	byAcorn               // search the graph through points that the filter does not let pass
	byNone                // not at all
)

const (
	// smallScan is the size in bytes up to which parts without an index are scanned for requests that want indexed ones only.
	smallScan = 10_000 << 10
	// sampleSize is how many points are tried to see what share of them a filter lets pass.
	sampleSize = 1000
	// acornSample is how many are tried at least before the share decides about ACORN, acornShare the default share up to which it is used.
	acornSample = 100
	acornShare  = 0.4
	maxEf       = 1 << 30
)

// choose decides as the reference does: the graph is for many points; few ones, or few that the filter lets pass, are scanned.
func (n *nearest) choose(p *shard.Part, v *segment.Vector, f filtered) (method, error) {
	if v.Hnsw == nil {
		return n.unindexed(v, f), nil
	}
	if v.Graph == nil || n.params.Exact || !v.Graph.Config().HasLinks() {
		return byScan, nil
	}
	threshold := v.Graph.Config().FullScanThreshold
	if v.Store.Live() < threshold {
		return byScan, nil
	}
	if n.filter == nil {
		return byGraph, nil
	}
	check, src := f.check, f.src
	est := available(check.Estimate(), v.Store.Live(), p.Seg.IDs().Live())
	var passing float64
	switch {
	case est.Max < threshold:
		return byScan, nil
	case est.Min > threshold && (est.Primary || !n.acorn()):
		passing = float64(est.Exp)
	default:
		passing = sampled(check, v, p, threshold, n.acorn())
	}
	switch {
	case passing <= float64(threshold):
		return byScan, src.Err
	case n.acorn() && passing/float64(v.Store.Live()) <= n.selectivity():
		return byAcorn, src.Err
	}
	return byGraph, src.Err
}

// available is the estimate for the points that have a vector, which a filter is taken to select by chance.
func available(c field.Cardinality, vectors, points int) field.Cardinality {
	if vectors == 0 || points == 0 {
		return field.Cardinality{Primary: c.Primary}
	}
	c.Min, c.Exp, c.Max = min(c.Min, points), min(c.Exp, points), min(c.Max, points)
	c.Min = max(0, c.Min-max(0, points-vectors))
	c.Max = min(c.Max, vectors)
	c.Exp = min(max(int(math.Round(float64(c.Exp)*min(1, float64(vectors)/float64(points)))), c.Min), c.Max)
	return c
}

func (n *nearest) acorn() bool { return n.params.Acorn != nil && n.params.Acorn.Enable }

func (n *nearest) selectivity() float64 {
	if s := n.params.Acorn.MaxSelectivity; s != nil {
		return *s
	}
	return acornShare
}

// unindexed is about parts without a graph, which indexed_only leaves out when they are big.
func (n *nearest) unindexed(v *segment.Vector, f filtered) method {
	if !n.params.IndexedOnly {
		return byScan
	}
	rows := v.Store.Live()
	if f.check != nil {
		if est := f.check.Estimate(); est.Primary {
			rows = min(rows, est.Max)
		}
	}
	if rows*v.Size*4 > smallScan {
		return byNone
	}
	return byScan
}

// sampled guesses from a sample how many points a filter lets pass. The sample grows until it is certain enough on which side of the
// threshold that is, and where the share itself matters at least to acornSample; it is the same for every call.
func sampled(check *filter.Checker, v *segment.Vector, p *shard.Part, threshold int, share bool) (expected float64) {
	total, live := uint32(p.Seg.IDs().Total()), v.Store.Live()
	random := rand.New(rand.NewPCG(uint64(total), 0))
	passed := 0
	for tried, drawn := 0, 0; tried < sampleSize && drawn < 4*sampleSize && total > 0; drawn++ {
		off := random.Uint32N(total)
		if p.Seg.IDs().IsDeleted(off) || !v.Has(off) {
			continue
		}
		tried++
		if check.CheckOne(off) {
			passed++
		}
		var spread float64
		expected, spread = interval(tried, passed, live)
		if certain := math.Abs(expected-float64(threshold)) > spread; certain && (!share || tried >= acornSample) {
			break
		}
	}
	return expected
}

// interval is the Agresti-Coull interval, z = 2, of how many of all points pass.
func interval(tried, passed, all int) (middle, spread float64) {
	const z = 2
	n := float64(tried) + z*z
	share := (float64(passed) + z*z/2) / n
	return math.Floor(share * float64(all)), math.Floor(z * math.Sqrt(share/n*(1-share)) * float64(all))
}

// viaGraph searches the graph of a part; false when no entry point of it passes the filter.
func (n *nearest) viaGraph(t task, sc *scratch) (found bool, err error) {
	s, err := n.scanner(t, sc)
	if err != nil {
		return false, err
	}
	scorer, err := n.scorer(s.v, sc)
	if err != nil {
		return false, err
	}
	r := hnsw.Request{Limit: n.k, Scorer: scorer, Accept: s.accepting(), Acorn: t.how == byAcorn}
	if n.params.HnswEf != nil {
		r.Ef = int(min(*n.params.HnswEf, maxEf))
	}
	if r.Starts, err = n.starts(s, r); err != nil {
		return false, err
	}
	sc.found, found, err = s.v.Graph.Search(n.ctx, &r, sc.found[:0])
	if err := errors.Join(err, scorer.Err(), s.err()); err != nil || !found {
		return found, err
	}
	s.check = nil // they passed
	for _, f := range sc.found {
		s.offer(f.ID, f.Score)
	}
	return true, nil
}

// accepting is the filter of a graph search; nil when every point is a possible result.
func (s *scanner) accepting() hnsw.Accept {
	ids := s.p.Seg.IDs()
	s.anyVector = s.v.Store.Live() == s.v.Store.Len()
	s.deleted = ids.Deleted()
	if ids.Live() == ids.Total() {
		s.deleted = nil
	}
	if x := s.n.exclude; x != nil && x.part == s.part {
		s.self, s.hasSelf = x.off, true
	}
	if s.anyVector && s.deleted == nil && len(s.p.Hidden) == 0 && !s.hasSelf && s.check == nil {
		return nil
	}
	return s.accept
}

func (s *scanner) accept(ids, out []uint32) []uint32 {
	from := len(out)
	for _, off := range ids {
		if s.p.Hidden.Get(off) || s.deleted.Get(off) || (s.hasSelf && off == s.self) || (!s.anyVector && s.v.Store.IsDeleted(off)) {
			continue
		}
		out = append(out, off)
	}
	if s.check != nil {
		out = s.check.Check(out[from:], out[:from])
	}
	return out
}
