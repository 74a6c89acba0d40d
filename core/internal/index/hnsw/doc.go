// Package hnsw reads, searches, builds and writes the graph of an optimized
// segment: the directory vector_index[-<name>]/.
//
//	hnsw_config.json   parameters, see Config
//	graph.bin          m, m0 and the entry points
//	exactly one of     links_comp_vec.bin, links_compressed.bin, links.bin (probed in this order)
//
// # graph.bin
//
// Fixed-width little endian, no header:
//
//	u64 m, u64 m0, u64 ef_construct
//	u64 E, E × {u32 point, u64 level}   entry points; [0] is that of the main graph
//	u64 X, X × {u32 point, u64 level}   further entry points, a min-heap by level
//	u64 capacity                        of that heap, at least 1
//
// # Links
//
// P points, L levels. List i holds the neighbours neighbours[off(i):off(i+1)]:
//
//	list(p, 0) = p
//	list(p, l) = levelOffsets[l] + reindex[p]    reindex: rank by descending level
//
// so that level(p) is the largest l with reindex[p] < levelOffsets[l+1]-levelOffsets[l];
// one behind the last level stands O-1, O being the number of offsets. A deleted
// point has one empty list.
//
// links.bin:
//
//	 0  u64 P, u64 L, u64 N links, u64 O, u64 pad, 24 zero bytes
//	64  u64[L] levelOffsets, u32[P] reindex, u32[N] neighbours, pad bytes, u64[O] offsets (in links)
//
// links_compressed.bin:
//
//	 0  u64 P, u64 version 0xFFFFFFFFFFFFFF01, u64 L, u64 N bytes, u64 O
//	40  u8 baseBits, u8 deltaBits, u8 chunkLog       parameters of the packed offsets
//	43  u64 m, u64 m0 (unaligned), 5 zero bytes
//	64  u64[L] levelOffsets, u32[P] reindex, u8[N] neighbours, packed offsets (in bytes)
//
// links_comp_vec.bin has version …02, at 59 u64 base vector size, u8 its
// alignment, u64 link vector size, u8 its alignment, 3 zero bytes, and its tables
// at 80; the neighbours start at a multiple of the larger alignment. A list is
//
//	level 0: the vector of the point; LEB128 n; packed links; zeros up to the link
//	alignment; n link vectors; level 0: zeros up to the base alignment
//
// with positions counted from the start of the neighbours. A vector of a point may
// have no other copy: storages of the kind GraphInline read it here.
//
// # Packed links
//
// Bit stream, low bits first, padded to a byte. unsorted = max(8, bits of P-1);
// the first s = min(n, m of the level) links are sorted:
//
//	5 bits  w-8        absent when s = 0
//	s × w   deltas     w = max(8, bits of the largest), the first is absolute
//	… × unsorted bits  the rest in their order
//
// n is not stored: widths of at least 8 make the end unambiguous.
//
// # Packed offsets
//
// Chunks of K = 1<<chunkLog values: one base of baseBits, K-1 differences from it
// of deltaBits, padded to a byte; missing ones are all ones. 7 bytes 0xFF follow.
//
// # Search
//
// As in lib/segment/src/index/hnsw_index: greedy descent, then a beam of
// max(ef, limit) on level 0. A point that is not accepted is neither scored nor
// passed through. Of the accepted unvisited neighbours of a point only the first
// m of the level, in stored order, are looked at; the others stay unvisited. With
// ACORN-1 a search also looks beyond points that are not accepted.
//
// # Building
//
// Level ⌊-ln u / ln max(m,2)⌋; points in the order of their offsets; candidates of
// a beam of ef_construct go through the neighbour heuristic: one is dropped when a
// better one is nearer to it than the point is, or as near in case of equal scores.
// With one thread a seed gives one graph.
package hnsw
