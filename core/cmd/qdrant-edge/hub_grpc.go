//go:build !slim

package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"

	"github.com/qdrant-edge-go/edge/core/hub"
	"github.com/qdrant-edge-go/edge/core/hub/rpc"
)

// serveGRPC serves the hub on a second address until stop is called; none without an address.
func serveGRPC(address string, h *hub.Hub, certs *tls.Config, out io.Writer) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	server := rpc.New(h, certs)
	go func() { _ = server.Serve(listener) }() // ends with Stop
	fmt.Fprintf(out, "gRPC on %s\n", listener.Addr())
	return server.Stop, nil
}
