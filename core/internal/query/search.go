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
	switch q := req.Query.(type) {
	case nil:
		return queryScroll(ctx, s, req)
	case *api.NearestQuery:
		return search(ctx, s, req, q)
	}
	return nil, api.Errorf(api.Unsupported, "query %T is not supported", req.Query)
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

// prepare checks a request against the configuration and resolves a query by id.
func prepare(ctx context.Context, s *shard.Shard, v *shard.View, req *api.QueryRequest, q *api.NearestQuery) (*nearest, error) {
	size, distance, ok := s.VectorOf(req.Using)
	if !ok {
		return nil, unknownVector(req.Using)
	}
	n := &nearest{ctx: ctx, view: v, name: req.Using, distance: distance, filter: req.Filter, bound: bound(distance, req.ScoreThreshold)}
	if req.Params != nil {
		n.params = *req.Params
	}
	if req.Limit > 0 {
		n.k = int(min(req.Limit, maxK) + min(req.Offset, maxK))
	}
	switch vec := q.Vector.(type) {
	case api.DenseVector:
		n.query = vec
	case nil:
		if q.ID == nil {
			return nil, api.Errorf(api.InvalidArgument, "a nearest query needs a vector or a point id")
		}
		part, off, ok := v.Find(*q.ID)
		if !ok {
			return nil, api.Errorf(api.NotFound, "No point with id %s", q.ID)
		}
		stored := v.Parts[part].Seg.Vector(req.Using)
		if stored == nil || !stored.Has(off) {
			return nil, api.Errorf(api.NotFound, "point %s has no vector %q", q.ID, req.Using)
		}
		n.query, n.exclude = stored.Store.Row(off), &hit{part: uint32(part), off: off}
	default:
		return nil, api.Errorf(api.InvalidArgument, "vector %q: a dense vector is required", req.Using)
	}
	if len(n.query) != size {
		return nil, api.Errorf(api.InvalidArgument, "Vector dimension error: expected dim: %d, got %d", size, len(n.query))
	}
	return n, nil
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
