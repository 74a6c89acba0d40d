//go:build !slim

package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/qdrantpb"
)

type fastOp = *qdrant.PointsUpdateOperation

// fastPath is the gRPC API of the server: vectors cross as packed floats. Where its port is shut, REST is taken and the port asked again
// after a while.
type fastPath struct {
	c      *Client
	client *qdrant.GrpcClient

	mu   sync.Mutex
	shut time.Time // not to be used before; zero when it works
}

// errShut says that gRPC cannot be used now; nothing was executed, or it is safe to execute it again.
var errShut = errors.New("the gRPC port is shut")

func newFastPath(c *Client, address string, tlsConfig *tls.Config) (*fastPath, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	if c.base.Scheme == "http" && !c.opts.AllowPlaintext && !loopback(host) {
		return nil, errors.New("plaintext to another host")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	client, err := qdrant.NewGrpcClient(&qdrant.Config{
		Host: host, Port: int(n), UseTLS: c.base.Scheme == "https", TLSConfig: tlsConfig, SkipCompatibilityCheck: true, KeepAliveTime: 30,
		GrpcOptions: []grpc.DialOption{
			grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
				ctx, cancel := context.WithTimeout(ctx, c.opts.ConnectTime)
				defer cancel()
				return c.opts.Dial(ctx, "tcp", address)
			}),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswer), grpc.MaxCallSendMsgSize(math.MaxInt32)),
			grpc.WithUserAgent("qdrant-edge-go"),
		},
	})
	return &fastPath{c: c, client: client}, err
}

func (f *fastPath) close() error { return f.client.Close() }

func (f *fastPath) usable() bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.shut.IsZero() || !f.c.opts.Clock.Now().Before(f.shut)
}

func (f *fastPath) mark(shut bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if shut {
		f.shut = f.c.opts.Clock.Now().Add(grpcRest)
	} else {
		f.shut = time.Time{}
	}
}

// fastOf is the message of an operation and its size; nil when a message cannot hold it.
func fastOf(op api.UpdateOperation) (fastOp, int) {
	m, err := qdrantpb.OperationOf(op)
	if err != nil {
		return nil, 0
	}
	return m, proto.Size(m)
}

// update executes operations that fastOf has made messages of.
func (f *fastPath) update(ctx context.Context, batch []prepared) error {
	wait := true
	req := &qdrant.UpdateBatchPoints{CollectionName: f.c.opts.Collection, Wait: &wait}
	for _, p := range batch {
		req.Operations = append(req.Operations, p.fast)
	}
	var resp *qdrant.UpdateBatchResponse
	err := f.call(ctx, func(ctx context.Context) (err error) {
		resp, err = f.client.Points().UpdateBatch(ctx, req)
		return err
	})
	if err != nil {
		return err
	}
	if len(resp.GetResult()) != len(batch) {
		return &Error{Kind: Retryable, Msg: "the answer to an update is not a server's"}
	}
	for i, r := range resp.GetResult() {
		if s := r.GetStatus(); s != qdrant.UpdateStatus_Completed {
			return unfinished(i, s.String())
		}
	}
	return nil
}

// call gives a request its deadline, its key and its headers, and sorts its error. A refused key is renewed once.
func (f *fastPath) call(ctx context.Context, do func(context.Context) error) error {
	limited, cancel := context.WithTimeoutCause(ctx, f.c.opts.CallTime, ErrTimeout)
	defer cancel()
	for renewed := false; ; renewed = true {
		key, err := f.c.current(limited)
		if err != nil {
			return err
		}
		err = do(f.dress(limited, key))
		denied := status.Code(err) == codes.Unauthenticated || status.Code(err) == codes.PermissionDenied
		if denied && !renewed && f.c.renewed(limited, key) {
			continue
		}
		return f.sort(limited, err)
	}
}

func (f *fastPath) dress(ctx context.Context, key string) context.Context {
	md := metadata.MD{}
	for name, value := range f.c.opts.Headers {
		md.Set(name, value)
	}
	if key != "" {
		md.Set("api-key", key)
	}
	return metadata.NewOutgoingContext(ctx, md)
}

// sort turns the error of a call into one of ours, and notes whether the port works.
func (f *fastPath) sort(ctx context.Context, err error) error {
	if err == nil {
		f.mark(false)
		return nil
	}
	var exhausted *qdrant.QdrantResourceExhaustedError
	if errors.As(err, &exhausted) {
		return &Error{Kind: Retryable, Msg: f.c.redact(clip(exhausted.Error())), RetryAfter: clampRetry(int64(exhausted.RetryAfterS), time.Second)}
	}
	code, said := status.Code(err), status.Convert(err).Message()
	if ctx.Err() == nil && (code == codes.Unavailable || code == codes.Unimplemented || foreign(code, said)) {
		f.mark(true)
		f.c.opts.Logger.Info("gRPC is shut, REST is used", "error", f.c.hide(err))
		return errShut
	}
	kind, ok := kindOfCode[code]
	switch {
	case ctx.Err() != nil:
		return f.c.broken(ctx, "gRPC call", err)
	case code == codes.NotFound:
		kind = kindOfMissing(said)
	case code == codes.ResourceExhausted && strings.Contains(said, "message"), code == codes.OutOfRange && strings.Contains(said, "too large"):
		kind = TooLarge
	case !ok:
		kind = Retryable
	}
	return &Error{Kind: kind, Msg: f.c.redact(clip(code.String() + ": " + said))}
}

// kindOfCode sorts the codes that say what to do; all others are a reason to try again.
var kindOfCode = map[codes.Code]Kind{
	codes.Unauthenticated:    Auth,
	codes.PermissionDenied:   Auth,
	codes.InvalidArgument:    Permanent,
	codes.FailedPrecondition: Permanent,
	codes.AlreadyExists:      Permanent,
	codes.OutOfRange:         Permanent,
}

// foreign recognises answers of something on the port that does not speak gRPC.
func foreign(code codes.Code, said string) bool {
	return code == codes.Unknown && strings.Contains(said, "unexpected HTTP status") || code == codes.Internal && strings.Contains(said, "unexpected content-type")
}
