package snapshot

import (
	"errors"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
)

var (
	// ErrIncomplete marks an archive that ends early or lacks a part that its manifests promise.
	ErrIncomplete = errors.New("incomplete snapshot")
	// ErrMalformed marks an archive or a manifest that breaks the format.
	ErrMalformed = errors.New("malformed snapshot")
	// ErrHostile marks an archive that tries to leave its directory, uses forbidden entry types or exceeds the limits.
	ErrHostile = errors.New("hostile snapshot")
	// ErrDiverged marks a partial snapshot that would mix files of the server with newer local ones.
	ErrDiverged = errors.New("local segment has diverged from the snapshot")
	// ErrNoChange is no failure: the body is empty, as that of a "304 Not Modified" answer saved to a file.
	ErrNoChange = errors.New("snapshot holds no change")
	// ErrNotEmpty tells that the target of an unpack already holds a shard.
	ErrNotEmpty = errors.New("path already contains segment data")
	// ErrCommitted tells that an apply failed at or after its commit point: [Recover] decides what the shard is and completes it. The
	// owner must give up its handles of the shard first.
	ErrCommitted = errors.New("snapshot may be committed and is not completely installed")
)

// fault joins a class of this package with an error kind of the API.
type fault struct {
	class error
	err   *api.Error
}

func (f *fault) Error() string   { return f.class.Error() + ": " + f.err.Msg }
func (f *fault) Unwrap() []error { return []error{f.class, f.err} }

func faultf(class error, kind api.ErrorKind, format string, args ...any) error {
	return &fault{class: class, err: &api.Error{Kind: kind, Msg: fmt.Sprintf(format, args...)}}
}

func incompletef(format string, args ...any) error {
	return faultf(ErrIncomplete, api.IncompleteSnapshot, format, args...)
}

func malformedf(format string, args ...any) error {
	return faultf(ErrMalformed, api.Corrupt, format, args...)
}

func hostilef(format string, args ...any) error {
	return faultf(ErrHostile, api.InvalidArgument, format, args...)
}

func divergedf(format string, args ...any) error {
	return faultf(ErrDiverged, api.Incompatible, format, args...)
}
