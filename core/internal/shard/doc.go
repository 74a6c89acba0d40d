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
// Log, then the segments that take points before the others (a moved point is durable before its old copy goes), then the acknowledgement. Reads wait
// for the end of a segment's flush alone: most of what there is to write is written beside them.
//
// # Optimize
//
// Reads and updates go on. The sources of a plan are sealed: from then on points may be dropped from them, but not changed in place. Updates write to
// another segment, an empty one when there is none, and note what they drop. The sources are built into one segment under temp_segments/, synced
// and opened. Then, with updates held: everything is flushed; what was dropped meanwhile, and changes of payload indexes, are done to the result,
// which is flushed too; it is renamed into segments/, the sources to *.deleted, the directory synced after each; the new view is published, and the
// sources go when the reads of the old one have ended. What a crash leaves in temp_segments/ or as *.deleted the next load removes; if it leaves a
// result beside its sources, their points have equal versions and are seen once.
//
// A change of the vectors, or an applied snapshot, makes the task begin anew; Close ends it. A task that ends early unseals its sources.
package shard
