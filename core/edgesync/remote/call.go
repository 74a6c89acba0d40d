package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"
)

// tokens holds the key in use.
type tokens struct {
	mu   sync.Mutex
	last string
	past []string // refused ones: they stay secret
}

// current returns the key to send, asking the provider when none is known.
func (c *Client) current(ctx context.Context) (string, error) {
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	if c.token.last == "" && c.opts.Token != nil {
		return c.renew(ctx, "")
	}
	return c.token.last, nil
}

// renewed asks for another key than the refused one; false when there is none.
func (c *Client) renewed(ctx context.Context, refused string) bool {
	if c.opts.Token == nil {
		return false
	}
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	if c.token.last != refused { // another call has renewed it meanwhile
		return true
	}
	fresh, err := c.renew(ctx, refused)
	return err == nil && fresh != refused
}

func (c *Client) renew(ctx context.Context, refused string) (string, error) {
	fresh, err := c.opts.Token(ctx, refused)
	if err == nil && !headerSafe(fresh) {
		err = errors.New("the token has characters that no header may have")
	}
	if err != nil {
		return "", &Error{Kind: Auth, Msg: "token provider", Err: err}
	}
	if refused != "" {
		c.token.past = append(c.token.past, refused)
		c.token.past = c.token.past[max(0, len(c.token.past)-8):]
	}
	c.token.last = fresh
	return fresh, nil
}

// secrets are the texts that must not leave the client.
func (c *Client) secrets() []string {
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	var list []string
	for _, s := range append([]string{c.token.last}, c.token.past...) {
		if s != "" {
			list = append(list, s)
		}
	}
	for _, v := range c.opts.Headers {
		if len(v) >= 8 { // shorter values are no secrets, and would garble messages
			list = append(list, v)
		}
	}
	return list
}

// send makes a request with keys and headers and returns the answer, whatever its status. A refused key is renewed once.
func (c *Client) send(ctx context.Context, method, path string, body []byte, head http.Header) (*http.Response, error) {
	for renewed := false; ; renewed = true {
		key, err := c.current(ctx)
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, method, c.url(path), bytes.NewReader(body))
		if err != nil {
			return nil, &Error{Kind: Permanent, Msg: "request", Err: c.hide(err)}
		}
		c.dress(req, body, head, key)
		resp, err := c.http.Do(req)
		if err != nil {
			return nil, c.broken(ctx, method+" "+path, err)
		}
		denied := resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden
		if renewed || !denied || !c.renewed(ctx, key) {
			return resp, nil
		}
		drop(resp)
	}
}

func (c *Client) dress(req *http.Request, body []byte, head http.Header, key string) {
	req.Header.Set("User-Agent", "qdrant-edge-go")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range head {
		req.Header[name] = values
	}
	for name, value := range c.opts.Headers {
		req.Header.Set(name, value)
	}
	if key != "" {
		req.Header.Set("Api-Key", key)
	}
	req.Close = head.Get("Connection") == "close"
}

// drop reads a little of a body, so that the connection can be used again, and closes it.
func drop(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, maxErrorText)
	_ = resp.Body.Close()
}

// call makes a JSON call and returns the raw `result` of its answer.
func (c *Client) call(ctx context.Context, method, path string, body []byte) (json.RawMessage, error) {
	return c.callWithin(ctx, c.opts.CallTime, method, path, body)
}

func (c *Client) callWithin(ctx context.Context, limit time.Duration, method, path string, body []byte) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	resp, err := c.send(ctx, method, path, body, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, c.refused(resp)
	}
	answer, err := c.answer(ctx, resp)
	if err != nil {
		return nil, err
	}
	var envelope struct {
		Result json.RawMessage
		Status json.RawMessage
	}
	if err := json.Unmarshal(answer, &envelope); err != nil || envelope.Result == nil {
		return nil, &Error{Kind: Retryable, Msg: "the answer to " + method + " " + path + " is not a server's"}
	}
	return envelope.Result, nil
}

// answer reads a JSON body of bounded size.
func (c *Client) answer(ctx context.Context, resp *http.Response) ([]byte, error) {
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != "application/json" {
		return nil, &Error{Kind: Retryable, Msg: "not a server's answer: content type " + clip(kind)}
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, c.broken(ctx, "the answer broke off", err)
	case len(answer) > maxAnswer:
		return nil, &Error{Kind: Permanent, Msg: "the answer is too large"}
	}
	return answer, nil
}
