package edge_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestDamagedFiles damages the files of a shard, one at a time: cut at some length, or a bit flipped near the beginning. Every use of the shard
// ends, with an answer or with an error that has a kind; nothing panics. QDRANT_EDGE_ALL_FAULTS takes many more places.
func TestDamagedFiles(t *testing.T) {
	rounds := 1
	if os.Getenv("QDRANT_EDGE_ALL_FAULTS") != "" {
		rounds = 60
	}
	rng := rand.New(rand.NewPCG(uint64(rounds), 5))
	for _, name := range []string{"0.9.0-inline"} {
		dir, truth := fixture.OldShard(t, name)
		for _, file := range filesOf(t, dir) {
			for range rounds {
				damaged := fixture.Copy(t, dir)
				what := damage(t, rng, filepath.Join(damaged, file))
				err := useAll(damaged, len(truth.Points))
				if err == nil {
					continue
				}
				require.NotEqual(t, api.Internal, api.KindOf(err), "%s: %s %s: %v", name, file, what, err)
				require.NoError(t, os.RemoveAll(damaged))
			}
		}
	}
}

func filesOf(t *testing.T, dir string) (files []string) {
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(dir, name)
		if e != nil && !e.IsDir() && !strings.HasPrefix(rel, "wal") {
			files = append(files, rel)
		}
		return errors.Join(err, relErr)
	}))
	return files
}

func damage(t *testing.T, rng *rand.Rand, name string) string {
	info, err := os.Stat(name)
	require.NoError(t, err)
	at := rng.Int64N(max(min(info.Size(), 8192), 1))
	if info.Size() == 0 {
		require.NoError(t, os.WriteFile(name, []byte{1}, 0o600))
		return "grown"
	}
	if rng.IntN(2) == 0 {
		require.NoError(t, os.Truncate(name, at))
		return "cut"
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	require.NoError(t, err)
	var b [1]byte
	_, err = f.ReadAt(b[:], at)
	require.NoError(t, err)
	b[0] ^= 1 << rng.IntN(8)
	_, err = f.WriteAt(b[:], at)
	require.NoError(t, errors.Join(err, f.Close()))
	return "flipped"
}

// useAll loads a shard, reads all of it, searches and changes it.
func useAll(dir string, points int) error {
	s, err := edge.Load(dir, nil)
	if err != nil {
		return err
	}
	limit := uint64(2 * points)
	yes := api.WithVector{Enable: true}
	_, err = s.Scroll(ctx, &api.ScrollRequest{Limit: &limit, WithVector: yes})
	for _, q := range []struct {
		using string
		v     api.Vector
	}{{"", api.DenseVector{1, 2, 3, 4}}, {"half", api.DenseVector{1, 2, 3}}, {"byte", api.DenseVector{1, 2, 3}},
		{"rows", api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2}}}, {"words", api.SparseVector{Indices: []uint32{1, 5, 9, 40}, Values: []float32{1, 1, 1, 1}}}} {
		_, e := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: q.v}, Using: q.using, Limit: 10, Filter: &api.Filter{Must: []api.Condition{
			&api.FieldCondition{Key: "n", Range: &api.RangeFloat{}}}}})
		_, e2 := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: q.v}, Using: q.using, Limit: 10})
		err = errors.Join(err, e, e2)
	}
	_, e := s.Update(ctx, &api.SetPayload{Payload: api.Payload(`{"z":1}`), Filter: &api.Filter{}})
	return errors.Join(err, e, s.Close())
}
