package hub

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

func upsertBody(from, to int) string {
	points := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		points = append(points, fmt.Sprintf(`{"id":%d,"vector":[%d,1,0,0],"payload":{"n":%d}}`, i, i, i))
	}
	return `{"points":[` + strings.Join(points, ",") + `]}`
}

func download(t *testing.T, url, method, path, body string) (int, string) {
	resp, answer := send(t, url, exchangeOf(method, path, body))
	file := filepath.Join(t.TempDir(), "shard.snapshot")
	require.NoError(t, os.WriteFile(file, answer, 0o600))
	return resp.StatusCode, file
}

// TestMirror keeps a mirror current: a full snapshot, then partial ones after writes and deletes, and 304 when nothing changed.
func TestMirror(t *testing.T) {
	const snapshot, partial = "collections/c/shards/0/snapshot", "collections/c/shards/0/snapshot/partial/create"
	ctx := t.Context()
	url := serveHub(t, Options{})
	resp, _ := send(t, url, exchangeOf("PUT", "collections/c", `{"vectors":{"size":4,"distance":"Dot"}}`))
	require.Equal(t, http.StatusOK, resp.StatusCode)
	send(t, url, exchangeOf("PUT", "collections/c/points?wait=true", upsertBody(0, 100)))

	status, file := download(t, url, "GET", snapshot, "null")
	require.Equal(t, http.StatusOK, status)
	dir := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(file, dir))
	mirror, err := edge.Load(dir, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, mirror.Close()) }()

	count := func() uint64 {
		n, err := mirror.Count(ctx, &api.CountRequest{Exact: true})
		require.NoError(t, err)
		return n
	}
	require.EqualValues(t, 100, count())

	pull := func() int {
		manifest, err := mirror.SnapshotManifest(ctx)
		require.NoError(t, err)
		status, file := download(t, url, "POST", partial, string(manifest))
		require.NoError(t, mirror.UpdateFromSnapshot(ctx, file, ""))
		return status
	}
	require.Equal(t, http.StatusNotModified, pull())
	require.EqualValues(t, 100, count())

	send(t, url, exchangeOf("PUT", "collections/c/points?wait=true", upsertBody(90, 150)))
	send(t, url, exchangeOf("POST", "collections/c/points/delete?wait=true", `{"points":[0,1,2]}`))
	require.Equal(t, http.StatusOK, pull())
	require.EqualValues(t, 147, count())
	require.Equal(t, http.StatusNotModified, pull())
}

func TestContentCodings(t *testing.T) {
	url := serveHub(t, Options{})
	send(t, url, exchangeOf("PUT", "collections/c", `{"vectors":{"size":4,"distance":"Dot"}}`))
	send(t, url, exchangeOf("PUT", "collections/c/points?wait=true", upsertBody(0, 10)))
	e := exchangeOf("GET", "collections/c/shards/0/snapshot", "null")
	_, identity := send(t, url, e)
	for coding, open := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		e.Request.Headers = map[string]string{"Accept-Encoding": coding}
		resp, body := send(t, url, e)
		require.Equal(t, coding, resp.Header.Get("Content-Encoding"))
		r, err := open(bytes.NewReader(body))
		require.NoError(t, err)
		plain, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Len(t, plain, len(identity))
	}
}

func TestPersistence(t *testing.T) {
	dir := t.TempDir()
	h, err := Open(dir, Options{})
	require.NoError(t, err)
	call := func(method, path, body string) (int, []byte) {
		w := httptest.NewRecorder()
		req, err := http.NewRequest(method, "/"+path, strings.NewReader(body))
		require.NoError(t, err)
		h.ServeHTTP(w, req)
		return w.Code, w.Body.Bytes()
	}
	call("PUT", "collections/kept", `{"vectors":{"size":4,"distance":"Dot"}}`)
	call("PUT", "collections/kept/points?wait=true", upsertBody(0, 5))
	call("POST", "collections/aliases", `{"actions":[{"create_alias":{"collection_name":"kept","alias_name":"also"}}]}`)
	require.NoError(t, h.Close())

	h, err = Open(dir, Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, h.Close()) }()
	status, body := call("POST", "collections/also/points/count", `{"exact":true}`)
	require.Equal(t, http.StatusOK, status, "%s", body)
	var got struct{ Result struct{ Count int } }
	require.NoError(t, json.Unmarshal(body, &got))
	require.Equal(t, 5, got.Result.Count)
	for _, name := range []string{".hidden", "..%2fup", strings.Repeat("x", 300)} {
		status, _ = call("PUT", "collections/"+name, `{"vectors":{"size":4,"distance":"Dot"}}`)
		require.Equal(t, http.StatusBadRequest, status, name)
	}
}
