package field

import (
	"encoding/json"
)

// Payloads is where the indexes are built from.
type Payloads interface {
	// Total is the number of slots.
	Total() int
	// Deleted reports a slot without a point.
	Deleted(off uint32) bool
	// Payload appends the raw payload of a slot to dst; nil is an empty one.
	Payload(off uint32, dst []byte) ([]byte, error)
}

// Named is the schema of a key as stored: a bare type name or an object with the type and its parameters.
type Named struct {
	Key    string
	Schema json.RawMessage
}
