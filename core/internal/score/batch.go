package score

import (
	"fmt"
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// Batch scores the points of one storage against one query. It holds buffers: each goroutine needs its own.
//
// Points that cannot be compared, such as sparse vectors without a dimension in common with the query, score NaN.
type Batch interface {
	// Score writes the score of the vector ids[i] to out[i]. An id beyond the storage scores -Inf or NaN.
	Score(ids []uint32, out []float32)
	// ScoreRows scores the points from, from+1, … into out and returns their number.
	ScoreRows(from uint32, out []float32) int
	// Err is the first vector that could not be read, which scored NaN.
	Err() error
}

// New returns the scorer of a query, not yet preprocessed, for a storage of dense or multivectors. A dense query stands for a multivector of
// one row. The caller has checked the sizes.
func New(storage vectors.Storage, d api.Distance, query api.Vector) (Batch, error) {
	switch st := storage.(type) {
	case vectors.Table[float32]:
		return newTable(st, d, query)
	case vectors.Table[kernel.Half]:
		return newTable(st, d, query)
	case vectors.Table[uint8]:
		return newTable(st, d, query)
	case vectors.Packed:
		return newPacked(st, d, query)
	case vectors.PackedMulti:
		return newPackedMulti(st, d, query)
	case vectors.MultiTable[float32]:
		return newMulti(st, d, query)
	case vectors.MultiTable[kernel.Half]:
		return newMulti(st, d, query)
	case vectors.MultiTable[uint8]:
		return newMulti(st, d, query)
	}
	return nil, mismatch(storage, query)
}

func mismatch(storage vectors.Storage, query api.Vector) error {
	return api.Errorf(api.InvalidArgument, "a query of %T does not fit vectors in a %T", query, storage)
}

// compare scores rows of elements, one after the other, against one row of a query.
type compare[T vectors.Element] func(rows []T, out []float32)

// against prepares a row of a query: as it would be stored, then widened where that is exact.
func against[T vectors.Element](d api.Distance, query []float32) compare[T] {
	q, k := Preprocess(d, query), kernel.For(metricOf(d))
	var fn any
	switch any((*T)(nil)).(type) {
	case *float32:
		fn = compare[float32](func(rows []float32, out []float32) { k.Rows(q, rows, len(q), out) })
	case *kernel.Half:
		fn = halves(k, q)
	case *uint8:
		fn = bytes(d, query)
	}
	return fn.(compare[T])
}

// widenBlock is how many halves are widened at a time.
const widenBlock = 4096

func halves(k kernel.Kernel, query []float32) compare[kernel.Half] {
	stored, q := make([]kernel.Half, len(query)), make([]float32, len(query))
	kernel.RoundHalves(stored, query)
	kernel.WidenHalves(q, stored)
	step := max(widenBlock/len(q), 1)
	buf := make([]float32, step*len(q))
	return func(rows []kernel.Half, out []float32) {
		for len(out) > 0 {
			n := min(step, len(out))
			kernel.WidenHalves(buf, rows[:n*len(q)])
			k.Rows(q, buf, len(q), out[:n])
			rows, out = rows[n*len(q):], out[n:]
		}
	}
}

// bytes compares in whole numbers. Such vectors are not normalised when they are stored, so Cosine is computed in full.
func bytes(d api.Distance, query []float32) compare[uint8] {
	q, one := make([]uint8, len(query)), kernel.BytesFor(metricOf(d))
	kernel.CutBytes(q, query)
	if d == api.DistanceCosine {
		one = kernel.BytesCosine
	}
	return func(rows []uint8, out []float32) {
		for i := range out {
			out[i] = one(q, rows[i*len(q):][:len(q)])
		}
	}
}

// tableScorer is the scorer of one row per point.
type tableScorer[T vectors.Element] struct {
	table   vectors.Table[T]
	compare compare[T]
}

func newTable[T vectors.Element](t vectors.Table[T], d api.Distance, query api.Vector) (Batch, error) {
	q, ok := query.(api.DenseVector)
	if !ok {
		return nil, mismatch(t, query)
	}
	mustFit(len(q), t.Dim())
	return &tableScorer[T]{t, against[T](d, q)}, nil
}

func mustFit(have, want int) {
	if have != want {
		panic(fmt.Sprintf("score: query of %d elements for vectors of %d", have, want))
	}
}

func (s *tableScorer[T]) Score(ids []uint32, out []float32) {
	for i, id := range ids {
		if row := s.table.Row(id); row != nil {
			s.compare(row, out[i:i+1])
		} else {
			out[i] = float32(math.Inf(-1))
		}
	}
}

func (s *tableScorer[T]) ScoreRows(from uint32, out []float32) int {
	done := 0
	for done < len(out) {
		rows, n := s.table.Rows(from + uint32(done))
		n = min(n, len(out)-done)
		if n == 0 {
			break
		}
		s.compare(rows, out[done:done+n])
		done += n
	}
	return done
}

func (s *tableScorer[T]) Err() error { return nil }
