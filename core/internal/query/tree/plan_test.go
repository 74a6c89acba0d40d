package tree_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
)

func near(x float32) *tree.Vector { return &tree.Vector{Examples: []api.Vector{api.DenseVector{x}}} }

func has(ids ...uint64) *api.Filter {
	c := &api.HasIDCondition{}
	for _, id := range ids {
		c.IDs = append(c.IDs, api.NumID(id))
	}
	return &api.Filter{Must: []api.Condition{c}}
}

func one(t *testing.T, r tree.Request) (*tree.Plan, *tree.Root) {
	t.Helper()
	p, err := tree.Make([]tree.Request{r})
	require.NoError(t, err)
	require.Len(t, p.Roots, 1)
	return p, &p.Roots[0]
}

func TestPlainQueryIsOneLeaf(t *testing.T) {
	threshold := float32(0.5)
	for name, q := range map[string]tree.Query{"by id": nil, "vector": near(1), "order": &tree.OrderBy{Key: "a"}, "sample": &tree.Random{}} {
		p, root := one(t, tree.Request{Query: q, Filter: has(1), Threshold: &threshold, Limit: 3, Offset: 4})
		require.Equal(t, []tree.Leaf{{Query: q, Filter: has(1), Threshold: &threshold, Limit: 7}}, p.Leaves, name)
		require.Equal(t, tree.Merge{Sources: []tree.Source{{}}}, root.Merge, name)
		require.EqualValues(t, 4, root.Offset, name)
	}
}

func TestLimitAndOffsetDoNotOverflow(t *testing.T) {
	p, _ := one(t, tree.Request{Query: near(1), Limit: 1<<64 - 1, Offset: 5})
	require.Equal(t, uint64(1<<64-1), p.Leaves[0].Limit)
}

func TestNestedPrefetches(t *testing.T) {
	fusion := &tree.Fusion{K: 2}
	p, root := one(t, tree.Request{
		Query: near(9), Limit: 5, Filter: has(1),
		Prefetches: []tree.Prefetch{
			{Query: near(1), Limit: 10, Filter: has(2)},
			{Query: fusion, Limit: 20, Filter: has(3), Prefetches: []tree.Prefetch{{Query: near(2), Limit: 30, Filter: has(4)}, {Limit: 40}}},
		},
	})
	both := func(ids ...uint64) *api.Filter {
		f := &api.Filter{}
		for _, id := range ids {
			f.Must = append(f.Must, has(id).Must...)
		}
		return f
	}
	require.Equal(t, []tree.Leaf{
		{Query: near(1), Filter: both(1, 2), Limit: 10},
		{Query: near(2), Filter: both(1, 3, 4), Limit: 30},
		{Filter: both(1, 3), Limit: 40},
	}, p.Leaves)
	inner := &tree.Merge{Sources: []tree.Source{{Leaf: 1}, {Leaf: 2}}, Stages: []tree.Stage{{Query: fusion, Limit: 20}}}
	require.Equal(t, tree.Merge{Sources: []tree.Source{{Leaf: 0}, {Merge: inner}}, Stages: []tree.Stage{{Query: near(9), Limit: 5}}}, root.Merge)
}

func TestMmr(t *testing.T) {
	q := &tree.Mmr{Nearest: near(1), Lambda: 0.5, Candidates: 50}
	p, root := one(t, tree.Request{Query: q, Limit: 5})
	require.Equal(t, []tree.Leaf{{Query: near(1), Limit: 50}}, p.Leaves)
	require.Equal(t, []tree.Stage{{Query: q, Limit: 5}}, root.Merge.Stages)
	require.Equal(t, api.WithVector{Names: []string{""}}, root.WithVector)

	p, root = one(t, tree.Request{Query: q, Limit: 5, Prefetches: []tree.Prefetch{{Limit: 7}}, WithVector: api.WithVector{Enable: true}})
	require.Equal(t, []tree.Leaf{{Limit: 7}}, p.Leaves)
	require.Equal(t, []tree.Stage{{Query: near(1), Limit: 50}, {Query: q, Limit: 5}}, root.Merge.Stages)
	require.Equal(t, api.WithVector{Enable: true}, root.WithVector)
}

func TestEqualLeavesAreShared(t *testing.T) {
	p, err := tree.Make([]tree.Request{
		{Query: near(1), Limit: 5}, {Query: near(2), Limit: 5}, {Query: near(1), Limit: 5},
		{Query: near(1), Limit: 6}, {Query: near(1), Limit: 5, Filter: has(1)}, {Query: near(1), Limit: 3, Offset: 2},
		{Query: &tree.Random{}, Limit: 5}, {Query: &tree.Random{}, Limit: 5},
	})
	require.NoError(t, err)
	var leaves []int
	for _, root := range p.Roots {
		leaves = append(leaves, root.Merge.Sources[0].Leaf)
	}
	require.Equal(t, []int{0, 1, 0, 2, 3, 0, 4, 5}, leaves)
}

func TestRefused(t *testing.T) {
	deep := []tree.Prefetch{{Limit: 1}}
	for range api.MaxPrefetchDepth {
		deep = []tree.Prefetch{{Query: near(1), Limit: 1, Prefetches: deep}}
	}
	leaf := []tree.Prefetch{{Limit: 1}}
	for want, r := range map[string]tree.Request{
		"cannot have prefetches without a query":                         {Prefetches: leaf},
		"cannot apply Fusion without prefetches":                         {Query: &tree.Fusion{}},
		"cannot apply Formula without prefetches":                        {Query: &tree.Formula{}},
		"prefetches depth 65 exceeds max depth 64":                       {Query: near(1), Prefetches: deep},
		"BM25 over a text index cannot rescore prefetches":               {Query: &tree.Text{}, Prefetches: leaf},
		"RRF weights length (2) does not match number of prefetches (1)": {Query: &tree.Fusion{Weights: []float32{1, 2}}, Prefetches: leaf},
	} {
		_, err := tree.Make([]tree.Request{r})
		require.ErrorContains(t, err, want)
	}
	_, err := tree.Make([]tree.Request{{Query: near(1), Prefetches: deep[0].Prefetches}})
	require.NoError(t, err)
}

// TestAlternativesOfFiltersAreJoined: as in the reference, one alternative of either filter is enough.
func TestAlternativesOfFiltersAreJoined(t *testing.T) {
	c := func(id uint64) []api.Condition { return has(id).Must }
	p, _ := one(t, tree.Request{
		Query: near(1), Filter: &api.Filter{Should: c(1), MustNot: c(2), MinShould: &api.MinShould{Conditions: c(3), MinCount: 1}},
		Prefetches: []tree.Prefetch{{Limit: 1,
			Filter: &api.Filter{Should: c(4), MustNot: c(5), MinShould: &api.MinShould{Conditions: c(6), MinCount: 2}}}},
	})
	require.Equal(t, &api.Filter{
		Should: append(c(1), c(4)...), MustNot: append(c(2), c(5)...),
		MinShould: &api.MinShould{Conditions: append(c(3), c(6)...), MinCount: 2},
	}, p.Leaves[0].Filter)
}
