package edge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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

// drawVectors returns vectors of some names with values that every element type holds exactly.
func drawVectors(rt *rapid.T) api.VectorStruct {
	number := rapid.Custom(func(rt *rapid.T) float32 { return float32(rapid.IntRange(0, 60).Draw(rt, "x")) })
	row := func(n int) []float32 { return rapid.SliceOfN(number, n, n).Draw(rt, "row") }
	vs := api.VectorStruct{}
	for _, name := range []string{"", "h", "m", "mu", "s", "t", "u"} {
		if rapid.IntRange(0, 3).Draw(rt, "skip") == 0 {
			continue
		}
		var v api.Vector = api.DenseVector(row(2))
		switch name {
		case "m", "mu":
			v = api.MultiDenseVector{Dim: 2, Flat: row(2 * rapid.IntRange(1, 4).Draw(rt, "rows"))}
		case "s", "t":
			indices := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 9), 0, 5, rapid.ID[uint32]).Draw(rt, "indices")
			slices.Sort(indices)
			v = api.SparseVector{Indices: indices, Values: row(len(indices))}
		}
		vs = append(vs, api.NamedVector{Name: name, Vector: v})
	}
	return vs
}

// TestKindsModel runs random changes of vectors of all kinds against a map, with reopened and with killed shards.
func TestKindsModel(t *testing.T) {
	base, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(base, fmt.Sprint(n))
		s, err := edge.Create(dir, kinds())
		require.NoError(rt, err)
		model := map[uint64]map[string]api.Vector{}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			id := rapid.Uint64Range(0, 4).Draw(rt, "id")
			switch kind := rapid.IntRange(0, 7).Draw(rt, "step"); {
			case kind <= 2:
				vs := drawVectors(rt)
				upsert(t, s, api.Point{ID: api.NumID(id), Vector: vs})
				model[id] = map[string]api.Vector{}
				put(model[id], vs)
			case kind == 3 && model[id] != nil:
				vs := drawVectors(rt)
				_, err := s.Update(ctx, &api.UpdateVectors{Points: []api.PointVectors{{ID: api.NumID(id), Vector: vs}}})
				require.NoError(rt, err)
				put(model[id], vs)
			case kind == 4 && model[id] != nil:
				names := []string{"m", "s", "u", rapid.SampledFrom([]string{"", "h", "t"}).Draw(rt, "name")}
				_, err := s.Update(ctx, &api.DeleteVectors{IDs: []api.PointID{api.NumID(id)}, Names: names})
				require.NoError(rt, err)
				for _, name := range names {
					delete(model[id], name)
				}
			case kind == 5:
				require.NoError(rt, s.Flush(ctx))
			case kind == 6:
				require.NoError(rt, s.Close())
				s, err = edge.Load(dir, nil)
				require.NoError(rt, err)
			case kind == 7:
				s, dir = killed(rt, s, dir)
			}
			compareKinds(rt, s, model)
		}
		require.NoError(rt, s.Close())
		require.NoError(rt, os.RemoveAll(dir))
	})
}

func put(point map[string]api.Vector, vs api.VectorStruct) {
	for _, nv := range vs {
		point[nv.Name] = nv.Vector
	}
}

// killed opens what a process leaves that is killed now.
func killed(rt *rapid.T, s *edge.Shard, dir string) (*edge.Shard, string) {
	copied := dir + "k"
	require.NoError(rt, os.CopyFS(copied, os.DirFS(dir)))
	require.NoError(rt, s.Close())
	require.NoError(rt, os.RemoveAll(dir))
	again, err := edge.Load(copied, nil)
	require.NoError(rt, err)
	require.Empty(rt, again.Skipped())
	return again, copied
}

func compareKinds(rt *rapid.T, s *edge.Shard, model map[uint64]map[string]api.Vector) {
	limit := uint64(100)
	r, err := s.Scroll(ctx, &api.ScrollRequest{Limit: &limit, WithVector: api.WithVector{Enable: true}})
	require.NoError(rt, err)
	require.Len(rt, r.Points, len(model))
	for _, p := range r.Points {
		have := map[string]api.Vector{}
		put(have, p.Vector)
		for _, v := range have {
			if sv, ok := v.(api.SparseVector); ok {
				require.NotNil(rt, sv.Values)
			}
		}
		want := model[p.ID.Num()]
		require.Len(rt, have, len(want))
		for name, v := range want {
			if sv, ok := v.(api.SparseVector); ok && len(sv.Indices) == 0 {
				require.Empty(rt, have[name].(api.SparseVector).Indices)
				continue
			}
			require.Equal(rt, v, have[name], name)
		}
		for _, name := range []string{"m", "s", "u"} {
			n, err := s.Count(ctx, &api.CountRequest{Filter: &api.Filter{Must: []api.Condition{
				&api.HasVectorCondition{Vector: name}, &api.HasIDCondition{IDs: []api.PointID{p.ID}}}}})
			require.NoError(rt, err)
			require.Equal(rt, want[name] != nil, n == 1, name)
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
	turbo := api.DatatypeTurbo8
	other.Vectors[3].Params.Datatype = &turbo
	_, err = edge.Create(t.TempDir(), other)
	require.ErrorIs(t, err, api.ErrUnsupported)
	require.ErrorContains(t, err, `"m"`)
}
