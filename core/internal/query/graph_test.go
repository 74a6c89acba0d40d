package query

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// TestChoose: the graph serves searches of many points, a scan those of few.
func TestChoose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Archive(t, "words", "0", "snapshot.tar"), dir, snapshot.Options{}))
	s, err := shard.Load(disk.OS, dir, nil)
	require.NoError(t, err)
	defer s.Close()
	view, err := s.Acquire()
	require.NoError(t, err)
	defer view.RUnlock()

	from := func(length float64) *api.Filter {
		return &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: "length", Range: &api.RangeFloat{Gte: &length}}}}
	}
	one := &api.Filter{Must: []api.Condition{&api.HasIDCondition{IDs: []api.PointID{api.NumID(1)}}}}
	for name, c := range map[string]struct {
		params api.SearchParams
		filter *api.Filter
		want   method
	}{
		"plain":       {want: byGraph},
		"indexed":     {params: api.SearchParams{IndexedOnly: true}, want: byGraph},
		"exact":       {params: api.SearchParams{Exact: true}, want: byScan},
		"most pass":   {filter: from(5), want: byGraph},
		"all pass":    {filter: from(0), want: byGraph},
		"none passes": {filter: from(99), want: byScan},
		"acorn":       {params: api.SearchParams{Acorn: &api.AcornSearchParams{Enable: true}}, filter: from(10), want: byAcorn},
		"acorn off":   {params: api.SearchParams{Acorn: &api.AcornSearchParams{}}, filter: from(10), want: byGraph},
		"too many":    {params: api.SearchParams{Acorn: &api.AcornSearchParams{Enable: true}}, filter: from(0), want: byGraph},
		"one id":      {filter: one, want: byScan},
	} {
		n := &nearest{ctx: context.Background(), view: view, params: c.params, filter: c.filter}
		graphs := 0
		for i := range view.Parts {
			v := view.Parts[i].Seg.Vector("")
			if v.Graph == nil {
				continue
			}
			graphs++
			f, err := n.compile(&view.Parts[i])
			require.NoError(t, err)
			have, err := n.choose(&view.Parts[i], v, f)
			require.NoError(t, err)
			require.Equal(t, c.want, have, name)
		}
		require.Equal(t, 1, graphs)
	}
}

// TestInterval: the guess is near the share and gets surer.
func TestInterval(t *testing.T) {
	last := 1e9
	for tried := 10; tried <= 1000; tried *= 10 {
		middle, spread := interval(tried, tried/4, 100_000)
		require.InDelta(t, 25_000, middle, spread)
		require.Less(t, spread, last)
		last = spread
	}
}
