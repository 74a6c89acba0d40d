package query

import (
	"errors"

	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/score"
)

// discoverStarts is how many points a discovery may begin at.
const discoverStarts = 10

// starts are the points at which the search of a discovery begins: those on the right side of most of its pairs. Other searches begin at the
// entry points of the graph.
func (n *nearest) starts(s *scanner, r hnsw.Request) ([]uint32, error) {
	if _, ok := n.fold.(score.Discover); !ok || len(n.examples) < 3 {
		return nil, nil
	}
	pairs := *n
	pairs.fold, pairs.examples = score.Context{}, n.examples[1:]
	scorer, err := pairs.folded(s.v)
	if err != nil {
		return nil, err
	}
	r.Scorer, r.Limit = scorer, discoverStarts
	found, _, err := s.v.Graph.Search(n.ctx, &r, nil)
	starts := make([]uint32, len(found))
	for i := range found {
		starts[i] = found[i].ID
	}
	return starts, errors.Join(err, scorer.Err())
}
