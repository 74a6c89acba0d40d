// Package faultfs wraps a disk.FS and lets a test decide about every operation
// that changes something: count it, fail it (no space left), cut it short (a
// torn write) or stop the world there (a crash).
//
//	ffs := faultfs.New(disk.OS)
//	ffs.Hook = func(op faultfs.Op, path string) error {
//		if op.N >= 17 { return syscall.ENOSPC }
//		return nil
//	}
//
// Operations are numbered from 1 in the order they are asked for. Reading
// operations are not counted. Stores into a mapping are invisible; its msync
// is the operation KindMsync.
package faultfs
