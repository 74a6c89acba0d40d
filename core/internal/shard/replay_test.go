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
