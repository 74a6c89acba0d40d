package build

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	"github.com/qdrant-edge-go/edge/core/internal/plan"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

var config = &api.EdgeConfig{
	Vectors:    []api.NamedVectorParams{{Params: &api.VectorParams{Size: 2, Distance: api.DistanceManhattan}}},
	HnswConfig: &api.HnswConfig{M: 4, EfConstruct: 10, FullScanThreshold: 10},
}

// source is a segment with the points first, first+2 … before last, written by operations of the same numbers.
func source(t *testing.T, first, last uint64) *segment.Segment {
	s, err := segment.Create(disk.OS, filepath.Join(t.TempDir(), "source"), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for n := first; n < last; n += 2 {
		p := &segment.Stored{Payload: []byte(`{"of":1}`)}
		if n%3 != 0 {
			p.Vectors = []api.NamedVector{{Vector: api.DenseVector{float32(n), float32(first)}}}
		}
		require.NoError(t, s.Insert(n, api.NumID(1000-n), p))
	}
	return s
}

func build(t *testing.T, indexed bool, parts ...segment.Part) *segment.Segment {
	dir := filepath.Join(t.TempDir(), "built")
	require.NoError(t, Segment(context.Background(), &segment.BuildRequest{FS: disk.OS, Dir: dir, Config: config,
		Settings: plan.New(config, 2), Parts: parts, Indexed: indexed, CPUs: 2}))
	s, err := segment.Open(disk.OS, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// TestSegment: both kinds hold the newest copy of every point, in order, with its version.
func TestSegment(t *testing.T) {
	even, odd := source(t, 10, 100), source(t, 11, 100)
	require.NoError(t, even.Insert(200, api.NumID(1000-51), &segment.Stored{}))
	require.NoError(t, odd.Delete(201, api.NumID(1000-61)))
	old, ok := odd.IDs().Internal(api.NumID(1000 - 51))
	require.True(t, ok)
	hidden := bits.New(odd.IDs().Total())
	hidden.Put(old, true)
	fields := map[string]json.RawMessage{"of": json.RawMessage(`"integer"`)}
	schema, err := field.ParseSchema(fields["of"])
	require.NoError(t, err)
	index, err := odd.PrepareIndex("of", schema)
	require.NoError(t, err)
	require.NoError(t, odd.SetIndex(201, "of", schema, index))
	for _, indexed := range []bool{false, true} {
		s := build(t, indexed, segment.Part{Seg: even}, segment.Part{Seg: odd, Hidden: hidden})
		require.Equal(t, !indexed, s.Appendable())
		require.Equal(t, uint64(201), s.Version())
		require.Equal(t, 89, s.IDs().Total())
		require.Equal(t, 89, s.IDs().Live())
		slot := uint32(0)
		for id, off := range s.IDs().From(nil) {
			require.Equal(t, slot, off, "slots are in the order of the ids")
			slot++
			n := 1000 - id.Num()
			p, err := s.Copy(off)
			require.NoError(t, err)
			if n == 51 {
				require.Equal(t, uint64(200), s.IDs().Version(off))
				require.Equal(t, &segment.Stored{}, p)
				continue
			}
			require.Equal(t, n, s.IDs().Version(off))
			require.Equal(t, `{"of":1}`, string(p.Payload))
			require.Equal(t, n%3 != 0, len(p.Vectors) == 1)
		}
		have, err := s.IndexedFields()
		require.NoError(t, err)
		require.Equal(t, fields, have)
		require.Equal(t, indexed, s.Vector("").Graph != nil)
	}
}

func TestNothing(t *testing.T) {
	for _, indexed := range []bool{false, true} {
		s := build(t, indexed, segment.Part{Seg: source(t, 1, 1)})
		require.Zero(t, s.IDs().Total())
		require.False(t, s.HasVersion())
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := Segment(ctx, &segment.BuildRequest{FS: disk.OS, Dir: filepath.Join(t.TempDir(), "built"), Config: config,
		Settings: plan.New(config, 2), Parts: []segment.Part{{Seg: source(t, 1, 9)}}, Indexed: true, CPUs: 1})
	require.ErrorIs(t, err, context.Canceled)
}

func TestGraphConfig(t *testing.T) {
	m := uint64(3)
	h := &api.HnswConfig{M: 8, EfConstruct: 20, FullScanThreshold: 10, PayloadM: &m}
	three, six := 3, 6
	want := &hnsw.Config{M: 8, M0: 16, EfConstruct: 20, Ef: 20, FullScanThreshold: 160, PayloadM: &three, PayloadM0: &six}
	require.Equal(t, want, graphConfig(h, 16*4*500, 500))
	want.FullScanThreshold = 320
	require.Equal(t, want, graphConfig(h, 16*4*250, 500))
	want.FullScanThreshold = 10240
	require.Equal(t, want, graphConfig(h, 0, 0))
}
