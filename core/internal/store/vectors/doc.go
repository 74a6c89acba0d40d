// Package vectors stores vectors by point offset: one row per point ([Table]),
// or several ([Multi]). Elements are float32, float16 or uint8.
//
// Single vectors have two forms. The appendable one is a chunked array plus
// growing flags:
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
// Vectors of the turbo types are records of a [Codec] and have directories of
// their own: tq_vectors/ for vectors/, tq_offsets/ for offsets/, tq_vectors.dat,
// which is records without a header, for matrix.dat, all of them with deleted/.
//
// Multivectors have the appendable form alone, whatever segment.json calls it:
//
//	vectors/   the rows of all points, package chunks
//	offsets/   by point, package chunks with dim 1:
//	           0  u32  first row
//	           4  u32  number of rows
//	           8  u32  rows reserved
//	deleted/   by point, package flags
//
// A new value that fits into the reserved rows overwrites them, another one goes
// to the end. The rows of a point may run over the end of a chunk when another
// implementation wrote them; ours start at the next chunk instead, which every
// version can read, unless they are more than a chunk holds. Offsets are written
// by Flush after the rows, so that they never name rows that a crash lost.
//
// deleted.dat gets exactly this length each time it is opened for writing and is
// created when it is missing, as lib/segment/src/vector_storage/dense/
// immutable_dense_vectors.rs does.
//
// A set flag means that the point has no such vector. The bytes behind it stay:
// the old vector of a deleted one; where there never was one, all ones, or one
// row of zeros for a multivector. Offsets
// below Len that were skipped hold such placeholders, so that all storages of a
// segment count the same points.
//
// Vectors are stored as they come: normalising for cosine is the caller's task.
// SetFloats rounds to the nearest float16 (ties to even), and cuts a uint8 down
// to the whole number in range.
//
// A storage may be read by many goroutines at once; Set, Delete and Close need
// exclusive access. Slices and addresses handed out are valid until Close, and
// Set writes into the same memory.
package vectors
