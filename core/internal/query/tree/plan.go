package tree

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/query/formula"
	"github.com/qdrant-edge-go/edge/core/internal/score"
)

// Plan is what a batch of requests comes to.
type Plan struct {
	Roots  []Root // by request
	Leaves []Leaf
}

// Root is the plan of one request.
type Root struct {
	Merge       Merge
	Offset      uint64 // of what Merge leaves, so many are skipped
	WithPayload api.WithPayload
	WithVector  api.WithVector
}

// Merge gathers sources and passes them through stages: the first stage gets all of them, each further one the result of the one before.
// Without stages there is one source.
type Merge struct {
	Sources []Source
	Stages  []Stage
}

// Source is a leaf, or a merge of its own.
type Source struct {
	Leaf  int // index into Plan.Leaves, unless Merge is set
	Merge *Merge
}

// Stage scores or orders the points of its sources again.
type Stage struct {
	Query     Query
	Params    *api.SearchParams
	Threshold *float32
	Limit     uint64
}

// Leaf is a search of the segments.
type Leaf struct {
	Query     Query // nil: by id
	Filter    *api.Filter
	Params    *api.SearchParams
	Threshold *float32
	Limit     uint64
}

// Query is one of *Vector, *Mmr, *Fusion, *OrderBy, *Formula, *Random, *Text. At a leaf there is neither *Mmr nor *Fusion nor *Formula.
type Query interface{ isQuery() }

// Vector scores by similarity to a vector, or to several examples.
type Vector struct {
	Using    string
	Examples []api.Vector
	Fold     score.Fold // nil: one example, whose similarity is the score
}

// Mmr picks from its candidates those that are near the query and unlike each other.
type Mmr struct {
	Nearest    *Vector
	Lambda     float32
	Candidates uint64
}

// Fusion joins results by the ranks or the scores of their points.
type Fusion struct {
	ByScore bool // distribution-based; else reciprocal ranks
	K       uint64
	Weights []float32 // by source; nil for 1 each
}

// OrderBy orders by the numbers or dates under a key of the payload.
type OrderBy struct {
	Key  string // as jsonpath prints it
	Desc bool
	From *field.Number // the first value; nil: all
}

// Formula scores by a formula.
type Formula struct{ *formula.Formula }

// Random takes points at random.
type Random struct{}

// Text scores by the words of a text.
type Text struct {
	Key   string // as jsonpath prints it
	Text  string
	K1, B *float32
}

func (*Vector) isQuery()  {}
func (*Mmr) isQuery()     {}
func (*Fusion) isQuery()  {}
func (*OrderBy) isQuery() {}
func (*Formula) isQuery() {}
func (*Random) isQuery()  {}
func (*Text) isQuery()    {}
