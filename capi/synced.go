package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// synced is a synced shard with what a caller on the other side of the border needs: calls that can be cancelled, callbacks, a key that changes.
type synced struct {
	shard  *edgesync.SyncedShard
	client *remote.Client // nil without a server
	hooks  hooks

	mu     sync.Mutex
	ctx    context.Context // of the calls that run
	cancel context.CancelFunc
	over   bool
	key    string
}

// openSynced opens a directory. Callbacks are set later: opening sends nothing.
func openSynced(path string, o *api.SyncedOptions) (*synced, error) {
	s := &synced{key: o.APIKey}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	opts := s.options(o)
	opts.Logger = slog.New(slog.NewJSONHandler(&s.hooks, &slog.HandlerOptions{Level: &s.hooks}))
	if o.URL != "" {
		server, err := s.server(o)
		if err != nil {
			return nil, err
		}
		server.Logger = opts.Logger
		if s.client, err = remote.New(*server); err != nil {
			return nil, err
		}
		opts.Server = s.client
	} else if o.Collection != "" {
		return nil, api.Errorf(api.InvalidArgument, "a collection is given and no url")
	}
	var err error
	if s.shard, err = edgesync.Open(path, opts); err != nil {
		return nil, errors.Join(err, s.hangUp())
	}
	return s, nil
}

// token is the key to send: a client that got it refused gives up when it has not changed.
func (s *synced) token(context.Context, string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, nil
}

func (s *synced) setKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

// begin is the context of a call, which ends with its time or with interrupt.
func (s *synced) begin(timeout float64) (context.Context, context.CancelFunc) {
	ctx := s.current()
	if timeout > 0 {
		return context.WithTimeout(ctx, seconds(timeout))
	}
	return context.WithCancel(ctx)
}

// current ends with interrupt.
func (s *synced) current() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ctx
}

// interrupt ends the calls that run; later ones are not concerned.
func (s *synced) interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel()
	if !s.over {
		s.ctx, s.cancel = context.WithCancel(context.Background())
	}
}

// finish ends the calls that run and those that come.
func (s *synced) finish() {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	s.interrupt()
}

func (s *synced) close() error {
	err := s.shard.Close()
	s.hooks.clear()
	return errors.Join(err, s.hangUp())
}

func (s *synced) hangUp() error {
	if s.client == nil {
		return nil
	}
	return s.client.Close()
}

func seconds(x float64) time.Duration {
	return time.Duration(min(x*float64(time.Second), float64(1<<62)))
}

// kinds are those of failures of the server, as the border knows them.
var kinds = map[remote.Kind]api.ErrorKind{
	remote.Retryable: api.Unavailable,
	remote.Auth:      api.Unauthorized,
	remote.Permanent: api.Refused,
	remote.TooLarge:  api.Refused,
	remote.NotFound:  api.NotFound,
	remote.Identity:  api.ServerChanged,
}

// transferred gives the error of a transfer the kind that the border knows.
func transferred(ctx context.Context, err error) error {
	var e *remote.Error
	switch {
	case err != nil && ctx.Err() != nil:
		return api.Wrap(api.Cancelled, err, "")
	case !errors.As(err, &e):
		return err
	}
	return api.Errorf(kinds[e.Kind], "%s", err.Error())
}
