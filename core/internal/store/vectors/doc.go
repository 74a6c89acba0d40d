// Package vectors stores dense float32 vectors by point offset.
//
// Two forms exist. The appendable one is a chunked array plus growing flags:
//
//	vectors/config.json vectors/status.dat vectors/chunk_<i>.mmap   package chunks
//	deleted/status.dat deleted/flags_a.dat                          package flags
//
// The immutable one is two files:
//
//	matrix.dat    0  4  "data"
//	              4  …  rows of dim little-endian elements, no padding, no trailer
//	deleted.dat   0  4  "drop"
//	              4  4  zero
//	              8  …  bitmap, LSB first, ceil(ceil(n/8)/8)*8 bytes; 1 = deleted
//
// deleted.dat gets exactly this length each time it is opened for writing and is
// created when it is missing, as lib/segment/src/vector_storage/dense/
// immutable_dense_vectors.rs does.
//
// A set flag means that the point has no such vector. The bytes behind it stay:
// the old vector of a deleted one, all ones where there never was one. Offsets
// below Len that were skipped hold such placeholders, so that all storages of a
// segment count the same points.
//
// Vectors are stored as they come: normalising for cosine is the caller's task.
//
// A storage may be read by many goroutines at once; Set, Delete and Close need
// exclusive access. Slices and addresses handed out are valid until Close, and
// Set writes into the same memory.
package vectors
