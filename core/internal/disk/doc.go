// Package disk is the only door between the engine and the file system.
//
// Every operation that creates, resizes, renames, links, removes or syncs a
// file goes through an [FS], so that a test can count, fail or cut each of
// them (package faultfs). Writes into a [Mapping] do not pass the FS: they are
// plain memory stores, made durable by Mapping.Sync.
//
// # Mappings and growth
//
// A file that grows is first truncated to its new size through the FS and then
// mapped again by [Mapping.Remap]. The earlier view of the same file stays
// mapped until Close, so a slice taken before the growth never faults. The
// field Data itself is replaced without a lock, hence the rule for owners:
//
//   - the owner holds its write lock while it calls Remap or stores into Data;
//   - readers look at Data, and at slices of it, under the owner's read lock;
//   - a slice of Data means nothing after that lock is released: its bytes may
//     be overwritten, and after Close reading it faults.
//
// A mapped file that somebody else truncates makes loads fault; [Guard] turns
// the fault into a [CorruptError].
//
// # Corruption
//
// Bytes that cannot be right are reported as [CorruptError] with the file and
// the offset; callers test with [IsCorrupt].
package disk
