package remote

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// NoGRPC as Options.GRPC sends everything by REST.
const NoGRPC = "off"

// The defaults of Options.
const (
	defaultConnect   = 10 * time.Second
	defaultIdle      = 60 * time.Second
	defaultCall      = 2 * time.Minute
	defaultPrepare   = 30 * time.Minute
	defaultRequest   = 16 << 20
	defaultArchive   = 1 << 40
	defaultRESTPort  = "6333"
	defaultGRPCPort  = "6334"
	maxAnswer        = 64 << 20 // bytes of a JSON answer
	maxErrorText     = 8 << 10  // bytes of an error answer that are looked at
	grpcRest         = 5 * time.Minute
	deleteSnapshotIn = 15 * time.Second
)

// FullMode says how a full snapshot is fetched.
type FullMode uint8

// The ways to fetch a full snapshot.
const (
	FullAuto     FullMode = iota // stored; streamed where the server refuses to store
	FullStored                   // stored on the server first: has a size and a checksum, is resumed, needs the server's disk
	FullStreamed                 // streamed as it is made: compressed, starts at once, is not resumed
)

// TokenFunc gives the key or token to send. It is called before a call when no token is known, and with the token that a server has just
// refused; returning the same again gives up.
type TokenFunc func(ctx context.Context, refused string) (string, error)

// Clock is the time that a Client sees.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or returns the error of ctx when that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options configure a Client. The zero value of all but URL and Collection has a meaning.
type Options struct {
	URL        string // of the REST API, such as https://example.com:6333; a path is a prefix of every call
	Collection string // name or alias
	ShardKey   string // with custom sharding: the key whose shards are mirrored and written to
	GRPC       string // host:port of the gRPC API, NoGRPC, or "": port 6334 where the URL has port 6333, else none

	APIKey  string
	Token   TokenFunc         // instead of APIKey
	Headers map[string]string // sent with every call, for proxies

	TLS            TLSOptions
	AllowPlaintext bool // http to hosts other than this one

	Full        FullMode
	ConnectTime time.Duration // to connect and shake hands; 10 s
	IdleTime    time.Duration // without a byte of an answer; 60 s
	CallTime    time.Duration // for a call other than snapshots; 2 min
	PrepareTime time.Duration // for the server to store a snapshot or begin to stream it; 30 min
	MaxRequest  int           // bytes of a request that holds several operations; 16 MiB
	MaxArchive  int64         // bytes of an archive, decompressed; 1 TiB
	BytesPerSec int64         // pace of downloads; 0 is unlimited

	Retry  Backoff                                                              // between attempts to resume a download
	Clock  Clock                                                                // nil is the system's
	Rand   func() uint64                                                        // for jitter; nil is math/rand
	Logger *slog.Logger                                                         // nil discards; secrets never reach it
	Dial   func(ctx context.Context, network, address string) (net.Conn, error) // nil is net.Dialer
}

// TLSOptions say whom to trust. Verification cannot be turned off.
type TLSOptions struct {
	RootCAs    []byte   // PEM, instead of the system's roots
	Cert, Key  []byte   // PEM of a client certificate
	ServerName string   // instead of the host of the URL
	Pins       []string // SHA-256 of public keys (SubjectPublicKeyInfo) in base64, as in HPKP; one of them must be in the verified chain
}

// String hides the secrets.
func (o Options) String() string { return "remote.Options{" + o.URL + " " + o.Collection + "}" }

// GoString hides the secrets.
func (o Options) GoString() string { return o.String() }

// LogValue hides the secrets.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

func (o *Options) ensureDefaults() {
	for _, d := range []struct {
		at   *time.Duration
		want time.Duration
	}{{&o.ConnectTime, defaultConnect}, {&o.IdleTime, defaultIdle}, {&o.CallTime, defaultCall}, {&o.PrepareTime, defaultPrepare}} {
		if *d.at == 0 {
			*d.at = d.want
		}
	}
	if o.MaxRequest == 0 {
		o.MaxRequest = defaultRequest
	}
	if o.MaxArchive == 0 {
		o.MaxArchive = defaultArchive
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: o.ConnectTime, KeepAlive: 30 * time.Second}).DialContext
	}
	o.Retry.ensureDefaults()
}

// validate lists everything that is wrong with the options, as one error of kind invalid_argument.
func (o *Options) validate() (*url.URL, error) {
	var wrong []string
	base, err := url.Parse(o.URL)
	switch {
	case err != nil: // the error of url.Parse repeats the URL, which may hold a password
		return nil, api.Errorf(api.InvalidArgument, "the server's URL is malformed")
	case base.Scheme != "http" && base.Scheme != "https", base.Host == "":
		wrong = append(wrong, "the server's URL must be http:// or https:// with a host")
	case base.Scheme == "http" && !o.AllowPlaintext && !loopback(base.Hostname()):
		wrong = append(wrong, "http:// to another host sends everything in the clear: use https://, or allow plaintext")
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		wrong = append(wrong, "the server's URL must not hold a user, a query or a fragment")
	}
	if o.Collection == "" {
		wrong = append(wrong, "a collection is required")
	}
	if o.APIKey != "" && o.Token != nil {
		wrong = append(wrong, "an API key and a token provider exclude each other")
	}
	if o.APIKey != "" && !headerSafe(o.APIKey) {
		wrong = append(wrong, "the API key has characters that no header may have")
	}
	for name, value := range o.Headers {
		if name == "" || !headerSafe(name) || !headerSafe(value) {
			wrong = append(wrong, "a header is malformed")
		}
	}
	if o.ConnectTime < 0 || o.IdleTime < 0 || o.CallTime < 0 || o.PrepareTime < 0 || o.MaxRequest < 0 || o.MaxArchive < 0 || o.BytesPerSec < 0 {
		wrong = append(wrong, "durations, sizes and the pace must not be negative")
	}
	if len(wrong) > 0 {
		return nil, api.Errorf(api.InvalidArgument, "%s", strings.Join(wrong, "; "))
	}
	return base, nil
}

func headerSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// grpcAddress is where the gRPC API is looked for, "" for nowhere.
func (o *Options) grpcAddress(base *url.URL) string {
	switch {
	case o.GRPC == NoGRPC || o.ShardKey != "":
		return ""
	case o.GRPC != "":
		return o.GRPC
	case base.Port() == defaultRESTPort && strings.Trim(base.Path, "/") == "":
		return net.JoinHostPort(base.Hostname(), defaultGRPCPort)
	}
	return ""
}

// transport is the pool of connections of REST calls. Redirects to another origin are not followed: the keys stay with the server.
func (o *Options) transport(tlsConfig *tls.Config) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           o.Dial,
			TLSClientConfig:       tlsConfig,
			TLSHandshakeTimeout:   o.ConnectTime,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   4,
			IdleConnTimeout:       90 * time.Second,
			ExpectContinueTimeout: time.Second,
			DisableCompression:    true, // codings are negotiated call by call
		},
		CheckRedirect: func(next *http.Request, past []*http.Request) error {
			first := past[0].URL
			if len(past) > 3 || next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

var errIdle = fmt.Errorf("no byte came for too long: %w", ErrTimeout)
