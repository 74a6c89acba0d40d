package remote

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds the memory that a zstd stream may ask for.
const maxWindow = 64 << 20

// Snapshot asks a shard for its state: all of it, or what a client with a manifest lacks. ErrNotModified when it lacks nothing.
func (c *Client) Snapshot(ctx context.Context, shard uint32, manifest []byte) (*Download, error) {
	at := c.path(fmt.Sprintf("/shards/%d", shard))
	if manifest != nil {
		// A server sends a body with 304, against the protocol: such a connection is not used again.
		return c.stream(ctx, http.MethodPost, at+"/snapshot/partial/create", manifest, http.Header{"Connection": {"close"}})
	}
	if c.opts.Full == FullStreamed {
		return c.stream(ctx, http.MethodGet, at+"/snapshot", nil, http.Header{})
	}
	d, err := c.stored(ctx, at+"/snapshots")
	if err == nil || c.opts.Full == FullStored || ctx.Err() != nil || kindIs(err, Auth, Identity) {
		return d, err
	}
	c.opts.Logger.Warn("no stored snapshot, streaming instead", "error", err)
	return c.stream(ctx, http.MethodGet, at+"/snapshot", nil, http.Header{})
}

// stream receives an archive as the server makes it.
func (c *Client) stream(ctx context.Context, method, path string, body []byte, head http.Header) (*Download, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	head.Set("Accept-Encoding", "zstd, gzip")
	resp, err := c.begin(ctx, cancel, method, path, body, head)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	received := &atomic.Int64{}
	raw := &wire{
		ctx: ctx, body: resp.Body, cancel: cancel, idle: c.opts.IdleTime,
		pace: &pacer{clock: c.opts.Clock, perSec: c.opts.BytesPerSec}, count: func(n int) { received.Add(int64(n)) },
	}
	plain, size, err := decoded(resp, raw)
	if err == nil {
		a := &archive{c: c, ctx: ctx, from: plain, close: func() error { cancel(nil); _ = plain.Close(); return resp.Body.Close() }}
		if err = a.open(); err == nil {
			return &Download{ReadCloser: a, Size: size, Wire: received.Load}, nil
		}
		_ = a.Close()
		return nil, err
	}
	cancel(nil)
	_ = resp.Body.Close()
	return nil, err
}

// begin makes the request and lets the server take its time until the answer begins; the answer is success or an error.
func (c *Client) begin(ctx context.Context, cancel context.CancelCauseFunc, method, path string, body []byte, head http.Header) (*http.Response, error) {
	timer := time.AfterFunc(c.opts.PrepareTime, func() { cancel(ErrTimeout) })
	defer timer.Stop()
	resp, err := c.send(ctx, method, path, body, head)
	if err != nil {
		return nil, err
	}
	switch resp.StatusCode {
	case http.StatusOK, http.StatusPartialContent:
		kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		if kind == "application/octet-stream" || kind == "application/x-tar" || kind == "" {
			return resp, nil
		}
		err = &Error{Kind: Retryable, Msg: "not an archive: content type " + clip(kind)}
	case http.StatusNotModified:
		err = ErrNotModified
	default:
		err = c.refused(resp)
	}
	_ = resp.Body.Close()
	return nil, err
}

// decoded undoes the content coding. The size is that of the result, -1 when unknown.
func decoded(resp *http.Response, from io.Reader) (io.ReadCloser, int64, error) {
	switch coding := resp.Header.Get("Content-Encoding"); coding {
	case "", "identity":
		return io.NopCloser(from), resp.ContentLength, nil
	case "gzip":
		z, err := gzip.NewReader(from)
		if err != nil {
			return nil, 0, &Error{Kind: Retryable, Msg: "the archive is no gzip", Err: err}
		}
		return z, -1, nil
	case "zstd":
		z, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, 0, &Error{Kind: Retryable, Msg: "the archive is no zstd", Err: err}
		}
		return z.IOReadCloser(), -1, nil
	default:
		return nil, 0, &Error{Kind: Retryable, Msg: "unknown content coding " + clip(coding)}
	}
}
