package edge_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// TestSearchAllocatesNothingPerPoint compares what searches allocate among few and among many points that are checked one by one: the same.
func TestSearchAllocatesNothingPerPoint(t *testing.T) {
	allocated := func(n int, indexed, optimized bool) float64 {
		var indexes []string
		if indexed {
			indexes = []string{`"field_name":"n","field_schema":"integer"`, `"field_name":"k","field_schema":"keyword"`}
		}
		s := indexedShard(t, indexes...)
		points := make([]api.Point, n)
		for i := range points {
			points[i] = point(uint64(i), fmt.Sprintf(`{"n":%d,"k":["a","k%d"]}`, i%10, i%7), float32(i%31), float32(i%17))
		}
		upsert(t, s, points...)
		if optimized {
			_, err := s.Optimize(ctx)
			require.NoError(t, err)
		}
		req, err := api.DecodeQueryRequestJSON([]byte(`{"query":{"nearest":[1,-2]},"limit":10,"filter":{` +
			`"must":[{"key":"n","range":{"gte":1}}],"must_not":[{"key":"k","match":{"value":"k3"}}],"should":[{"key":"k","match":{"value":"k1"}},{"key":"n","match":{"value":4}}]}}`))
		require.NoError(t, err)
		return testing.AllocsPerRun(10, func() {
			found, err := s.Query(ctx, req)
			require.NoError(t, err)
			require.Len(t, found, 10)
		})
	}
	for _, indexed := range []bool{false, true} {
		for _, optimized := range []bool{false, true} {
			few, many := allocated(500, indexed, optimized), allocated(4000, indexed, optimized)
			require.InDelta(t, few, many, 20, "indexed %t, optimized %t", indexed, optimized)
		}
	}
}
