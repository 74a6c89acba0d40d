// Package check verifies a shard directory as fsck does a file system: every file is read, every reference from one to another is followed.
// Nothing is changed. It also describes files, for the inspector.
//
// What is verified, per segment: that the parts open at all; ids against offsets in both directions, versions against the segment's; each
// vector, payload and pointer of each store, the blocks that stores claim; vectors against the id tracker; quantized vectors against the vectors;
// the lists of graphs, level by level, and the vectors beside their links;
// posting lists against the vectors they came from; payload indexes against the payloads; the files against the manifest. Per shard: the
// configuration against the segments, points that stand in two of them, the log's chain of entries and its numbers against the versions.
//
// A finding is damage when something can not be read or two parts contradict each other, repair when the next load mends it or loses nothing,
// and note when it is only worth knowing.
package check
