// Package snapshot reads, writes and applies shard snapshots: the archives that a Qdrant server streams to a device.
// It works on paths only and knows nothing of a shard's contents.
//
// # Manifest
//
// A [Manifest] says, per segment, which version each file has. Two manifests give the list of files that one side
// must send to the other ([SegmentManifest.Diff]).
//
// # Archive
//
// A plain GNU tar. Streamed form:
//
//	segments/<uuid>/files/segment_manifest.json   partial archives only, first of its segment
//	segments/<uuid>/files/<relative path>         data files; mmap files are old-GNU sparse entries ('S')
//	segments/<uuid>/files/segment.json
//	segments/<uuid>/files/version.info
//	newest_clocks.json, oldest_clocks.json        optional
//	wal/
//	wal/closed-<N>                                carries the next operation number N, no operations
//	replica_state.json
//	shard_config.json                             always last
//	two zero blocks
//
// Stored form: one `segments/<uuid>.tar` per segment, itself a tar of `snapshot/files/<relative path>` without end mark; same tail.
//
// A server that fails while it streams just stops: the client sees a shorter archive. So an archive is trusted only
// when its end mark, its tail and every file that its manifests promise have been seen.
//
// # Applying
//
//	staged, err := snapshot.Stage(fs, shardDir, archive, opts)   // unpack + verify; the shard stays in use
//	plan, err := snapshot.Plan(localManifest, staged.Contents)   // pure
//	err = staged.Apply(plan, opts)                               // all or nothing
//
// Everything happens in `<shard>/.incoming-<16 hex>/`, on the shard's own file system:
//
//	segments/, wal/     the complete new trees; unchanged files are hard links to the live ones
//	<name>.json         clock files to move
//	old-segments/, …    where the fallback without an exchanging rename parks the old trees
//
// The commit point is the rename of the journal to `<shard>/.apply.journal`: before it the shard is the old one, after it
// [Recover] finishes the switch however often it is interrupted. A linked file is never opened for writing here: until the commit the old
// tree owns it, after the commit the new one does.
//
// # Locks
//
// [Stage] holds an flock on the shard directory itself until Apply or Discard, [Recover] takes the same one when it has
// something to do, together with the one on `wal/`. The owner of a live shard also holds the flock on `wal/`, which is an inode and stays with the old
// tree: [Options].BeforeCommit receives the staged `wal/` so that the owner can lock the new one before it becomes visible.
package snapshot
