// Package sparse is the inverted index of sparse vectors: the directory vector_index[-<name>]/ of a sparse vector. For each dimension a
// posting list holds the points that have it, ascending, with their weights.
//
// Mutable is in memory only, built from the storage; appendable segments have it. Frozen reads the files of optimized segments:
//
//	sparse_index_config.json     {"full_scan_threshold":null|N,"index_type":"ImmutableRam"|"Mmap","datatype"?,"memory"?}
//	indices_tracker.json         {"map":{"<dimension>":<number of the list>}}
//	inverted_index_config.json   {"posting_count":P,"vector_count":V,"total_sparse_size":bytes of all lists}
//	inverted_index.dat           P headers, then the lists in order; the end of a list is the start of the next, or the end of the file
//	version.info                 0.2.0, written last; without it the index is built anew from the storage
//
// A header has 24 bytes, with weights of a byte 32:
//
//	 0  u64  start of the list in the file
//	 8  u32  last point + 1, 0 when the list is empty
//	12  u32  bytes of packed points
//	16  u32  chunks of 128 points
//	20       4 bytes of padding; with weights of a byte f32 minimum, f32 step, 4 bytes of padding
//
// A list is its packed points, then the chunks, then up to 127 points that fill no chunk:
//
//	chunk      u32 first point, u32 offset in the packed points, 128 weights
//	the rest   u32 point, weight at +4, zeros up to 8 bytes
//
// Weights are float32, float16, or a byte q that stands for minimum + q·step, the step being (maximum - minimum) / 255. The points of a chunk
// are packed by their distances: value k is point k - point k-1 - 1, the point before the first being its predecessor. 128 values of b bits
// take 16·b bytes: value i is in lane i mod 4 at position i div 4; each lane packs its 32 values low bits first into b words of 32 bits; word
// w of lane l is at 4·w + l. The width b follows from the size.
//
// # Search
//
// A search goes through the points in batches, adding up what each list of the query contributes; so the sum of a point is that of the query's
// dimensions in their order. A list whose remaining weights cannot lift a point to the results is skipped up to where another list goes on, if
// the index knows how large they are: the mutable one does.
package sparse
