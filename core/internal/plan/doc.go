// Package plan decides which segments an optimization builds anew. It is pure: statistics and configuration in, plans out.
//
// Four optimizers look at the segments in this order, each at those that the ones before it left:
//
//   - merge: as many of the smallest segments as fit into one, while there are more segments than wanted
//   - indexing: segments with a vector that has reached the indexing threshold and has no graph, or whose vectors belong on disk and are not
//   - vacuum: segments with many deleted points, or many points that left the graph since it was built
//   - config mismatch: segments whose graph, quantization or placement is not what the configuration asks for
//
// Thresholds, defaults and tie-breaks are those of lib/shard/src/optimizers, so that both implementations leave the same segments alone.
package plan
