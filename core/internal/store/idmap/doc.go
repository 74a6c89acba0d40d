// Package idmap maps the point ids of a segment to its slots ("offsets") and
// keeps the version of every slot, as Qdrant's lib/segment/src/id_tracker.
//
// Three forms exist on disk; Open picks the one it finds.
//
// # Mutable: mutable_id_tracker.mappings and .versions
//
// The mappings file is a log without a header. All integers are little-endian,
// UUIDs in text order.
//
//	tag  record                            size
//	  1  tag, u64 number, u32 offset         13
//	  2  tag, UUID, u32 offset               21
//	  3  tag, u64 number: deleted             9
//	  4  tag, UUID: deleted                  17
//
// A torn last record is cut off at open; an unknown tag is corruption. The
// versions file is an array of u64 by offset of which only changed entries are
// written; holes read as 0, entries beyond the end do not exist, a torn last
// entry is ignored. Neither file exists before the first flush.
//
// # Immutable: id_tracker.mappings, .deleted and .versions
//
//	mappings  u64 n, then n × {u8 0 number | 1 UUID, u64 | UUID, u32 offset}
//	deleted   n bits, LSB first, rounded up to 8 bytes; 1 = deleted
//	versions  u64 × n
//
// # Disk: id_tracker.i2e, .e2i, .is_uuid, .deleted and .versions
//
//	i2e      u64 magic, u32 version 2, u32 0, u64 n, u64 0, then n × u128
//	is_uuid  bit mask container "QBMK" of n bits (package bitmask)
//	e2i      u64 magic, u32 version 2, u32 0, u64 N, u64 U, u32 1365, u32 819,
//	         u64 0, block index of the numbers (u64 each), pad to 16, block
//	         index of the UUIDs (u128 each), N × {u64, u32}, pad to 16,
//	         U × {u128, u32}
//
// # Memory and order
//
// The mutable form keeps one sorted structure per kind of id (order.go): it
// answers look-ups and walks ids in order, so paging through the points costs no
// sort, whatever is inserted between two pages. Numbers take 12 bytes there and
// 8 in the slot table, UUIDs 20 and 24. The immutable form is searched in its
// mapped file when that file is in id order, which is how optimizers write it,
// and costs no heap then; the disk form always is.
//
// Changes stay in memory until FlushMappings and FlushVersions. A segment flush
// calls the first before and the second after its data files, so that a version
// on disk proves that the point is complete. A tracker may be read from several
// goroutines, but not while one changes it, nor changed while From is walking.
package idmap
