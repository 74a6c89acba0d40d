package quant

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Scorer scores the points of a quantized storage against one query: for a multivector each row of the query has the best score among the rows of
// the point, and these are added up. It holds buffers: each goroutine needs its own.
type Scorer struct {
	v       *Vectors
	queries []query
	out     []float32
	buf     []byte
	err     error
}

// Scorer prepares a query, one row or, for multivectors, several of them.
func (v *Vectors) Scorer(q api.Vector) (*Scorer, error) {
	var rows []float32
	switch q := q.(type) {
	case api.DenseVector:
		rows = q
	case api.MultiDenseVector:
		rows = q.Flat
	}
	if dim := v.spec.Dim; len(rows) == 0 || len(rows)%dim != 0 || (!v.spec.Multi && len(rows) != dim) {
		return nil, api.Errorf(api.InvalidArgument, "a query of %T does not fit quantized vectors of %d elements", q, dim)
	}
	s := &Scorer{v: v}
	for row := range slices.Chunk(rows, v.spec.Dim) {
		row = v.spec.asStored(row)
		v.spec.preprocess(v.about.config, row)
		s.queries = append(s.queries, prepare(v.codec, row))
	}
	return s, nil
}

// Score writes the score of ids[i] to out[i]; -Inf for what has no rows.
func (s *Scorer) Score(ids []uint32, out []float32) {
	v := s.v
	if !v.spec.Multi && v.file != nil && (len(ids) == 0 || int64(slices.Max(ids)) < int64(v.count)) {
		s.queries[0].Gather(v.file.Data, ids, out)
		return
	}
	for i, id := range ids {
		switch {
		case v.spec.Multi:
			out[i] = s.multi(id)
		case int64(id) < int64(v.count):
			s.queries[0].Score(v.run(int(id), 1), out[i:i+1])
		default:
			out[i] = float32(math.Inf(-1))
		}
	}
}

// ScoreRows scores the points from, from+1, … into out and returns their number.
func (s *Scorer) ScoreRows(from uint32, out []float32) int {
	v := s.v
	n := min(len(out), max(v.Len()-int(from), 0))
	if v.spec.Multi {
		for i := range n {
			out[i] = s.multi(from + uint32(i))
		}
		return n
	}
	for done := 0; done < n; {
		rows := v.run(int(from)+done, n-done)
		got := len(rows) / v.size
		s.queries[0].Score(rows, out[done:done+got])
		done += got
	}
	return n
}

func (s *Scorer) multi(id uint32) float32 {
	at, err := s.v.span(id)
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return float32(math.NaN())
	}
	if at.count == 0 {
		return float32(math.Inf(-1))
	}
	rows := s.v.together(at, s.buf)
	s.buf = keep(s.buf, rows)
	s.out = slices.Grow(s.out[:0], int(at.count))[:at.count]
	sum := float32(0)
	for _, q := range s.queries {
		q.Score(rows, s.out)
		sum += best(s.out)
	}
	return sum
}

// keep returns the larger buffer of the two; rows that alias a file are none.
func keep(buf, rows []byte) []byte {
	if cap(buf) > 0 && cap(rows) > 0 && &buf[:1][0] == &rows[:1][0] {
		return rows
	}
	return buf
}

func best(scores []float32) float32 {
	most := float32(math.Inf(-1))
	for _, x := range scores {
		if x > most {
			most = x
		}
	}
	return most
}

// Err is the first point whose rows could not be read, which scored NaN.
func (s *Scorer) Err() error { return s.err }

// Between scores the points of an immutable form against each other, for building graphs. It may be used by many goroutines.
type Between struct{ v *Vectors }

// Between returns the scorer of pairs.
func (v *Vectors) Between() Between { return Between{v} }

// Between writes the score of p and ids[i] to out[i].
func (b Between) Between(p uint32, ids []uint32, out []float32) {
	v := b.v
	if v.spec.Multi {
		for i, id := range ids {
			out[i] = b.multi(p, id)
		}
		return
	}
	row := v.run(int(p), 1)
	for i, id := range ids {
		out[i] = v.codec.Between(row, v.run(int(id), 1))
	}
}

func (b Between) multi(p, q uint32) float32 {
	left, errP := b.v.span(p)
	right, errQ := b.v.span(q)
	if errP != nil || errQ != nil || left.count == 0 || right.count == 0 {
		return float32(math.Inf(-1))
	}
	x, y := b.v.together(left, nil), b.v.together(right, nil)
	sum, size := float32(0), b.v.size
	for row := range slices.Chunk(x, size) {
		most := float32(math.Inf(-1))
		for other := range slices.Chunk(y, size) {
			most = max(most, b.v.codec.Between(row, other))
		}
		sum += most
	}
	return sum
}
