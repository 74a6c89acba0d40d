// Package pointvalues is the file point_to_values.bin of immutable field
// indexes: the values of each slot, used in place from a mapping.
//
//	off   size  meaning
//	0        8  u64 4096, position of the ranges
//	8        8  u64 number of slots n
//	16    4080  0
//	4096   16n  per slot: u64 position of its first value, u64 number of values
//	            values back to back: text u32 length and bytes; i64, f64 8 bytes;
//	            u128 16; geo f64 longitude, f64 latitude
//
// The values of a slot end where those of the next slot begin, the last ones at
// the end of the file. All integers are little-endian.
package pointvalues

// FileName is the name of the file in the directory of an index.
const FileName = "point_to_values.bin"
