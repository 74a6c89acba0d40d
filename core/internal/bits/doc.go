// Package bits holds bit sets over 64-bit words and over raw bytes.
//
// Bit i is bit i%64 of word i/64, and equally bit i%8 of byte i/8 of the same
// words stored little-endian: the order of every bit array in a Qdrant shard.
// Searches for runs of free blocks and masks of deleted points use the byte
// form directly on mapped files.
package bits
