// Package segment composes one segment directory: id tracker, vectors, payload, versions.
//
//	segment.json                 {"initial_version":N|null,"version":N|null,"config":{…}}; config is kept byte for byte
//	version.info                 "0.6.0", written last: a directory without it is unfinished
//	mutable_id_tracker.* | id_tracker.*
//	payload_storage/ payload_index/
//	vector_storage[-<name>]/     packages store/vectors, store/sparse and quant
//	vector_index[-<name>]/       graph (package hnsw) or posting lists (package index/sparse) of an optimized segment
//
// Rules that hold everywhere in this package:
//
//   - A point operation is skipped when the stored version of the point is larger than the operation's number (equal is applied again).
//   - Within a point the payload is written first, then the vectors, then the id link, the version last.
//   - Flush writes id mappings, then vectors, then payload, then versions, then segment.json.
//   - The quantized form of an appendable segment takes each vector in as it is given; it is made at load where the configuration asks for one
//     that is not there. A form that does not fit the kind of segment does not count.
//   - A kind of vector or a version that this release cannot read is an Unsupported error at open, before anything is changed.
//
// A Segment carries a lock which callers take: RLock around reads, Lock around writes and Flush. No method locks by itself.
package segment
