//go:build !slim

package rpc

import (
	"context"

	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/qdrantpb"
)

// defaultLimit is how many points are returned when a request does not say.
const defaultLimit = 10

func (s *points) Get(ctx context.Context, r *qdrant.GetPoints) (*qdrant.GetResponse, error) {
	shard, err := s.hub.Shard(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	ids, err := qdrantpb.IDs(r.GetIds())
	if err != nil {
		return nil, err
	}
	records, err := shard.Retrieve(ctx, &api.RetrieveRequest{
		IDs: ids, WithPayload: qdrantpb.WithPayload(r.GetWithPayload()), WithVector: qdrantpb.WithVectors(r.GetWithVectors()),
	})
	if err != nil {
		return nil, err
	}
	found, err := each(records, qdrantpb.RecordOf)
	return &qdrant.GetResponse{Result: found}, err
}

func (s *points) Scroll(ctx context.Context, r *qdrant.ScrollPoints) (*qdrant.ScrollResponse, error) {
	shard, err := s.hub.Shard(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	req := &api.ScrollRequest{WithPayload: qdrantpb.WithPayload(r.GetWithPayload()), WithVector: qdrantpb.WithVectors(r.GetWithVectors())}
	if req.Filter, err = qdrantpb.Filter(r.GetFilter()); err != nil {
		return nil, err
	}
	if req.OrderBy, err = qdrantpb.OrderBy(r.GetOrderBy()); err != nil {
		return nil, err
	}
	if r.Offset != nil {
		id, err := qdrantpb.ID(r.GetOffset())
		if err != nil {
			return nil, err
		}
		req.Offset = &id
	}
	if r.Limit != nil {
		limit := uint64(r.GetLimit())
		req.Limit = &limit
	}
	page, err := shard.Scroll(ctx, req)
	if err != nil {
		return nil, err
	}
	resp := &qdrant.ScrollResponse{}
	if page.NextPageOffset != nil {
		resp.NextPageOffset = qdrantpb.IDOf(*page.NextPageOffset)
	}
	resp.Result, err = each(page.Points, qdrantpb.RecordOf)
	return resp, err
}

func (s *points) Count(ctx context.Context, r *qdrant.CountPoints) (*qdrant.CountResponse, error) {
	shard, err := s.hub.Shard(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	filter, err := qdrantpb.Filter(r.GetFilter())
	if err != nil {
		return nil, err
	}
	n, err := shard.Count(ctx, &api.CountRequest{Filter: filter, Exact: r.Exact == nil || r.GetExact()})
	return &qdrant.CountResponse{Result: &qdrant.CountResult{Count: n}}, err
}

func (s *points) Query(ctx context.Context, r *qdrant.QueryPoints) (*qdrant.QueryResponse, error) {
	shard, err := s.hub.Shard(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	req, err := queryOf(r)
	if err != nil {
		return nil, err
	}
	hits, err := shard.Query(ctx, req)
	if err != nil {
		return nil, err
	}
	found, err := each(hits, qdrantpb.ScoredOf)
	return &qdrant.QueryResponse{Result: found}, err
}

func queryOf(r *qdrant.QueryPoints) (*api.QueryRequest, error) {
	if len(r.GetPrefetch()) > 0 || r.LookupFrom != nil {
		return nil, api.Errorf(api.Unsupported, "prefetches are not supported over gRPC")
	}
	req := &api.QueryRequest{
		Using: r.GetUsing(), ScoreThreshold: r.ScoreThreshold, Limit: defaultLimit, Offset: r.GetOffset(),
		WithPayload: qdrantpb.WithPayload(r.GetWithPayload()), WithVector: qdrantpb.WithVectors(r.GetWithVectors()),
	}
	if r.Limit != nil {
		req.Limit = r.GetLimit()
	}
	if p := r.GetParams(); p != nil {
		req.Params = &api.SearchParams{HnswEf: p.HnswEf, Exact: p.GetExact(), IndexedOnly: p.GetIndexedOnly()}
	}
	var err error
	if req.Filter, err = qdrantpb.Filter(r.GetFilter()); err != nil {
		return nil, err
	}
	if r.Query != nil {
		req.Query, err = nearest(r.GetQuery())
	}
	return req, err
}

func nearest(q *qdrant.Query) (api.Query, error) {
	if _, ok := q.GetVariant().(*qdrant.Query_Nearest); !ok {
		return nil, api.Errorf(api.Unsupported, "only queries by a vector or an id are supported over gRPC")
	}
	switch v := q.GetNearest().GetVariant().(type) {
	case *qdrant.VectorInput_Id:
		id, err := qdrantpb.ID(v.Id)
		return &api.NearestQuery{ID: &id}, err
	case *qdrant.VectorInput_Dense:
		return nearestTo(&qdrant.Vector{Vector: &qdrant.Vector_Dense{Dense: v.Dense}})
	case *qdrant.VectorInput_Sparse:
		return nearestTo(&qdrant.Vector{Vector: &qdrant.Vector_Sparse{Sparse: v.Sparse}})
	case *qdrant.VectorInput_MultiDense:
		return nearestTo(&qdrant.Vector{Vector: &qdrant.Vector_MultiDense{MultiDense: v.MultiDense}})
	}
	return nil, api.Errorf(api.Unsupported, "vectors to be inferred are not supported")
}

func nearestTo(v *qdrant.Vector) (api.Query, error) {
	vectors, err := qdrantpb.Vectors(&qdrant.Vectors{VectorsOptions: &qdrant.Vectors_Vector{Vector: v}})
	if err != nil {
		return nil, err
	}
	return &api.NearestQuery{Vector: vectors[0].Vector}, nil
}

func each[A, B any](list []A, one func(A) (B, error)) ([]B, error) {
	out := make([]B, len(list))
	for i := range list {
		var err error
		if out[i], err = one(list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
