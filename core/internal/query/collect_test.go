package query

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// TestCollector: whatever the order of arrival, the k best by score, then by id, remain.
func TestCollector(t *testing.T) {
	s, err := shard.Create(disk.OS, t.TempDir(), &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 1}}}})
	require.NoError(t, err)
	defer s.Close()
	var points []api.Point
	for off := range uint64(50) {
		points = append(points, api.Point{ID: api.NumID(off * 37 % 50)})
	}
	_, err = s.Update(&api.UpsertPoints{Points: points})
	require.NoError(t, err)
	v, err := s.Acquire()
	require.NoError(t, err)
	defer v.RUnlock()
	rapid.Check(t, func(rt *rapid.T) {
		var c collector
		k := rapid.IntRange(0, 20).Draw(rt, "k")
		c.reset(v, k)
		var hits []hit
		for off, x := range rapid.SliceOfN(rapid.Int32Range(0, 3), 0, 50).Draw(rt, "scores") {
			hits = append(hits, hit{score: float32(x), off: uint32(off)})
		}
		for _, h := range hits {
			c.push(h)
		}
		slices.SortFunc(hits, func(a, b hit) int {
			if a.score != b.score {
				return int(b.score - a.score)
			}
			return c.id(&a).Compare(c.id(&b))
		})
		require.True(rt, slices.Equal(hits[:min(k, len(hits))], c.sorted()))
	})
}
