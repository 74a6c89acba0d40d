package edgesync

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// revision is what the payload of a point says, -1 when there is none.
func revision(t *testing.T, s reads, id uint64) string {
	r, ok := s.(interface {
		Retrieve(context.Context, *api.RetrieveRequest) ([]api.Record, error)
	})
	require.True(t, ok)
	got, err := r.Retrieve(ctx, &api.RetrieveRequest{IDs: []api.PointID{api.NumID(id)}, WithPayload: api.WithPayload{Enable: true}})
	require.NoError(t, err)
	if len(got) == 0 {
		return ""
	}
	return string(got[0].Payload)
}

// TestR24ConflictPolicies: two points were changed on both sides, one was deleted there and edited here, one the other way round, one was changed here alone.
func TestR24ConflictPolicies(t *testing.T) {
	ours, theirs := func(n int) string { return string(point(n, 1).Payload) }, func(n int) string { return string(point(n, 2).Payload) }
	merged := point(1, 9)
	for name, c := range map[string]struct {
		policy ConflictPolicy
		want   map[uint64]string
	}{
		"last push wins": {LastPushWins, map[uint64]string{1: ours(1), 2: ours(2), 3: ours(3), 4: "", 5: ours(5)}},
		"server wins":    {ServerWins, map[uint64]string{1: theirs(1), 2: theirs(2), 3: "", 4: theirs(4), 5: ours(5)}},
		"resolver":       {AskResolver, map[uint64]string{1: string(merged.Payload), 2: theirs(2), 3: ours(3), 4: theirs(4), 5: ours(5)}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t, 1)
			indexes(t, srv.shards[0].Update)
			dir := filepath.Join(memory(t), "synced")
			var asked []Conflict
			o := Options{Server: srv, Config: config(), NoSync: true, Conflicts: c.policy, Resolver: func(f Conflict) Resolution {
				asked = append(asked, f)
				switch f.ID {
				case api.NumID(1):
					return Resolution{Point: &merged}
				case api.NumID(2), api.NumID(4):
					return Resolution{Remote: true}
				}
				return Resolution{}
			}}
			s, err := Open(dir, o)
			require.NoError(t, err)
			_, err = s.Update(ctx, upsert(point(1, 0), point(2, 0), point(3, 0), point(4, 0), point(5, 0)))
			require.NoError(t, err)
			require.NoError(t, s.Sync(ctx))
			_, err = s.Update(ctx, upsert(point(1, 1), point(2, 1), point(3, 1), point(5, 1)))
			require.NoError(t, err)
			_, err = s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(4)}})
			require.NoError(t, err)
			require.NoError(t, srv.apply(ctx, upsert(point(1, 2), point(2, 2), point(4, 2))))
			require.NoError(t, srv.apply(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(3)}}))
			require.NoError(t, s.Pull(ctx))
			require.EqualValues(t, 4, s.Status().Conflicts)
			require.NoError(t, s.Close())
			s, err = Open(dir, o)
			require.NoError(t, err)
			require.NoError(t, s.Sync(ctx))
			for id, want := range c.want {
				require.Equal(t, want, revision(t, s, id), "point %d here", id)
				require.Equal(t, want, revision(t, srv.shards[0], id), "point %d there", id)
			}
			same(t, srv.shards[0], s, name)
			waiting, _ := s.Pending()
			require.Zero(t, waiting)
			require.Zero(t, s.Status().OverlayPoints)
			if c.policy == AskResolver {
				require.Len(t, asked, 4)
				require.Nil(t, asked[2].Remote)
				require.Nil(t, asked[3].Local)
				require.Equal(t, string(point(1, 0).Payload), string(asked[0].Base.Payload))
			}
			require.NoError(t, s.Close())
		})
	}
}

// TestF26ServerWinsBringsNothingBack: an edit that is pushed after the server deleted the point, in ignorance of that, does not make it again.
func TestF26ServerWinsBringsNothingBack(t *testing.T) {
	srv := newServer(t, 1)
	s, err := Open(filepath.Join(memory(t), "synced"), Options{Server: srv, Config: config(), NoSync: true, Conflicts: ServerWins})
	require.NoError(t, err)
	_, err = s.Update(ctx, upsert(point(1, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	_, err = s.Update(ctx, upsert(point(1, 1), point(2, 0)))
	require.NoError(t, err)
	require.NoError(t, srv.apply(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(1)}}))
	require.NoError(t, s.Push(ctx))
	require.Empty(t, revision(t, srv.shards[0], 1))
	require.NotEmpty(t, revision(t, srv.shards[0], 2))
	require.NoError(t, s.Sync(ctx))
	require.Empty(t, revision(t, s, 1))
	require.NoError(t, s.Close())
}

// TestR16FullOutbox: updates are refused, or wait until the server has taken some; a context or a close ends the wait.
func TestR16FullOutbox(t *testing.T) {
	srv := newServer(t, 1)
	s, err := Open(filepath.Join(memory(t), "a"), Options{Server: srv, Config: config(), NoSync: true, MaxPending: 2})
	require.NoError(t, err)
	for i := range 2 {
		_, err = s.Update(ctx, upsert(point(i, 0)))
		require.NoError(t, err)
	}
	_, err = s.Update(ctx, upsert(point(2, 0)))
	require.ErrorIs(t, err, api.ErrDiskFull)
	require.NoError(t, s.Push(ctx))
	_, err = s.Update(ctx, upsert(point(2, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Close())

	s, err = Open(filepath.Join(memory(t), "b"), Options{Server: srv, Config: config(), NoSync: true, MaxPending: 1, WhenFull: FullWait})
	require.NoError(t, err)
	_, err = s.Update(ctx, upsert(point(5, 0)))
	require.NoError(t, err)
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	_, err = s.Update(short, upsert(point(6, 0)))
	cancel()
	require.ErrorIs(t, err, api.ErrCancelled)
	waited := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := s.Update(ctx, upsert(point(7, 0)))
			waited <- err
		}()
	}
	time.Sleep(20 * time.Millisecond)
	require.NoError(t, s.Push(ctx))
	require.NoError(t, <-waited)
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-waited, api.ErrClosed)
}

// TestR21DiskSpace: a pull that would leave too little space is refused before or while it receives; nothing is left over, and it goes on when there is space.
func TestR21DiskSpace(t *testing.T) {
	srv := newServer(t, 1)
	require.NoError(t, srv.apply(ctx, upsert(point(1, 0))))
	s, err := Open(filepath.Join(memory(t), "synced"), Options{Server: srv, Config: config(), DiskReserve: 1 << 20})
	require.NoError(t, err)
	for _, left := range []int64{1<<20 - 1, 0} {
		s.free = func(string) (int64, bool) { return left, true }
		require.ErrorIs(t, s.Sync(ctx), api.ErrDiskFull)
		require.Equal(t, "disk_full", s.Status().LastError.Kind)
		found, err := s.fs.ReadDir(s.dir)
		require.NoError(t, err)
		for _, e := range found {
			require.NotEqual(t, "staging", e.Name())
		}
	}
	asked := 0
	s.free = func(string) (int64, bool) { asked++; return 2<<20 - int64(asked)<<20, true }
	require.ErrorIs(t, s.Sync(ctx), api.ErrDiskFull)
	require.Greater(t, asked, 1, "the space is looked at while the archive comes")
	s.free = func(string) (int64, bool) { return 0, false }
	require.NoError(t, s.Sync(ctx), "unknown space is no reason")
	require.Equal(t, 1, countOf(t, s))
	require.NoError(t, s.Close())
}

// TestR36BackupAndRestore: a backup holds mirror, local points, outbox and identity; it is refused over what exists, and a damaged one is not restored.
func TestR36BackupAndRestore(t *testing.T) {
	srv := newServer(t, 1)
	srv.marks = map[string]string{}
	root := memory(t)
	s := open(t, filepath.Join(root, "synced"), srv)
	indexes(t, s.Update)
	_, err := s.Update(ctx, upsert(point(1, 0), point(2, 0)))
	require.NoError(t, err)
	require.NoError(t, s.Sync(ctx))
	_, err = s.Update(ctx, upsert(point(2, 1), point(3, 0)))
	require.NoError(t, err)
	backup := filepath.Join(root, "backup")
	require.NoError(t, s.Backup(ctx, backup))
	require.ErrorIs(t, s.Backup(ctx, backup), api.ErrAlreadyExists)
	report, err := s.Verify(ctx)
	require.NoError(t, err)
	require.True(t, report.OK, "%+v", report)
	require.Len(t, report.Mirror, 1)
	restored := filepath.Join(root, "restored")
	require.NoError(t, Restore(ctx, backup, restored))
	again := open(t, restored, srv)
	same(t, s, again, "restored")
	waiting, _ := again.Pending()
	require.Equal(t, 1, waiting)
	require.NoError(t, again.Sync(ctx))
	require.NoError(t, s.Sync(ctx))
	same(t, s, again, "both synced")
	same(t, srv.shards[0], again, "with the server")
	require.NoError(t, again.Close())

	damageOne(t, filepath.Join(backup, "mirror"))
	require.Error(t, Restore(ctx, backup, filepath.Join(root, "never")))
	left, err := s.fs.ReadDir(root)
	require.NoError(t, err)
	require.Len(t, left, 3, "no partial copy stays")
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.Backup(ctx, filepath.Join(root, "x")), api.ErrClosed)
}
