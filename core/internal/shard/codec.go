package shard

import "github.com/qdrant-edge-go/edge/core/api"

// decodeOperation reads the content of a log entry.
func decodeOperation(data []byte) (api.UpdateOperation, error) {
	op, err := api.DecodeUpdateOperationCBOR(data)
	return op, api.Wrap(api.InvalidArgument, err, "undecodable operation")
}
