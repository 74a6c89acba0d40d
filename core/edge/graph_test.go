package edge_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// words opens a shard with a graph of 2400 points that a server built.
func words(t *testing.T) *edge.Shard {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(fixture.Load(t, "words", 0).Snapshot, dir))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// recorded are the vectors, and the ids that the server found, of the recorded searches through the graph.
func recorded(t *testing.T, truth fixture.Truth) (requests []*api.QueryRequest, found [][]api.PointID) {
	t.Helper()
	var queries []struct {
		Request json.RawMessage
		Result  []json.RawMessage
	}
	require.NoError(t, json.Unmarshal(truth.Queries, &queries))
	for _, q := range queries {
		req, err := api.DecodeQueryRequestJSON(q.Request)
		if err != nil || (req.Params != nil && req.Params.Exact) {
			continue
		}
		var ids []api.PointID
		for _, raw := range q.Result {
			p, err := api.DecodeScoredPointJSON(raw)
			require.NoError(t, err)
			ids = append(ids, p.ID)
		}
		requests, found = append(requests, req), append(found, ids)
	}
	require.NotEmpty(t, requests)
	return requests, found
}

func run(t *testing.T, s *edge.Shard, req *api.QueryRequest, exact bool) []api.PointID {
	t.Helper()
	r := *req
	p := api.SearchParams{}
	if r.Params != nil {
		p = *r.Params
	}
	p.Exact = exact
	r.Params = &p
	hits, err := s.Query(ctx, &r)
	require.NoError(t, err)
	ids := make([]api.PointID, len(hits))
	for i := range hits {
		ids[i] = hits[i].ID
	}
	return ids
}

// shared counts the ids of a that are in b.
func shared(a, b []api.PointID) int {
	in, n := map[api.PointID]bool{}, 0
	for _, id := range b {
		in[id] = true
	}
	for _, id := range a {
		if in[id] {
			n++
		}
	}
	return n
}

// TestGraphRecall: through the server's graph at least as many of the true neighbours are found as the server found, at every stage.
func TestGraphRecall(t *testing.T) {
	s := words(t)
	for n := range fixture.Stages {
		stage := fixture.Load(t, "words", n)
		if n > 0 && stage.Snapshot != "" {
			require.NoError(t, s.UpdateFromSnapshot(ctx, stage.Snapshot, ""))
		}
		requests, found := recorded(t, stage.Truth)
		ours, server, all := 0, 0, 0
		for i, req := range requests {
			exact := run(t, s, req, true)
			ours += shared(exact, run(t, s, req, false))
			server += shared(exact, found[i])
			all += len(exact)
		}
		require.GreaterOrEqual(t, ours, server, "stage %d", n)
		require.GreaterOrEqual(t, ours*100, all*97, "stage %d", n)
	}
}

// TestGraphWidth: a wider beam finds more; one of a single point is not exact.
func TestGraphWidth(t *testing.T) {
	s := words(t)
	requests, _ := recorded(t, fixture.Load(t, "words", 0).Truth)
	found := map[uint64]int{}
	for _, ef := range []uint64{1, 64, 1 << 40} {
		for _, req := range requests {
			r := *req
			r.Params = &api.SearchParams{HnswEf: &ef}
			found[ef] += shared(run(t, s, &r, true), run(t, s, &r, false))
		}
	}
	require.Less(t, found[1], 10*len(requests), "that would be a scan")
	require.Less(t, found[1], found[64])
	require.Equal(t, 10*len(requests), found[1<<40])
}

// TestGraphWithoutDeleted: points that are deleted or changed are found no more, or where they are now.
func TestGraphWithoutDeleted(t *testing.T) {
	s := words(t)
	requests, _ := recorded(t, fixture.Load(t, "words", 0).Truth)
	gone := map[api.PointID]bool{}
	for round := range 5 {
		for _, req := range requests {
			ids := run(t, s, req, false)
			for _, id := range ids {
				require.False(t, gone[id], "round %d: %s", round, id)
			}
			require.GreaterOrEqual(t, shared(ids, run(t, s, req, true)), 8)
			_, err := s.Update(ctx, &api.DeletePoints{IDs: ids[:5]})
			require.NoError(t, err)
			for _, id := range ids[:5] {
				gone[id] = true
			}
		}
	}
	moved := run(t, s, requests[0], false)[0]
	query := requests[0].Query.(*api.NearestQuery).Vector.(api.DenseVector)
	_, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{{ID: moved, Vector: api.VectorStruct{{Vector: query}}}}})
	require.NoError(t, err)
	hits, err := s.Query(ctx, requests[0])
	require.NoError(t, err)
	require.Equal(t, moved, hits[0].ID)
	require.InDelta(t, 1, hits[0].Score, 1e-5)
	require.NotEqual(t, moved, hits[1].ID, "the old copy is hidden")
}

// TestGraphFilters: results pass the filter, whatever share of the points it leaves.
func TestGraphFilters(t *testing.T) {
	s := words(t)
	requests, _ := recorded(t, fixture.Load(t, "words", 0).Truth)
	for _, least := range []float64{0, 5, 8, 11, 14, 99} {
		ours, all := 0, 0
		for _, req := range requests {
			r := *req
			r.Filter = &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: "length", Range: &api.RangeFloat{Gte: &least}}}}
			exact := run(t, s, &r, true)
			ours += shared(exact, run(t, s, &r, false))
			all += len(exact)
			r.WithPayload = api.WithPayload{Enable: true}
			hits, err := s.Query(ctx, &r)
			require.NoError(t, err)
			for _, h := range hits {
				var p struct{ Length float64 }
				require.NoError(t, json.Unmarshal(h.Payload, &p))
				require.GreaterOrEqual(t, p.Length, least)
			}
		}
		require.GreaterOrEqual(t, ours*10, all*9, "length from %v: %d of %d", least, ours, all)
	}
}

// TestIndexedOnly: big parts without an index are left out when the request says so, small ones are not.
func TestIndexedOnly(t *testing.T) {
	const dim = 2048
	s, err := edge.Create(t.TempDir(), config(dim, api.DistanceDot))
	require.NoError(t, err)
	defer s.Close()
	vector := make(api.DenseVector, dim)
	vector[0] = 1
	req := &api.QueryRequest{Query: &api.NearestQuery{Vector: vector}, Limit: 3, Params: &api.SearchParams{IndexedOnly: true}}
	points := make([]api.Point, 1000)
	for i := range points {
		points[i] = point(uint64(i), "", vector...)
	}
	upsert(t, s, points...)
	require.Len(t, run(t, s, req, false), 3, "8 MB are few")
	for i := range points {
		points[i].ID = api.NumID(uint64(1000 + i))
	}
	upsert(t, s, points...)
	require.Empty(t, run(t, s, req, false))
	req.Filter = &api.Filter{Must: []api.Condition{&api.HasIDCondition{IDs: []api.PointID{api.NumID(7)}}}}
	require.Len(t, run(t, s, req, false), 1, "the filter leaves few")
}

// TestDamagedGraph: a graph that contradicts itself is an error that names the file, at load and before a snapshot is taken.
func TestDamagedGraph(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(fixture.Load(t, "words", 0).Snapshot, dir))
	found, err := filepath.Glob(filepath.Join(dir, "segments", "*", "vector_index", "links_compressed.bin"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	whole, err := os.ReadFile(found[0])
	require.NoError(t, err)
	for _, size := range []int{0, 63, 200, len(whole) - 1} {
		require.NoError(t, os.WriteFile(found[0], whole[:size], 0o600))
		_, err = edge.Load(dir, nil)
		require.ErrorIs(t, err, api.ErrCorrupt)
		require.ErrorContains(t, err, "links_compressed.bin")
	}
	require.NoError(t, os.WriteFile(found[0], whole, 0o600))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}
