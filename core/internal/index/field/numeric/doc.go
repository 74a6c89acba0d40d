// Package numeric keeps integers, floats and datetimes of points in order, for
// ranges and for ordering by them: the numeric index of Qdrant. Datetimes are
// integers, microseconds since 1970.
//
// # Mutable form
//
// Of appendable segments: a gridstore (package grid) with blocks of 8 bytes, the
// values of each slot that has some as i64 × k or f64 × k, in their order and with
// repetitions. In memory stand the values of the slots and an ordered set of pairs
// of a value and a slot, 12 bytes per pair.
//
// # Immutable form
//
// Of optimized segments, used in place:
//
//	mmap_field_index_config.json  {"max_values_per_point":k}
//	data.bin                      the pairs: i64 or f64, u32 slot, u32 0; each once, by value, then slot
//	data_block_index.bin          package blockindex: first pair of every 1024
//	point_to_values.bin           package pointvalues: the values of each slot, with repetitions
//	deleted.bin                   package bitmask: slots that had no values
//	histogram_config.json         {"max_bucket_size":10000,"precision":0.01,"total_count":n}
//	histogram_borders.bin         u64 count, then per border: value, u32 slot, u64 left, u64 right
//
// A border of the histogram is a pair; left and right count the pairs up to the
// next borders. Qdrant estimates ranges with it; here pairs are counted, and the
// histogram is written for others. Build writes the bytes that Qdrant writes.
//
// All integers are little-endian. A NaN is never indexed; -0 equals 0.
//
// Points are removed from the immutable form in memory only; whoever opens it
// names the removed ones again (Options.Deleted).
//
// # Locking
//
// An Index has no lock of its own: Set, Remove, Flush and Close need the owner's
// write lock, everything else its read lock.
package numeric
