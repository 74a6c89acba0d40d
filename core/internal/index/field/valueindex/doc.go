// Package valueindex maps keywords, integers and UUIDs to the points that have
// them, and back: the map index of Qdrant.
//
// # Mutable form
//
// Of appendable segments: a gridstore (package grid) of the values of each slot
// that has some, in their order and with repetitions:
//
//	keyword  CBOR array of texts                          blocks of 16 bytes
//	integer  i64 × k                                      blocks of 8 bytes
//	uuid     u128 × k, the UUID as a big-endian number    blocks of 16 bytes
//
// The values live in memory as well: each distinct value once, 4 bytes per slot
// for its value (or the place of its list of values), and a posting per value.
//
// # Immutable form
//
// Of optimized segments, used in place:
//
//	mmap_field_index_config.json  {"total_key_value_pairs":N}, the sum of distinct values per slot
//	values_to_points.bin          package hashmap: value → slots, ascending
//	point_to_values.bin           package pointvalues: distinct values of each slot
//	deleted.bin                   package bitmask: slots that had no values
//	prefix_index.bin              keywords in order, when the schema has "prefix"
//
// prefix_index.bin:
//
//	 0  8  "QdrPrfx" and 00
//	 8  8  u32 version 1, u32 0
//	16  8  u64 number of keys
//	24  8  u64 number of blocks
//	32  8  u64 size of the block index
//	40     block index, per block: u32 size, u32 keys, u32 length of the first key,
//	       u32 0, u64 points of all its keys, first key
//	       blocks, per key: u32 bytes shared with the key before, u32 further
//	       bytes, u32 points, further bytes; a block ends at or beyond 4096 bytes
//
// All integers are little-endian. What Qdrant writes and what Build writes is the
// same but for the order of the entries in values_to_points.bin, which is random
// there and ascending here.
//
// Points are removed from the immutable form in memory only; whoever opens it
// names the removed ones again (Options.Deleted).
//
// # Locking
//
// An Index has no lock of its own: Set, Remove, Flush and Close need the owner's
// write lock, everything else its read lock.
package valueindex
