// Package shard is one shard directory: its segments, its write-ahead log, its configuration.
//
//	edge_config.json        the resolved configuration, replaced at every load
//	segments/<uuid>/        see package segment
//	wal/                    see package store/wal; its lock is the lock of the shard; absent when wal_enabled=false: then that of segments/
//
// # Reads
//
// A read works on a View, an immutable list of segments, each with a mask of hidden slots: older copies of points that a crash left in two
// segments. The view is published in one atomic pointer; Acquire takes the read locks of its segments, so that a read sees every update
// wholly or not at all.
//
// # Updates
//
// One at a time: validate, append to the log (the entry's index is the operation number), apply under the write locks. What is refused
// never reaches the log. A point in a segment that is not appendable is copied into an appendable one, changed there, and dropped in the old.
//
// # Flush
//
// Log, then appendable segments before the others (a moved point is durable before its old copy goes), then the acknowledgement.
//
// # Optimize
//
// Updates wait. Everything is flushed; each plan's segments are built into one under temp_segments/, synced and test-opened; the result is renamed
// into segments/, the sources to *.deleted, the directory synced after each; then the new view is published, and the sources go when the reads of
// the old one have ended. What a crash leaves in temp_segments/ or as *.deleted the next load removes; if it leaves a result beside its sources, their
// points have equal versions and are seen once.
package shard
