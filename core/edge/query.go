package edge

import (
	"context"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/query"
)

// Query answers a query: one search, or several whose results are ranked anew. Without a query it returns points in the order of their ids.
func (s *Shard) Query(ctx context.Context, req *api.QueryRequest) ([]api.ScoredPoint, error) {
	return guarded(ctx, func() ([]api.ScoredPoint, error) { return query.Query(ctx, s.s, req) })
}

// QueryBatch answers several queries over the same state of the shard, in their order. Searches that they have in common run once.
func (s *Shard) QueryBatch(ctx context.Context, req *api.QueryBatchRequest) ([][]api.ScoredPoint, error) {
	return guarded(ctx, func() ([][]api.ScoredPoint, error) { return query.QueryBatch(ctx, s.s, req) })
}

// QueryGroups answers a query with its best hits by the values of a payload key.
func (s *Shard) QueryGroups(ctx context.Context, req *api.QueryGroupsRequest) (*api.GroupsResult, error) {
	return guarded(ctx, func() (*api.GroupsResult, error) { return query.Groups(ctx, s.s, req) })
}

// Facet counts points by the values of an indexed payload key.
func (s *Shard) Facet(ctx context.Context, req *api.FacetRequest) (*api.FacetResponse, error) {
	return guarded(ctx, func() (*api.FacetResponse, error) { return query.Facet(ctx, s.s, req) })
}

// SearchMatrixPairs compares a sample of points with each other.
func (s *Shard) SearchMatrixPairs(ctx context.Context, req *api.SearchMatrixRequest) (*api.SearchMatrixPairsResponse, error) {
	return guarded(ctx, func() (*api.SearchMatrixPairsResponse, error) { return query.MatrixPairs(ctx, s.s, req) })
}

// SearchMatrixOffsets is SearchMatrixPairs with points named by their places among the ids.
func (s *Shard) SearchMatrixOffsets(ctx context.Context, req *api.SearchMatrixRequest) (*api.SearchMatrixOffsetsResponse, error) {
	return guarded(ctx, func() (*api.SearchMatrixOffsetsResponse, error) { return query.MatrixOffsets(ctx, s.s, req) })
}

// Search answers a plain nearest-neighbour request.
func (s *Shard) Search(ctx context.Context, req *api.SearchRequest) ([]api.ScoredPoint, error) {
	return guarded(ctx, func() ([]api.ScoredPoint, error) { return query.Search(ctx, s.s, req) })
}

// Scroll pages through the points in the order of their ids, or returns the first ones in the order of an indexed value.
func (s *Shard) Scroll(ctx context.Context, req *api.ScrollRequest) (*api.ScrollResult, error) {
	return guarded(ctx, func() (*api.ScrollResult, error) { return query.Scroll(ctx, s.s, req) })
}

// Count counts the points that match. Unless that is asked for exactly, it may be estimated.
func (s *Shard) Count(ctx context.Context, req *api.CountRequest) (uint64, error) {
	return guarded(ctx, func() (uint64, error) { return query.Count(ctx, s.s, req) })
}

// Retrieve returns the points that exist, each once, in the order of the request.
func (s *Shard) Retrieve(ctx context.Context, req *api.RetrieveRequest) ([]api.Record, error) {
	return guarded(ctx, func() ([]api.Record, error) { return query.Retrieve(ctx, s.s, req) })
}
