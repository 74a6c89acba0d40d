// Package bitmask keeps fixed arrays of bits in one file: the container "QBMK"
// of lib/common's stored_bitmask, and the plain array that field indexes used
// before it.
//
//	off  size  meaning
//	  0     4  "QBMK"
//	  4     4  u32 version 1
//	  8     8  u64 number of bits n
//	 16     4  u32 encoding: 0 dense, 1 roaring of the ones, 2 of the zeros
//	 20     4  0
//	 24     8  u64 length of the payload
//	 32        payload: ceil(n/64) u64 words, or a portable roaring bitmap
//
// # Masks of field indexes
//
// An immutable field index has a mask of the slots that had no values when it
// was built:
//
//	deleted_mask.bin   the container; it wins
//	deleted.bin        ceil(n/64) u64 words (deleted_points.dat of full text)
//
// The plain array is what Qdrant writes, the container is behind a switch of it.
package bitmask
