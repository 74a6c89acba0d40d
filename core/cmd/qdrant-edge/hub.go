package main

import (
	"context"
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

// runHub serves a directory until SIGINT or SIGTERM. The keys may also come from the environment, which keeps them out of process lists.
func runHub(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("hub", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:6333", "address to listen on; port 0 picks a free one")
	key := flags.String("api-key", os.Getenv("QDRANT_EDGE_HUB_API_KEY"), "key that every call needs")
	readKey := flags.String("read-only-api-key", os.Getenv("QDRANT_EDGE_HUB_READ_ONLY_API_KEY"), "key that admits reads")
	if err := flags.Parse(args); err != nil {
		return errors.Join(errUsage, err)
	}
	if flags.NArg() != 1 {
		return errUsage
	}
	h, err := hub.Open(flags.Arg(0), hub.Options{
		APIKey: *key, ReadOnlyAPIKey: *readKey,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo})),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return errors.Join(err, h.Close())
	}
	fmt.Fprintf(out, "listening on http://%s\n", listener.Addr())
	return errors.Join(serve(h, listener), h.Close())
}

func serve(h http.Handler, listener net.Listener) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
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
