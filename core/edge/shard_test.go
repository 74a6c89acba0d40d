package edge_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

var ctx = context.Background()

func config(dim uint64, d api.Distance) *api.EdgeConfig {
	return &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: dim, Distance: d}}}}
}

func point(id uint64, payload string, v ...float32) api.Point {
	p := api.Point{ID: api.NumID(id), Payload: api.Payload(payload)}
	if v != nil {
		p.Vector = api.VectorStruct{{Vector: api.DenseVector(v)}}
	}
	return p
}

// indexedShard makes a shard of two dimensions that is optimized from the first kilobyte on, with indexes: each the members of create_index as JSON.
func indexedShard(t testing.TB, indexes ...string) *edge.Shard {
	t.Helper()
	cfg := config(2, api.DistanceDot)
	threshold := uint64(1)
	cfg.Optimizers = &api.OptimizersConfig{IndexingThreshold: &threshold}
	s, err := edge.Create(filepath.Join(t.TempDir(), "shard"), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for _, index := range indexes {
		op, err := api.DecodeUpdateOperationJSON([]byte(`{"create_index":{` + index + `}}`))
		require.NoError(t, err)
		_, err = s.Update(ctx, op)
		require.NoError(t, err, index)
	}
	return s
}

func upsert(t testing.TB, s *edge.Shard, points ...api.Point) {
	t.Helper()
	_, err := s.Update(ctx, &api.UpsertPoints{Points: points})
	require.NoError(t, err)
}

func all(t testing.TB, s *edge.Shard) []api.Record {
	t.Helper()
	limit := uint64(1 << 20)
	r, err := s.Scroll(ctx, &api.ScrollRequest{Limit: &limit, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: true}})
	require.NoError(t, err)
	require.Nil(t, r.NextPageOffset)
	return r.Points
}

func TestCreateUpsertReopenQuery(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	s, err := edge.Create(dir, config(2, api.DistanceDot))
	require.NoError(t, err)
	upsert(t, s, point(2, `{"a":1}`, 1, 0), point(1, `{"a":2}`, 0, 1), point(3, ``, 1, 1))
	before := all(t, s)
	require.Len(t, before, 3)
	_, err = edge.Load(dir, nil)
	require.ErrorIs(t, err, api.ErrLocked)
	require.NoError(t, s.Close())
	_, err = s.Count(ctx, &api.CountRequest{})
	require.ErrorIs(t, err, api.ErrClosed)
	_, err = edge.Create(dir, config(2, api.DistanceDot))
	require.ErrorIs(t, err, api.ErrAlreadyExists)

	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, before, all(t, s))
	hits, err := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector{1, 0.5}}, Limit: 2, WithPayload: api.WithPayload{Enable: true}})
	require.NoError(t, err)
	require.Len(t, hits, 2)
	require.Equal(t, api.NumID(3), hits[0].ID)
	require.Equal(t, float32(1.5), hits[0].Score)
	require.Equal(t, `{}`, string(hits[0].Payload))
	require.Equal(t, api.NumID(2), hits[1].ID)
}

func TestLoadMissing(t *testing.T) {
	_, err := edge.Load(filepath.Join(t.TempDir(), "none"), nil)
	require.ErrorIs(t, err, api.ErrNotFound)
}

// TestRefused: what is refused changes nothing and leaves nothing in the log.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := edge.Create(dir, config(2, api.DistanceCosine))
	require.NoError(t, err)
	upsert(t, s, point(1, `{"a":1}`, 1, 2))
	nan := float32(0)
	nan /= nan
	for name, op := range map[string]api.UpdateOperation{
		"dimension": &api.UpsertPoints{Points: []api.Point{point(7, "", 1, 2), point(8, "", 1)}},
		"name":      &api.UpsertPoints{Points: []api.Point{{ID: api.NumID(7), Vector: api.VectorStruct{{Name: "x", Vector: api.DenseVector{1, 2}}}}}},
		"nan":       &api.UpsertPoints{Points: []api.Point{point(7, "", nan, 2)}},
		"payload":   &api.UpsertPoints{Points: []api.Point{point(7, "[]", 1, 2)}},
		"missing":   &api.SetPayload{Payload: api.Payload(`{"a":1}`), Points: []api.PointID{api.NumID(1), api.NumID(9)}},
		"vectors":   &api.UpdateVectors{Points: []api.PointVectors{{ID: api.NumID(9), Vector: api.VectorStruct{{Vector: api.DenseVector{1, 2}}}}}},
		"delete":    &api.DeleteVectors{IDs: []api.PointID{api.NumID(1)}, Names: []string{"x"}},
		"none":      nil,
	} {
		_, err := s.Update(ctx, op)
		require.Error(t, err, name)
		require.NotEqual(t, api.Internal, api.KindOf(err), name)
	}
	n, err := s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(100)}})
	require.NoError(t, err)
	require.Equal(t, uint64(1), n)
	before := all(t, s)
	require.Len(t, before, 1)
	require.NoError(t, s.Close())
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	require.Empty(t, s.Skipped())
	require.Equal(t, before, all(t, s))
	require.NoError(t, s.Close())
}

func TestPayloadOperations(t *testing.T) {
	s, err := edge.Create(t.TempDir(), config(2, api.DistanceEuclid))
	require.NoError(t, err)
	defer s.Close()
	upsert(t, s, point(1, `{"a":1,"b":{"c":1}}`, 1, 2), point(2, ``, 3, 4))
	one := []api.PointID{api.NumID(1)}
	key := "b"
	steps := []struct {
		op   api.UpdateOperation
		want string
	}{
		{&api.SetPayload{Payload: api.Payload(`{"x":[1]}`), Points: one}, `{"a":1,"b":{"c":1},"x":[1]}`},
		{&api.SetPayload{Payload: api.Payload(`{"d":2}`), Points: one, Key: &key}, `{"a":1,"b":{"c":1,"d":2},"x":[1]}`},
		{&api.DeletePayload{Keys: []string{"x", "b.c"}, Points: one}, `{"a":1,"b":{"d":2}}`},
		{&api.OverwritePayload{Payload: api.Payload(`{"z":1}`), Filter: &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: "a", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: 1}}}}}}, `{"z":1}`},
		{&api.ClearPayload{IDs: one}, `{}`},
	}
	for i, st := range steps {
		_, err := s.Update(ctx, st.op)
		require.NoError(t, err, i)
		require.Equal(t, st.want, string(all(t, s)[0].Payload), i)
	}
}

func TestWithoutLog(t *testing.T) {
	dir := t.TempDir()
	off := false
	cfg := config(2, api.DistanceDot)
	cfg.WalEnabled = &off
	s, err := edge.Create(dir, cfg)
	require.NoError(t, err)
	n, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{point(1, "", 1, 2)}})
	require.NoError(t, err)
	require.Equal(t, uint64(1), n)
	_, err = edge.Load(dir, nil)
	require.ErrorIs(t, err, api.ErrLocked)
	require.NoError(t, s.Close())
	require.NoDirExists(t, filepath.Join(dir, "wal"))
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	n, err = s.Update(ctx, &api.UpsertPoints{Points: []api.Point{point(2, "", 1, 2)}})
	require.NoError(t, err)
	require.Equal(t, uint64(2), n)
	require.Len(t, all(t, s), 2)
	_, err = edge.Load(dir, nil)
	require.ErrorIs(t, err, api.ErrLocked)
	require.NoError(t, s.Close())
}

func TestScrollPages(t *testing.T) {
	s, err := edge.Create(t.TempDir(), config(1, api.DistanceDot))
	require.NoError(t, err)
	defer s.Close()
	for i := range uint64(25) {
		upsert(t, s, point(24-i, fmt.Sprintf(`{"even":%t}`, i%2 == 0), float32(i)))
	}
	var seen []api.PointID
	req := &api.ScrollRequest{}
	for {
		r, err := s.Scroll(ctx, req)
		require.NoError(t, err)
		for _, p := range r.Points {
			seen = append(seen, p.ID)
		}
		if r.NextPageOffset == nil {
			break
		}
		require.Len(t, r.Points, 10)
		req.Offset = r.NextPageOffset
	}
	require.Len(t, seen, 25)
	for i := range seen {
		require.Equal(t, api.NumID(uint64(i)), seen[i])
	}
}

func ExampleShard_Query() {
	s, err := edge.Create(filepath.Join(exampleDir(), "shard"), config(2, api.DistanceDot))
	if err != nil {
		panic(err)
	}
	defer s.Close()
	_, err = s.Update(context.Background(), &api.UpsertPoints{Points: []api.Point{
		{ID: api.NumID(1), Vector: api.VectorStruct{{Vector: api.DenseVector{1, 0}}}, Payload: api.Payload(`{"city":"Berlin"}`)},
		{ID: api.NumID(2), Vector: api.VectorStruct{{Vector: api.DenseVector{0, 1}}}, Payload: api.Payload(`{"city":"Rome"}`)},
	}})
	if err != nil {
		panic(err)
	}
	hits, err := s.Query(context.Background(), &api.QueryRequest{
		Query: &api.NearestQuery{Vector: api.DenseVector{1, 0.5}}, Limit: 1, WithPayload: api.WithPayload{Enable: true},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(hits[0].ID, hits[0].Score, string(hits[0].Payload))
	// Output: 1 1 {"city":"Berlin"}
}
