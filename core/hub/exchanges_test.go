package hub

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// exchange is one recorded request with a server's answer.
type exchange struct {
	Name    string
	Request struct {
		Method  string
		Path    string
		Headers map[string]string
		Body    json.RawMessage
	}
	Response struct {
		Status  int
		Headers map[string]string
		Body    json.RawMessage
	}
}

func exchanges(t *testing.T) map[string]exchange {
	var all []exchange
	require.NoError(t, json.Unmarshal(fixture.Read(t, "http", "exchanges.json"), &all))
	byName := map[string]exchange{}
	for _, e := range all {
		byName[e.Name] = e
	}
	return byName
}

func serveHub(t *testing.T, opts Options) string {
	h, err := Open(t.TempDir(), opts)
	require.NoError(t, err)
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, h.Close())
	})
	return server.URL
}

func serve(t *testing.T, h *Hub) string {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func send(t *testing.T, url string, e exchange) (*http.Response, []byte) {
	body := e.Request.Body
	if len(body) > 0 && body[0] == '"' { // a body that is no JSON was recorded as text
		var text string
		require.NoError(t, json.Unmarshal(body, &text))
		body = []byte(text)
	}
	if string(body) == "null" {
		body = nil
	}
	req, err := http.NewRequest(e.Request.Method, url+"/"+e.Request.Path, bytes.NewReader(body))
	require.NoError(t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Encoding", "identity")
	for k, v := range e.Request.Headers {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, answer
}

// comparable decodes a body and drops what differs from run to run: times, peer ids, operation numbers.
func comparable(t *testing.T, raw []byte) any {
	var v any
	require.NoErrorf(t, json.Unmarshal(raw, &v), "%s", raw)
	return scrub(v)
}

func scrub(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range []string{"time", "peer_id", "commit", "operation_id", "segments_count", "version"} {
			delete(v, key)
		}
		for k := range v {
			v[k] = scrub(v[k])
		}
	case []any:
		for i := range v {
			v[i] = scrub(v[i])
		}
	}
	return v
}

// TestExchanges replays what a real server was asked and wants its answers, status codes and bodies.
func TestExchanges(t *testing.T) {
	recorded := exchanges(t)
	url := serveHub(t, Options{})
	for _, name := range []string{
		"root", "healthz", "readyz", "missing collection", "missing collection snapshot", "upsert to missing collection",
		"create", "create again", "exists", "info", "cluster", "aliases",
		"upsert wait", "upsert no wait", "upsert wrong dim", "upsert unknown vector",
		"batch", "upsert update_mode insert_only", "retrieve", "get one", "get missing", "scroll", "count", "query", "query groups", "query by id",
		"facet without index", "create index", "facet", "delete index", "stream missing shard", "stored missing", "alias create", "info by alias", "delete by filter", "delete vectors", "clear payload", "delete payload key", "overwrite payload",
		"delete", "delete again",
	} {
		t.Run(name, func(t *testing.T) {
			e, ok := recorded[name]
			require.True(t, ok)
			resp, body := send(t, url, e)
			require.Equal(t, e.Response.Status, resp.StatusCode, "%s", body)
			if strings.HasPrefix(e.Response.Headers["content-type"], "application/json") {
				require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
				require.Equal(t, comparable(t, e.Response.Body), comparable(t, body))
				return
			}
			var text string
			require.NoError(t, json.Unmarshal(e.Response.Body, &text))
			require.Equal(t, text, string(body))
		})
	}
}

// TestRefusals wants a server's status for bodies whose error texts carry positions of a foreign parser.
func TestRefusals(t *testing.T) {
	recorded := exchanges(t)
	url := serveHub(t, Options{})
	send(t, url, exchangeOf("PUT", "collections/http-demo", `{"vectors":{"v":{"size":4,"distance":"Dot"}}}`))
	for _, name := range []string{"create bad", "upsert bad id", "upsert bad json", "partial bad body", "partial wrong schema", "stream missing shard"} {
		t.Run(name, func(t *testing.T) {
			e := recorded[name]
			resp, body := send(t, url, e)
			require.Equal(t, e.Response.Status, resp.StatusCode, "%s", body)
			require.Equal(t, e.Response.Headers["content-type"], resp.Header.Get("Content-Type"))
			prefix, _, _ := strings.Cut(text(t, e.Response.Body), ":")
			require.Equal(t, prefix, strings.SplitN(text(t, body), ":", 2)[0], "%s", body)
		})
	}
}

// text is the error of a JSON answer, or a plain answer.
func text(t *testing.T, body []byte) string {
	var failed struct {
		Status struct{ Error string }
	}
	if json.Unmarshal(body, &failed) == nil && failed.Status.Error != "" {
		return failed.Status.Error
	}
	var plain string
	if json.Unmarshal(body, &plain) == nil {
		return plain
	}
	return string(body)
}

func exchangeOf(method, path, body string) (e exchange) {
	e.Request.Method, e.Request.Path, e.Request.Body = method, path, json.RawMessage(body)
	return e
}

// TestKeys replays the exchanges with API keys.
func TestKeys(t *testing.T) {
	recorded := exchanges(t)
	url := serveHub(t, Options{APIKey: "secret", ReadOnlyAPIKey: "readonly"})
	for _, name := range []string{"no key", "wrong key", "right key", "bearer", "create with key", "read-only key writes", "read-only key reads",
		"read-only key streams a snapshot", "read-only key partial"} {
		t.Run(name, func(t *testing.T) {
			e := recorded[name]
			resp, body := send(t, url, e)
			require.Equal(t, e.Response.Status, resp.StatusCode, "%s", body)
			if strings.HasPrefix(e.Response.Headers["content-type"], "application/json") {
				require.Equal(t, comparable(t, e.Response.Body), comparable(t, body))
			} else {
				require.Equal(t, text(t, e.Response.Body), text(t, body))
			}
		})
	}
}
