// Package sparse stores sparse vectors by point offset: which dimensions are not zero, and their weights.
//
//	store/    the values by offset, package grid with grid.SparseOptions
//	deleted/  package flags; 1 = the point has no vector
//
// A point has a vector when it has a value and no flag. A value:
//
//	u64    bytes of packed indices
//	…      packed indices: bits, low first, the last byte padded with zeros; no byte at all for no index
//	         6 bits      width - 8
//	         width bits  per index its distance to the one before; the first is absolute
//	u64    number of weights
//	f32 …  weights, in the order of the indices
//
// Indices ascend; equal ones are stored as they come, which other implementations allow. As the width is at least 8, the bits that are left over hold no further index: their number is
// floor((bits-6)/width) and equals that of the weights. The weights are float32, whatever the index beside it keeps.
//
// Deleting removes the value and sets the flag. Flush makes values durable first, then flags. A Store has no lock of its own: Set, Delete,
// Flush and Close need exclusive access.
package sparse
