package edgesync

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

// script is what a device does: updates, with a sync after some of them. It returns how many updates were acknowledged.
func script(s *SyncedShard, from int) (done int, err error) {
	ids := func(n ...uint64) (list []api.PointID) {
		for _, i := range n {
			list = append(list, api.NumID(i))
		}
		return list
	}
	steps := []api.UpdateOperation{
		upsert(point(1, 0), point(2, 0), point(3, 0)),
		&api.SetPayload{Points: ids(2), Payload: api.Payload(`{"a":1}`)},
		nil,
		&api.DeletePoints{IDs: ids(1)},
		&api.SetPayload{Points: ids(3), Payload: api.Payload(`{"b":2}`)},
		upsert(point(4, 1)),
		nil,
		&api.DeletePoints{IDs: ids(4)},
		upsert(point(1, 5)),
	}
	for done = from; done < len(steps); done++ {
		if steps[done] == nil {
			err = s.Sync(ctx)
		} else {
			_, err = s.Update(ctx, steps[done])
		}
		if err != nil {
			return done, err
		}
	}
	return done, s.Flush(ctx)
}

// crashStride leaves operations out in the default run; EDGESYNC_ALL=1 fails at each.
func crashStride() int64 {
	if os.Getenv("EDGESYNC_ALL") != "" {
		return 1
	}
	return 211
}

// TestR3I7CrashAtFileOperations: from a chosen file operation on every one fails, as when the process ends there or the disk is full. What is on
// disk then opens, has every acknowledged update, goes on from there, and converges with the server (F42, F43, B2, B3, B9).
func TestR3I7CrashAtFileOperations(t *testing.T) {
	for n := int64(1); ; n += crashStride() {
		var on atomic.Bool
		fs := faultfs.New(disk.Private)
		fs.Hook = func(op faultfs.Op, _ string) error {
			if op.N >= n && !on.Load() {
				return syscall.ENOSPC
			}
			return nil
		}
		srv := newServer(t, 1)
		root := memory(t)
		dir := filepath.Join(root, "synced")
		done := 0
		s, err := Open(dir, Options{Server: srv, Config: config(), FS: fs})
		if err == nil {
			done, err = script(s, 0)
		}
		survived := filepath.Join(root, "survived")
		if _, serr := os.Stat(dir); serr == nil {
			require.NoError(t, os.CopyFS(survived, os.DirFS(dir)))
		}
		on.Store(true)
		if s != nil {
			_ = s.Close()
		}
		again, oerr := Open(survived, Options{Server: srv, Config: config()})
		require.NoError(t, oerr, "operation %d, after %v", n, err)
		resume(t, again, done, n)
		require.NoError(t, again.Sync(ctx))
		same(t, srv.shards[0], again.Reader, "operation")
		require.NoError(t, again.Close())
		left, rerr := os.ReadDir(filepath.Join(survived, "mirror"))
		require.NoError(t, rerr)
		require.Len(t, left, 1, "operation %d: generations are left over", n)
		if err == nil {
			require.Greater(t, n, int64(100))
			return
		}
	}
}

// resume goes on where the script was cut. The update that failed may have been logged: applying it again changes nothing.
func resume(t *testing.T, s *SyncedShard, done int, n int64) {
	indexes(t, s.Update)
	_, err := script(s, done)
	if errors.Is(err, api.ErrNotFound) {
		require.NoError(t, err, "operation %d: an acknowledged point is missing", n)
	}
	require.NoError(t, err, "operation %d", n)
	got, err := s.Retrieve(ctx, &api.RetrieveRequest{IDs: []api.PointID{api.NumID(1), api.NumID(2), api.NumID(3), api.NumID(4)}, WithPayload: api.WithPayload{Enable: true}})
	require.NoError(t, err)
	require.Len(t, got, 3, "operation %d", n)
	require.JSONEq(t, `{"group":"g1","rev":5,"n":1}`, string(got[0].Payload))
	require.JSONEq(t, `{"group":"g2","rev":0,"n":2,"a":1}`, string(got[1].Payload))
	require.JSONEq(t, `{"group":"g3","rev":0,"n":3,"b":2}`, string(got[2].Payload))
}

func FuzzRecords(f *testing.F) {
	f.Add(encodeDead(&DeadLetter{Seq: 3, Reason: "no", Op: upsert(point(1, 0))}))
	rec := &opRecord{}
	rec.resolved.Op = &api.SetPayload{Points: []api.PointID{api.NumID(1)}, Payload: api.Payload(`{}`)}
	rec.resolved.Local, rec.resolved.Copies = rec.resolved.Op, []api.Point{point(1, 0)}
	f.Add(encodeOp(rec))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if rec, err := decodeOp(data); err == nil {
			again, err := decodeOp(encodeOp(rec))
			require.NoError(t, err)
			require.Equal(t, rec.requeues, again.requeues)
		}
		_, _ = decodeDead(1, data)
		_, _ = decodeNumber(data)
	})
}
