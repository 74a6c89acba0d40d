package edge

import (
	"context"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/query"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Reader answers requests; a Shard has one. It is safe for concurrent use.
type Reader struct{ s *shard.Shard }

// ReaderOf is for the engine's own packages: the type cannot be named from outside.
func ReaderOf(s *shard.Shard) Reader { return Reader{s} }

// Info counts what the shard holds.
func (r Reader) Info(ctx context.Context) (*api.ShardInfo, error) {
	return guarded(ctx, r.s.Info)
}

// Config returns the resolved configuration, which the caller must not change.
func (r Reader) Config() *api.EdgeConfig { return r.s.Config() }

// Query answers a query: one search, or several whose results are ranked anew. Without a query it returns points in the order of their ids.
func (r Reader) Query(ctx context.Context, req *api.QueryRequest) ([]api.ScoredPoint, error) {
	return guarded(ctx, func() ([]api.ScoredPoint, error) { return query.Query(ctx, r.s, req) })
}

// QueryBatch answers several queries over the same state of the shard, in their order. Searches that they have in common run once.
func (r Reader) QueryBatch(ctx context.Context, req *api.QueryBatchRequest) ([][]api.ScoredPoint, error) {
	return guarded(ctx, func() ([][]api.ScoredPoint, error) { return query.QueryBatch(ctx, r.s, req) })
}

// QueryGroups answers a query with its best hits by the values of a payload key.
func (r Reader) QueryGroups(ctx context.Context, req *api.QueryGroupsRequest) (*api.GroupsResult, error) {
	return guarded(ctx, func() (*api.GroupsResult, error) { return query.Groups(ctx, r.s, req) })
}

// Facet counts points by the values of an indexed payload key.
func (r Reader) Facet(ctx context.Context, req *api.FacetRequest) (*api.FacetResponse, error) {
	return guarded(ctx, func() (*api.FacetResponse, error) { return query.Facet(ctx, r.s, req) })
}

// SearchMatrixPairs compares a sample of points with each other.
func (r Reader) SearchMatrixPairs(ctx context.Context, req *api.SearchMatrixRequest) (*api.SearchMatrixPairsResponse, error) {
	return guarded(ctx, func() (*api.SearchMatrixPairsResponse, error) { return query.MatrixPairs(ctx, r.s, req) })
}

// SearchMatrixOffsets is SearchMatrixPairs with points named by their places among the ids.
func (r Reader) SearchMatrixOffsets(ctx context.Context, req *api.SearchMatrixRequest) (*api.SearchMatrixOffsetsResponse, error) {
	return guarded(ctx, func() (*api.SearchMatrixOffsetsResponse, error) { return query.MatrixOffsets(ctx, r.s, req) })
}

// Search answers a plain nearest-neighbour request.
func (r Reader) Search(ctx context.Context, req *api.SearchRequest) ([]api.ScoredPoint, error) {
	return guarded(ctx, func() ([]api.ScoredPoint, error) { return query.Search(ctx, r.s, req) })
}

// Scroll pages through the points in the order of their ids, or returns the first ones in the order of an indexed value.
func (r Reader) Scroll(ctx context.Context, req *api.ScrollRequest) (*api.ScrollResult, error) {
	return guarded(ctx, func() (*api.ScrollResult, error) { return query.Scroll(ctx, r.s, req) })
}

// Count counts the points that match. Unless that is asked for exactly, it may be estimated.
func (r Reader) Count(ctx context.Context, req *api.CountRequest) (uint64, error) {
	return guarded(ctx, func() (uint64, error) { return query.Count(ctx, r.s, req) })
}

// Retrieve returns the points that exist, each once, in the order of the request.
func (r Reader) Retrieve(ctx context.Context, req *api.RetrieveRequest) ([]api.Record, error) {
	return guarded(ctx, func() ([]api.Record, error) { return query.Retrieve(ctx, r.s, req) })
}
