package edge_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// compareFacets holds the facets, and the numbers of indexed points, to what the server said.
func compareFacets(t *testing.T, s *edge.Shard, facets, info json.RawMessage) {
	t.Helper()
	if facets == nil {
		return
	}
	var list []struct {
		Request json.RawMessage
		Result  json.RawMessage
	}
	require.NoError(t, json.Unmarshal(facets, &list))
	for _, f := range list {
		req, err := api.DecodeFacetRequestJSON(f.Request)
		require.NoError(t, err)
		have, err := s.Facet(ctx, req)
		require.NoError(t, err, "%s", f.Request)
		require.JSONEq(t, string(f.Result), string(have.AppendJSON(nil)), "%s", f.Request)
	}
	compareSchema(t, s, info)
}

func compareSchema(t *testing.T, s *edge.Shard, info json.RawMessage) {
	t.Helper()
	var want struct {
		Schema map[string]struct {
			DataType string `json:"data_type"`
			Points   uint64
		} `json:"payload_schema"`
	}
	require.NoError(t, json.Unmarshal(info, &want))
	have, err := s.Info(ctx)
	require.NoError(t, err)
	require.Len(t, have.PayloadSchema, len(want.Schema))
	for _, f := range have.PayloadSchema {
		require.Equal(t, want.Schema[f.Key].DataType, f.Info.DataType, f.Key)
		if f.Info.Points > 0 {
			require.Equal(t, want.Schema[f.Key].Points, f.Info.Points, f.Key)
		}
	}
}
