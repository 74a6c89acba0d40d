// Package grid is Qdrant's gridstore (lib/blobstore, mode "mutable"): a map from
// u32 keys to byte strings in pages of fixed-size blocks. Payloads, sparse
// vectors and the appendable field indexes are kept in it.
//
//	config.json  {"mode":"mutable","page_size_bytes":P,"block_size_bytes":B,
//	              "region_size_blocks":R,"compression":"LZ4"|"None"}
//	tracker.dat  u32 count (highest key ever set + 1), then one slot of 16 bytes per key:
//	             u32 0|1 (value present), u32 page, u32 first block in it, u32 length in bytes
//	page_<n>.dat exactly P bytes each, sparse; a value takes ceil(length/B) consecutive
//	             blocks and may run over the end of its page into the next one
//	bitmask.dat  one bit per block of all pages (LSB first), 1 = used
//	gaps.dat     per region of R blocks: u16 longest, u16 leading, u16 trailing free run
//	tracker_journal.dat  optional redo log of tracker.dat, see journal.go
//
// All integers are little-endian. A stored value is the raw bytes, or with LZ4
// a u32 uncompressed length and one raw LZ4 block.
//
// # Changes and durability
//
// Put takes free blocks, writes the value into the mapped page at once and marks
// the blocks used; the pointer stays in memory until Flush. Blocks of an older
// value stay untouched until the flush that makes the new pointer durable, so
// after a crash every pointer of tracker.dat leads to the value it was written
// for. The flush order is:
//
//	bitmask + gaps → pages → journal → tracker.dat → free old blocks in bitmask + gaps
//
// A crash leaks at most some blocks (marked used, not referenced).
//
// # Locking
//
// A Grid has no lock of its own: Put, Delete, Flush and Close need the owner's
// write lock, everything else its read lock. A value from View may alias
// the map and is valid until that lock is released; Get copies.
package grid
