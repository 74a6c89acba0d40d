package remote

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Client is a Server reached over the network. It is safe for concurrent use.
type Client struct {
	opts  Options
	base  *url.URL
	http  *http.Client
	fast  *fastPath // gRPC; nil without
	token tokens
}

var _ Server = (*Client)(nil)

// New makes a client; nothing is sent before the first call. Wrong options give an error of kind invalid_argument.
func New(opts Options) (*Client, error) {
	base, err := opts.validate()
	if err != nil {
		return nil, err
	}
	opts.ensureDefaults()
	if opts.Rand == nil {
		opts.Rand = rand.Uint64
	}
	tlsConfig, err := opts.TLS.config()
	if err != nil {
		return nil, err
	}
	c := &Client{opts: opts, base: base, http: opts.transport(tlsConfig)}
	c.token.last = opts.APIKey
	if address := opts.grpcAddress(base); address != "" {
		if c.fast, err = newFastPath(c, address, tlsConfig.Clone()); err != nil {
			return nil, api.Errorf(api.InvalidArgument, "gRPC address: %v", err)
		}
	}
	return c, nil
}

// Close releases the connections; downloads in progress go on.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	if c.fast != nil {
		return c.fast.close()
	}
	return nil
}

// path is the path of the collection and what follows it.
func (c *Client) path(rest string) string {
	return "/collections/" + url.PathEscape(c.opts.Collection) + rest
}

func (c *Client) url(path string) string {
	u := *c.base
	u.Path, u.RawPath = "", ""
	return u.String() + strings.TrimSuffix(c.base.EscapedPath(), "/") + path
}
