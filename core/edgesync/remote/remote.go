package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Server is one collection of a Qdrant server, a cluster or a hub, as synchronisation sees it. Methods are safe for concurrent use; failures
// are of type *Error, but for a cancelled context, whose error they wrap.
type Server interface {
	// Info describes the collection; Exists is false, with no error, when there is none.
	Info(ctx context.Context) (*Info, error)
	// Apply executes operations in their order and waits until each is completed. After an error the first Done operations of it are
	// completed, those behind Done may or may not have been executed.
	Apply(ctx context.Context, ops []api.UpdateOperation) error
	// Retrieve returns the points that exist, with payload.
	Retrieve(ctx context.Context, ids []api.PointID, withVector bool) ([]api.Record, error)
	// Snapshot asks a shard for its state: all of it, or what a client with a manifest lacks. ErrNotModified when it lacks nothing.
	Snapshot(ctx context.Context, shard uint32, manifest []byte) (*Download, error)
	// Mark sets a key of the metadata of the collection, by which it is recognised; a server that has no metadata returns ErrUnsupported.
	Mark(ctx context.Context, key, value string) error
}

// Info describes a collection.
type Info struct {
	Exists   bool
	Config   json.RawMessage // as GET /collections/{c} has it under result.config
	Metadata json.RawMessage // a JSON object; nil when there is none
	Points   uint64          // points_count, over all shards; may be approximate
	Status   string          // green, yellow, grey, red
	Shards   []uint32        // ids of the shards to mirror, ascending
	Version  string          // of the server, "1.19.0"; "" when unknown
	Peer     string          // identifies the serving peer; "" when unknown
}

// Download is an archive that is being received. Read returns io.EOF only when all of it has come; a connection that breaks is resumed inside
// where the server can, and is an *Error of kind Retryable where it cannot.
type Download struct {
	io.ReadCloser
	Size   int64        // of the archive in bytes as it is read, -1 when unknown
	SHA256 string       // lower-case hex of the archive as it is read, "" when unknown
	Stored bool         // a stored snapshot (segments are archives of their own) that Close deletes from the server
	Wire   func() int64 // bytes received so far, before decompression; nil when not counted
}

// ErrNotModified says that the client's manifest is the state of the shard.
var ErrNotModified = errors.New("the shard has not changed")

// ErrUnsupported says that the server does not have the call.
var ErrUnsupported = errors.New("the server does not support this call")

// Kind says what to do about a failure.
type Kind uint8

// The kinds of failure.
const (
	Retryable Kind = iota // try again later: no connection, time-outs, 429, 5xx
	Auth                  // the key is missing, wrong or does not allow the call
	Permanent             // this operation will never be accepted
	NotFound              // a point or an index that the operation names does not exist
	Identity              // the collection does not exist, or is not the one that it was
	TooLarge              // send less at once
)

var kindNames = [...]string{"retryable", "auth", "permanent", "not_found", "identity", "too_large"}

// String is the name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Error is a failed call.
type Error struct {
	Kind       Kind
	Msg        string        // what the server said, without secrets
	RetryAfter time.Duration // what it asked for; 0 when it did not
	Done       int           // of Apply: operations at the front that are completed
	Err        error         // the cause; may be nil
}

// Error returns the kind, the message and the cause.
func (e *Error) Error() string {
	s := "server: " + e.Kind.String()
	if e.Msg != "" {
		s += ": " + e.Msg
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
