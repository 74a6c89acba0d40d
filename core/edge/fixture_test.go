package edge_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedStages follows a device through all recorded stages: manifests as posted, points, vectors and exact answers as the server gave.
func TestRecordedStages(t *testing.T) {
	t.Parallel()
	for _, collection := range []string{"edge-collection", "words"} {
		t.Run(collection, func(t *testing.T) { followStages(t, collection) })
	}
}

func followStages(t *testing.T, collection string) {
	dir := filepath.Join(t.TempDir(), "mirror")
	first := fixture.Load(t, collection, 0)
	require.NoError(t, edge.UnpackSnapshot(first.Snapshot, dir))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	compareTruth(t, s, first.Truth)
	for n := 1; n < fixture.Stages; n++ {
		stage := fixture.Load(t, collection, n)
		m, err := s.SnapshotManifest(ctx)
		require.NoError(t, err)
		require.JSONEq(t, string(stage.Manifest), string(m), "stage %d", n)
		if stage.Snapshot != "" {
			require.NoError(t, s.UpdateFromSnapshot(ctx, stage.Snapshot, ""), "stage %d", n)
		}
		compareTruth(t, s, stage.Truth)
	}
}

func compareTruth(t *testing.T, s *edge.Shard, truth fixture.Truth) {
	t.Helper()
	points := all(t, s)
	require.Len(t, points, len(truth.Points))
	want := map[api.PointID]*api.Record{}
	for _, p := range truth.Points {
		raw, err := json.Marshal(p)
		require.NoError(t, err)
		r, err := api.DecodeRecordJSON(raw)
		require.NoError(t, err)
		want[r.ID] = r
	}
	for i := range points {
		w := want[points[i].ID]
		require.NotNil(t, w, "%s", points[i].ID)
		if w.Vector != nil { // not every recording asked for vectors
			require.Equal(t, inOrder(w.Vector), inOrder(points[i].Vector), "%s", points[i].ID)
		}
		comparePayload(t, w.Payload, points[i].Payload)
	}
	n, err := s.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	require.Equal(t, uint64(len(truth.Points)), n)
	compareQueries(t, s, truth.Queries)
	compareFacets(t, s, truth.Facets, truth.Info)
}

// comparePayload allows doubles to differ in the last place: the server's own JSON reader is not exact.
func comparePayload(t *testing.T, want, have api.Payload) {
	t.Helper()
	var w, h any
	if len(want) == 0 {
		want = api.Payload("{}")
	}
	require.NoError(t, json.Unmarshal(want, &w))
	require.NoError(t, json.Unmarshal(have, &h))
	require.Equal(t, w, h)
}

func compareQueries(t *testing.T, s *edge.Shard, raw json.RawMessage) {
	t.Helper()
	if raw == nil {
		return
	}
	var queries []struct {
		Request json.RawMessage
		Result  []json.RawMessage
	}
	require.NoError(t, json.Unmarshal(raw, &queries))
	for i, q := range queries {
		req, err := api.DecodeQueryRequestJSON(q.Request)
		require.NoError(t, err, "query %d", i)
		have, err := s.Query(ctx, req)
		require.NoError(t, err, "query %d", i)
		require.Len(t, have, len(q.Result), "query %d", i)
		exact := req.Params != nil && req.Params.Exact
		for j, r := range q.Result {
			want, err := api.DecodeScoredPointJSON(r)
			require.NoError(t, err)
			if !exact && have[j].ID != want.ID {
				require.GreaterOrEqual(t, have[j].Score, want.Score, "query %d hit %d: an exact scan finds nothing worse", i, j)
				continue
			}
			require.InEpsilon(t, float64(want.Score)+2, float64(have[j].Score)+2, 1e-6, "query %d hit %d", i, j)
			if have[j].ID != want.ID && have[j].Score == want.Score {
				continue // the server has equal scores in any order
			}
			require.Equal(t, want.ID, have[j].ID, "query %d hit %d", i, j)
			require.Equal(t, want.Version, have[j].Version, "query %d hit %d", i, j)
		}
	}
}

func TestEmptySnapshotIsNoChange(t *testing.T) {
	s, err := edge.Create(t.TempDir(), config(2, api.DistanceDot))
	require.NoError(t, err)
	defer s.Close()
	upsert(t, s, point(1, "", 1, 2))
	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, writeFile(empty, nil))
	require.NoError(t, s.UpdateFromSnapshot(ctx, empty, ""))
	require.Len(t, all(t, s), 1)
}

// TestForeignSnapshot: a full snapshot of another configuration is refused before anything changes.
func TestForeignSnapshot(t *testing.T) {
	t.Parallel()
	s, err := edge.Create(t.TempDir(), config(2, api.DistanceDot))
	require.NoError(t, err)
	defer s.Close()
	upsert(t, s, point(1, "", 1, 2))
	err = s.UpdateFromSnapshot(ctx, fixture.Load(t, "edge-collection", 0).Snapshot, "")
	require.ErrorIs(t, err, api.ErrIncompatible)
	require.Len(t, all(t, s), 1)
	upsert(t, s, point(2, "", 1, 2))
}

// TestStoredArchives: archives with a tar per segment hold the same points as their truth.
func TestStoredArchives(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(fixture.Archive(t, "words-stored", "stored.tar"), dir))
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	compareTruth(t, s, fixture.ReadTruth(t, "words-stored", "truth.json"))
	require.NoError(t, s.Close())
}

// TestOwnSnapshots: what a shard writes makes an equal shard, as a whole and as a difference.
func TestOwnSnapshots(t *testing.T) {
	dir := t.TempDir()
	s, err := edge.Create(filepath.Join(dir, "a"), config(2, api.DistanceDot))
	require.NoError(t, err)
	defer s.Close()
	upsert(t, s, point(1, `{"a":1}`, 1, 2), point(2, "", 3, 4))
	require.NoError(t, writeArchive(filepath.Join(dir, "full.tar"), func(w io.Writer) error { return s.WriteSnapshot(ctx, w) }))
	require.NoError(t, edge.UnpackSnapshot(filepath.Join(dir, "full.tar"), filepath.Join(dir, "b")))
	mirror, err := edge.Load(filepath.Join(dir, "b"), nil)
	require.NoError(t, err)
	defer mirror.Close()
	require.Equal(t, all(t, s), all(t, mirror))

	upsert(t, s, point(3, `{"b":true}`, 5, 6))
	_, err = s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(1)}})
	require.NoError(t, err)
	partial := func() (changed bool) {
		m, err := mirror.SnapshotManifest(ctx)
		require.NoError(t, err)
		require.NoError(t, writeArchive(filepath.Join(dir, "partial.tar"), func(w io.Writer) error {
			changed, err = s.WritePartialSnapshot(ctx, w, m)
			return err
		}))
		return changed
	}
	require.True(t, partial())
	require.NoError(t, mirror.UpdateFromSnapshot(ctx, filepath.Join(dir, "partial.tar"), ""))
	require.Equal(t, all(t, s), all(t, mirror))
	n, err := mirror.Update(ctx, &api.DeletePoints{})
	require.NoError(t, err)
	require.Equal(t, uint64(3), n, "numbering goes on behind the snapshot")
}

func writeArchive(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
