package snapshot_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

func TestApplyPartial(t *testing.T) {
	dir := filepath.Join(fastDir(t), "shard")
	local := smallShard(t, dir)
	kept := filepath.Join(dir, "segments", segA, "payload_storage", "page_0.dat")
	before, err := os.Stat(kept)
	require.NoError(t, err)
	require.NoError(t, update(disk.OS, dir, saveArchive(t, smallPartial(t)), local, snapshot.Options{}))
	after, err := os.Stat(kept)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "an unchanged file is linked, not copied")
	require.NoDirExists(t, filepath.Join(dir, "segments", segB))
	require.DirExists(t, filepath.Join(dir, "segments", segC))
	require.FileExists(t, filepath.Join(dir, "segments", segA, "payload_storage", "tracker_journal.dat"), "it belongs to the kept tracker.dat")
	ids, err := os.ReadFile(filepath.Join(dir, "segments", segA, "id_tracker.mappings"))
	require.NoError(t, err)
	require.Equal(t, "new ids A", string(ids))
	require.FileExists(t, filepath.Join(dir, "wal", "closed-10"))
	require.NoFileExists(t, filepath.Join(dir, "wal", "closed-6"))
	require.FileExists(t, filepath.Join(dir, "edge_config.json"))
	require.FileExists(t, filepath.Join(dir, "tmp", "mine"))
}

func TestRefusedApplyLeavesTheOldShard(t *testing.T) {
	boom := errors.New("boom")
	for name, o := range map[string]snapshot.Options{
		"verify": {Verify: func(string) error { return boom }},
		"lock":   {BeforeCommit: func(string) error { return boom }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(fastDir(t), "shard")
			local := smallShard(t, dir)
			before := tree(t, dir)
			err := update(disk.OS, dir, saveArchive(t, smallPartial(t)), local, o)
			require.ErrorIs(t, err, boom)
			require.NotErrorIs(t, err, snapshot.ErrCommitted)
			require.Equal(t, before, tree(t, dir))
		})
	}
}

func TestLocalFileOfTheManifestIsGone(t *testing.T) {
	dir := filepath.Join(fastDir(t), "shard")
	local := smallShard(t, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, "segments", segA, "payload_storage", "page_0.dat")))
	before := tree(t, dir)
	require.ErrorIs(t, update(disk.OS, dir, saveArchive(t, smallPartial(t)), local, snapshot.Options{}), snapshot.ErrIncomplete)
	require.Equal(t, before, tree(t, dir))
}

func TestHooksSeeTheNewTrees(t *testing.T) {
	dir := filepath.Join(fastDir(t), "shard")
	local := smallShard(t, dir)
	old, err := disk.OS.LockDir(filepath.Join(dir, "wal"))
	require.NoError(t, err)
	var verified []string
	o := snapshot.Options{
		Verify: func(d string) error {
			list, err := os.ReadDir(d)
			for _, e := range list {
				verified = append(verified, e.Name())
			}
			return err
		},
		BeforeCommit: func(d string) error {
			require.FileExists(t, filepath.Join(d, "closed-10"))
			next, err := disk.OS.LockDir(d)
			t.Cleanup(func() { _ = next.Close() })
			return err
		},
	}
	require.NoError(t, update(disk.OS, dir, saveArchive(t, smallPartial(t)), local, o))
	require.NoError(t, old.Close())
	require.Equal(t, []string{segA, segC}, verified)
	_, err = disk.OS.LockDir(filepath.Join(dir, "wal"))
	require.ErrorIs(t, err, disk.ErrLocked, "the lock taken before the switch holds the new log")
}

func TestSkipWAL(t *testing.T) {
	dir := filepath.Join(fastDir(t), "shard")
	local := smallShard(t, dir)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "wal")))
	require.NoError(t, update(disk.OS, dir, saveArchive(t, smallPartial(t)), local, snapshot.Options{SkipWAL: true}))
	require.NoDirExists(t, filepath.Join(dir, "wal"))
	require.DirExists(t, filepath.Join(dir, "segments", segC))
}

func TestStageLocksTheShard(t *testing.T) {
	dir := filepath.Join(fastDir(t), "shard")
	smallShard(t, dir)
	name := saveArchive(t, smallFull(t))
	s, err := snapshot.Stage(disk.OS, dir, name, snapshot.Options{})
	require.NoError(t, err)
	_, err = snapshot.Stage(disk.OS, dir, name, snapshot.Options{})
	require.ErrorIs(t, err, disk.ErrLocked)
	require.ErrorIs(t, snapshot.Recover(disk.OS, dir), disk.ErrLocked, "staging in use is not swept")
	require.NoError(t, s.Discard())
	require.NoError(t, s.Discard())
	require.NoError(t, snapshot.Recover(disk.OS, dir))
}

func TestRecoverRefusesADamagedJournal(t *testing.T) {
	for _, bad := range []string{"", "{}\n", "{\"version\":1,\"staging\":\"..\"}\n00000000\n"} {
		dir := filepath.Join(fastDir(t), "shard")
		smallShard(t, dir)
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".apply.journal"), []byte(bad), 0o644))
		before := tree(t, dir)
		require.True(t, disk.IsCorrupt(snapshot.Recover(disk.OS, dir)))
		require.Equal(t, before, tree(t, dir))
	}
	require.NoError(t, snapshot.Recover(disk.OS, filepath.Join(t.TempDir(), "missing")))
}

func TestRecoverSparesForeignNames(t *testing.T) {
	dir := filepath.Join(fastDir(t), "shard")
	smallShard(t, dir)
	for _, d := range []string{".incoming-mine", "incoming-0123456789abcdef", ".tmpXY12"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, d), 0o755))
	}
	before := tree(t, dir)
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".incoming-0123456789abcdef"), 0o755))
	require.NoError(t, snapshot.Recover(disk.OS, dir))
	require.Equal(t, before, tree(t, dir))
}

func TestNextIndex(t *testing.T) {
	for _, c := range []struct {
		version, carrier string
		want             uint64
	}{{"5", "6", 6}, {"5", "9", 9}, {"null", "0", 0}, {"7", "3", 8}, {"18446744073709551615", "3", 3}} {
		contents, err := stageBytes(t, t.TempDir(), archive(t, join(segmentItems(segA, c.version), tailItems(c.carrier))...))
		require.NoError(t, err)
		require.Equal(t, c.want, contents.NextIndex, "%+v", c)
	}
}
