package query

import (
	"context"
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/score"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Query answers a query request; without a query it scrolls by id, with score 1 and version 0 as the reference does.
func Query(ctx context.Context, s *shard.Shard, req *api.QueryRequest) ([]api.ScoredPoint, error) {
	if q, ok := req.Query.(*api.NearestQuery); ok && q.Mmr == nil && len(req.Prefetch) == 0 {
		return search(ctx, s, req, q)
	}
	all, err := batch(ctx, s, []api.QueryRequest{*req})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// QueryBatch answers several query requests over the same state of the shard, in their order. Searches that they share run once.
func QueryBatch(ctx context.Context, s *shard.Shard, req *api.QueryBatchRequest) ([][]api.ScoredPoint, error) {
	return batch(ctx, s, req.Queries)
}

func batch(ctx context.Context, s *shard.Shard, requests []api.QueryRequest) ([][]api.ScoredPoint, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	r := &runner{ctx: ctx, s: s, v: v}
	return r.batch(requests)
}

// Search answers a plain search request.
func Search(ctx context.Context, s *shard.Shard, req *api.SearchRequest) ([]api.ScoredPoint, error) {
	q := api.QueryRequest{Using: req.Using, Filter: req.Filter, Params: req.Params, ScoreThreshold: req.ScoreThreshold,
		Limit: req.Limit, Offset: req.Offset, WithVector: req.WithVector, WithPayload: req.WithPayload}
	return search(ctx, s, &q, &api.NearestQuery{Vector: req.Vector})
}

func search(ctx context.Context, s *shard.Shard, req *api.QueryRequest, q *api.NearestQuery) ([]api.ScoredPoint, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	n, err := prepare(ctx, s, v, req, q)
	if err != nil {
		return nil, err
	}
	m, err := newMaterialiser(v, req.WithPayload, req.WithVector)
	if err != nil {
		return nil, err
	}
	sc, hits, err := n.run()
	if err != nil {
		return nil, err
	}
	defer sc.release()
	hits = hits[min(req.Offset, uint64(len(hits))):]
	out := make([]api.ScoredPoint, len(hits))
	for i := range hits {
		h := &hits[i]
		p := &out[i]
		p.ID, p.Score = sc.best.id(h), score.Postprocess(n.distance, h.score)
		p.Version = v.Parts[h.part].Seg.IDs().Version(h.off)
		if p.Payload, p.Vector, err = m.point(int(h.part), h.off); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// prepare makes a search of a plain request.
func prepare(ctx context.Context, s *shard.Shard, v *shard.View, req *api.QueryRequest, q *api.NearestQuery) (*nearest, error) {
	vec, ok := s.VectorOf(req.Using)
	if !ok {
		return nil, unknownVector(req.Using)
	}
	n := &nearest{ctx: ctx, view: v, name: req.Using, distance: vec.Distance, filter: req.Filter, bound: bound(vec.Distance, req.ScoreThreshold)}
	if err := n.with(req.Params, vec); err != nil {
		return nil, err
	}
	if req.Limit > 0 {
		n.k = int(min(req.Limit, maxK) + min(req.Offset, maxK))
	}
	if n.query = q.Vector; n.query == nil {
		if err := n.queryByID(q.ID); err != nil {
			return nil, err
		}
	}
	return n, n.ready(vec)
}

// with sets the parameters of the search.
func (n *nearest) with(params *api.SearchParams, vec shard.Vector) error {
	if params == nil {
		return nil
	}
	n.params = *params
	if params.Idf != nil && !vec.Idf {
		return api.Errorf(api.InvalidArgument,
			"search param `idf` requires a sparse vector with the `idf` modifier, which vector %q is not", n.name)
	}
	return nil
}

// ready checks the query against the configuration and makes it what is compared.
func (n *nearest) ready(vec shard.Vector) (err error) {
	if err := vec.Check(n.query); err != nil {
		return err
	}
	switch query := n.query.(type) {
	case api.DenseVector:
		n.dense = query
	case api.SparseVector:
		n.query, err = n.weighted(query, vec.Idf)
	}
	return err
}

// queryByID takes the vector of a point, which is then no result.
func (n *nearest) queryByID(id *api.PointID) (err error) {
	if id == nil {
		return api.Errorf(api.InvalidArgument, "a nearest query needs a vector or a point id")
	}
	part, off, ok := n.view.Find(*id)
	if !ok {
		return api.Errorf(api.NotFound, "No point with id %s", id)
	}
	stored := n.view.Parts[part].Seg.Vector(n.name)
	if stored == nil || !stored.Has(off) {
		return api.Errorf(api.NotFound, "point %s has no vector %q", id, n.name)
	}
	n.exclude = &hit{part: uint32(part), off: off}
	n.query, err = stored.Value(off)
	return err
}

// bound turns a score threshold, of which the reported score must be strictly on the better side, into the lower bound of engine scores.
func bound(d api.Distance, threshold *float32) float32 {
	inf := float32(math.Inf(-1))
	switch {
	case threshold == nil:
		return inf
	case score.LargerIsBetter(d):
		return *threshold
	case *threshold <= 0:
		return float32(math.Inf(1))
	case d == api.DistanceEuclid:
		return -*threshold * *threshold
	}
	return -*threshold
}

func unknownVector(name string) error {
	return api.Errorf(api.InvalidArgument, "Not existing vector name error: %s", name)
}
