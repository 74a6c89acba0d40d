package disk

import (
	"errors"
	"fmt"
)

// ErrLocked reports that another process (or another handle of this one) holds
// the lock of a directory.
var ErrLocked = errors.New("directory is locked by another handle")

// ErrNoExchange reports that the file system cannot swap two names atomically.
// The caller falls back to three renames under a journal of its own.
var ErrNoExchange = errors.New("atomic exchange of two names is not supported")

// ErrReadOnly reports a change asked of a storage that was opened read-only.
var ErrReadOnly = errors.New("storage is open read-only")

// CorruptError says that the bytes of a file contradict its format.
type CorruptError struct {
	File   string // name as it was opened
	Offset int64  // byte offset of the offending field
	Reason string // what was found and what was expected
}

// Error implements error.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("corruption: %s: offset %d: %s", e.File, e.Offset, e.Reason)
}

// Corruptf makes a CorruptError.
func Corruptf(file string, off int64, format string, args ...any) error {
	return &CorruptError{File: file, Offset: off, Reason: fmt.Sprintf(format, args...)}
}

// IsCorrupt tells whether err, or an error it wraps, is a CorruptError.
func IsCorrupt(err error) bool {
	var c *CorruptError
	return errors.As(err, &c)
}
