// Package oplog is an append-only log of records with checksums: the one log of a synced shard. It knows nothing of what the records say.
//
// A directory holds files named by the index of their first record, 20 digits and ".log". The records of a file follow each other, those of the next
// file go on where they end. All numbers are little-endian.
//
//	file    "QEOPLOG\n"  8 bytes
//	        version      u32, 1
//	        zero         u32
//	        first        u64  index of the first record, as in the name
//	        crc          u32  CRC-32C of the 24 bytes before
//	record  mark         4 bytes  a7 52 45 43
//	        length       u32  of the content
//	        index        u64
//	        kind         u8   the owner's
//	        crc          u32  CRC-32C of length, index, kind and content
//	        content
//
// A record counts when all of it is there. An append that was cut leaves a tail without a record in it, which Open takes off. Damage is something
// else: when a sound record stands behind the one that cannot be read, records have been lost, and Open says so instead.
package oplog
