// Package segment composes one segment directory: id tracker, dense vectors, payload, versions.
//
//	segment.json                 {"initial_version":N|null,"version":N|null,"config":{…}}; config is kept byte for byte
//	version.info                 "0.6.0", written last: a directory without it is unfinished
//	mutable_id_tracker.* | id_tracker.*
//	payload_storage/ payload_index/
//	vector_storage[-<name>]/     chunked (appendable) or matrix.dat (optimized)
//	vector_index[-<name>]/       graph of an optimized segment, see package hnsw
//
// Rules that hold everywhere in this package:
//
//   - A point operation is skipped when the stored version of the point is larger than the operation's number (equal is applied again).
//   - Within a point the payload is written first, then the vectors, then the id link, the version last.
//   - Flush writes id mappings, then vectors, then payload, then versions, then segment.json.
//   - A kind of vector or a version that this release cannot read is an Unsupported error at open, before anything is changed.
//
// A Segment carries a lock which callers take: RLock around reads, Lock around writes and Flush. No method locks by itself.
package segment
