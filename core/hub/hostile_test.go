package hub

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const dotConfig = `{"vectors":{"size":4,"distance":"Dot"}}`

func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(answer)
}

// TestSlowClientHoldsUpNobody: while a client takes no byte of a snapshot, updates, other collections and the end of this one go on.
func TestSlowClientHoldsUpNobody(t *testing.T) {
	url := serveHub(t, Options{})
	status, _ := ask(t, "PUT", url+"/collections/c", `{"vectors":{"size":512,"distance":"Dot"}}`)
	require.Equal(t, http.StatusOK, status)
	vector := strings.TrimSuffix(strings.Repeat("0.123,", 512), ",")
	for from := 0; from < 4000; from += 1000 {
		var b bytes.Buffer
		b.WriteString(`{"points":[`)
		for i := from; i < from+1000; i++ {
			fmt.Fprintf(&b, `{"id":%d,"vector":[%s]},`, i, vector)
		}
		status, answer := ask(t, "PUT", url+"/collections/c/points?wait=true", strings.TrimSuffix(b.String(), ",")+"]}")
		require.Equal(t, http.StatusOK, status, answer)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4096))
	_, err = fmt.Fprintf(conn, "GET /collections/c/shards/0/snapshot HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	_, err = io.ReadFull(conn, make([]byte, 64))
	require.NoError(t, err)

	status, answer := ask(t, "PUT", url+"/collections/c/points?wait=true", `{"points":[{"id":1,"vector":[`+vector+`]}]}`)
	require.Equal(t, http.StatusOK, status, answer)
	status, _ = ask(t, "DELETE", url+"/collections/c", "")
	require.Equal(t, http.StatusOK, status)
	status, _ = ask(t, "PUT", url+"/collections/c", dotConfig)
	require.Equal(t, http.StatusOK, status)
}

// TestHostileNames: no name leaves the directory, and every refusal is a client's error.
func TestHostileNames(t *testing.T) {
	dir := t.TempDir()
	h, err := Open(filepath.Join(dir, "hub"), Options{})
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer func() {
		server.Close()
		require.NoError(t, h.Close())
	}()
	for _, name := range []string{"..", ".", "%2e%2e", "%2e%2e%2f%2e%2e%2fevil", "a%2fb", "..%5c..", "%00", "a%00b", "a%0ab", ".hidden", ".new-x", "a%3Cb",
		strings.Repeat("n", 256), "%ff%2f"} {
		for _, method := range []string{"PUT", "DELETE", "GET"} {
			status, answer := ask(t, method, server.URL+"/collections/"+name, dotConfig)
			require.Contains(t, []int{200, 301, 307, 400, 404, 405}, status, "%s %s: %s", method, name, answer)
			if method == "PUT" {
				require.NotEqual(t, 200, status, "%s", name)
			}
		}
	}
	for _, name := range []string{strings.Repeat("n", 255), "%C3%BC", "a%20b", "a.b"} {
		status, answer := ask(t, "PUT", server.URL+"/collections/"+name, dotConfig)
		require.Equal(t, 200, status, "%s: %s", name, answer)
		status, answer = ask(t, "DELETE", server.URL+"/collections/"+name, "")
		require.Equal(t, 200, status, "%s: %s", name, answer)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "hub", "collections"))
	require.NoError(t, err)
	require.Empty(t, entries)
	entries, err = os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// TestHostileBodies: broken and oversized bodies are refused and change nothing.
func TestHostileBodies(t *testing.T) {
	url := serveHub(t, Options{})
	status, _ := ask(t, "PUT", url+"/collections/c", dotConfig)
	require.Equal(t, 200, status)
	deep := strings.Repeat("[", 100_000)
	for _, body := range []string{"", "{", "null", "[]", "7", `"x"`, "\xff\xfe", deep, `{"points":` + deep, `{"points":[{"id":-1,"vector":[1,2,3,4]}]}`,
		`{"points":[{"id":1,"vector":[1,2,3]}]}`, `{"points":[{"id":1,"vector":[1e999,2,3,4]}]}`, `{"points":[{"id":1,"vector":{"$f32":[0,4]}}]}`,
		`{"filter":` + strings.Repeat(`{"must":[`, 5_000), `{"limit":-1}`, `{"limit":18446744073709551616}`, `{"query":{"$f32":[0,4]},"limit":1}`} {
		for _, call := range []string{"PUT /points", "POST /points/query", "POST /points/scroll", "POST /points/count", "POST /points/delete", "POST /points/payload",
			"POST /points/batch", "POST /shards/0/snapshot/partial/create"} {
			method, path, _ := strings.Cut(call, " ")
			status, answer := ask(t, method, url+"/collections/c"+path, body)
			require.Less(t, status, 500, "%s %.40q: %s", call, body, answer)
		}
	}
	status, answer := ask(t, "PUT", url+"/collections/c/points", `{"points":[`+strings.Repeat(" ", maxBody))
	require.Equal(t, http.StatusRequestEntityTooLarge, status, answer)
	status, answer = ask(t, "POST", url+"/collections/c/points/count", "{}")
	require.Equal(t, 200, status)
	require.Contains(t, answer, `"count":0`)
}

// TestCreateAndDropAtOnce: the same collection is made, written, sent and dropped by many at once; every answer is a sound one and
// nothing is left behind.
func TestCreateAndDropAtOnce(t *testing.T) {
	dir := t.TempDir()
	h, err := Open(dir, Options{})
	require.NoError(t, err)
	server := httptest.NewServer(h)
	var wg sync.WaitGroup
	calls := [][3]string{{"PUT", "", dotConfig}, {"DELETE", "", ""}, {"PUT", "/points?wait=true", upsertBody(0, 20)}, {"GET", "/shards/0/snapshot", ""},
		{"POST", "/points/query", `{"query":[1,0,0,0],"limit":3}`}, {"GET", "", ""}}
	for worker := range 6 {
		wg.Go(func() {
			for i := range 30 {
				call := calls[(worker+i)%len(calls)]
				req, _ := http.NewRequest(call[0], server.URL+"/collections/c"+call[1], strings.NewReader(call[2]))
				resp, err := http.DefaultClient.Do(req)
				if !assert.NoError(t, err) {
					return
				}
				answer, err := io.ReadAll(resp.Body)
				assert.NoError(t, err)
				assert.NoError(t, resp.Body.Close())
				assert.Contains(t, []int{200, 404, 409}, resp.StatusCode, "%v: %.200s", call[:2], answer)
			}
		})
	}
	wg.Wait()
	status, _ := ask(t, "DELETE", server.URL+"/collections/c", "")
	require.Equal(t, 200, status)
	server.Close()
	require.NoError(t, h.Close())
	entries, err := os.ReadDir(filepath.Join(dir, "collections"))
	require.NoError(t, err)
	require.Empty(t, entries)
	spools, err := filepath.Glob(filepath.Join(dir, spoolPattern))
	require.NoError(t, err)
	require.Empty(t, spools)
}

// TestNameOfLeftovers: a directory that is no collection of ours is neither taken over nor removed by a create.
func TestNameOfLeftovers(t *testing.T) {
	dir := t.TempDir()
	h, err := Open(dir, Options{})
	require.NoError(t, err)
	server := httptest.NewServer(h)
	foreign := filepath.Join(dir, "collections", "c")
	require.NoError(t, os.MkdirAll(foreign, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(foreign, "precious"), []byte("x"), 0o600))
	status, answer := ask(t, "PUT", server.URL+"/collections/c", dotConfig)
	require.Equal(t, http.StatusInternalServerError, status, answer)
	require.FileExists(t, filepath.Join(foreign, "precious"))
	entries, err := os.ReadDir(filepath.Join(dir, "collections"))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	server.Close()
	require.NoError(t, h.Close())
	_, err = Open(dir, Options{})
	require.ErrorContains(t, err, `"c"`)
}
