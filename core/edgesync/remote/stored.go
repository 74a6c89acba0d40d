package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// storedSnapshot is what a server says about one.
type storedSnapshot struct {
	Name     string
	Size     int64
	Checksum string
}

// stored has the server write a snapshot, and downloads that. It is deleted from the server whatever happens after.
func (c *Client) stored(ctx context.Context, at string) (*Download, error) {
	raw, err := c.callWithin(ctx, c.opts.PrepareTime, http.MethodPost, at+"?wait=true", nil)
	if err != nil {
		return nil, err
	}
	var made storedSnapshot
	if err := json.Unmarshal(raw, &made); err != nil || made.Name == "" || made.Size <= 0 || strings.ContainsAny(made.Name, "/\\") {
		return nil, &Error{Kind: Retryable, Msg: "the description of a stored snapshot is not a server's"}
	}
	r := &resumable{
		c: c, ctx: ctx, path: at + "/" + url.PathEscape(made.Name), size: made.Size, want: strings.ToLower(made.Checksum), sum: sha256.New(),
		pace: &pacer{clock: c.opts.Clock, perSec: c.opts.BytesPerSec},
	}
	a := &archive{c: c, ctx: ctx, from: r, close: r.Close}
	if err := a.open(); err != nil {
		return nil, errors.Join(err, ignored(a.Close()))
	}
	return &Download{ReadCloser: a, Size: made.Size, SHA256: r.want, Stored: true, Wire: r.received.Load}, nil
}

// ignored drops the error of cleaning up after another, which is logged.
func ignored(error) error { return nil }

// resumable reads a stored snapshot over as many connections as it takes.
type resumable struct {
	c    *Client
	ctx  context.Context
	path string
	size int64
	want string // SHA-256 in hex, "" when the server did not say
	sum  hash.Hash
	pace *pacer

	body     io.ReadCloser // of the connection in use; nil between two
	cancel   context.CancelCauseFunc
	tag      string // ETag of the first answer
	offset   int64
	failed   int // connections in a row that brought nothing
	received atomic.Int64
	closed   bool
}

func (r *resumable) Read(b []byte) (int, error) {
	for {
		if r.offset == r.size {
			return 0, r.finish()
		}
		n, err := r.step(b[:min(int64(len(b)), r.size-r.offset)])
		if n > 0 {
			_, _ = r.sum.Write(b[:n])
			r.offset += int64(n)
			r.failed = 0
			return n, nil
		}
		if err == nil {
			continue
		}
		r.hangUp()
		if r.failed++; r.failed >= r.c.opts.Retry.Attempts || r.ctx.Err() != nil || !resumes(err) {
			return 0, err
		}
		r.c.opts.Logger.Info("resuming a download", "offset", r.offset, "size", r.size, "error", err)
		if err := r.c.opts.Clock.Sleep(r.ctx, r.c.opts.Retry.Delay(r.failed-1, waitOf(err), r.c.opts.Rand())); err != nil {
			return 0, r.c.broken(r.ctx, "waiting to resume a download", err)
		}
	}
}

// resumes reports whether another connection may help.
func resumes(err error) bool { return kindIs(err, Retryable) && !errors.Is(err, errChanged) }

var errChanged = errors.New("the stored snapshot is not the same any more")

// step connects when there is no connection, and reads.
func (r *resumable) step(b []byte) (int, error) {
	if r.body == nil {
		if err := r.connect(); err != nil {
			return 0, err
		}
	}
	n, err := r.body.Read(b)
	switch {
	case n > 0:
		return n, nil
	case errors.Is(err, io.EOF):
		return 0, &Error{Kind: Retryable, Msg: "the download broke off", Err: io.ErrUnexpectedEOF}
	case err != nil:
		return 0, r.c.broken(r.ctx, "the download broke off", err)
	}
	return 0, nil
}

// connect asks for the bytes from the offset on. A server that sends all of it again is read up to the offset.
func (r *resumable) connect() error {
	ctx, cancel := context.WithCancelCause(r.ctx)
	head := http.Header{"Accept-Encoding": {"identity"}}
	if r.offset > 0 {
		head.Set("Range", fmt.Sprintf("bytes=%d-", r.offset))
		if r.tag != "" {
			head.Set("If-Range", r.tag)
		}
	}
	resp, err := r.c.begin(ctx, cancel, http.MethodGet, r.path, nil, head)
	if err != nil {
		cancel(nil)
		return err
	}
	r.cancel = cancel
	r.body = struct {
		io.Reader
		io.Closer
	}{&wire{ctx: ctx, body: resp.Body, pace: r.pace, idle: r.c.opts.IdleTime, cancel: cancel, count: func(n int) { r.received.Add(int64(n)) }}, resp.Body}
	if err := r.check(resp); err != nil {
		return &Error{Kind: Retryable, Msg: r.path, Err: err}
	}
	if resp.StatusCode == http.StatusOK && r.offset > 0 {
		if _, err := io.CopyN(io.Discard, r.body, r.offset); err != nil {
			return r.c.broken(ctx, "the download broke off", err)
		}
	}
	return nil
}

// check compares an answer with what is known of the snapshot.
func (r *resumable) check(resp *http.Response) error {
	tag := resp.Header.Get("ETag")
	if r.tag == "" {
		r.tag = tag
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return fmt.Errorf("content coding %q where none was asked for", clip(coding))
	}
	if resp.StatusCode == http.StatusPartialContent {
		want := fmt.Sprintf("bytes %d-%d/%d", r.offset, r.size-1, r.size)
		if got := resp.Header.Get("Content-Range"); got != want {
			return fmt.Errorf("%w: got %q of it, asked for %q", errChanged, clip(got), want)
		}
		return nil
	}
	if tag != r.tag || resp.ContentLength >= 0 && resp.ContentLength != r.size {
		return errChanged
	}
	return nil
}

// finish compares the checksum.
func (r *resumable) finish() error {
	r.hangUp()
	if got := hex.EncodeToString(r.sum.Sum(nil)); r.want != "" && got != r.want {
		return &Error{Kind: Retryable, Msg: "the checksum of the archive is " + got + ", the server said " + clip(r.want)}
	}
	return io.EOF
}

func (r *resumable) hangUp() {
	if r.body != nil {
		r.cancel(nil)
		_ = r.body.Close()
		r.body = nil
	}
}

// Close deletes the snapshot from the server, also when the context of the download has ended.
func (r *resumable) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.hangUp()
	ctx := context.WithoutCancel(r.ctx)
	if _, err := r.c.callWithin(ctx, deleteSnapshotIn, http.MethodDelete, r.path, nil); err != nil {
		r.c.opts.Logger.Warn("a stored snapshot stays on the server", "path", r.path, "error", err)
	}
	return nil
}
