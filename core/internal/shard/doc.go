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
package shard
