package edgesync

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// inBackground opens a shard with the background loop, in virtual time.
func inBackground(t *testing.T, srv *server, change func(*Options)) *SyncedShard {
	o := Options{Server: srv, Config: config(), NoSync: true, Interval: time.Minute, PushDelay: time.Second, Retry: remote.Backoff{Base: 4 * time.Second, Max: 32 * time.Second}}
	if change != nil {
		change(&o)
	}
	s, err := Open(filepath.Join(memory(t), "synced"), o)
	require.NoError(t, err)
	return s
}

// TestR36StartPushesAndPulls: an update is pushed after a moment, what others wrote comes with the interval, and a stopped loop does neither.
func TestR36StartPushesAndPulls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 1)
		s := inBackground(t, srv, nil)
		require.Equal(t, Idle, s.Status().State)
		require.NoError(t, s.Start())
		require.NoError(t, s.Start())
		time.Sleep(time.Millisecond)
		require.True(t, s.Status().Running)
		seq, err := s.Update(ctx, upsert(point(1, 0)))
		require.NoError(t, err)
		require.Equal(t, Waiting, s.Status().State)
		require.NotNil(t, s.Status().OldestPending)
		begun := time.Now()
		require.NoError(t, s.WaitSynced(ctx, seq))
		require.LessOrEqual(t, time.Since(begun), 2*time.Second)
		require.NoError(t, srv.apply(ctx, upsert(point(2, 0))))
		time.Sleep(90 * time.Second)
		n, err := s.Count(ctx, &api.CountRequest{Exact: true})
		require.NoError(t, err)
		require.EqualValues(t, 2, n)
		st := s.Status()
		require.Equal(t, Idle, st.State)
		require.Equal(t, st.LastSeq, st.Cut)
		require.Zero(t, st.OverlayPoints)
		require.EqualValues(t, 2, st.MirrorPoints)
		s.Stop()
		s.Stop()
		pulls := s.Metrics().Pulls
		time.Sleep(time.Hour)
		require.Equal(t, pulls, s.Metrics().Pulls)
		require.False(t, s.Status().Running)
		require.NoError(t, s.Close())
		require.ErrorIs(t, s.Start(), api.ErrClosed)
	})
}

// TestR14F18BackoffGrowsAndRecovers: failures make the loop wait longer, up to the most, and not less than the server asked for; then all is sent.
func TestR14F18BackoffGrowsAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 1)
		var mu sync.Mutex
		var at []time.Time
		ask, down := time.Duration(0), true
		srv.fault = func(call string) error {
			mu.Lock()
			defer mu.Unlock()
			if !down || call != "info" {
				return nil
			}
			at = append(at, time.Now())
			return &remote.Error{Kind: remote.Retryable, Msg: "busy", RetryAfter: ask}
		}
		s := inBackground(t, srv, nil)
		require.NoError(t, s.Start())
		time.Sleep(5 * time.Minute)
		mu.Lock()
		for i := 1; i < len(at); i++ {
			full := min(4*time.Second<<(i-1), 32*time.Second)
			require.GreaterOrEqual(t, at[i].Sub(at[i-1]), full/2)
			require.LessOrEqual(t, at[i].Sub(at[i-1]), full+time.Second)
		}
		require.Greater(t, len(at), 5)
		require.Less(t, len(at), 30)
		ask, at = 10*time.Minute, nil
		mu.Unlock()
		st := s.Status()
		require.Equal(t, Failed, st.State)
		require.Equal(t, "retryable", st.LastError.Kind)
		require.Contains(t, st.LastError.Message, "busy")
		require.True(t, st.NextRetry.After(time.Now()))
		require.Equal(t, int(s.Metrics().Failures), st.Failures)
		time.Sleep(9 * time.Minute)
		mu.Lock()
		require.Len(t, at, 1)
		down = false
		mu.Unlock()
		_, err := s.Update(ctx, upsert(point(1, 0)))
		require.NoError(t, err, "updates go on")
		time.Sleep(15 * time.Minute)
		st = s.Status()
		require.Equal(t, Idle, st.State)
		require.Nil(t, st.LastError)
		require.Zero(t, st.Failures)
		require.NoError(t, s.Close())
	})
}

// TestR20GateKeepsTheNetworkAlone until it opens.
func TestR20GateKeepsTheNetworkAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 1)
		var mu sync.Mutex
		open := false
		s := inBackground(t, srv, func(o *Options) {
			o.Gate = func() bool { mu.Lock(); defer mu.Unlock(); return open }
		})
		require.NoError(t, s.Start())
		_, err := s.Update(ctx, upsert(point(1, 0)))
		require.NoError(t, err)
		time.Sleep(10 * time.Minute)
		require.Zero(t, srv.full)
		mu.Lock()
		open = true
		mu.Unlock()
		time.Sleep(2 * time.Minute)
		require.Equal(t, 1, srv.full)
		require.Zero(t, s.Status().Pending)
		require.NoError(t, s.Close())
	})
}

// TestR37R38EventsTellBytes: a sync tells of what it sends, receives, reads and installs, under one number; a failure is told too.
func TestR37R38EventsTellBytes(t *testing.T) {
	srv := newServer(t, 1)
	var events []Event
	s, err := Open(filepath.Join(memory(t), "synced"), Options{Server: srv, Config: config(), NoSync: true, Progress: func(e Event) { events = append(events, e) }})
	require.NoError(t, err)
	_, err = s.Update(ctx, upsert(point(1, 0), point(2, 0)))
	require.NoError(t, err)
	waiting, bytes := s.Pending()
	require.NoError(t, s.Sync(ctx))
	seen := map[State]Event{}
	for _, e := range events {
		require.EqualValues(t, 1, e.Trace)
		seen[e.State] = e
	}
	require.Equal(t, Event{Trace: 1, State: Pushing, Done: int64(bytes), Total: int64(bytes), Operations: waiting}, seen[Pushing])
	require.Positive(t, seen[Pulling].Done)
	require.Contains(t, seen, Verifying)
	require.Contains(t, seen, Installing)
	require.Equal(t, Idle, events[len(events)-1].State)
	m := s.Metrics()
	require.EqualValues(t, bytes, m.BytesSent)
	require.EqualValues(t, 1, m.FullSnapshots)
	require.Positive(t, m.BytesReceived)
	require.Positive(t, m.SegmentsReceived)
	srv.fault = func(string) error { return &remote.Error{Kind: remote.Auth, Msg: "no key"} }
	require.Error(t, s.Pull(ctx))
	last := events[len(events)-1]
	require.Equal(t, Failed, last.State)
	require.EqualValues(t, 2, last.Trace)
	require.Error(t, last.Err)
	require.NoError(t, s.Close())
}

// TestR39PointStates: a point is local, pushed, synced, in the order of what happens to it.
func TestR39PointStates(t *testing.T) {
	srv := newServer(t, 1)
	s := open(t, filepath.Join(memory(t), "synced"), srv)
	ids := []api.PointID{api.NumID(1), api.NumID(2), api.NumID(3)}
	require.NoError(t, srv.apply(ctx, upsert(point(2, 0))))
	require.NoError(t, s.Sync(ctx))
	states := func() []PointState {
		got, err := s.PointStates(ids...)
		require.NoError(t, err)
		return got
	}
	require.Equal(t, []PointState{PointUnknown, PointSynced, PointUnknown}, states())
	_, err := s.Update(ctx, upsert(point(1, 0)))
	require.NoError(t, err)
	_, err = s.Update(ctx, &api.DeletePoints{IDs: ids[1:2]})
	require.NoError(t, err)
	require.Equal(t, []PointState{PointLocal, PointLocal, PointUnknown}, states())
	require.NoError(t, s.Push(ctx))
	require.Equal(t, []PointState{PointPushed, PointPushed, PointUnknown}, states())
	require.NoError(t, s.Pull(ctx))
	require.Equal(t, []PointState{PointSynced, PointUnknown, PointUnknown}, states())
	srv.refuse = func(api.UpdateOperation) *remote.Error { return &remote.Error{Kind: remote.Permanent, Msg: "no"} }
	_, err = s.Update(ctx, upsert(point(3, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Push(ctx))
	require.Equal(t, PointDead, states()[2])
	require.NoError(t, s.Close())
	_, err = s.PointStates(ids...)
	require.True(t, errors.Is(err, api.ErrClosed))
}
