package score

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
)

// sparseScorer is the dot product over the dimensions that both vectors have; NaN when there is none.
type sparseScorer struct {
	store *sparse.Store
	query api.SparseVector
	err   error

	indices []uint32
	values  []float32
}

// NewSparse returns the scorer of a query whose indices ascend.
func NewSparse(storage *sparse.Store, query api.SparseVector) Batch {
	return &sparseScorer{store: storage, query: query}
}

func (s *sparseScorer) Score(ids []uint32, out []float32) {
	for i, id := range ids {
		out[i] = s.one(id)
	}
}

func (s *sparseScorer) ScoreRows(from uint32, out []float32) int {
	n := min(len(out), max(s.store.Len()-int(from), 0))
	for i := range n {
		out[i] = s.one(from + uint32(i))
	}
	return n
}

func (s *sparseScorer) one(id uint32) float32 {
	indices, values, err := s.store.Get(id, s.indices[:0], s.values[:0])
	if err != nil && s.err == nil {
		s.err = err
	}
	s.indices, s.values = indices, values
	sum, common := sparseDot(s.query.Indices, s.query.Values, indices, values)
	if !common {
		return float32(math.NaN())
	}
	return sum
}

func (s *sparseScorer) Err() error { return s.err }
