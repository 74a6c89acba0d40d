package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync"
	"github.com/qdrant-edge-go/edge/core/hub"
)

const secret = "top-secret-key"

// device makes a synced directory with two operations that wait, the second of which the server will refuse when it refuses ids above 1.
func device(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "device")
	s, err := edgesync.Open(dir, edgesync.Options{Config: &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 2, Distance: api.DistanceDot}}}}})
	require.NoError(t, err)
	for id := range uint64(2) {
		_, err = s.Update(context.Background(), &api.UpsertPoints{Points: []api.Point{{ID: api.NumID(id + 1), Vector: api.VectorStruct{{Vector: api.DenseVector{1, 0}}}}}})
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())
	return dir
}

// strict serves a hub with a collection whose points 2 are refused.
func strict(t *testing.T) string {
	t.Helper()
	h, err := hub.Open(t.TempDir(), hub.Options{APIKey: secret})
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.Contains(r.URL.Path, "/points") && bytes.Contains(body, []byte(`"id":2`)) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"status":{"error":"Wrong input: no twos"},"time":0}`))
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); require.NoError(t, h.Close()) })
	req, err := http.NewRequest(http.MethodPut, server.URL+"/collections/c", strings.NewReader(`{"vectors":{"size":2,"distance":"Dot"}}`))
	require.NoError(t, err)
	req.Header.Set("api-key", secret)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	return server.URL
}

func TestSyncedCommands(t *testing.T) {
	dir, url := device(t), strict(t)
	code, out, errs := command("status", dir)
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, "pending: 2 operations")
	code, out, _ = command("outbox", "--json", dir)
	require.Equal(t, 0, code)
	var box struct{ Operations int }
	require.NoError(t, json.Unmarshal([]byte(out), &box))
	require.Equal(t, 2, box.Operations)

	t.Setenv("QDRANT_API_KEY", "wrong-"+secret)
	code, out, errs = command("sync", "--once", "--url", url, "--collection", "c", dir)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "auth")
	require.NotContains(t, out+errs, secret)
	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte(secret+"\n"), 0o600))
	code, out, errs = command("sync", "--once", "--url", url, "--collection", "c", "--api-key-file", key, dir)
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, "1 refused")
	require.NotContains(t, out+errs, secret)

	code, out, _ = command("dead-letters", "--json", dir)
	require.Equal(t, 0, code)
	var letters []struct {
		ID        json.Number
		Reason    string
		Operation map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(out), &letters))
	require.Len(t, letters, 1)
	require.Contains(t, letters[0].Reason, "no twos")
	require.Contains(t, letters[0].Operation, "upsert_points")
	code, out, errs = command("dead-letters", "--discard", letters[0].ID.String(), dir)
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, "0 dead letters")
	code, out, errs = command("sync", "--once", "--json", "--url", url, "--collection", "c", "--api-key-file", key, dir)
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, `"mirror_points": 1`)
	code, out, _ = command("status", "--json", dir)
	require.Equal(t, 0, code)
	require.Contains(t, out, `"pending": 0`)
}

func TestSyncedCommandsRefuse(t *testing.T) {
	t.Setenv("QDRANT_URL", "")
	dir := t.TempDir()
	for _, name := range []string{"status", "outbox", "dead-letters"} {
		code, _, errs := command(name, dir)
		require.Equal(t, 1, code, name)
		require.Contains(t, errs, "holds no synced shard")
		code, _, _ = command(name)
		require.Equal(t, 2, code, name)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	code, _, _ := command("sync", "--once", dir)
	require.Equal(t, 2, code)
	code, _, _ = command("sync", "--url", "http://localhost", "--collection", "c", dir)
	require.Equal(t, 2, code)
}
