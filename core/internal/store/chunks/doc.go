// Package chunks keeps an array of fixed-size items in mapped files, as
// ChunkedVectors of lib/segment/src/vector_storage/chunked_vectors. Dense
// vectors, multivector offsets and appendable quantized data use it.
//
//	config.json     {"chunk_size_bytes":B,"chunk_size_vectors":C,"dim":D}, B = C · item bytes
//	status.dat      u64 number of items, the authoritative length
//	chunk_<i>.mmap  exactly B bytes each, sparse, i from 0 without a hole, made on first use
//
// Item k is at byte (k%C)·item of chunk k/C, without header or padding. Bytes
// beyond the length are undefined.
//
// # Buffering and locking
//
// Set writes into the map at once; the length stays in memory until Flush has
// synced the chunks. An Array has no lock of its own: Set, Flush and Close need
// the owner's write lock, everything else its read lock. A slice from Get or
// Chunk aliases the map and is valid until that lock is released.
package chunks
