package edge_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// killChild opens the shard and upserts points without end, beside optimizations without end; each acknowledged one is printed.
func killChild(dir string) {
	s, err := edge.Load(dir, nil)
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			if _, err := s.Optimize(ctx, edge.WithThreads(1)); err != nil {
				panic(err)
			}
			time.Sleep(time.Millisecond)
		}
	}()
	n, err := s.Count(ctx, &api.CountRequest{})
	if err != nil {
		panic(err)
	}
	for i := n; ; i++ {
		p := point(i, fmt.Sprintf(`{"n":%d}`, i), float32(i), 1)
		if _, err := s.Update(ctx, &api.UpsertPoints{Points: []api.Point{p}}); err != nil {
			panic(err)
		}
		if i%3 == 2 {
			if _, err := s.Update(ctx, &api.SetPayload{Payload: api.Payload(`{"seen":true}`), Points: []api.PointID{api.NumID(i - 1)}}); err != nil {
				panic(err)
			}
		}
		fmt.Println(i)
		if i%50 == 49 {
			if err := s.Flush(ctx); err != nil {
				panic(err)
			}
		}
	}
}

// TestKill: a process that is killed at any moment loses no acknowledged update. QDRANT_EDGE_KILL_ROUNDS sets the number of rounds.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	rounds := 20
	if v := os.Getenv("QDRANT_EDGE_KILL_ROUNDS"); v != "" {
		var err error
		rounds, err = strconv.Atoi(v)
		require.NoError(t, err)
	}
	dir := filepath.Join(t.TempDir(), "shard")
	cfg, kb, segments := config(2, api.DistanceDot), uint64(1), uint64(2)
	cfg.Optimizers = &api.OptimizersConfig{IndexingThreshold: &kb, DefaultSegmentNumber: &segments}
	s, err := edge.Create(dir, cfg)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	acked := map[int]bool{}
	for round := range rounds {
		runAndKill(t, dir, acked)
		s, err := edge.Load(dir, nil)
		require.NoError(t, err, "round %d", round)
		require.Empty(t, s.Skipped())
		points := all(t, s)
		for i := range acked {
			require.Less(t, i, len(points), "round %d", round)
		}
		for i, p := range points {
			require.Equal(t, api.NumID(uint64(i)), p.ID)
			require.Equal(t, api.VectorStruct{{Vector: api.DenseVector{float32(i), 1}}}, p.Vector)
			plain, seen := fmt.Sprintf(`{"n":%d}`, i), fmt.Sprintf(`{"n":%d,"seen":true}`, i)
			switch {
			case i%3 != 1:
				require.Equal(t, plain, string(p.Payload), "round %d point %d", round, i)
			case acked[i+1]:
				require.Equal(t, seen, string(p.Payload), "round %d point %d", round, i)
			default:
				require.Contains(t, []string{plain, seen}, string(p.Payload), "round %d point %d", round, i)
			}
		}
		if round%2 == 0 {
			require.NoError(t, s.Close())
		} else {
			require.NoError(t, s.Flush(ctx))
			require.NoError(t, s.Close())
		}
	}
	require.NotEmpty(t, acked)
}

// runAndKill adds to acked what the child said was acknowledged.
func runAndKill(t *testing.T, dir string, acked map[int]bool) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "EDGE_KILL_CHILD="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	time.AfterFunc(time.Duration(20+rand.IntN(120))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if n, err := strconv.Atoi(sc.Text()); err == nil {
			acked[n] = true
		}
	}
	_ = cmd.Wait()
}
