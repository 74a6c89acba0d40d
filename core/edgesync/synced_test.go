package edgesync

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

var ctx = context.Background()

// queries are one of each kind, exact.
var queries = []string{
	`{"limit":100,"with_payload":true,"with_vector":true}`,
	`{"query":[1,2,3,4],"params":{"exact":true},"limit":20,"offset":2,"with_payload":true}`,
	`{"query":[1,0.5,2],"using":"img","params":{"exact":true},"limit":15,"score_threshold":0.1}`,
	`{"query":{"indices":[1,10,12],"values":[1,2,0.5]},"using":"text","limit":15}`,
	`{"query":[1,2,3,4],"filter":{"must":[{"key":"group","match":{"value":"g1"}}]},"params":{"exact":true},"limit":9}`,
	`{"prefetch":[{"query":[1,2,3,4],"limit":20,"params":{"exact":true}},{"query":{"indices":[1,10,12],"values":[1,2,0.5]},"using":"text","limit":20}],"query":{"fusion":"rrf"},"limit":12}`,
	`{"query":{"nearest":[1,0.5,2],"mmr":{"diversity":0.5,"candidates_limit":30}},"using":"img","params":{"exact":true},"limit":8}`,
	`{"query":{"order_by":{"key":"n"}},"limit":30}`,
}

type reads interface {
	Query(context.Context, *api.QueryRequest) ([]api.ScoredPoint, error)
	Scroll(context.Context, *api.ScrollRequest) (*api.ScrollResult, error)
	Count(context.Context, *api.CountRequest) (uint64, error)
	Facet(context.Context, *api.FacetRequest) (*api.FacetResponse, error)
	QueryGroups(context.Context, *api.QueryGroupsRequest) (*api.GroupsResult, error)
}

// same compares everything that two shards answer. Versions are numbers of operations, which differ.
func same(t *testing.T, want, have reads, why string) {
	for _, text := range queries {
		req, err := api.DecodeQueryRequestJSON([]byte(text))
		require.NoError(t, err, text)
		w, err := want.Query(ctx, req)
		require.NoError(t, err, text)
		h, err := have.Query(ctx, req)
		require.NoError(t, err, text)
		for i := range w {
			w[i].Version = 0
		}
		for i := range h {
			h[i].Version = 0
		}
		require.Equal(t, w, h, "%s: %s", why, text)
	}
	limit := uint64(1000)
	w, err := want.Scroll(ctx, &api.ScrollRequest{Limit: &limit, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: true}})
	require.NoError(t, err)
	h, err := have.Scroll(ctx, &api.ScrollRequest{Limit: &limit, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: true}})
	require.NoError(t, err)
	require.Equal(t, w, h, why)
	for _, f := range []*api.Filter{nil, groupIs("g2")} {
		wn, err := want.Count(ctx, &api.CountRequest{Filter: f, Exact: true})
		require.NoError(t, err)
		hn, err := have.Count(ctx, &api.CountRequest{Filter: f, Exact: true})
		require.NoError(t, err)
		require.Equal(t, wn, hn, why)
	}
	wf, err := want.Facet(ctx, &api.FacetRequest{Key: "group", Limit: 10, Exact: true})
	require.NoError(t, err)
	hf, err := have.Facet(ctx, &api.FacetRequest{Key: "group", Limit: 10, Exact: true})
	require.NoError(t, err)
	require.Equal(t, wf, hf, why)
}

func groupIs(g string) *api.Filter {
	f, err := api.DecodeFilterJSON([]byte(`{"must":[{"key":"group","match":{"value":"` + g + `"}}]}`))
	if err != nil {
		panic(err)
	}
	return f
}

func indexes(t *testing.T, update func(context.Context, api.UpdateOperation) (uint64, error)) {
	for key, kind := range map[string]string{"group": `"keyword"`, "n": `"integer"`} {
		schema, err := api.DecodePayloadFieldSchemaJSON([]byte(kind))
		require.NoError(t, err)
		_, err = update(ctx, &api.CreateIndex{FieldName: key, FieldSchema: schema})
		require.NoError(t, err)
	}
}

func open(t *testing.T, dir string, srv remote.Server) *SyncedShard {
	s, err := Open(dir, Options{Server: srv, Config: config(), NoSync: true})
	require.NoError(t, err)
	return s
}

func upsert(points ...api.Point) api.UpdateOperation { return &api.UpsertPoints{Points: points} }

// TestR7R8R9MergedViewIsOneShard: over random operations, pushes, pulls and reopenings everything that the synced shard answers is what one shard with
// the same points answers; after a sync so does the server (I1, I3, I4, I6, R17, R23, F24–F38).
func TestR7R8R9MergedViewIsOneShard(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { walk(t, seed, 40) })
	}
}

func walk(t *testing.T, seed uint64, steps int) {
	rnd := rand.New(rand.NewPCG(seed, 8))
	srv := newServer(t, 1)
	oracle, err := edge.Create(memory(t), config())
	require.NoError(t, err)
	defer func() { require.NoError(t, oracle.Close()) }()
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, srv)
	defer func() { require.NoError(t, s.Close()) }()
	indexes(t, s.Update)
	indexes(t, oracle.Update)
	require.NoError(t, s.Sync(ctx))
	var foreign []api.UpdateOperation
	for step := range steps {
		why := fmt.Sprintf("seed %d step %d", seed, step)
		id := api.NumID(uint64(rnd.IntN(40)))
		var op api.UpdateOperation
		switch rnd.IntN(13) {
		case 0, 1, 2:
			op = upsert(point(rnd.IntN(40), step), point(rnd.IntN(40), step))
		case 3:
			op = &api.DeletePoints{IDs: []api.PointID{id}}
		case 4, 5:
			op = &api.SetPayload{Points: []api.PointID{id}, Payload: api.Payload(fmt.Sprintf(`{"group":"g%d"}`, rnd.IntN(4)))}
		case 6:
			op = &api.DeletePointsByFilter{Filter: groupIs(fmt.Sprintf("g%d", rnd.IntN(4)))}
		case 7:
			op = &api.UpdateVectors{Points: []api.PointVectors{{ID: id, Vector: api.VectorStruct{{Name: "img", Vector: api.DenseVector{1, 2, float32(step)}}}}}}
		case 8:
			op = &api.SetPayload{Filter: groupIs("g3"), Payload: api.Payload(`{"x":1}`)}
		case 9:
			far := point(1000+rnd.IntN(20), step) // what no filter of this device matches: who wins is another test's
			far.Payload = api.Payload(fmt.Sprintf(`{"group":"far","n":%d}`, 1000+step))
			other := upsert(far)
			require.NoError(t, srv.apply(ctx, other))
			foreign = append(foreign, other)
		case 10:
			require.NoError(t, s.Push(ctx), why)
		case 11:
			require.NoError(t, s.Sync(ctx), why)
			for _, op := range foreign {
				_, err := oracle.Update(ctx, op)
				require.NoError(t, err)
			}
			foreign = nil
			same(t, oracle, srv.shards[0], why+" (server)")
		case 12:
			if rnd.IntN(2) == 0 {
				require.NoError(t, s.Flush(ctx))
			}
			require.NoError(t, s.Close(), why)
			s = open(t, dir, srv)
		}
		if op != nil {
			_, werr := oracle.Update(ctx, op)
			_, herr := s.Update(ctx, op)
			require.Equal(t, api.KindOf(werr), api.KindOf(herr), "%s: %v, %v", why, werr, herr)
			if len(foreign) > 0 && (werr == nil) != (herr == nil) {
				t.Fatal(why)
			}
		}
		same(t, oracle, s, why)
	}
}

// TestR1ReopenWithoutClose: what an update returned for is there after the process ends without closing anything (B1, F13, F14).
func TestR1ReopenWithoutClose(t *testing.T) {
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, nil)
	for i := range 50 {
		_, err := s.Update(ctx, upsert(point(i, 0)))
		require.NoError(t, err)
	}
	copied := filepath.Join(memory(t), "copy")
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	require.NoError(t, s.Close())
	again := open(t, copied, nil)
	n, err := again.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	require.EqualValues(t, 50, n)
	waiting, _ := again.Pending()
	require.Equal(t, 50, waiting)
	require.NoError(t, again.Close())
}

// TestR4OpenAppliesWhatIsBehindTheLastFlush, and no more of the log.
func TestR4OpenAppliesWhatIsBehindTheLastFlush(t *testing.T) {
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, nil)
	for i := range 10 {
		_, err := s.Update(ctx, upsert(point(i, 0)))
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())
	s = open(t, dir, nil)
	require.Equal(t, s.log.Next()-1, s.saved, "everything is on disk")
	next := s.log.Next()
	require.NoError(t, s.Flush(ctx))
	require.Equal(t, next, s.log.Next(), "nothing is noted twice")
	_, err := s.Update(ctx, upsert(point(20, 0)))
	require.NoError(t, err)
	copied := filepath.Join(memory(t), "copy")
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	require.NoError(t, s.Close())
	// The overlay of the copy loses a point that was on disk: what is on disk is not applied again, so it stays away, and the one behind comes.
	over, err := edge.Load(filepath.Join(copied, "overlay"), nil)
	require.NoError(t, err)
	_, err = over.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(3), api.NumID(20)}})
	require.NoError(t, err)
	require.NoError(t, over.Close())
	s = open(t, copied, nil)
	got, err := s.Retrieve(ctx, &api.RetrieveRequest{IDs: []api.PointID{api.NumID(3), api.NumID(4)}})
	require.NoError(t, err)
	require.Len(t, got, 1)
	waiting, _ := s.Pending()
	require.Equal(t, 11, waiting)
	require.NoError(t, s.Close())
}

// TestR15DeadLetters: one refused point does not stop the others; it stays here until it is discarded, or is sent again (F17).
func TestR15DeadLetters(t *testing.T) {
	srv := newServer(t, 1)
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, srv)
	indexes(t, s.Update)
	bad := api.NumID(3)
	srv.refuse = func(op api.UpdateOperation) *remote.Error {
		if up, ok := op.(*api.UpsertPoints); ok {
			for i := range up.Points {
				if up.Points[i].ID == bad {
					return &remote.Error{Kind: remote.Permanent, Msg: "strict mode"}
				}
			}
		}
		return nil
	}
	var points []api.Point
	for i := range 8 {
		points = append(points, point(i, 0))
	}
	_, err := s.Update(ctx, upsert(points...))
	require.NoError(t, err)
	seq, err := s.Update(ctx, upsert(point(20, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	require.NoError(t, s.WaitSynced(ctx, seq))
	letters := s.DeadLetters()
	require.Len(t, letters, 1)
	require.Contains(t, letters[0].Reason, "strict mode")
	count := func(s reads) uint64 {
		n, err := s.Count(ctx, &api.CountRequest{Exact: true})
		require.NoError(t, err)
		return n
	}
	require.EqualValues(t, 8, count(srv.shards[0]))
	require.EqualValues(t, 9, count(s), "what was refused stays here")
	require.NoError(t, s.Close())
	s = open(t, dir, srv)
	require.Len(t, s.DeadLetters(), 1)
	require.EqualValues(t, 9, count(s))
	srv.refuse = nil
	_, err = s.Requeue(letters[0].ID)
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	require.Empty(t, s.DeadLetters())
	same(t, srv.shards[0], s.Reader, "after the requeue")
	require.NoError(t, s.Close())
}

// TestF5NothingNew: a second pull is a cheap no-op, and a full one is made once (B7).
func TestF5NothingNew(t *testing.T) {
	srv := newServer(t, 1)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	require.NoError(t, srv.apply(ctx, upsert(point(1, 0))))
	for range 3 {
		require.NoError(t, s.Sync(ctx))
	}
	require.Equal(t, 1, srv.full)
	require.Equal(t, 2, srv.parts)
	require.NoError(t, s.Close())
}

// TestR19TheLastPointsAreDeleted: a server that has no points any more is believed when it says so twice, and one that has some is not.
func TestR19TheLastPointsAreDeleted(t *testing.T) {
	srv := newServer(t, 1)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	t.Cleanup(func() { _ = s.Close() })
	_, err := s.Update(ctx, upsert(point(1, 1), point(2, 1)))
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	_, err = s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(1), api.NumID(2)}})
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	require.Zero(t, s.Status().MirrorPoints)
	n, err := s.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	require.Zero(t, n)
}

// TestR40FailuresDisableNothing: a server that cannot be reached changes nothing, and the next sync catches up (F21, R40).
func TestR40FailuresDisableNothing(t *testing.T) {
	srv := newServer(t, 1)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	for _, call := range []string{"info", "apply", "snapshot"} {
		srv.fault = func(c string) error {
			if c == call {
				return &remote.Error{Kind: remote.Retryable, Msg: "no connection"}
			}
			return nil
		}
		_, err := s.Update(ctx, upsert(point(len(call), 0)))
		require.NoError(t, err)
		var e *remote.Error
		require.True(t, errors.As(s.Sync(ctx), &e), call)
	}
	srv.fault = nil
	require.NoError(t, s.Sync(ctx))
	n, err := srv.shards[0].Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	require.EqualValues(t, 3, n)
	require.NoError(t, s.Close())
}

// TestR28ShardsAreOneCollection: points of several server shards are one set (F51).
func TestR28ShardsAreOneCollection(t *testing.T) {
	srv := newServer(t, 2)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	for i := range 30 {
		_, err := s.Update(ctx, upsert(point(i, 0)))
		require.NoError(t, err)
	}
	require.NoError(t, s.Sync(ctx))
	_, err := s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(4), api.NumID(14)}})
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	n, err := s.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	require.EqualValues(t, 28, n)
	require.NoError(t, s.Close())
}

// TestR30SecondOpenerIsRefused at once.
func TestR30SecondOpenerIsRefused(t *testing.T) {
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, nil)
	_, err := Open(dir, Options{})
	require.ErrorIs(t, err, api.ErrLocked)
	require.NoError(t, s.Close())
}

// TestF40IndexesOfTheServer: what the server indexes is indexed for local points too, also after the directory is opened again.
func TestF40IndexesOfTheServer(t *testing.T) {
	srv := newServer(t, 1)
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, srv)
	indexes(t, srv.shards[0].Update)
	require.NoError(t, srv.apply(ctx, upsert(point(1, 0), point(2, 0))))
	require.NoError(t, s.Sync(ctx))
	_, err := s.Update(ctx, upsert(point(2, 1), point(3, 0)))
	require.NoError(t, err)
	for range 2 {
		hits, err := s.Facet(ctx, &api.FacetRequest{Key: "group", Limit: 10, Exact: true})
		require.NoError(t, err)
		require.Len(t, hits.Hits, 3)
		require.NoError(t, s.Close())
		s = open(t, dir, srv)
	}
	require.NoError(t, s.Sync(ctx))
	same(t, srv.shards[0], s.Reader, "after a sync")
	require.NoError(t, s.Close())
}
