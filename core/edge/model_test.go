package edge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// model is the map that a shard must behave like.
type model map[uint64]*modelPoint

type modelPoint struct {
	payload map[string]any
	vectors map[string]api.DenseVector
}

// TestModel runs random operations, reopenings and flushes against a map.
func TestModel(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := fmt.Sprintf("%s/%d", base, n)
		cfg := config(2, api.DistanceDot)
		cfg.Vectors = append(cfg.Vectors, api.NamedVectorParams{Name: "b", Params: &api.VectorParams{Size: 1, Distance: api.DistanceManhattan}})
		s, err := edge.Create(dir, cfg)
		require.NoError(rt, err)
		m := model{}
		steps := rapid.IntRange(5, 30).Draw(rt, "steps")
		for range steps {
			switch kind := rapid.IntRange(0, 11).Draw(rt, "kind"); kind {
			case 10:
				require.NoError(rt, s.Flush(ctx))
			case 11:
				require.NoError(rt, s.Close())
				s, err = edge.Load(dir, nil)
				require.NoError(rt, err)
				require.Empty(rt, s.Skipped())
			default:
				m.step(rt, s, kind)
			}
			m.compare(rt, s)
		}
		require.NoError(rt, s.Close())
	})
}

func (m model) step(rt *rapid.T, s *edge.Shard, kind int) {
	id := rapid.Uint64Range(0, 9).Draw(rt, "id")
	ids := []api.PointID{api.NumID(id)}
	k, x := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key"), rapid.IntRange(0, 3).Draw(rt, "value")
	payload := api.Payload(fmt.Sprintf(`{%q:%d}`, k, x))
	match := &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: k, Match: &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: int64(x)}}}}}
	var op api.UpdateOperation
	edit := func(p *modelPoint) {}
	switch kind {
	case 0, 1, 2:
		p := api.Point{ID: ids[0], Payload: payload, Vector: api.VectorStruct{{Vector: api.DenseVector{float32(x), 1}}}}
		mp := &modelPoint{payload: map[string]any{k: float64(x)}, vectors: map[string]api.DenseVector{"": {float32(x), 1}}}
		if kind == 2 {
			p.Vector = append(p.Vector, api.NamedVector{Name: "b", Vector: api.DenseVector{float32(x)}})
			mp.vectors["b"] = api.DenseVector{float32(x)}
		}
		_, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{p}})
		require.NoError(rt, err)
		m[id] = mp
		return
	case 3:
		_, err := s.Update(ctx, &api.DeletePoints{IDs: ids})
		require.NoError(rt, err)
		delete(m, id)
		return
	case 4:
		_, err := s.Update(ctx, &api.DeletePointsByFilter{Filter: match})
		require.NoError(rt, err)
		for id, p := range m {
			if p.payload[k] == float64(x) {
				delete(m, id)
			}
		}
		return
	case 5:
		op = &api.SetPayload{Payload: payload, Points: ids}
		edit = func(p *modelPoint) { p.payload[k] = float64(x) }
	case 6:
		op = &api.DeletePayload{Keys: []string{k}, Points: ids}
		edit = func(p *modelPoint) { delete(p.payload, k) }
	case 7:
		op = &api.ClearPayload{IDs: ids}
		edit = func(p *modelPoint) { p.payload = map[string]any{} }
	case 8:
		op = &api.UpdateVectors{Points: []api.PointVectors{{ID: ids[0], Vector: api.VectorStruct{{Name: "b", Vector: api.DenseVector{9}}}}}}
		edit = func(p *modelPoint) { p.vectors["b"] = api.DenseVector{9} }
	case 9:
		op = &api.DeleteVectors{IDs: ids, Names: []string{"b"}}
		edit = func(p *modelPoint) { delete(p.vectors, "b") }
	}
	_, err := s.Update(ctx, op)
	if m[id] == nil {
		require.ErrorIs(rt, err, api.ErrNotFound)
		return
	}
	require.NoError(rt, err)
	edit(m[id])
}

func (m model) compare(rt *rapid.T, s *edge.Shard) {
	limit := uint64(100)
	r, err := s.Scroll(ctx, &api.ScrollRequest{Limit: &limit, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: true}})
	require.NoError(rt, err)
	require.Len(rt, r.Points, len(m))
	for _, p := range r.Points {
		want := m[p.ID.Num()]
		require.NotNil(rt, want)
		var payload map[string]any
		require.NoError(rt, json.Unmarshal(p.Payload, &payload))
		require.Equal(rt, want.payload, payload)
		require.Len(rt, p.Vector, len(want.vectors))
		for _, nv := range p.Vector {
			require.Equal(rt, want.vectors[nv.Name], nv.Vector)
		}
	}
	m.compareSearch(rt, s)
}

func (m model) compareSearch(rt *rapid.T, s *edge.Shard) {
	hits, err := s.Search(ctx, &api.SearchRequest{Vector: api.DenseVector{5}, Using: "b", Limit: 4})
	require.NoError(rt, err)
	type scored struct {
		id   uint64
		dist float32
	}
	var want []scored
	for id, p := range m {
		if v := p.vectors["b"]; v != nil {
			want = append(want, scored{id, max(v[0]-5, 5-v[0])})
		}
	}
	slices.SortFunc(want, func(a, b scored) int {
		if a.dist != b.dist {
			return int(a.dist - b.dist)
		}
		return int(a.id) - int(b.id)
	})
	want = want[:min(len(want), 4)]
	require.Len(rt, hits, len(want))
	for i := range want {
		require.Equal(rt, api.NumID(want[i].id), hits[i].ID)
		require.Equal(rt, want[i].dist, hits[i].Score)
	}
}
