package api

// ErrorKind says what went wrong, in terms a caller can act on.
type ErrorKind uint8

// The kinds of error.
const (
	Internal ErrorKind = iota + 1
	InvalidArgument
	NotFound
	AlreadyExists
	Locked
	Closed
	Corrupt
	DiskFull
	Unsupported
	Incompatible
	IncompleteSnapshot
	IO
	Cancelled
)

var kindNames = [...]string{"", "internal", "invalid_argument", "not_found", "already_exists", "locked", "closed", "corrupt",
	"disk_full", "unsupported", "incompatible", "incomplete_snapshot", "io", "cancelled"}

// Sentinels for errors.Is.
var (
	ErrInternal           error = &Error{Kind: Internal}
	ErrInvalidArgument    error = &Error{Kind: InvalidArgument}
	ErrNotFound           error = &Error{Kind: NotFound}
	ErrAlreadyExists      error = &Error{Kind: AlreadyExists}
	ErrLocked             error = &Error{Kind: Locked}
	ErrClosed             error = &Error{Kind: Closed}
	ErrCorrupt            error = &Error{Kind: Corrupt}
	ErrDiskFull           error = &Error{Kind: DiskFull}
	ErrUnsupported        error = &Error{Kind: Unsupported}
	ErrIncompatible       error = &Error{Kind: Incompatible}
	ErrIncompleteSnapshot error = &Error{Kind: IncompleteSnapshot}
	ErrIO                 error = &Error{Kind: IO}
	ErrCancelled          error = &Error{Kind: Cancelled}
)
