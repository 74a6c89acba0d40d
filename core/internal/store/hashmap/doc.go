// Package hashmap is the immutable hash map of lib/common's persisted_hashmap,
// used in place from a mapping: from keys to lists of u32. Map indexes keep the
// points of each value in it, full text indexes the number of each token.
//
//	off    size  meaning
//	0         8  type of the keys, zero padded: "str", "i64" or "u128"
//	8         8  u64 position of the buckets
//	16        8  u64 number of keys K
//	24           perfect hash function, see below
//	             zeros up to a multiple of 4096, then zeros so that the entries
//	             start at a multiple of the key alignment (str 1, i64 8, u128 16)
//	pos      8K  u64 per bucket: offset of its entry, from the end of the buckets
//	             entries
//
//	entry: key (str: bytes and FF; i64: 8; u128: 16), zeros up to a multiple of 4,
//	       u32 count, count × u32. Entries start at multiples of the key alignment.
//
// # Perfect hash
//
// As fmph::Function of crate ph 0.8 over wyhash 0.5. It is stored as LEB128 number
// of levels, LEB128 size of each level in words, and the words. At level l of m
// bits a key has the bit hash(seed l)·m >> 64. The bucket of a key is the number
// of set bits before its bit in the first level where that is set. A level is
// built with one bit per remaining key, rounded up to words: bits that several
// keys hit stay unset and those keys go to the next level. A foreign key may lead
// to a bucket as well, so the stored key is always compared.
//
// All integers are little-endian.
package hashmap
