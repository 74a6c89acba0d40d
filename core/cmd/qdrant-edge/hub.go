package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/qdrant-edge-go/edge/core/hub"
)

// shutdownGrace is how long requests in flight may go on after a signal.
const shutdownGrace = 10 * time.Second

// hubFlags are the arguments of the hub.
type hubFlags struct {
	listen, grpc, key, readKey, cert, certKey, dir string
}

// parseHub reads the arguments. The keys may also come from the environment, which keeps them out of process lists.
func parseHub(args []string) (*hubFlags, error) {
	f := &hubFlags{}
	flags := flag.NewFlagSet("hub", flag.ContinueOnError)
	flags.StringVar(&f.listen, "listen", "127.0.0.1:6333", "address to listen on; port 0 picks a free one")
	flags.StringVar(&f.grpc, "grpc", "", "address to serve gRPC on; port 0 picks a free one, without it there is none")
	flags.StringVar(&f.key, "api-key", os.Getenv("QDRANT_EDGE_HUB_API_KEY"), "key that every call needs")
	flags.StringVar(&f.readKey, "read-only-api-key", os.Getenv("QDRANT_EDGE_HUB_READ_ONLY_API_KEY"), "key that admits reads")
	flags.StringVar(&f.cert, "tls-cert", "", "PEM file of the certificate; with it both ports speak TLS")
	flags.StringVar(&f.certKey, "tls-key", "", "PEM file of the certificate's key")
	if err := flags.Parse(args); err != nil {
		return nil, errors.Join(errUsage, err)
	}
	if flags.NArg() != 1 || (f.cert == "") != (f.certKey == "") {
		return nil, errUsage
	}
	f.dir = flags.Arg(0)
	return f, nil
}

func (f *hubFlags) tls() (*tls.Config, error) {
	if f.cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.certKey)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// runHub serves a directory until SIGINT or SIGTERM.
func runHub(args []string, out io.Writer) error {
	f, err := parseHub(args)
	if err != nil {
		return err
	}
	certs, err := f.tls()
	if err != nil {
		return err
	}
	h, err := hub.Open(f.dir, hub.Options{
		APIKey: f.key, ReadOnlyAPIKey: f.readKey,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo})),
	})
	if err != nil {
		return err
	}
	return errors.Join(f.serve(h, certs, out), h.Close())
}

func (f *hubFlags) serve(h *hub.Hub, certs *tls.Config, out io.Writer) error {
	// Before the address is known to anyone: who reads it may end the hub at once.
	ctx, done := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer done()
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	scheme := "http"
	if certs != nil {
		listener, scheme = tls.NewListener(listener, certs), "https"
	}
	fmt.Fprintf(out, "listening on %s://%s\n", scheme, listener.Addr())
	stop, err := serveGRPC(f.grpc, h, certs, out)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stop()
	return serve(ctx, h, listener)
}

func serve(ctx context.Context, h http.Handler, listener net.Listener) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 5 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) { // a client that does not read must not hold up the end
		err = server.Close()
	}
	return err
}
