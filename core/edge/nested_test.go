package edge_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// TestIndexesByElements asks keys that are indexed by the elements of an array for facets and orders, appendable and optimized: the answers are
// those of the same values indexed as usual.
func TestIndexesByElements(t *testing.T) {
	types := map[string]string{"k": "keyword", "i": "integer", "f": "float", "d": "datetime", "b": "bool", "u": "uuid"}
	var indexes []string
	for key, kind := range types {
		indexes = append(indexes, fmt.Sprintf(`"field_name":"n[].%s","field_schema":{"type":%q,"nested":"n"}`, key, kind),
			fmt.Sprintf(`"field_name":"m[].%s","field_schema":%q`, key, kind))
	}
	s := indexedShard(t, indexes...)
	for id := range uint64(60) {
		list := "["
		for i := range id % 4 {
			if i > 0 {
				list += ","
			}
			list += fmt.Sprintf(`{"k":["a","k%d"],"i":%d,"f":%d.5,"d":"2020-01-%02d","b":%t,"u":"550e8400-e29b-41d4-a716-44665544%04d"}`,
				id%5, int64(id)<<50+int64(i), id%9, id%20+1, i == 1, id%3)
		}
		upsert(t, s, point(id, fmt.Sprintf(`{"n":%s],"m":%s]}`, list, list), 1, float32(id)))
	}
	compare := func() {
		for _, filter := range []string{``, `,"filter":{"must_not":[{"has_id":[1,2,3,7]}]}`} {
			for _, key := range []string{"k", "i", "b", "u"} {
				facets := func(array string) *api.FacetResponse {
					req, err := api.DecodeFacetRequestJSON(fmt.Appendf(nil, `{"key":"%s[].%s","limit":100%s}`, array, key, filter))
					require.NoError(t, err)
					found, err := s.Facet(ctx, req)
					require.NoError(t, err)
					return found
				}
				want := facets("m")
				require.NotEmpty(t, want.Hits)
				require.Equal(t, want, facets("n"), "%s%s", key, filter)
			}
			for _, by := range []string{
				`i","direction":"asc"`, `i","direction":"desc"`, `i","direction":"asc","start_from":18014398509481985`, `f","direction":"desc"`,
				`f","direction":"asc","start_from":3.5`, `i","direction":"desc","start_from":1.8e16`, `d","direction":"asc","start_from":"2020-01-05"`,
			} {
				ordered := func(array string) []api.Record {
					req, err := api.DecodeScrollRequestJSON(fmt.Appendf(nil, `{"limit":25,"order_by":{"key":"%s[].%s}%s}`, array, by, filter))
					require.NoError(t, err)
					found, err := s.Scroll(ctx, req)
					require.NoError(t, err)
					return found.Points
				}
				want := ordered("m")
				require.NotEmpty(t, want)
				require.Equal(t, want, ordered("n"), "%s%s", by, filter)
			}
		}
	}
	compare()
	_, err := s.Optimize(ctx)
	require.NoError(t, err)
	compare()
	req, err := api.DecodeScrollRequestJSON([]byte(`{"order_by":"n[].k"}`))
	require.NoError(t, err)
	_, err = s.Scroll(ctx, req)
	require.ErrorIs(t, err, api.ErrInvalidArgument)
}
