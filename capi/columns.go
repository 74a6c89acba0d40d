package main

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
)

var retrieveTexts remembered[api.RetrieveRequest]

// retrieveRequest decodes JSON or, packed, the JSON of everything but the ids, which are the floats: u64 each.
func (c *call) retrieveRequest() (*api.RetrieveRequest, error) {
	if !c.columns {
		return api.DecodeRetrieveRequestJSON(c.body)
	}
	known, err := retrieveTexts.decode(c.body, api.DecodeRetrieveRequestJSON)
	if err != nil {
		return nil, err
	}
	if len(c.floats)&1 != 0 {
		return nil, api.Errorf(api.InvalidArgument, "%d words are no list of ids", len(c.floats))
	}
	req := *known
	req.IDs = make([]api.PointID, len(c.floats)/2)
	for i := range req.IDs {
		req.IDs[i] = api.NumID(uint64(math.Float32bits(c.floats[2*i])) | uint64(math.Float32bits(c.floats[2*i+1]))<<32)
	}
	return &req, nil
}
