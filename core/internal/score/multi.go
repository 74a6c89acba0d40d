package score

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// multiScorer is max-sim: for each row of the query the best score among the rows of the point, added up.
type multiScorer[T vectors.Element] struct {
	table vectors.MultiTable[T]
	rows  []compare[T] // by row of the query
	out   []float32
	err   error
}

func newMulti[T vectors.Element](t vectors.MultiTable[T], d api.Distance, query api.Vector) (Batch, error) {
	var flat []float32
	switch q := query.(type) {
	case api.DenseVector:
		mustFit(len(q), t.Dim())
		flat = q
	case api.MultiDenseVector:
		mustFit(q.Dim, t.Dim())
		flat = q.Flat
	default:
		return nil, mismatch(t, query)
	}
	s := &multiScorer[T]{table: t}
	for row := range slices.Chunk(flat, t.Dim()) {
		s.rows = append(s.rows, against[T](d, row))
	}
	return s, nil
}

func (s *multiScorer[T]) Score(ids []uint32, out []float32) {
	for i, id := range ids {
		out[i] = s.one(id)
	}
}

func (s *multiScorer[T]) ScoreRows(from uint32, out []float32) int {
	n := min(len(out), max(s.table.Len()-int(from), 0))
	for i := range n {
		out[i] = s.one(from + uint32(i))
	}
	return n
}

func (s *multiScorer[T]) one(id uint32) float32 {
	if s.table.IsDeleted(id) {
		return float32(math.Inf(-1))
	}
	rows, err := s.table.Rows(id, nil)
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return float32(math.NaN())
	}
	n := len(rows) / s.table.Dim()
	if n == 0 {
		return float32(math.Inf(-1))
	}
	s.out = slices.Grow(s.out[:0], n)[:n]
	sum := float32(0)
	for _, compare := range s.rows {
		compare(rows, s.out)
		best := float32(math.Inf(-1))
		for _, x := range s.out {
			if x > best {
				best = x
			}
		}
		sum += best
	}
	return sum
}

func (s *multiScorer[T]) Err() error { return s.err }
