package main

import (
	"encoding/json"

	"github.com/qdrant-edge-go/edge/core/edge"
)

func checkShard(c *call) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	r, err := edge.Check(a.Path)
	if err != nil {
		return err
	}
	out, err := json.Marshal(r)
	c.out = append(c.out, out...)
	return err
}
