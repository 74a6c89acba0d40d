package hub

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/edge"
)

// TestStoredSnapshots: create, list, whole and ranges, what it holds, delete.
func TestStoredSnapshots(t *testing.T) {
	const at = "collections/c/shards/0/snapshots"
	url := serveHub(t, Options{})
	send(t, url, exchangeOf("PUT", "collections/c", dotConfig))
	send(t, url, exchangeOf("PUT", "collections/c/points?wait=true", upsertBody(0, 100)))
	var made, second struct{ Result storedSnapshot }
	resp, body := send(t, url, exchangeOf("POST", at, "null"))
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s", body)
	require.NoError(t, json.Unmarshal(body, &made))
	_, body = send(t, url, exchangeOf("POST", at, "null"))
	require.NoError(t, json.Unmarshal(body, &second))
	require.NotEqual(t, made.Result.Name, second.Result.Name)
	_, body = send(t, url, exchangeOf("GET", at, "null"))
	var listed struct{ Result []storedSnapshot }
	require.NoError(t, json.Unmarshal(body, &listed))
	require.ElementsMatch(t, []storedSnapshot{made.Result, second.Result}, listed.Result)

	file := at + "/" + made.Result.Name
	resp, whole := send(t, url, exchangeOf("GET", file, "null"))
	require.Equal(t, "bytes", resp.Header.Get("Accept-Ranges"))
	require.EqualValues(t, made.Result.Size, len(whole))
	sum := sha256.Sum256(whole)
	require.Equal(t, *made.Result.Checksum, hex.EncodeToString(sum[:]))
	archive := filepath.Join(t.TempDir(), "a.snapshot")
	require.NoError(t, os.WriteFile(archive, whole, 0o600))
	require.NoError(t, edge.UnpackSnapshot(archive, filepath.Join(t.TempDir(), "mirror")))

	part := exchangeOf("GET", file, "null")
	part.Request.Headers = map[string]string{"Range": "bytes=1024-2047", "If-Range": resp.Header.Get("ETag")}
	resp, body = send(t, url, part)
	require.Equal(t, http.StatusPartialContent, resp.StatusCode)
	require.Equal(t, whole[1024:2048], body)
	part.Request.Headers["If-Range"] = `"another"`
	resp, body = send(t, url, part)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Len(t, body, len(whole))

	for _, name := range []string{"..%2f..%2fconfig.json", "..%2f..%2fconfig.snapshot", ".hidden.snapshot", "none.snapshot", made.Result.Name + ".checksum"} {
		for _, method := range []string{"GET", "DELETE"} {
			resp, body = send(t, url, exchangeOf(method, at+"/"+name, "null"))
			require.Equal(t, http.StatusNotFound, resp.StatusCode, "%s %s: %s", method, name, body)
		}
	}
	resp, _ = send(t, url, exchangeOf("DELETE", file, "null"))
	require.Equal(t, http.StatusOK, resp.StatusCode)
	resp, _ = send(t, url, exchangeOf("GET", file, "null"))
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

// TestSchemaChanges: metadata, vector names and indexes change what the hub tells of a collection, also after a restart.
func TestSchemaChanges(t *testing.T) {
	dir := t.TempDir()
	var before []byte
	for _, restarted := range []bool{false, true} {
		h, err := Open(dir, Options{})
		require.NoError(t, err)
		url := serve(t, h)
		if !restarted {
			for _, call := range [][3]string{
				{"PUT", "collections/c", dotConfig}, {"PATCH", "collections/c", `{"metadata":{"a":1}}`}, {"PATCH", "collections/c", `{"metadata":{"b":"x"}}`},
				{"PUT", "collections/c/vectors/extra?wait=true", `{"dense":{"size":2,"distance":"Cosine"}}`},
				{"PUT", "collections/c/vectors/gone?wait=true", `{"dense":{"size":2,"distance":"Cosine"}}`}, {"DELETE", "collections/c/vectors/gone?wait=true", "null"},
				{"PUT", "collections/c/index?wait=true", `{"field_name":"n","field_schema":"integer"}`},
			} {
				resp, body := send(t, url, exchangeOf(call[0], call[1], call[2]))
				require.Equal(t, http.StatusOK, resp.StatusCode, "%v: %s", call, body)
			}
		}
		_, info := send(t, url, exchangeOf("GET", "collections/c", "null"))
		var got struct {
			Result struct {
				Config struct {
					Metadata json.RawMessage
					Params   struct{ Vectors map[string]json.RawMessage }
				}
				Schema map[string]json.RawMessage `json:"payload_schema"`
			}
		}
		require.NoError(t, json.Unmarshal(info, &got), "%s", info)
		require.JSONEq(t, `{"a":1,"b":"x"}`, string(got.Result.Config.Metadata))
		require.Contains(t, got.Result.Config.Params.Vectors, "extra")
		require.NotContains(t, got.Result.Config.Params.Vectors, "gone")
		require.Contains(t, got.Result.Schema, "n")
		if restarted {
			require.Equal(t, comparable(t, before), comparable(t, info))
		}
		before = info
		require.NoError(t, h.Close())
	}
}
