// Package flags keeps a growing array of bit flags in two files, as
// DynamicStoredFlags of lib/segment/src/common/flags/dynamic_stored_flags.rs.
// Qdrant uses it for deleted vectors and for boolean and null indexes.
//
//	status.dat   16 bytes: u64 number of flags n, u64 file id (0)
//	flags_a.dat  flag i = byte[i/8] >> (i%8) & 1; size max(1 MiB, nextPow2(ceil(n/8))), sparse
//	flags_b.dat  only in old directories whose file id is not 0: it replaces flags_a.dat at open
//
// All integers are little-endian; bits at or beyond n are unset.
//
// # Buffering
//
// The flags live in memory (one bit each). Set and SetLen change memory alone;
// Flush writes the changed words, syncs them, and only then writes the length.
// A crash therefore never leaves a flag whose data was not flushed before it.
//
// A Flags has no lock of its own: its owner serialises changes against reads.
package flags
