package shard

import "github.com/qdrant-edge-go/edge/core/api"

// encodeOperation is the content of a log entry.
func encodeOperation(op api.UpdateOperation) []byte { return api.AppendUpdateOperationCBOR(nil, op) }

func decodeOperation(data []byte) (api.UpdateOperation, error) {
	op, err := api.DecodeUpdateOperationCBOR(data)
	return op, api.Wrap(api.InvalidArgument, err, "undecodable operation")
}
