package edge_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// BenchmarkSearchBesideWriter is how long exact searches of 5,000 points take while one writer works, in microseconds at the median, at the 99th
// percentile and at worst.
func BenchmarkSearchBesideWriter(b *testing.B) {
	const points, dim, batch = 5000, 64, 500
	r := rand.New(rand.NewPCG(1, 2))
	upserts := func(n int) []api.Point {
		list := make([]api.Point, n)
		for i := range list {
			list[i] = point(r.Uint64N(points), `{"a":1}`, randomVector(r, dim)...)
		}
		return list
	}
	for _, writer := range []struct {
		name string
		work func(s *edge.Shard) error
	}{
		{"idle", func(*edge.Shard) error { return nil }},
		{"one", func(s *edge.Shard) error {
			_, err := s.Update(ctx, &api.UpsertPoints{Points: upserts(1)})
			return err
		}},
		{"batch", func(s *edge.Shard) error {
			_, err := s.Update(ctx, &api.UpsertPoints{Points: upserts(batch)})
			return err
		}},
		{"flush", func(s *edge.Shard) error {
			if _, err := s.Update(ctx, &api.UpsertPoints{Points: upserts(1)}); err != nil {
				return err
			}
			return s.Flush(ctx)
		}},
	} {
		b.Run(writer.name, func(b *testing.B) {
			s, err := edge.Create(filepath.Join(b.TempDir(), "shard"), config(dim, api.DistanceDot))
			require.NoError(b, err)
			for range points / batch {
				upsert(b, s, upserts(batch)...)
			}
			var stop atomic.Bool
			var wg sync.WaitGroup
			works := 0
			wg.Go(func() {
				for ; !stop.Load(); works++ {
					if err := writer.work(s); err != nil {
						b.Error(err)
						return
					}
					time.Sleep(200 * time.Microsecond)
				}
			})
			req := &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector(randomVector(rand.New(rand.NewPCG(3, 4)), dim))}, Limit: 10}
			var took []time.Duration
			begun := time.Now()
			for b.Loop() {
				at := time.Now()
				_, err := s.Query(ctx, req)
				require.NoError(b, err)
				took = append(took, time.Since(at))
			}
			elapsed := time.Since(begun)
			stop.Store(true)
			wg.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
			b.ReportMetric(float64(works)/elapsed.Seconds(), "works/s")
			require.NoError(b, s.Close())
		})
	}
}
