// Package geo keeps places of points, for boxes, circles and polygons: the geo index of Qdrant.
//
// A place belongs to a cell, its geohash of twelve characters: 30 bits of the longitude and 30 of the latitude in turn, from the top, the number of
// characters in the last four bits. Along the cells in their order the places of a square of the globe are neighbours. Longitude 180 and the north
// pole wrap into the first column and row.
//
// # Mutable form
//
// Of appendable segments: a gridstore (package grid) with blocks of 16 bytes, the values of each slot that has some as (f64 longitude, f64
// latitude) × k, in their order and with repetitions. In memory stand the values of the slots and a sorted list of cells and slots, 12 bytes per
// value.
//
// # Immutable form
//
// Of optimized segments, used in place:
//
//	mmap_field_index_stats.json      {"points_values_count":n,"max_values_per_point":k}
//	point_to_values.bin              package pointvalues: the values of each slot up to the last that has some
//	deleted.bin                      package bitmask: slots that had no values
//	points_map.bin                   per cell that has points: u64 cell, u32 first and u32 end of its points in points_map_ids.bin
//	points_map_ids.bin               u32 slot; each once per cell; ascending here, in any order when Qdrant writes it
//	counts_per_hash.bin              per prefix, of 0 to 12 characters, of a cell that has points: u64 prefix, u32 points, u32 values
//	points_map_block_index.bin       package blockindex, optional
//	counts_per_hash_block_index.bin  package blockindex, optional
//
// Both arrays are in the order of their cells as integers. All integers are little-endian. Build writes the bytes that Qdrant writes, apart from the
// order of the points of a cell.
//
// Points are removed from the immutable form in memory only; whoever opens it names the removed ones again (Options.Deleted).
//
// # Search and estimates
//
// A query looks at ranges of the curve of cells, which are found by quartering the globe; only places of squares on the edge of the area are looked
// at one by one. Estimates are Qdrant's: it covers an area with up to twelve geohashes of one length and adds up what those count.
//
// # Locking
//
// An Index has no lock of its own: Set, Remove, Flush and Close need the owner's write lock, everything else its read lock.
package geo
