package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrTimeout is the cause of a failure when a deadline of the Options has passed, not that of the caller's context.
var ErrTimeout = errors.New("timed out")

// broken is a call that got no answer, or lost it: try again. A cancelled context shows through.
func (c *Client) broken(ctx context.Context, doing string, err error) *Error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return &Error{Kind: Retryable, Msg: doing, Err: c.hide(err)}
}

// refused turns an answer other than success into an error. Only what has the shape of a Qdrant server's words is a verdict on an operation;
// the page of a proxy or of a hotel's network is a reason to try again.
func (c *Client) refused(resp *http.Response) *Error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorText))
	said, ours := serverText(resp, text)
	e := &Error{Msg: c.redact(clip(resp.Status + ": " + said)), RetryAfter: retryAfter(resp.Header, c.opts.Clock.Now())}
	e.Kind = kindOfStatus(resp.StatusCode, said, ours)
	return e
}

// serverText extracts what a server said: {"status":{"error":…}} of most calls, plain text of keys and snapshots.
func serverText(resp *http.Response, body []byte) (said string, ours bool) {
	var failed struct {
		Status struct{ Error string }
	}
	if json.Unmarshal(body, &failed) == nil && failed.Status.Error != "" {
		return failed.Status.Error, true
	}
	kind := resp.Header.Get("Content-Type")
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(kind, "text/plain") && !isPage(body) {
		return text, true
	}
	if isPage(body) || strings.HasPrefix(kind, "text/html") {
		return "a web page instead of a server's answer", false
	}
	return text, false
}

func isPage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// kindOfStatus sorts a status code and, where it is a server's own, the text with it.
func kindOfStatus(status int, said string, ours bool) Kind {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Auth
	case status == http.StatusRequestEntityTooLarge:
		return TooLarge
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status < 400:
		return Retryable
	case status == http.StatusNotImplemented || status == http.StatusMethodNotAllowed:
		return Permanent
	case status >= 500 || !ours:
		return Retryable
	case status == http.StatusNotFound:
		return kindOfMissing(said)
	}
	return Permanent
}

// kindOfMissing tells a missing collection or shard from a missing point or index.
func kindOfMissing(said string) Kind {
	if strings.Contains(said, "Collection") || strings.Contains(said, "collection") || strings.Contains(said, "shard") {
		return Identity
	}
	return NotFound
}

// redact removes the secrets of the client from a text that may repeat them.
func (c *Client) redact(s string) string {
	for _, secret := range c.secrets() {
		s = strings.ReplaceAll(s, secret, "[redacted]")
	}
	return s
}

// hidden is an error whose text has been redacted; what it wraps can still be asked for by errors.Is.
type hidden struct {
	text string
	err  error
}

func (h *hidden) Error() string        { return h.text }
func (h *hidden) Is(target error) bool { return errors.Is(h.err, target) }

// hide removes secrets from the text of an error and cuts the way to values that may hold them.
func (c *Client) hide(err error) error {
	if err == nil {
		return nil
	}
	return &hidden{text: clip(c.redact(err.Error())), err: err}
}

// clip bounds a foreign text and makes it printable.
func clip(s string) string {
	const most = 1000
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.TrimSpace(s)
}

// withDone notes how many operations at the front are completed.
func withDone(err error, done int) error {
	var e *Error
	if errors.As(err, &e) {
		e.Done = done
	}
	return err
}

func kindIs(err error, kinds ...Kind) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, k := range kinds {
		if e.Kind == k {
			return true
		}
	}
	return false
}

func waitOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
