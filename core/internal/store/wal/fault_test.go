package wal

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

var errFault = errors.New("fault")

// script runs appends, flushes and acknowledgements and returns the entries
// whose append succeeded.
func script(fs disk.FS, dir string) (done []string) {
	l, err := Open(fs, dir, Options{SegmentCapacity: 96})
	if err != nil {
		return nil
	}
	defer l.Close()
	for i := range 12 {
		e := fmt.Sprintf("entry %d", i)
		if _, err := l.Append([]byte(e)); err == nil {
			done = append(done, e)
		}
		switch i % 4 {
		case 1:
			_ = l.Flush()
		case 3:
			_ = l.Ack(uint64(i - 2))
		}
	}
	return done
}

// TestFaults makes every single operation of the script fail once, and every
// one from some point on, writes being cut short. What was appended is kept.
func TestFaults(t *testing.T) {
	probe := faultfs.New(disk.OS)
	script(probe, t.TempDir())
	require.Greater(t, probe.Count(), int64(20))
	for n := int64(1); n <= probe.Count(); n++ {
		for _, forever := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d %v", n, forever), func(t *testing.T) { faultAt(t, n, forever) })
		}
	}
}

func faultAt(t *testing.T, n int64, forever bool) {
	fs := faultfs.New(disk.OS)
	fs.Hook = func(op faultfs.Op, _ string) error {
		if op.N < n || op.N > n && !forever {
			return nil
		}
		if op.Kind == faultfs.KindWrite {
			return &faultfs.ShortWrite{N: 20, Err: errFault}
		}
		return errFault
	}
	dir := t.TempDir()
	done := script(fs, dir)
	if _, err := os.Stat(dir); err != nil || done == nil {
		return
	}
	l := openLog(t, dir, 96)
	defer l.Close()
	got := contents(t, l, 0)
	for i, e := range got {
		require.Equal(t, done[int(l.OldestIndex())+i], e)
	}
	require.EqualValues(t, len(done), l.NextIndex())
	require.True(t, slices.Equal(done[l.OldestIndex():], got))
}
