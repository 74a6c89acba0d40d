package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/hub"
)

const syncedConfig = `"config":{"vectors":{"":{"size":2,"distance":"Dot"}}}`

// hubWith serves a hub with the collection c; what wrap returns stands in front of it.
func hubWith(t *testing.T, wrap func(http.Handler) http.Handler) string {
	t.Helper()
	h, err := hub.Open(t.TempDir(), hub.Options{APIKey: "secret-key"})
	require.NoError(t, err)
	server := httptest.NewServer(wrap(h))
	t.Cleanup(func() { server.Close(); require.NoError(t, h.Close()) })
	req, err := http.NewRequest(http.MethodPut, server.URL+"/collections/c", strings.NewReader(`{"vectors":{"size":2,"distance":"Dot"}}`))
	require.NoError(t, err)
	req.Header.Set("api-key", "secret-key")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	return server.URL
}

func openTestSynced(t *testing.T, options string) uint64 {
	t.Helper()
	path, _ := json.Marshal(filepath.Join(t.TempDir(), "synced"))
	var r struct{ Handle uint64 }
	require.NoError(t, json.Unmarshal([]byte(answer(t, 64, 0, fmt.Sprintf(`{"path":%s,"options":{%s}}`, path, options))), &r))
	t.Cleanup(func() { _ = closeSynced(r.Handle) })
	return r.Handle
}

// refuses expects an error and returns its text.
func refuses(t *testing.T, kind api.ErrorKind, code uint16, handle uint64, body string) string {
	t.Helper()
	n, out := border(code, 0, handle, 1<<16, body, nil)
	require.Equal(t, statusBase-int64(kind), n, "%s", out[4:200])
	return string(out[4 : 4+le.Uint32(out)])
}

func TestSyncedOffline(t *testing.T) {
	h := openTestSynced(t, syncedConfig)
	require.JSONEq(t, `{"seq":1}`, answer(t, 66, h, `{"upsert_points":{"points":[{"id":1,"vector":{"$f32":[0,2]},"payload":{"a":1}}]}}`, 1, 0))
	require.Contains(t, answer(t, 21, h, `{"query":[1,0],"limit":5}`), `"id":1`)
	require.JSONEq(t, `{"count":1}`, answer(t, 24, h, `{}`))
	n, out := border(25, 1, h, 1<<16, `{"ids":[1],"with_payload":true,"with_vector":true}`, nil)
	require.Positive(t, n)
	require.EqualValues(t, 1, le.Uint32(out))
	require.Contains(t, answer(t, 72, h, ""), `{"operations":1,`)
	require.JSONEq(t, `["local","unknown"]`, answer(t, 78, h, `{"ids":[1,2]}`))
	require.Contains(t, answer(t, 76, h, ""), `"state":"offline"`)
	refuses(t, api.InvalidArgument, 68, h, "")
	refuses(t, api.InvalidArgument, 79, h, "")
	answer(t, 67, h, "")
	require.JSONEq(t, `[]`, answer(t, 73, h, ""))
	refuses(t, api.NotFound, 74, h, `{"id":9}`)
}

func TestSyncedBackups(t *testing.T) {
	h := openTestSynced(t, syncedConfig)
	answer(t, 66, h, `{"upsert_points":{"points":[{"id":1,"vector":[1,0]}]}}`)
	require.Contains(t, answer(t, 84, h, ""), `"ok":true`)
	dir := t.TempDir()
	copied, restored := filepath.Join(dir, "copy"), filepath.Join(dir, "restored")
	answer(t, 85, h, fmt.Sprintf(`{"path":%q}`, copied))
	refuses(t, api.AlreadyExists, 85, h, fmt.Sprintf(`{"path":%q}`, copied))
	refuses(t, api.InvalidArgument, 86, 0, fmt.Sprintf(`{"path":%q}`, copied))
	refuses(t, api.NotFound, 86, 0, fmt.Sprintf(`{"path":%q,"target_path":%q}`, filepath.Join(dir, "nowhere"), restored))
	answer(t, 86, 0, fmt.Sprintf(`{"path":%q,"target_path":%q}`, copied, restored))
	var r struct{ Handle uint64 }
	require.NoError(t, json.Unmarshal([]byte(answer(t, 64, 0, fmt.Sprintf(`{"path":%q,"options":{}}`, restored))), &r))
	require.JSONEq(t, `["local"]`, answer(t, 78, r.Handle, `{"ids":[1]}`))
	answer(t, 65, r.Handle, "")
}

func TestFullOutboxes(t *testing.T) {
	url := hubWith(t, func(h http.Handler) http.Handler { return h })
	h := openTestSynced(t, syncedConfig+`,"url":"`+url+`","collection":"c","api_key":"secret-key","max_pending":1`)
	const op = `{"upsert_points":{"points":[{"id":1,"vector":[1,0]}]}}`
	answer(t, 66, h, op)
	refuses(t, api.DiskFull, 66, h, op)
	h = openTestSynced(t, syncedConfig+`,"url":"`+url+`","collection":"c","api_key":"secret-key","max_pending":1,"when_full":"wait"`)
	answer(t, 66, h, op)
	second := make(chan int64, 1)
	go func() {
		n, _ := border(66, 0, h, 1<<12, op, nil)
		second <- n
	}()
	require.Never(t, func() bool { return len(second) > 0 }, 50*time.Millisecond, 10*time.Millisecond)
	answer(t, 68, h, "")
	require.Positive(t, <-second)
}

func TestWrongHandles(t *testing.T) {
	shard, synced := openTestShard(t), openTestSynced(t, syncedConfig)
	for _, code := range []uint16{65, 67, 68, 69, 70, 72, 73, 76, 77, 79, 80, 81} {
		require.Contains(t, refuses(t, api.InvalidArgument, code, shard, ""), "synced")
		refuses(t, api.InvalidArgument, code, 0, "")
		refuses(t, api.Closed, code, 1<<40, "")
	}
	for _, code := range []uint16{18, 19, 28, 33} {
		require.Contains(t, refuses(t, api.InvalidArgument, code, synced, "{}"), "synced")
	}
	refuses(t, api.InvalidArgument, 20, synced, `{"delete_points":{"ids":[1]}}`)
	require.JSONEq(t, `{"count":0}`, answer(t, 24, shard, `{}`))
	answer(t, 65, synced, "")
	refuses(t, api.Closed, 24, synced, "{}")
	refuses(t, api.Closed, 65, synced, "")
}

func TestSyncedOptionsAreChecked(t *testing.T) {
	path, _ := json.Marshal(t.TempDir())
	for _, options := range []string{
		`"config":{}, "colection":"c"`, `"collection":"c"`, `"url":"ftp://x","collection":"c"`, `"url":"http://192.0.2.1:6333","collection":"c"`,
		`"url":"http://user:pass-word@localhost","collection":"c"`, `"url":"http://localhost","collection":"c","headers":["h"]`, `"interval":-1`,
		`"url":"http://localhost","collection":"c","tls":{"ca":"no PEM"}`, `"full_snapshots":"some"`,
	} {
		text := refuses(t, api.InvalidArgument, 64, 0, fmt.Sprintf(`{"path":%s,"options":{%s}}`, path, options))
		require.NotContains(t, text, "pass-word")
	}
	require.Contains(t, refuses(t, api.InvalidArgument, 64, 0, `{"path":"","options":{}}`), "path")
	require.Zero(t, liveHandles())
}

func TestSyncedTransfers(t *testing.T) {
	var down atomic.Bool
	url := hubWith(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				http.Error(w, "asleep", http.StatusServiceUnavailable)
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	h := openTestSynced(t, syncedConfig+`,"url":"`+url+`","collection":"c","api_key":"wrong"`)
	var events, log bytes.Buffer
	require.NoError(t, withSynced(h, func(s *synced) error {
		s.hooks.progress.replace(func(text []byte) { events.Write(append(text, '\n')) }, true)
		s.hooks.log.replace(func(text []byte) { log.Write(append(text, '\n')) }, true)
		return nil
	}))
	answer(t, 66, h, `{"upsert_points":{"points":[{"id":1,"vector":[1,0]}]}}`)
	require.JSONEq(t, `{"synced":false}`, answer(t, 71, h, `{"seq":1,"timeout":0.01}`))
	down.Store(true)
	refuses(t, api.Unavailable, 68, h, "{}")
	down.Store(false)
	refuses(t, api.Unauthorized, 68, h, "")
	answer(t, 82, h, `{"api_key":"secret-key"}`)
	answer(t, 70, h, `{"timeout":60}`)
	require.JSONEq(t, `{"synced":true}`, answer(t, 71, h, `{"seq":1}`))
	require.JSONEq(t, `["synced"]`, answer(t, 78, h, `{"ids":[1]}`))
	require.Contains(t, answer(t, 76, h, ""), `"state":"idle"`)
	require.Contains(t, answer(t, 77, h, ""), `"pulls":1`)
	require.Contains(t, events.String(), `"state":"installing"`)
	for _, line := range strings.Split(strings.TrimSpace(events.String()+log.String()), "\n") {
		require.True(t, json.Valid([]byte(line)), line)
	}
	require.NotContains(t, log.String(), "secret-key")
}

func TestSyncedDeadLettersAndReset(t *testing.T) {
	var refuse atomic.Bool
	refuse.Store(true)
	url := hubWith(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if refuse.Load() && strings.Contains(r.URL.Path, "/points") {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"status":{"error":"strict mode"},"time":0}`))
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	h := openTestSynced(t, syncedConfig+`,"url":"`+url+`","collection":"c","api_key":"secret-key"`)
	answer(t, 66, h, `{"upsert_points":{"points":[{"id":1,"vector":[1,0]}]}}`)
	answer(t, 68, h, "")
	var letters []struct {
		ID        uint64
		Reason    string
		Operation map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(answer(t, 73, h, "")), &letters))
	require.Len(t, letters, 1)
	require.Contains(t, letters[0].Reason, "strict mode")
	require.Contains(t, letters[0].Operation, "upsert_points")
	refuse.Store(false)
	answer(t, 74, h, fmt.Sprintf(`{"id":%d}`, letters[0].ID))
	answer(t, 70, h, "")
	require.JSONEq(t, `["synced"]`, answer(t, 78, h, `{"ids":[1]}`))
	refuses(t, api.InvalidArgument, 83, h, `{"mode":"everything"}`)
	answer(t, 83, h, `{"mode":"discard_local"}`)
	require.JSONEq(t, `{"count":0}`, answer(t, 24, h, `{}`))
	answer(t, 69, h, "")
	require.JSONEq(t, `{"count":1}`, answer(t, 24, h, `{}`))
}

// A call that waits for the server ends with cancel and with close; a gate keeps the background loop from the network.
func TestSyncedCallsEnd(t *testing.T) {
	reached, release := make(chan struct{}, 100), make(chan struct{})
	var hold atomic.Bool
	url := hubWith(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if hold.Load() {
				reached <- struct{}{}
				select {
				case <-release:
				case <-r.Context().Done():
				}
			}
			h.ServeHTTP(w, r)
		})
	})
	defer close(release)
	h := openTestSynced(t, syncedConfig+`,"url":"`+url+`","collection":"c","api_key":"secret-key","interval":0.01`)
	var asked atomic.Int32
	require.NoError(t, withSynced(h, func(s *synced) error {
		s.hooks.gate.replace(func() bool { asked.Add(1); return false }, true)
		return nil
	}))
	hold.Store(true)
	answer(t, 79, h, "")
	require.Eventually(t, func() bool { return asked.Load() > 1 }, 5*time.Second, time.Millisecond)
	require.Empty(t, reached)
	answer(t, 80, h, "")
	for _, end := range []uint16{81, 65} {
		failed := make(chan int64, 1)
		go func() {
			n, _ := border(69, 0, h, 1<<12, "", nil)
			failed <- n
		}()
		<-reached
		answer(t, end, h, "")
		require.Equal(t, statusBase-int64(api.Cancelled), <-failed)
	}
	require.Zero(t, liveHandles())
}
