package idmap

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

// TestFlushFaults lets every operation of a flush fail once, writes being cut
// short, and expects the next flush to make up for it.
func TestFlushFaults(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, dir string){
		"mutable": func(t *testing.T, dir string) {
			tr, err := CreateMutable(disk.OS, dir)
			require.NoError(t, err)
			fill(t, tr, 0, 5)
			require.NoError(t, flush(tr))
		},
		"immutable": func(t *testing.T, dir string) {
			c := Contents{Versions: make([]uint64, 5)}
			for i := range uint64(5) {
				c.IDs = append(c.IDs, api.NumID(i))
			}
			require.NoError(t, WriteImmutable(disk.OS, dir, c))
		},
	} {
		for n := int64(1); n < 12; n++ {
			t.Run(fmt.Sprintf("%s %d", name, n), func(t *testing.T) { flushFault(t, n, prepare) })
		}
	}
}

func fill(t *testing.T, tr Tracker, from, to uint32) {
	for off := from; off < to; off++ {
		require.NoError(t, tr.Set(api.NumID(uint64(off)), off))
		require.NoError(t, tr.SetVersion(off, uint64(off)+100))
	}
}

func flush(tr Tracker) error { return errors.Join(tr.FlushMappings(), tr.FlushVersions()) }

func flushFault(t *testing.T, n int64, prepare func(t *testing.T, dir string)) {
	dir := t.TempDir()
	prepare(t, dir)
	fs := faultfs.New(disk.OS)
	fs.Hook = func(op faultfs.Op, _ string) error {
		switch {
		case op.N != n:
			return nil
		case op.Kind == faultfs.KindWrite:
			return &faultfs.ShortWrite{N: 3, Err: errors.New("fault")}
		}
		return errors.New("fault")
	}
	tr, err := Open(fs, dir)
	require.NoError(t, err)
	if err := tr.Set(api.NumID(0), 0); !errors.Is(err, ErrImmutable) {
		fill(t, tr, 5, 9)
	}
	require.NoError(t, tr.SetVersion(1, 7))
	require.NoError(t, tr.Drop(api.NumID(3)))
	want := newState()
	for id, off := range tr.From(nil) {
		want.points[id] = off
	}
	want.total = tr.Total()
	for off := range uint32(want.total) {
		want.versions[off] = tr.Version(off)
	}
	failed := flush(tr) != nil
	require.Equal(t, fs.Count() >= n, failed)
	require.NoError(t, flush(tr))
	require.NoError(t, tr.Close())
	tr, err = Open(disk.OS, dir)
	require.NoError(t, err)
	check(t, want, tr)
	require.NoError(t, tr.Close())
}
