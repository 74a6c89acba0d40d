package remote

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
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

// recorded is a server that answers what a real one has answered, and fails the test on any other request.
func recorded(t *testing.T, names ...string) string {
	var all []exchange
	require.NoError(t, json.Unmarshal(fixture.Read(t, "http", "exchanges.json"), &all))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, e := range all {
			if wanted(names, e.Name) && e.Request.Method == r.Method && "/"+e.Request.Path == r.URL.String() && sameBody(e.Request.Body, body) {
				answerWith(w, e)
				return
			}
		}
		t.Errorf("not recorded: %s %s %s", r.Method, r.URL, body)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func wanted(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func answerWith(w http.ResponseWriter, e exchange) {
	for name, value := range e.Response.Headers {
		if name != "content-length" && name != "transfer-encoding" {
			w.Header().Set(name, value)
		}
	}
	w.WriteHeader(e.Response.Status)
	var text string
	if json.Unmarshal(e.Response.Body, &text) == nil {
		_, _ = io.WriteString(w, text)
	} else if string(e.Response.Body) != "null" {
		_, _ = w.Write(e.Response.Body)
	}
}

// sameBody compares JSON without its nulls, which mean what is absent.
func sameBody(want, got []byte) bool {
	var a, b any
	if json.Unmarshal(want, &a) != nil || len(got) > 0 && json.Unmarshal(got, &b) != nil {
		return false
	}
	return reflect.DeepEqual(withoutNulls(a), withoutNulls(b))
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if x == nil {
				delete(v, k)
			} else {
				v[k] = withoutNulls(x)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return v
}

func client(t *testing.T, url string, change ...func(*Options)) *Client {
	opts := Options{URL: url, Collection: "http-demo", GRPC: NoGRPC, Retry: Backoff{Base: 1, Max: 1}}
	for _, f := range change {
		f(&opts)
	}
	c, err := New(opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func nums(list ...uint64) []api.PointID {
	ids := make([]api.PointID, len(list))
	for i, n := range list {
		ids[i] = api.NumID(n)
	}
	return ids
}

func pointOf(id uint64, name string, payload string, vector ...float32) api.Point {
	p := api.Point{ID: api.NumID(id), Vector: api.VectorStruct{{Name: name, Vector: api.DenseVector(vector)}}}
	if payload != "" {
		p.Payload = api.Payload(payload)
	}
	return p
}

func demoPoints() (list []api.Point) {
	for i := range uint64(5) {
		list = append(list, pointOf(i+1, "v", `{"n":`+string(rune('1'+i))+`}`, float32(i+1), 1, 0, 0))
	}
	return list
}

func filterOf(t *testing.T, text string) *api.Filter {
	f, err := api.DecodeFilterJSON([]byte(text))
	require.NoError(t, err)
	return f
}

// TestApplyAsRecorded sends what was sent to a real server, byte for byte in meaning, and takes its answers.
func TestApplyAsRecorded(t *testing.T) {
	insert := &api.UpsertPoints{Points: []api.Point{pointOf(1, "v", "", 0, 0, 0, 1)}, UpdateMode: api.UpdateModeInsertOnly}
	schema := &api.PayloadFieldSchema{Type: api.PayloadSchemaInteger}
	for name, ops := range map[string][]api.UpdateOperation{
		"upsert wait": {&api.UpsertPoints{Points: demoPoints()}},
		"batch": {
			&api.UpsertPoints{Points: []api.Point{pointOf(8, "v", `{"n":8}`, 8, 0, 0, 0)}},
			&api.SetPayload{Payload: api.Payload(`{"x":1}`), Points: nums(1, 2)}, &api.DeletePoints{IDs: nums(3)},
		},
		"upsert update_mode insert_only": {insert},
		"delete by filter":               {&api.DeletePointsByFilter{Filter: filterOf(t, `{"must":[{"key":"n","range":{"lte":2}}]}`)}},
		"delete vectors":                 {&api.DeleteVectors{IDs: nums(4), Names: []string{"v"}}},
		"clear payload":                  {&api.ClearPayload{IDs: nums(5)}},
		"delete payload key":             {&api.DeletePayload{Keys: []string{"n"}, Points: nums(8)}},
		"overwrite payload":              {&api.OverwritePayload{Payload: api.Payload(`{"z":1}`), Points: nums(8)}},
		"create index":                   {&api.CreateIndex{FieldName: "n", FieldSchema: schema}},
		"delete index":                   {&api.DeleteIndex{FieldName: "n"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, client(t, recorded(t, name)).Apply(t.Context(), ops))
		})
	}
}

// TestRefusalsAsRecorded sorts the errors of a real server.
func TestRefusalsAsRecorded(t *testing.T) {
	ctx := t.Context()
	upsert := func(name string, vector ...float32) func(*Client) error {
		return func(c *Client) error {
			return c.Apply(ctx, []api.UpdateOperation{&api.UpsertPoints{Points: []api.Point{pointOf(7, name, "", vector...)}}})
		}
	}
	snapshot := func(shard uint32) func(*Client) error {
		return func(c *Client) error { _, err := c.Snapshot(ctx, shard, nil); return err }
	}
	for _, c := range []struct {
		name, collection string
		do               func(*Client) error
		kind             Kind
		says             string
	}{
		{"upsert wrong dim", "http-demo", upsert("v", 1, 2), Permanent, "expected dim: 4, got 2"},
		{"upsert unknown vector", "http-demo", upsert("w", 1, 2, 3, 4), Permanent, "Not existing vector name"},
		{"upsert to missing collection", "nope", func(c *Client) error {
			p := api.Point{ID: api.NumID(1), Vector: api.VectorStruct{{Vector: api.DenseVector{1, 2}}}}
			return c.Apply(ctx, []api.UpdateOperation{&api.UpsertPoints{Points: []api.Point{p}}})
		}, Identity, "doesn't exist"},
		{"missing collection snapshot", "nope", snapshot(0), Identity, "doesn't exist"},
		{"stream missing shard", "http-demo", snapshot(9), Identity, "shard 9 not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.do(client(t, recorded(t, c.name), func(o *Options) { o.Collection, o.Full = c.collection, FullStreamed }))
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.kind, e.Kind, "%v", err)
			require.Contains(t, e.Msg, c.says)
		})
	}
	info, err := client(t, recorded(t, "missing collection"), func(o *Options) { o.Collection = "nope" }).Info(ctx)
	require.NoError(t, err)
	require.False(t, info.Exists)
	_, err = client(t, recorded(t, "read-only key streams a snapshot"), func(o *Options) { o.Full = FullStreamed }).Snapshot(ctx, 0, nil)
	require.True(t, kindIs(err, Auth), "%v", err)
	_, err = client(t, recorded(t, "partial with current manifest")).Snapshot(ctx, 0, recordedManifest(t))
	require.ErrorIs(t, err, ErrNotModified)
}

func recordedManifest(t *testing.T) []byte {
	var all []exchange
	require.NoError(t, json.Unmarshal(fixture.Read(t, "http", "exchanges.json"), &all))
	for _, e := range all {
		if e.Name == "partial with current manifest" {
			return e.Request.Body
		}
	}
	t.Fatal("no recorded manifest")
	return nil
}

func TestReadsAsRecorded(t *testing.T) {
	ctx := t.Context()
	info, err := client(t, recorded(t, "info", "cluster", "root")).Info(ctx)
	require.NoError(t, err)
	require.True(t, info.Exists)
	require.Equal(t, []uint32{0}, info.Shards)
	require.Equal(t, "1.19.0", info.Version)
	require.Equal(t, "1567496744843496", info.Peer)
	require.Equal(t, "green", info.Status)
	require.JSONEq(t, `{"owner":"demo"}`, string(info.Metadata))
	require.Contains(t, string(info.Config), `"sparse_vectors"`)

	c := client(t, recorded(t, "retrieve"))
	records, err := c.Retrieve(ctx, nums(1, 2, 99), true)
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.Equal(t, api.NumID(2), records[1].ID)
	require.Equal(t, `{"n":2,"x":1}`, string(records[1].Payload))
	require.Equal(t, api.VectorStruct{{Name: "v", Vector: api.DenseVector{2, 1, 0, 0}}}, records[1].Vector)
	records, err = c.Retrieve(ctx, nil, true)
	require.NoError(t, err)
	require.Empty(t, records)
}

// TestOnlyCompletedCounts: acknowledged, wait_timeout and words of newer servers are no acknowledgement.
func TestOnlyCompletedCounts(t *testing.T) {
	for _, status := range []string{"acknowledged", "wait_timeout", "clock_rejected", "news"} {
		url := fixed(t, http.StatusOK, "application/json", `{"result":[{"operation_id":1,"status":"completed"},{"operation_id":2,"status":"`+status+`"}],"status":"ok"}`)
		err := client(t, url).Apply(t.Context(), []api.UpdateOperation{&api.DeletePoints{IDs: nums(1)}, &api.DeletePoints{IDs: nums(2)}})
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Retryable, e.Kind)
		require.Equal(t, 1, e.Done)
		require.Contains(t, e.Msg, status)
	}
}

// fixed is a server with one answer.
func fixed(t *testing.T, status int, kind, body string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestKinds: what a status means depends on who says it.
func TestKinds(t *testing.T) {
	qdrant := `{"status":{"error":"Wrong input: no"},"time":0}`
	page := "<html>Bad gateway</html>"
	for _, c := range []struct {
		status int
		kind   string
		body   string
		want   Kind
	}{
		{400, "application/json", qdrant, Permanent}, {400, "text/html", page, Retryable}, {200, "text/html", page, Retryable},
		{401, "text/plain", "Invalid API key or JWT", Auth}, {403, "application/json", qdrant, Auth}, {404, "text/html", page, Retryable},
		{404, "application/json", `{"status":{"error":"Not found: No point with id 3 found"}}`, NotFound},
		{404, "application/json", "{\"status\":{\"error\":\"Not found: Collection `c` doesn't exist!\"}}", Identity},
		{409, "application/json", qdrant, Permanent}, {413, "text/plain", "too much", TooLarge}, {408, "application/json", qdrant, Retryable},
		{429, "application/json", qdrant, Retryable}, {500, "application/json", qdrant, Retryable}, {502, "text/html", page, Retryable},
		{503, "application/json", qdrant, Retryable}, {504, "text/html", page, Retryable}, {507, "application/json", qdrant, Retryable},
		{501, "text/plain", "no", Permanent}, {200, "application/json", "{}", Retryable}, {200, "application/json", "][", Retryable},
		{204, "application/json", "", Retryable}, {304, "text/plain", "", Retryable},
	} {
		err := client(t, fixed(t, c.status, c.kind, c.body)).Apply(t.Context(), []api.UpdateOperation{&api.DeletePoints{IDs: nums(1)}})
		var e *Error
		require.ErrorAs(t, err, &e, "%d %s", c.status, c.body)
		require.Equal(t, c.want, e.Kind, "%d %s: %v", c.status, c.body, err)
		require.Zero(t, e.Done)
	}
}

// TestRefusedOperationIsFound: of many operations in one request, the one that is refused stands at Done, and those before it are executed.
func TestRefusedOperationIsFound(t *testing.T) {
	const bad = 41
	highest := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body struct {
			Operations []struct{ Delete struct{ Points []int } }
			Points     []int
		}
		_ = json.Unmarshal(raw, &body)
		ids := body.Points
		for _, op := range body.Operations {
			ids = append(ids, op.Delete.Points...)
		}
		w.Header().Set("Content-Type", "application/json")
		var results []string
		for _, id := range ids {
			if id == bad {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"status":{"error":"Wrong input: bad"}}`)
				return
			}
			highest = max(highest, id)
			results = append(results, `{"operation_id":1,"status":"completed"}`)
		}
		result := strings.Join(results, ",")
		if body.Operations != nil {
			result = "[" + result + "]"
		}
		_, _ = io.WriteString(w, `{"result":`+result+`,"status":"ok"}`)
	}))
	defer server.Close()
	var ops []api.UpdateOperation
	for i := range uint64(100) {
		ops = append(ops, &api.DeletePoints{IDs: nums(i)})
	}
	err := client(t, server.URL).Apply(t.Context(), ops)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, Permanent, e.Kind)
	require.Equal(t, bad, e.Done)
	require.Equal(t, bad-1, highest)
	require.NoError(t, client(t, server.URL).Apply(t.Context(), ops[bad+1:]))
}
