package score

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// packedScorer is the scorer of vectors in records of turbo codes.
type packedScorer struct {
	table vectors.Table[uint8]
	query *turbo.Query
}

func newPacked(st vectors.Packed, d api.Distance, query api.Vector) (Batch, error) {
	q, ok := query.(api.DenseVector)
	c, packed := st.Codec().(*turbo.Codec)
	if !ok || !packed {
		return nil, mismatch(st, query)
	}
	mustFit(len(q), st.Dim())
	return &packedScorer{st.Records(), c.Query(Preprocess(d, q))}, nil
}

func (s *packedScorer) Score(ids []uint32, out []float32) {
	for i, id := range ids {
		if record := s.table.Row(id); record != nil {
			s.query.Score(record, out[i:i+1])
		} else {
			out[i] = float32(math.Inf(-1))
		}
	}
}

func (s *packedScorer) ScoreRows(from uint32, out []float32) int {
	done := 0
	for done < len(out) {
		rows, n := s.table.Rows(from + uint32(done))
		n = min(n, len(out)-done)
		if n == 0 {
			break
		}
		s.query.Score(rows, out[done:done+n])
		done += n
	}
	return done
}

func (s *packedScorer) Err() error { return nil }

// packedMulti is max-sim over records of turbo codes.
type packedMulti struct {
	st   vectors.PackedMulti
	size int
	rows []*turbo.Query // by row of the query
	out  []float32
	err  error
}

func newPackedMulti(st vectors.PackedMulti, d api.Distance, query api.Vector) (Batch, error) {
	var flat []float32
	switch q := query.(type) {
	case api.DenseVector:
		mustFit(len(q), st.Dim())
		flat = q
	case api.MultiDenseVector:
		mustFit(q.Dim, st.Dim())
		flat = q.Flat
	}
	c, ok := st.Codec().(*turbo.Codec)
	if !ok || flat == nil {
		return nil, mismatch(st, query)
	}
	s := &packedMulti{st: st, size: c.Size()}
	for row := range slices.Chunk(flat, st.Dim()) {
		s.rows = append(s.rows, c.Query(Preprocess(d, row)))
	}
	return s, nil
}

func (s *packedMulti) Score(ids []uint32, out []float32) {
	for i, id := range ids {
		out[i] = s.one(id)
	}
}

func (s *packedMulti) ScoreRows(from uint32, out []float32) int {
	n := min(len(out), max(s.st.Len()-int(from), 0))
	for i := range n {
		out[i] = s.one(from + uint32(i))
	}
	return n
}

func (s *packedMulti) one(id uint32) float32 {
	if s.st.IsDeleted(id) {
		return float32(math.Inf(-1))
	}
	records, err := s.st.Records(id, nil)
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return float32(math.NaN())
	}
	n := len(records) / s.size
	if n == 0 {
		return float32(math.Inf(-1))
	}
	s.out = slices.Grow(s.out[:0], n)[:n]
	sum := float32(0)
	for _, q := range s.rows {
		q.Score(records, s.out)
		sum += slices.Max(s.out)
	}
	return sum
}

func (s *packedMulti) Err() error { return s.err }
