package score

import (
	"fmt"
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// batch is how many row addresses are collected before the kernel runs.
const batch = 64

// Scorer scores the rows of one storage against one query. It holds a buffer,
// so each goroutine needs its own.
type Scorer struct {
	storage vectors.Dense
	kernel  kernel.Kernel
	query   []float32
	at      [batch]*float32
}

// Reset makes the scorer one of a storage and a query, which is normalised for Cosine (the argument is not changed), and keeps its buffers.
// The caller has checked that the query has as many elements as the vectors of the storage; anything else is a panic.
func (s *Scorer) Reset(storage vectors.Dense, d api.Distance, query []float32) {
	if len(query) != storage.Dim() {
		panic(fmt.Sprintf("score: query of %d elements for vectors of %d", len(query), storage.Dim()))
	}
	s.storage, s.kernel = storage, kernel.For(metricOf(d))
	s.query = slices.Grow(s.query[:0], len(query))[:len(query)]
	PreprocessInto(d, s.query, query)
}

// Release lets go of the storage, so that a kept scorer does not keep it alive.
func (s *Scorer) Release() { s.storage = nil }

// Score writes the score of the vector ids[i] to out[i]: for access in any
// order. Deleted vectors are scored like others. An id beyond the storage, which
// only a damaged index can produce, scores -Inf. It allocates nothing.
func (s *Scorer) Score(ids []uint32, out []float32) {
	out = out[:len(ids)]
	for len(ids) > 0 {
		n := min(len(ids), batch)
		s.scoreBatch(ids[:n], out[:n])
		ids, out = ids[n:], out[n:]
	}
}

func (s *Scorer) scoreBatch(ids []uint32, out []float32) {
	at := s.at[:len(ids)]
	if s.storage.Refs(ids, at) {
		s.kernel.Refs(s.query, at, out)
		return
	}
	for i, row := range at {
		if row == nil {
			out[i] = float32(math.Inf(-1))
			continue
		}
		s.kernel.Refs(s.query, at[i:i+1], out[i:i+1])
	}
}

// ScoreRows scores the rows from, from+1, … into out and returns their number,
// less than len(out) only at the end of the storage: for scans. It allocates
// nothing.
func (s *Scorer) ScoreRows(from uint32, out []float32) int {
	done := 0
	for done < len(out) {
		rows, n := s.storage.Rows(from + uint32(done))
		n = min(n, len(out)-done)
		if n == 0 {
			break
		}
		s.kernel.Rows(s.query, rows, len(s.query), out[done:done+n])
		done += n
	}
	return done
}

// Err is nil: rows of a dense storage can always be read.
func (s *Scorer) Err() error { return nil }
