package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// runStatus describes a synced directory that nobody has open.
func runStatus(args []string, out io.Writer) error {
	return withSynced("status", args, nil, func(s *edgesync.SyncedShard, asJSON bool) error {
		st := s.Status()
		if asJSON {
			return printJSON(out, st)
		}
		_, err := fmt.Fprintf(out, "%s\npending: %d operations, %d bytes%s\nacknowledged: %d of %d, mirrored: %d\ndead letters: %d\n"+
			"mirror: generation %d, %d points\nlocal: %d points, %d deletions\nlog: %d bytes\n",
			st.State, st.Pending, st.PendingBytes, since(st.OldestPending), st.AckedSeq, st.LastSeq, st.Cut, st.DeadLetters,
			st.Generation, st.MirrorPoints, st.OverlayPoints, st.Tombstones, st.LogBytes)
		return err
	})
}

func since(t *time.Time) string {
	if t == nil {
		return ""
	}
	return ", the oldest of " + t.UTC().Format(time.RFC3339)
}

// runOutbox tells how much waits for the server.
func runOutbox(args []string, out io.Writer) error {
	return withSynced("outbox", args, nil, func(s *edgesync.SyncedShard, asJSON bool) error {
		st := s.Status()
		if asJSON {
			return printJSON(out, map[string]any{"operations": st.Pending, "bytes": st.PendingBytes, "oldest": st.OldestPending, "acked_seq": st.AckedSeq, "last_seq": st.LastSeq})
		}
		_, err := fmt.Fprintf(out, "%d operations, %d bytes%s\n", st.Pending, st.PendingBytes, since(st.OldestPending))
		return err
	})
}

// letter is a dead letter in JSON.
type letter struct {
	ID        uint64          `json:"id"`
	Seq       uint64          `json:"seq"`
	Reason    string          `json:"reason"`
	Operation json.RawMessage `json:"operation"`
}

// runDeadLetters lists what the server refused for good, or makes one an operation again, or gives one up.
func runDeadLetters(args []string, out io.Writer) error {
	var requeue, discard uint64
	flags := func(f *flag.FlagSet) {
		f.Uint64Var(&requeue, "requeue", 0, "make the dead letter of this id an operation again")
		f.Uint64Var(&discard, "discard", 0, "give the dead letter of this id up")
	}
	return withSynced("dead-letters", args, flags, func(s *edgesync.SyncedShard, asJSON bool) error {
		if requeue != 0 {
			if _, err := s.Requeue(requeue); err != nil {
				return err
			}
		}
		if discard != 0 {
			if err := s.Discard(discard); err != nil {
				return err
			}
		}
		list := []letter{}
		for _, d := range s.DeadLetters() {
			list = append(list, letter{d.ID, d.Seq, d.Reason, api.AppendUpdateOperationJSON(nil, d.Op)})
		}
		if asJSON {
			return printJSON(out, list)
		}
		for _, l := range list {
			if _, err := fmt.Fprintf(out, "%d: operation %d: %s\n", l.ID, l.Seq, l.Reason); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintf(out, "%d dead letters\n", len(list))
		return err
	})
}

// withSynced opens a synced directory without its server; one that is missing is not made.
func withSynced(name string, args []string, more func(*flag.FlagSet), do func(s *edgesync.SyncedShard, asJSON bool) error) error {
	paths, asJSON, err := inspection(name, args, 1, more)
	if err != nil {
		return err
	}
	return opened(paths[0], edgesync.Options{}, func(s *edgesync.SyncedShard) error { return do(s, asJSON) })
}

func opened(dir string, o edgesync.Options, do func(*edgesync.SyncedShard) error) error {
	if _, err := os.Stat(filepath.Join(dir, "overlay")); err != nil {
		return api.Errorf(api.NotFound, "%s holds no synced shard", dir)
	}
	s, err := edgesync.Open(dir, o)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// runSync pushes and pulls once. The key comes from QDRANT_API_KEY, or from a file: it is no flag, since others see the arguments of a process.
func runSync(args []string, out io.Writer) error {
	var once, plain bool
	var o remote.Options
	var keyFile, caFile string
	flags := func(f *flag.FlagSet) {
		f.BoolVar(&once, "once", false, "push, then pull, once")
		f.StringVar(&o.URL, "url", os.Getenv("QDRANT_URL"), "of the server's REST API")
		f.StringVar(&o.Collection, "collection", "", "name or alias")
		f.StringVar(&o.GRPC, "grpc", "", "host:port of the gRPC API, or off")
		f.StringVar(&keyFile, "api-key-file", "", "file that holds the key")
		f.StringVar(&caFile, "ca-file", "", "PEM file of the roots to trust")
		f.BoolVar(&plain, "allow-plaintext", false, "http to other hosts")
	}
	paths, asJSON, err := inspection("sync", args, 1, flags)
	if err != nil {
		return err
	}
	if !once || o.URL == "" || o.Collection == "" {
		return errUsage
	}
	o.AllowPlaintext = plain
	if err := secrets(&o, keyFile, caFile); err != nil {
		return err
	}
	client, err := remote.New(o)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err = opened(paths[0], edgesync.Options{Server: client}, func(s *edgesync.SyncedShard) error {
		if err := s.Sync(ctx); err != nil {
			return err
		}
		m := s.Metrics()
		if asJSON {
			return printJSON(out, map[string]any{"status": s.Status(), "metrics": m})
		}
		_, err := fmt.Fprintf(out, "sent %d operations (%d bytes), %d refused; received %d bytes, %d segments new, %d kept\n",
			m.OperationsSent, m.BytesSent, m.Refused, m.BytesReceived, m.SegmentsReceived, m.SegmentsKept)
		return err
	})
	return errors.Join(err, client.Close())
}

func secrets(o *remote.Options, keyFile, caFile string) (err error) {
	o.APIKey = os.Getenv("QDRANT_API_KEY")
	if keyFile != "" {
		key, err := os.ReadFile(keyFile)
		if err != nil {
			return err
		}
		o.APIKey = strings.TrimRight(string(key), "\r\n")
	}
	if caFile != "" {
		o.TLS.RootCAs, err = os.ReadFile(caFile)
	}
	return err
}
