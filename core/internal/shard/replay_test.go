package shard

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// TestAppliedStays: an operation that an optimized segment holds already, as the one acknowledged last does at load, moves no point out of it.
func TestAppliedStays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Archive(t, "words", "0", "snapshot.tar"), dir, snapshot.Options{}))
	s, err := Load(disk.OS, dir, nil)
	require.NoError(t, err)
	defer s.Close()
	v, err := s.Acquire()
	require.NoError(t, err)
	defer v.RUnlock()
	for i := range v.Parts {
		seg := v.Parts[i].Seg
		if seg.Appendable() {
			continue
		}
		for id, off := range seg.IDs().From(nil) {
			live := seg.IDs().Live()
			same, next := seg.IDs().Version(off), seg.IDs().Version(off)+1
			for _, op := range []uint64{same, next} {
				w := writer{view: v, op: op}
				require.NoError(t, w.put(id, &segment.Stored{}))
				require.NoError(t, w.editOne(id, &segment.Edit{}))
				require.Equal(t, live-int(op-same), seg.IDs().Live())
			}
			return
		}
	}
	require.Fail(t, "no optimized segment")
}

// TestMoveOntoAnOlderCopy: an interrupted optimization leaves an older, hidden copy of a point in the segment that the point moves to.
func TestMoveOntoAnOlderCopy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Archive(t, "words", "0", "snapshot.tar"), dir, snapshot.Options{}))
	s, err := Load(disk.OS, dir, nil)
	require.NoError(t, err)
	defer s.Close()
	v, err := s.Acquire()
	require.NoError(t, err)
	defer v.RUnlock()
	segs := make([]*segment.Segment, len(v.Parts))
	for i := range v.Parts {
		segs[i] = v.Parts[i].Seg
	}
	target := (&writer{view: v}).target()
	for i, seg := range segs {
		for id, off := range seg.IDs().From(nil) {
			if seg.Appendable() {
				break
			}
			require.NoError(t, segs[target].Insert(0, id, &segment.Stored{}))
			view := newView(segs)
			part, _, ok := view.Find(id)
			require.True(t, ok)
			require.Equal(t, i, part)
			version := seg.IDs().Version(off)
			for op := version + 1; op < version+3; op++ {
				w := writer{view: view, op: op}
				require.NoError(t, w.editOne(id, &segment.Edit{Payload: overwrite([]byte(`{"a":1}`))}))
				part, off, ok := view.Find(id)
				require.True(t, ok)
				require.Equal(t, target, part)
				require.Equal(t, op, segs[target].IDs().Version(off))
			}
			return
		}
	}
	require.Fail(t, "no optimized segment")
}
