//go:build slim

package main

import (
	"crypto/tls"
	"errors"
	"io"

	"github.com/qdrant-edge-go/edge/core/hub"
)

// serveGRPC refuses an address: a slim program has no gRPC.
func serveGRPC(address string, _ *hub.Hub, _ *tls.Config, _ io.Writer) (stop func(), err error) {
	if address != "" {
		return nil, errors.New("this program was built without gRPC")
	}
	return func() {}, nil
}
