package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/qdrant-edge-go/edge/core/edge"
)

// runManifest prints what a partial snapshot request for the shard would send.
func runManifest(args []string, out io.Writer) (err error) {
	if len(args) != 1 {
		return errUsage
	}
	shard, err := edge.Load(args[0], nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shard.Close()) }()
	manifest, err := shard.SnapshotManifest(context.Background())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", manifest)
	return err
}

// runUnpack unpacks a full snapshot into a new shard directory.
func runUnpack(args []string, _ io.Writer) error {
	if len(args) != 2 {
		return errUsage
	}
	return edge.UnpackSnapshot(args[0], args[1])
}
