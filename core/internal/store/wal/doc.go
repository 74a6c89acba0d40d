// Package wal is the write-ahead log of a shard: a list of numbered byte
// strings kept in segment files of fixed capacity, as Qdrant's lib/wal.
//
// # Files
//
//	open-<id>       writable segment; ids grow from 1
//	closed-<start>  full segment; start = index of its first entry
//	tmp-open-<id>   segment being created; removed at open
//	first-index     {"ack_index":N}, replaced atomically
//
// Other names and directories are ignored. Closed segments are contiguous: each
// starts where the one before it ends, and the active open segment starts where
// the last closed one ends (0 if there is none). An empty closed segment, down
// to its 8 header bytes, is legal and carries only the next index.
//
// # Segment
//
//	off  size  meaning
//	  0     3  "wal"
//	  3     1  version 0
//	  4     4  u32 seed of the checksum chain
//	  8        entries back to back, then zeros up to the capacity
//
// # Entry (multiple of 8 bytes)
//
//	off    size       meaning
//	  0    8          u64 data length n
//	  8    n          data
//	  8+n  (4-n)&7    zeros
//	       4          u32 CRC-32C of all bytes before it
//
// The checksum continues from the complemented bit reversal of the previous
// entry's checksum (the seed for the first entry), so an entry is only valid
// after its predecessors. Reading stops without an error at the first entry
// that does not fit or does not match; the rest of the segment is free space.
// Every append also zeroes the 16 bytes behind the new entry: a stale entry
// left behind a torn one can then never continue the chain.
//
// # Durability
//
// Append hands the bytes to the kernel and returns, so they survive the death of
// the process; Flush makes them survive the death of the machine.
package wal
