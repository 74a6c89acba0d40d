package edge_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestFilesCutWhileOpen cuts each file of an open shard, one per run: every call ends, with a result or an error of a kind that
// says what happened, no lock stays behind and nothing is left in the directory.
func TestFilesCutWhileOpen(t *testing.T) {
	t.Parallel()
	zero, one := fixture.Load(t, "words", 0), fixture.Load(t, "words", 1)
	origin := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(zero.Snapshot, origin))
	for _, name := range mappedFiles(t, origin) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			cutWhileOpen(t, origin, name, one.Snapshot)
		})
	}
}

// mappedFiles lists one file of each name; the graphs and vectors of optimized segments and the chunks of appendable ones are among them.
func mappedFiles(t *testing.T, dir string) (names []string) {
	seen := map[string]bool{}
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "segments"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".json") || seen[d.Name()] {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > 0 {
			seen[d.Name()] = true
			rel, _ := filepath.Rel(dir, path)
			names = append(names, rel)
		}
		return err
	}))
	return names
}

func cutWhileOpen(t *testing.T, origin, name, partial string) {
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, exec.Command("cp", "-a", origin, dir).Run())
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	page, err := s.Scroll(ctx, &api.ScrollRequest{Limit: limit(1), WithVector: api.WithVector{Enable: true}})
	require.NoError(t, err)
	require.NoError(t, os.Truncate(filepath.Join(dir, name), 0))

	p := page.Points[0]
	typed := func(err error) {
		t.Helper()
		if err != nil {
			require.Contains(t, []api.ErrorKind{api.Corrupt, api.NotFound, api.IO, api.IncompleteSnapshot, api.Incompatible}, api.KindOf(err), "%v", err)
		}
	}
	query := &api.NearestQuery{Vector: p.Vector[0].Vector}
	_, err = s.Query(ctx, &api.QueryRequest{Query: query, Using: p.Vector[0].Name, Limit: 5, WithPayload: api.WithPayload{Enable: true}})
	typed(err)
	_, err = s.Query(ctx, &api.QueryRequest{Query: query, Using: p.Vector[0].Name, Limit: 5000, Params: &api.SearchParams{Exact: true}})
	typed(err)
	_, err = s.Scroll(ctx, &api.ScrollRequest{Limit: limit(5000), WithVector: api.WithVector{Enable: true}, WithPayload: api.WithPayload{Enable: true}})
	typed(err)
	_, err = s.Count(ctx, &api.CountRequest{Filter: &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: "length", ValuesCount: &api.ValuesCount{}}}}})
	typed(err)
	_, err = s.SnapshotManifest(ctx)
	typed(err)
	_, err = s.Update(ctx, &api.UpsertPoints{Points: []api.Point{{ID: p.ID, Vector: p.Vector}, {ID: api.NumID(1 << 40), Vector: p.Vector}}})
	typed(err)
	typed(s.Flush(ctx))
	typed(s.UpdateFromSnapshot(ctx, partial, ""))
	typed(s.UpdateFromSnapshot(ctx, partial, ""))
	typed(s.Close())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, strings.HasPrefix(e.Name(), "."), e.Name())
	}
	if s, err = edge.Load(dir, nil); err == nil {
		err = s.Close()
	}
	typed(err)
}

func limit(n uint64) *uint64 { return &n }
