package edge_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// TestOrderTies orders points of which many have the same value: those with the first ids come first, or last ones in descending order,
// wherever the points lie.
func TestOrderTies(t *testing.T) {
	s := indexedShard(t, `"field_name":"n","field_schema":"integer"`)
	type entry struct{ id, n uint64 }
	filters := map[string]func(e entry) bool{
		``: func(entry) bool { return true },
		`,"filter":{"must":[{"key":"even","match":{"value":true}}]}`: func(e entry) bool { return e.id%2 == 0 },
		`,"filter":{"must":[{"key":"n","match":{"value":2}}]}`:       func(e entry) bool { return e.n == 2 },
	}
	var want []entry
	add := func(from, to uint64) {
		var points []api.Point
		for id := to; id > from; id-- { // slots are in another order than ids
			want = append(want, entry{id, id % 3})
			points = append(points, point(id, fmt.Sprintf(`{"n":%d,"even":%t}`, id%3, id%2 == 0), 1, 2))
		}
		upsert(t, s, points...)
	}
	add(100, 700)
	_, err := s.Optimize(ctx)
	require.NoError(t, err)
	add(0, 100)
	add(700, 800)
	for _, limit := range []uint64{0, 1, 5, 100, 300, 1000} {
		for _, direction := range []string{"asc", "desc"} {
			for filter, passes := range filters {
				list := slices.DeleteFunc(slices.Clone(want), func(e entry) bool { return !passes(e) })
				slices.SortFunc(list, func(a, b entry) int {
					c := cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.id, b.id))
					if direction == "desc" {
						return -c
					}
					return c
				})
				list = list[:min(limit, uint64(len(list)))]
				req, err := api.DecodeScrollRequestJSON(fmt.Appendf(nil, `{"limit":%d,"order_by":{"key":"n","direction":%q}%s}`, limit, direction, filter))
				require.NoError(t, err)
				got, err := s.Scroll(ctx, req)
				require.NoError(t, err)
				require.Len(t, got.Points, len(list))
				for i, e := range list {
					require.Equal(t, api.NumID(e.id), got.Points[i].ID, "%d of %d, %s%s", i, limit, direction, filter)
				}
			}
		}
	}
}
