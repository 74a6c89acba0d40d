package edgesync

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

func requireIdentity(t *testing.T, err error) {
	var e *remote.Error
	require.True(t, errors.As(err, &e), "%v", err)
	require.Equal(t, remote.Identity, e.Kind, "%v", err)
}

func countOf(t *testing.T, s reads) int {
	n, err := s.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	return int(n)
}

// TestR26R27AnotherCollection: made again, gone, of other shards or of another configuration: pushes and pulls are refused, before and after the shard is
// opened again, and nothing is lost or sent (F51, F52, F54, F55).
func TestR26R27AnotherCollection(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, srv *server){
		"made again": func(t *testing.T, srv *server) {
			srv.shards, srv.marks = newServer(t, 1).shards, map[string]string{"x": "1"}
		},
		"another alias": func(_ *testing.T, srv *server) { srv.marks = map[string]string{markPrefix + "other": "1"} },
		"gone":          func(_ *testing.T, srv *server) { srv.gone = true },
		"more shards":   func(t *testing.T, srv *server) { srv.shards = append(srv.shards, newServer(t, 1).shards[0]) },
		"another size": func(_ *testing.T, srv *server) {
			srv.config = `{"params":{"vectors":{"img":{"size":5,"distance":"Cosine"}}}}`
		},
		"another metric": func(_ *testing.T, srv *server) {
			srv.config = `{"params":{"vectors":{"size":4,"distance":"Dot"},"shard_number":1}}`
		},
		"no idf": func(_ *testing.T, srv *server) { srv.config = `{"params":{"sparse_vectors":{"text":{}}}}` },
	} {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t, 1)
			srv.marks = map[string]string{"theirs": "kept"}
			dir := filepath.Join(memory(t), "synced")
			s := open(t, dir, srv)
			_, err := s.Update(ctx, upsert(point(1, 0), point(2, 0)))
			require.NoError(t, err)
			require.NoError(t, s.Sync(ctx))
			require.Len(t, srv.marks, 2)
			_, err = s.Update(ctx, upsert(point(3, 0)))
			require.NoError(t, err)
			change(t, srv)
			before := countOf(t, srv.shards[0])
			for range 2 {
				requireIdentity(t, s.Sync(ctx))
				requireIdentity(t, s.Push(ctx))
				requireIdentity(t, s.Pull(ctx))
				require.Equal(t, "identity", s.Status().LastError.Kind)
				require.Equal(t, 3, countOf(t, s))
				require.Equal(t, before, countOf(t, srv.shards[0]))
				waiting, _ := s.Pending()
				require.Equal(t, 1, waiting)
				require.NoError(t, s.Close())
				s = open(t, dir, srv)
			}
			require.NoError(t, s.Close())
		})
	}
}

// TestR27OlderState: a server that was put back to an older state is no step forward.
func TestR27OlderState(t *testing.T) {
	srv := newServer(t, 1)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	for i := range 5 {
		require.NoError(t, srv.apply(ctx, upsert(point(i, 0))))
	}
	require.NoError(t, s.Sync(ctx))
	srv.shards = newServer(t, 1).shards
	require.NoError(t, srv.apply(ctx, upsert(point(9, 0))))
	requireIdentity(t, s.Pull(ctx))
	require.Equal(t, 5, countOf(t, s))
	require.NoError(t, s.Close())
}

// TestR27TwoDevicesMarkAtOnce: each finds its own mark again.
func TestR27TwoDevicesMarkAtOnce(t *testing.T) {
	srv := newServer(t, 1)
	srv.marks = map[string]string{}
	a, b := open(t, filepath.Join(memory(t), "a"), srv), open(t, filepath.Join(memory(t), "b"), srv)
	require.NoError(t, a.Sync(ctx))
	seen := srv.marks
	srv.marks = map[string]string{}
	require.NoError(t, b.Sync(ctx))
	for key := range seen {
		srv.marks[key] = "1"
	}
	require.NoError(t, a.Sync(ctx))
	require.NoError(t, b.Sync(ctx))
	require.NoError(t, errors.Join(a.Close(), b.Close()))
}

// TestR27Reset: each mode keeps what it says, also when the shard is opened again, and the next sync takes the new collection.
func TestR27Reset(t *testing.T) {
	for name, c := range map[string]struct {
		mode ResetMode
		want []int // points of the new collection after a sync
	}{"keep local": {ResetKeepLocal, []int{2, 3, 20}}, "keep all": {ResetKeepAll, []int{1, 2, 3, 20}}, "discard": {ResetDiscardLocal, []int{5, 20}}} {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t, 1)
			srv.marks = map[string]string{}
			dir := filepath.Join(memory(t), "synced")
			s := open(t, dir, srv)
			indexes(t, s.Update)
			_, err := s.Update(ctx, upsert(point(1, 0), point(2, 0), point(4, 0), point(5, 0)))
			require.NoError(t, err)
			require.NoError(t, s.Sync(ctx))
			for _, op := range []api.UpdateOperation{
				upsert(point(3, 0)), // acknowledged, and not in the mirror
				&api.DeletePoints{IDs: []api.PointID{api.NumID(4)}},
			} {
				_, err = s.Update(ctx, op)
				require.NoError(t, err)
			}
			require.NoError(t, s.Push(ctx))
			for _, op := range []api.UpdateOperation{
				&api.SetPayload{Points: []api.PointID{api.NumID(2)}, Payload: api.Payload(`{"x":1}`)},
				&api.DeletePoints{IDs: []api.PointID{api.NumID(5)}},
			} {
				_, err = s.Update(ctx, op)
				require.NoError(t, err)
			}
			srv.shards, srv.marks = newServer(t, 1).shards, map[string]string{}
			indexes(t, srv.shards[0].Update)
			require.NoError(t, srv.apply(ctx, upsert(point(5, 1), point(20, 0))))
			requireIdentity(t, s.Sync(ctx))
			require.NoError(t, s.Reset(ctx, c.mode))
			require.Nil(t, s.Status().LastError)
			require.NoError(t, s.Close())
			left, err := os.ReadDir(filepath.Join(dir, "mirror"))
			require.NoError(t, err)
			require.Empty(t, left)
			s = open(t, dir, srv)
			require.NoError(t, s.Sync(ctx))
			for _, r := range []reads{s, srv.shards[0]} {
				require.Equal(t, len(c.want), countOf(t, r))
			}
			var ids []api.PointID
			for _, n := range c.want {
				ids = append(ids, api.NumID(uint64(n)))
			}
			got, err := s.Retrieve(ctx, &api.RetrieveRequest{IDs: ids, WithPayload: api.WithPayload{Enable: true}})
			require.NoError(t, err)
			require.Len(t, got, len(c.want))
			if c.mode != ResetDiscardLocal {
				require.JSONEq(t, `{"group":"g2","rev":0,"n":2,"x":1}`, string(got[len(got)-3].Payload))
			}
			same(t, srv.shards[0], s, name)
			require.NoError(t, s.Close())
		})
	}
}

// TestR18AnotherPeer: a mirror from another peer than before, which may be behind, covers only what is seen in it; nothing acknowledged disappears.
func TestR18AnotherPeer(t *testing.T) {
	srv := newServer(t, 1)
	srv.peer = "1"
	indexes(t, srv.shards[0].Update)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	_, err := s.Update(ctx, upsert(point(1, 0), point(2, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	behind := newServer(t, 1)
	indexes(t, behind.shards[0].Update)
	require.NoError(t, behind.apply(ctx, upsert(point(1, 0), point(2, 0))))
	for _, op := range []api.UpdateOperation{upsert(point(3, 0)), &api.DeletePoints{IDs: []api.PointID{api.NumID(1)}}} {
		_, err = s.Update(ctx, op)
		require.NoError(t, err)
	}
	require.NoError(t, s.Push(ctx))
	ahead := srv.shards
	srv.shards, srv.peer = behind.shards, "2"
	for range 2 {
		require.NoError(t, s.Sync(ctx))
		require.Equal(t, 2, countOf(t, s), "point 3 is kept, point 1 stays deleted")
		require.Less(t, s.Status().Cut, s.Status().LastSeq)
		srv.peer += "x"
	}
	srv.shards = ahead
	require.NoError(t, s.Sync(ctx))
	require.Equal(t, s.Status().LastSeq, s.Status().Cut, "the mirror is seen to have everything")
	require.Zero(t, s.Status().OverlayPoints)
	same(t, srv.shards[0], s, "at the end")
	require.NoError(t, s.Close())
}

// TestR29NamedVectorsFollow: vectors that the server gets or loses, local points get and lose.
func TestR29NamedVectorsFollow(t *testing.T) {
	srv := newServer(t, 1)
	indexes(t, srv.shards[0].Update)
	dir := filepath.Join(memory(t), "synced")
	s := open(t, dir, srv)
	require.NoError(t, s.Sync(ctx))
	create := &api.CreateVectorName{VectorName: "more", Config: &api.DenseVectorConfig{Size: 2, Distance: api.DistanceDot}}
	require.NoError(t, srv.apply(ctx, create))
	far := point(7, 0)
	far.Vector = append(far.Vector, api.NamedVector{Name: "more", Vector: api.DenseVector{1, 2}})
	require.NoError(t, srv.apply(ctx, upsert(far)))
	require.NoError(t, s.Sync(ctx))
	near := point(8, 0)
	near.Vector = append(near.Vector, api.NamedVector{Name: "more", Vector: api.DenseVector{3, 4}})
	_, err := s.Update(ctx, upsert(near))
	require.NoError(t, err)
	_, err = s.Update(ctx, &api.SetPayload{Points: []api.PointID{api.NumID(7)}, Payload: api.Payload(`{"y":1}`)})
	require.NoError(t, err, "a point of the mirror is copied up with the vector")
	req, err := api.DecodeQueryRequestJSON([]byte(`{"query":[1,1],"using":"more","params":{"exact":true},"limit":5,"with_vector":true}`))
	require.NoError(t, err)
	for range 2 {
		hits, err := s.Query(ctx, req)
		require.NoError(t, err)
		require.Len(t, hits, 2)
		require.NoError(t, s.Close())
		s = open(t, dir, srv)
	}
	require.NoError(t, s.Sync(ctx))
	same(t, srv.shards[0], s, "after a sync")
	require.NoError(t, srv.apply(ctx, &api.DeleteVectorName{VectorName: "more"}))
	require.NoError(t, s.Sync(ctx))
	_, err = s.Query(ctx, req)
	require.Error(t, err, "the vector is gone here too")
	_, err = s.Update(ctx, upsert(point(9, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	same(t, srv.shards[0], s, "at the end")
	require.NoError(t, s.Close())
}

// TestF56NewerServer: what cannot be read of a newer server's files says so, and changes nothing; a file of a known version is just damaged.
func TestF56NewerServer(t *testing.T) {
	damaged := edge.Typed(api.Errorf(api.Corrupt, "unknown format"))
	require.ErrorIs(t, tooNew(damaged, "1.20.0"), api.ErrUnsupported)
	require.ErrorContains(t, tooNew(damaged, "2.0.0"), "2.0.0")
	for _, version := range []string{"1.19.3", "1.9.0", "", "dev"} {
		require.Equal(t, damaged, tooNew(damaged, version))
	}
	require.Equal(t, api.ErrDiskFull, tooNew(api.ErrDiskFull, "9.0.0"))
	require.NoError(t, tooNew(nil, "9.0.0"))
}
