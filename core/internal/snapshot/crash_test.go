package snapshot_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// smallShard makes a shard of two segments and returns it with the manifest that describes it.
func smallShard(t testing.TB, dir string) snapshot.Manifest {
	t.Helper()
	full := archive(t, join(
		segmentItems(segA, "5", item{name: "payload_storage/tracker.dat", body: "tracker A"}, item{name: "payload_storage/page_0.dat", body: strings.Repeat("A", 9000)}, item{name: "id_tracker.mappings", body: "ids A"}),
		segmentItems(segB, "5", item{name: "data/x", body: "x of B"}), tailItems("6"))...)
	require.NoError(t, snapshot.UnpackTo(testFS, saveArchive(t, full), dir, snapshot.Options{}))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "edge_config.json"), []byte("{}"), 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tmp"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tmp", "mine"), []byte("user"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "segments", segA, "payload_storage", "tracker_journal.dat"), []byte("pending"), 0o644))
	m := diskManifest(t, dir)
	delete(m[segA].Files, "payload_storage/tracker_journal.dat")
	return m
}

const segC = "cccccccc-0000-4000-8000-000000000000"

// smallPartial keeps two files of A, sends one, ends B and brings C.
func smallPartial(t testing.TB) []byte {
	a := snapshot.SegmentManifest{SegmentID: segA, SegmentVersion: 8, Files: map[string]snapshot.FileVersion{
		"payload_storage/tracker.dat": snapshot.Version(5), "payload_storage/page_0.dat": snapshot.Version(5), "id_tracker.mappings": snapshot.NullVersion()}}
	c := snapshot.SegmentManifest{SegmentID: segC, SegmentVersion: 9, Files: map[string]snapshot.FileVersion{"data/x": snapshot.NullVersion()}}
	return archive(t, join(
		segmentItems(segA, "8", item{name: "segment_manifest.json", body: string(a.AppendJSON(nil))}, item{name: "id_tracker.mappings", body: "new ids A"}),
		segmentItems(segC, "9", item{name: "segment_manifest.json", body: string(c.AppendJSON(nil))}, item{name: "data/x", body: strings.Repeat("\x00", 8192) + "tail"}),
		tailItems("10"))...)
}

func smallFull(t testing.TB) []byte {
	return archive(t, join(segmentItems(segC, "9", item{name: "data/x", body: "x"}), tailItems("10"))...)
}

// applyFault is the way in which operation n of an apply goes wrong.
type applyFault struct {
	name string
	hook func(n int64) func(op faultfs.Op, path string) error
}

func faults() []applyFault {
	once := func(err error) func(n int64) func(faultfs.Op, string) error {
		return func(n int64) func(faultfs.Op, string) error {
			return func(op faultfs.Op, _ string) error {
				if op.N == n {
					return err
				}
				return nil
			}
		}
	}
	from := func(err error, kinds ...faultfs.Kind) func(n int64) func(faultfs.Op, string) error {
		return func(n int64) func(faultfs.Op, string) error {
			return func(op faultfs.Op, _ string) error {
				if op.N < n {
					return nil
				}
				for _, k := range kinds {
					if op.Kind == k {
						return err
					}
				}
				if len(kinds) == 0 {
					return err
				}
				return nil
			}
		}
	}
	torn := func(n int64) func(faultfs.Op, string) error {
		return func(op faultfs.Op, _ string) error {
			if op.N == n && op.Kind == faultfs.KindWrite {
				return &faultfs.ShortWrite{N: 3, Err: errors.New("killed")}
			}
			if op.N >= n {
				return errors.New("killed")
			}
			return nil
		}
	}
	return []applyFault{
		{"kill", from(errors.New("killed"))}, {"torn write, then kill", torn}, {"eio once", once(syscall.EIO)}, {"enospc once", once(syscall.ENOSPC)},
		{"disk full", from(syscall.ENOSPC, faultfs.KindCreate, faultfs.KindMkdir, faultfs.KindWrite, faultfs.KindLink, faultfs.KindTruncate, faultfs.KindRename, faultfs.KindSync)},
		{"eio for good", from(syscall.EIO)},
	}
}

// unsynced is the real file system without the wait for the disk: what a test kills is the process.
type unsynced struct{ disk.FS }

func (unsynced) SyncDir(string) error { return nil }

func (u unsynced) OpenFile(name string, flag int, perm os.FileMode) (disk.File, error) {
	f, err := u.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unsyncedFile{f}, nil
}

func (u unsynced) Create(name string) (disk.File, error) {
	return u.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
}

type unsyncedFile struct{ disk.File }

func (unsyncedFile) Sync() error { return nil }

// testFS is the base of the fault tests.
var testFS = unsynced{disk.OS}

// noExchange is a file system without an exchanging rename.
type noExchange struct{ disk.FS }

func (noExchange) Exchange(string, string) error { return disk.ErrNoExchange }

// noLink is a file system without hard links.
type noLink struct{ disk.FS }

func (noLink) Link(a, b string) error {
	return &os.LinkError{Op: "link", Old: a, New: b, Err: syscall.EPERM}
}

func TestApplySurvivesEveryFault(t *testing.T) {
	for _, base := range []struct {
		name   string
		fs     disk.FS
		faults []applyFault
	}{{"exchange", testFS, faults()}, {"renames", noExchange{testFS}, faults()}, {"copies", noLink{testFS}, faults()}} {
		for name, data := range map[string][]byte{"partial": smallPartial(t), "full": smallFull(t)} {
			for _, f := range base.faults {
				t.Run(base.name+"/"+name+"/"+f.name, func(t *testing.T) {
					t.Parallel()
					everyFault(t, base.fs, saveArchive(t, data), f)
				})
			}
		}
	}
}

func everyFault(t *testing.T, base disk.FS, archive string, fault applyFault) {
	var before, after map[string]string
	olds, news := 0, 0
	for n := int64(1); ; n++ {
		dir := filepath.Join(fastDir(t), "shard")
		local := smallShard(t, dir)
		if n == 1 {
			before = tree(t, dir)
			clean := filepath.Join(fastDir(t), "shard")
			require.NoError(t, update(base, clean, archive, smallShard(t, clean), snapshot.Options{}))
			after = tree(t, clean)
			require.NotEqual(t, before, after)
		}
		ffs := faultfs.New(base)
		ffs.Hook = fault.hook(n)
		err := update(ffs, dir, archive, local, snapshot.Options{})
		if ffs.Count() < n {
			require.NoError(t, err)
			require.Equal(t, after, tree(t, dir))
			break
		}
		if err == nil {
			require.Equal(t, after, tree(t, dir))
			continue
		}
		if fault.name == "eio once" || fault.name == "enospc once" {
			if !errors.Is(err, snapshot.ErrCommitted) && !failedCleanup(err) {
				require.Equal(t, before, tree(t, dir), "operation %d", n)
			}
		}
		recoverEveryFault(t, base, dir, n)
		switch got := tree(t, dir); {
		case equal(got, before):
			olds++
		default:
			require.Equal(t, after, got, "operation %d: a mixture", n)
			news++
		}
	}
	require.NotZero(t, olds)
	if fault.name != "disk full" {
		require.NotZero(t, news)
	}
}

// failedCleanup tells whether the error is a joined one: the fault hit the removal of the staging directory.
func failedCleanup(err error) bool { return strings.Contains(err.Error(), "\n") }

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

// recoverEveryFault kills recovery itself at each of its operations before it lets it through.
func recoverEveryFault(t *testing.T, base disk.FS, dir string, n int64) {
	for k := int64(1); k <= 3; k++ {
		ffs := faultfs.New(base)
		ffs.Hook = func(op faultfs.Op, _ string) error {
			if op.N >= k {
				return errors.New("killed")
			}
			return nil
		}
		if snapshot.Recover(ffs, dir) == nil {
			break
		}
	}
	require.NoError(t, snapshot.Recover(base, dir), "operation %d", n)
	require.NoError(t, snapshot.Recover(base, dir))
}

func TestUnpackSurvivesEveryKill(t *testing.T) {
	name := saveArchive(t, smallFull(t))
	ref := filepath.Join(fastDir(t), "shard")
	require.NoError(t, snapshot.UnpackTo(testFS, name, ref, snapshot.Options{}))
	for n := int64(1); ; n++ {
		dir := filepath.Join(fastDir(t), "shard")
		ffs := faultfs.New(testFS)
		ffs.Hook = faults()[0].hook(n)
		err := snapshot.UnpackTo(ffs, name, dir, snapshot.Options{})
		if ffs.Count() < n {
			require.NoError(t, err)
			return
		}
		require.NoError(t, snapshot.Recover(testFS, dir))
		if _, err := os.Stat(filepath.Join(dir, "segments")); os.IsNotExist(err) {
			require.NoError(t, snapshot.UnpackTo(testFS, name, dir, snapshot.Options{}))
		}
		require.Equal(t, tree(t, ref), tree(t, dir))
	}
}
