package edgesync

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// TestR10ReadsBesideSync: while points are updated, pushed, pulled and given up to the mirror, each read sees every point once (I3, R41).
func TestR10ReadsBesideSync(t *testing.T) {
	srv := newServer(t, 1)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	const points = 20
	for i := range points {
		_, err := s.Update(ctx, upsert(point(i, 0)))
		require.NoError(t, err)
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			limit := uint64(100)
			for {
				select {
				case <-done:
					return
				default:
				}
				page, err := s.Scroll(ctx, &api.ScrollRequest{Limit: &limit})
				if err != nil || len(page.Points) != points {
					t.Errorf("a read saw %v, %v", page, err)
					return
				}
			}
		})
	}
	for round := range 3 {
		_, err := s.Update(ctx, upsert(point(round, round), point(round+1, round)))
		require.NoError(t, err)
		require.NoError(t, s.Sync(ctx))
	}
	close(done)
	readers.Wait()
	require.NoError(t, s.Close())
}
