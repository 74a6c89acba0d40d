package edge_test

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

func kinds() *api.EdgeConfig {
	half, bytes, idf, multi := api.DatatypeFloat16, api.DatatypeUint8, api.ModifierIdf, &api.MultiVectorConfig{}
	params := func(size uint64, d api.Distance, t *api.VectorDatatype, m *api.MultiVectorConfig) *api.VectorParams {
		return &api.VectorParams{Size: size, Distance: d, Datatype: t, MultivectorConfig: m}
	}
	return &api.EdgeConfig{
		Vectors: []api.NamedVectorParams{
			{Name: "", Params: params(2, api.DistanceDot, nil, nil)},
			{Name: "c", Params: params(2, api.DistanceCosine, &half, nil)},
			{Name: "h", Params: params(2, api.DistanceDot, &half, nil)},
			{Name: "m", Params: params(2, api.DistanceDot, nil, multi)},
			{Name: "mu", Params: params(2, api.DistanceDot, &bytes, multi)},
			{Name: "u", Params: params(2, api.DistanceEuclid, &bytes, nil)},
		},
		SparseVectors: []api.NamedSparseVectorParams{{Name: "s", Params: &api.SparseVectorParams{}}, {Name: "t", Params: &api.SparseVectorParams{Modifier: &idf}}},
	}
}

// someVectors returns vectors of some names with values that every element type holds exactly.
func someVectors(r *rand.Rand) api.VectorStruct {
	row := func(n int) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.IntN(60))
		}
		return v
	}
	vs := api.VectorStruct{}
	for _, name := range []string{"", "h", "m", "mu", "s", "t", "u"} {
		if r.IntN(4) == 0 {
			continue
		}
		var v api.Vector = api.DenseVector(row(2))
		switch name {
		case "m", "mu":
			v = api.MultiDenseVector{Dim: 2, Flat: row(2 * (1 + r.IntN(4)))}
		case "s", "t":
			indices := make([]uint32, 0, 5)
			for index := range uint32(10) {
				if r.IntN(3) == 0 {
					indices = append(indices, index)
				}
			}
			v = api.SparseVector{Indices: indices, Values: row(len(indices))}
		}
		vs = append(vs, api.NamedVector{Name: name, Vector: v})
	}
	return vs
}

// TestKindsModel makes random changes of vectors of all kinds in a shard that is now and then reopened or killed, and compares with a map.
func TestKindsModel(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	dir := filepath.Join(t.TempDir(), "shard")
	s, err := edge.Create(dir, kinds())
	require.NoError(t, err)
	model := map[uint64]map[string]api.Vector{}
	for step := range 160 {
		switch {
		case step%80 == 40:
			s, dir = killed(t, s, dir)
		case step%40 == 20:
			require.NoError(t, s.Close())
			s, err = edge.Load(dir, nil)
			require.NoError(t, err)
		case step%15 == 10:
			require.NoError(t, s.Flush(ctx))
		default:
			changeKinds(t, r, s, model)
		}
		compareKinds(t, s, model)
	}
	require.NoError(t, s.Close())
}

func changeKinds(t *testing.T, r *rand.Rand, s *edge.Shard, model map[uint64]map[string]api.Vector) {
	id := r.Uint64N(6)
	ids := []api.PointID{api.NumID(id)}
	switch kind := r.IntN(8); {
	case model[id] == nil || kind < 3:
		vs := someVectors(r)
		upsert(t, s, api.Point{ID: ids[0], Vector: vs})
		model[id] = map[string]api.Vector{}
		put(model[id], vs)
	case kind < 5:
		vs := someVectors(r)
		_, err := s.Update(ctx, &api.UpdateVectors{Points: []api.PointVectors{{ID: ids[0], Vector: vs}}})
		require.NoError(t, err)
		put(model[id], vs)
	case kind < 7:
		names := []string{"m", "s", "u", []string{"", "h", "t"}[r.IntN(3)]}
		_, err := s.Update(ctx, &api.DeleteVectors{IDs: ids, Names: names})
		require.NoError(t, err)
		for _, name := range names {
			delete(model[id], name)
		}
	default:
		_, err := s.Update(ctx, &api.DeletePoints{IDs: ids})
		require.NoError(t, err)
		delete(model, id)
	}
}

func put(point map[string]api.Vector, vs api.VectorStruct) {
	for _, nv := range vs {
		point[nv.Name] = nv.Vector
	}
}

// killed opens what a process leaves that is killed now.
func killed(t *testing.T, s *edge.Shard, dir string) (*edge.Shard, string) {
	copied := dir + "k"
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	require.NoError(t, s.Close())
	require.NoError(t, os.RemoveAll(dir))
	again, err := edge.Load(copied, nil)
	require.NoError(t, err)
	require.Empty(t, again.Skipped())
	return again, copied
}

func compareKinds(t *testing.T, s *edge.Shard, model map[uint64]map[string]api.Vector) {
	points := all(t, s)
	require.Len(t, points, len(model))
	for _, p := range points {
		have, want := map[string]api.Vector{}, model[p.ID.Num()]
		put(have, p.Vector)
		require.Len(t, have, len(want))
		for name, v := range want {
			if sv, ok := v.(api.SparseVector); ok && len(sv.Indices) == 0 {
				require.Empty(t, have[name].(api.SparseVector).Indices)
				continue
			}
			require.Equal(t, v, have[name], name)
		}
		for _, name := range []string{"m", "s", "u"} {
			n, err := s.Count(ctx, &api.CountRequest{Exact: true, Filter: &api.Filter{Must: []api.Condition{
				&api.HasVectorCondition{Vector: name}, &api.HasIDCondition{IDs: []api.PointID{p.ID}}}}})
			require.NoError(t, err)
			require.Equal(t, want[name] != nil, n == 1, name)
		}
	}
}

func ask(t *testing.T, s *edge.Shard, using string, v api.Vector) (ids []uint64, scores []float32) {
	t.Helper()
	hits, err := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: v}, Using: using, Limit: 10})
	require.NoError(t, err)
	for _, h := range hits {
		ids, scores = append(ids, h.ID.Num()), append(scores, h.Score)
	}
	return ids, scores
}

func TestKindsSearch(t *testing.T) {
	s, err := edge.Create(filepath.Join(t.TempDir(), "shard"), kinds())
	require.NoError(t, err)
	defer s.Close()
	point := func(id uint64, vs ...api.NamedVector) { upsert(t, s, api.Point{ID: api.NumID(id), Vector: vs}) }
	point(1,
		api.NamedVector{Name: "c", Vector: api.DenseVector{3, 4}},
		api.NamedVector{Name: "u", Vector: api.DenseVector{3.9, -4}},
		api.NamedVector{Name: "m", Vector: api.DenseVector{1, 0}},
		api.NamedVector{Name: "s", Vector: api.SparseVector{Indices: []uint32{7, 3}, Values: []float32{1, 2}}},
		api.NamedVector{Name: "t", Vector: api.SparseVector{Indices: []uint32{1, 2}, Values: []float32{1, 1}}})
	point(2,
		api.NamedVector{Name: "u", Vector: api.DenseVector{300, 0}},
		api.NamedVector{Name: "m", Vector: api.MultiDenseVector{Dim: 2, Flat: []float32{0, 1, 0.5, 0.5}}},
		api.NamedVector{Name: "s", Vector: api.SparseVector{Indices: []uint32{3}, Values: []float32{-1}}},
		api.NamedVector{Name: "t", Vector: api.SparseVector{Indices: []uint32{1}, Values: []float32{1}}})
	point(3)

	ids, scores := ask(t, s, "c", api.DenseVector{0, 2})
	require.Equal(t, []uint64{1}, ids)
	require.Equal(t, []float32{0.7998047}, scores, "0.8 in float16")
	ids, scores = ask(t, s, "u", api.DenseVector{255.7, 0})
	require.Equal(t, []uint64{2, 1}, ids)
	require.Equal(t, []float32{0, 252}, scores)
	ids, scores = ask(t, s, "m", api.MultiDenseVector{Dim: 2, Flat: []float32{1, 0, 0, 2}})
	require.Equal(t, []uint64{2, 1}, ids)
	require.Equal(t, []float32{2.5, 1}, scores)
	ids, _ = ask(t, s, "m", api.DenseVector{1, 0})
	require.Equal(t, []uint64{1, 2}, ids)
	ids, scores = ask(t, s, "s", api.SparseVector{Indices: []uint32{3, 0}, Values: []float32{1, 9}})
	require.Equal(t, []uint64{1, 2}, ids)
	require.Equal(t, []float32{2, -1}, scores)
	ids, _ = ask(t, s, "s", api.SparseVector{Indices: []uint32{0}, Values: []float32{1}})
	require.Empty(t, ids, "no dimension in common")
	_, scores = ask(t, s, "t", api.SparseVector{Indices: []uint32{2}, Values: []float32{1}})
	require.Equal(t, []float32{0.6931472}, scores, "ln 2: one of two vectors has the dimension")

	id := api.NumID(1)
	hits, err := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{ID: &id}, Using: "s", Limit: 10})
	require.NoError(t, err)
	require.Len(t, hits, 1, "the point itself is no result")
	info, err := s.Info(ctx)
	require.NoError(t, err)
	require.Equal(t, uint64(4), info.IndexedVectorsCount)
}

// TestKindsRefused: what does not fit is refused before the log.
func TestKindsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	s, err := edge.Create(dir, kinds())
	require.NoError(t, err)
	for name, nv := range map[string]api.NamedVector{
		"dense for sparse":  {Name: "s", Vector: api.DenseVector{1, 2}},
		"sparse for dense":  {Name: "h", Vector: api.SparseVector{}},
		"multi for dense":   {Name: "h", Vector: api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2}}},
		"multi for sparse":  {Name: "s", Vector: api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2}}},
		"sparse for multi":  {Name: "m", Vector: api.SparseVector{}},
		"ragged":            {Name: "m", Vector: api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2, 3}}},
		"no rows":           {Name: "m", Vector: api.MultiDenseVector{Dim: 2}},
		"wide rows":         {Name: "m", Vector: api.MultiDenseVector{Dim: 3, Flat: []float32{1, 2, 3}}},
		"more indices":      {Name: "s", Vector: api.SparseVector{Indices: []uint32{1, 2}, Values: []float32{1}}},
		"equal indices":     {Name: "s", Vector: api.SparseVector{Indices: []uint32{1, 1}, Values: []float32{1, 2}}},
		"unknown":           {Name: "x", Vector: api.DenseVector{1, 2}},
		"no vector at all":  {Name: "h"},
		"wrong size (half)": {Name: "h", Vector: api.DenseVector{1}},
	} {
		_, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{{ID: api.NumID(1), Vector: api.VectorStruct{nv}}}})
		require.ErrorIs(t, err, api.ErrInvalidArgument, name)
		if nv.Name != "x" && nv.Vector != nil {
			_, err = s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: nv.Vector}, Using: nv.Name, Limit: 1})
			require.ErrorIs(t, err, api.ErrInvalidArgument, name)
		}
	}
	n, err := s.Update(ctx, &api.DeletePoints{})
	require.NoError(t, err)
	require.Zero(t, n, "nothing reached the log")
	require.NoError(t, s.Close())

	other := kinds()
	other.Vectors[1].Params.Datatype = nil
	_, err = edge.Load(dir, other)
	require.ErrorIs(t, err, api.ErrIncompatible)
	other = kinds()
	other.Vectors[3].Params.MultivectorConfig = nil
	_, err = edge.Load(dir, other)
	require.ErrorIs(t, err, api.ErrIncompatible)
}

// TestKindsSnapshots: full and partial archives carry vectors of all kinds.
func TestKindsSnapshots(t *testing.T) {
	dir, r := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	s, err := edge.Create(filepath.Join(dir, "a"), kinds())
	require.NoError(t, err)
	defer s.Close()
	model := map[uint64]map[string]api.Vector{}
	change := func() {
		for range 20 {
			changeKinds(t, r, s, model)
		}
	}
	change()
	full, partial := filepath.Join(dir, "full.tar"), filepath.Join(dir, "partial.tar")
	require.NoError(t, writeArchive(full, func(w io.Writer) error { return s.WriteSnapshot(ctx, w) }))
	require.NoError(t, edge.UnpackSnapshot(full, filepath.Join(dir, "b")))
	mirror, err := edge.Load(filepath.Join(dir, "b"), nil)
	require.NoError(t, err)
	defer mirror.Close()
	compareKinds(t, mirror, model)

	change()
	m, err := mirror.SnapshotManifest(ctx)
	require.NoError(t, err)
	require.NoError(t, writeArchive(partial, func(w io.Writer) error {
		_, err := s.WritePartialSnapshot(ctx, w, m)
		return err
	}))
	require.NoError(t, mirror.UpdateFromSnapshot(ctx, partial, ""))
	compareKinds(t, mirror, model)
	require.Len(t, mirror.Config().SparseVectors, 2)
}
