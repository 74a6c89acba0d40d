package main

import (
	"fmt"
	"io"

	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/check"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// runManifest prints what a partial snapshot request for the shard would send, of what is in its segments.
func runManifest(args []string, out io.Writer) (err error) {
	paths, _, err := inspection("manifest", args, 1, nil) // it is JSON in any case
	if err != nil {
		return err
	}
	m, err := check.Manifest(disk.OS, paths[0])
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", m.AppendJSON(nil))
	return err
}

// runUnpack unpacks a full snapshot into a new shard directory.
func runUnpack(args []string, _ io.Writer) error {
	if len(args) != 2 {
		return errUsage
	}
	return edge.UnpackSnapshot(args[0], args[1])
}
