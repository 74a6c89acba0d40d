package edge_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// recordedQuery is a line of testdata/queries, written by record.py there.
type recordedQuery struct {
	Kind    string
	Request json.RawMessage
	Answer  json.RawMessage
	Error   string
}

// TestRecordedQueries: random queries get the answers that the reference gives. QUERIES_RECORDED names more files, separated as in a path.
func TestRecordedQueries(t *testing.T) {
	files := append([]string{filepath.Join("testdata", "queries", "recorded.jsonl.gz")}, filepath.SplitList(os.Getenv("QUERIES_RECORDED"))...)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { replay(t, file) })
	}
}

func replay(t *testing.T, file string) {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	in := bufio.NewReader(z)
	head, err := in.ReadBytes('\n')
	require.NoError(t, err)
	s := filledAsRecorded(t, head)
	for line := 2; ; line++ {
		text, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		var r recordedQuery
		require.NoError(t, json.Unmarshal(text, &r))
		if diff := differs(s, &r); diff != "" {
			t.Errorf("line %d: %s\n%s %.1200s", line, diff, r.Kind, r.Request)
		}
	}
}

// filledAsRecorded makes the shard of the first line.
func filledAsRecorded(t *testing.T, line []byte) *edge.Shard {
	t.Helper()
	var head struct {
		Config  json.RawMessage
		Points  []json.RawMessage
		Indexes map[string]json.RawMessage
		Deleted []uint64

		Optimized bool
	}
	require.NoError(t, json.Unmarshal(line, &head))
	cfg, err := api.DecodeEdgeConfigJSON(head.Config)
	require.NoError(t, err)
	s, err := edge.Create(t.TempDir(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	update := func(op api.UpdateOperation) {
		_, err := s.Update(context.Background(), op)
		require.NoError(t, err)
	}
	for chunk := range slices.Chunk(head.Points, 80) {
		op := &api.UpsertPoints{}
		for _, raw := range chunk {
			p, err := api.DecodePointJSON(raw)
			require.NoError(t, err)
			op.Points = append(op.Points, *p)
		}
		update(op)
	}
	for key, kind := range head.Indexes {
		schema, err := api.DecodePayloadFieldSchemaJSON(kind)
		require.NoError(t, err)
		update(&api.CreateIndex{FieldName: key, FieldSchema: schema})
	}
	gone := &api.DeletePoints{}
	for _, id := range head.Deleted {
		gone.IDs = append(gone.IDs, api.NumID(id))
	}
	update(gone)
	if head.Optimized {
		_, err := s.Optimize(context.Background())
		require.NoError(t, err)
	}
	return s
}

// askRecorded answers a request.
func askRecorded(s *edge.Shard, r *recordedQuery) (any, error) {
	ctx := context.Background()
	switch r.Kind {
	case "query":
		req, err := api.DecodeQueryRequestJSON(r.Request)
		if err != nil {
			return nil, err
		}
		return s.Query(ctx, req)
	case "query_batch":
		req, err := api.DecodeQueryBatchRequestJSON(r.Request)
		if err != nil {
			return nil, err
		}
		return s.QueryBatch(ctx, req)
	case "scroll":
		req, err := api.DecodeScrollRequestJSON(r.Request)
		if err != nil {
			return nil, err
		}
		res, err := s.Scroll(ctx, req)
		if err != nil {
			return nil, err
		}
		return res.Points, nil
	case "facet":
		req, err := api.DecodeFacetRequestJSON(r.Request)
		if err != nil {
			return nil, err
		}
		return s.Facet(ctx, req)
	}
	return nil, fmt.Errorf("unknown kind %q", r.Kind)
}

// differs says how an answer differs from the recorded one; "" for not.
func differs(s *edge.Shard, r *recordedQuery) string {
	have, err := askRecorded(s, r)
	if (err != nil) != (r.Error != "") {
		return fmt.Sprintf("error %v, recorded %q", err, r.Error)
	}
	if err != nil {
		return ""
	}
	switch have := have.(type) {
	case []api.ScoredPoint:
		return differentHits(have, r.Answer, orderOf(r.Request))
	case [][]api.ScoredPoint:
		var want []json.RawMessage
		var batch struct{ Searches []json.RawMessage }
		if err := firstError(json.Unmarshal(r.Answer, &want), json.Unmarshal(r.Request, &batch)); err != nil {
			return err.Error()
		}
		for i := range want {
			if diff := differentHits(have[i], want[i], orderOf(batch.Searches[i])); diff != "" {
				return fmt.Sprintf("query %d: %s", i, diff)
			}
		}
	case []api.Record:
		return differentRecords(have, r.Answer)
	case *api.FacetResponse:
		return differentFacets(have, r.Answer)
	}
	return ""
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// order is what is known of the order of the results.
type order struct {
	diverse bool // it is not that of their scores
	skips   bool // of points with the first score some may have been skipped
	values  bool // it is that of the values they were ordered by
}

func orderOf(request []byte) order {
	var r struct {
		Query struct {
			Mmr     *struct{}
			Fusion  *string
			OrderBy *struct{} `json:"order_by"`
		}
		Offset int
	}
	if err := json.Unmarshal(request, &r); err != nil {
		return order{}
	}
	return order{diverse: r.Query.Mmr != nil, skips: r.Offset > 0, values: r.Query.OrderBy != nil || r.Query.Fusion != nil}
}

// recordedHit is a scored point or a record as the wheel gave it.
type recordedHit struct {
	ID      json.RawMessage
	Score   float32
	Version uint64
	Order   *float64 `json:"order_value"`
	Payload any
	Vector  any
}

func (h *recordedHit) order() float64 {
	if h.Order == nil {
		return math.Inf(-1)
	}
	return *h.Order
}

func differentHits(have []api.ScoredPoint, recorded []byte, by order) string {
	var want []recordedHit
	if err := json.Unmarshal(recorded, &want); err != nil {
		return err.Error()
	}
	if len(have) != len(want) {
		return fmt.Sprintf("%d points, recorded %d", len(have), len(want))
	}
	got := make([]recordedHit, len(have))
	for i := range have {
		got[i] = recordedHit{ID: idJSON(have[i].ID), Score: have[i].Score, Version: have[i].Version}
		if o := have[i].OrderValue; o != nil {
			x := number(o)
			got[i].Order = &x
		}
		if diff := differentContents(&have[i], &want[i]); diff != "" {
			return diff
		}
	}
	return differentOrder(got, want, by)
}

func number(o *api.OrderValue) float64 {
	if o.IsFloat {
		return o.Float
	}
	return float64(o.Int)
}

func idJSON(id api.PointID) json.RawMessage {
	if id.IsUUID() {
		return json.RawMessage(`"` + id.String() + `"`)
	}
	return json.RawMessage(id.String())
}

func near(a, b float32) bool {
	return a == b || math.Abs(float64(a-b)) <= 2e-5*max(1, math.Abs(float64(a)), math.Abs(float64(b)))
}

// differentOrder wants the same scores and order values at each place, and the same points where those are the same; at the ends of the list,
// where points of the same score may have been cut off, any.
func differentOrder(have, want []recordedHit, by order) string {
	for i := range want {
		if ordered := by.values && have[i].order() != want[i].order(); ordered || !near(have[i].Score, want[i].Score) {
			return fmt.Sprintf("place %d: %s %v %v, recorded %s %v %v", i, have[i].ID, have[i].Score, have[i].order(), want[i].ID,
				want[i].Score, want[i].order())
		}
	}
	for from := 0; from < len(want); {
		to := from + 1
		for to < len(want) && !by.diverse && near(want[to].Score, want[to-1].Score) && (!by.values || want[to].order() == want[from].order()) {
			to++
		}
		if a, b := names(have[from:to]), names(want[from:to]); to < len(want) && (from > 0 || !by.skips) && !slices.Equal(a, b) {
			return fmt.Sprintf("places %d to %d: %v, recorded %v", from, to, a, b)
		}
		from = to
	}
	return ""
}

func names(hits []recordedHit) (out []string) {
	for i := range hits {
		out = append(out, fmt.Sprintf("%s v%d %v", hits[i].ID, hits[i].Version, hits[i].order()))
	}
	slices.Sort(out)
	return out
}

// differentContents compares payload and vectors of the same point.
func differentContents(have *api.ScoredPoint, want *recordedHit) string {
	if string(idJSON(have.ID)) != string(want.ID) {
		return ""
	}
	if (have.Payload == nil) != (want.Payload == nil) || (have.Vector == nil) != (want.Vector == nil) {
		return fmt.Sprintf("%s: payload %s vector %v, recorded %v %v", want.ID, have.Payload, have.Vector, want.Payload, want.Vector)
	}
	if have.Payload != nil {
		var p any
		if err := json.Unmarshal(have.Payload, &p); err != nil || !reflect.DeepEqual(p, want.Payload) {
			return fmt.Sprintf("%s: payload %s, recorded %v", want.ID, have.Payload, want.Payload)
		}
	}
	if named, ok := want.Vector.(map[string]any); ok && have.Vector != nil && len(named) != len(have.Vector) {
		return fmt.Sprintf("%s: %d vectors, recorded %d", want.ID, len(have.Vector), len(named))
	}
	return ""
}

func differentRecords(have []api.Record, recorded []byte) string {
	var want []recordedHit
	if err := json.Unmarshal(recorded, &want); err != nil {
		return err.Error()
	}
	if len(have) != len(want) {
		return fmt.Sprintf("%d points, recorded %d", len(have), len(want))
	}
	got := make([]recordedHit, len(have))
	for i := range have {
		x := number(have[i].OrderValue)
		got[i] = recordedHit{ID: idJSON(have[i].ID), Order: &x}
	}
	return differentOrder(got, want, order{values: true})
}

func differentFacets(have *api.FacetResponse, recorded []byte) string {
	var want []struct {
		Value any
		Count uint64
	}
	if err := json.Unmarshal(recorded, &want); err != nil {
		return err.Error()
	}
	var got, expected []string
	for _, h := range have.Hits {
		v := map[api.ValueKind]any{api.ValueString: h.Value.Str, api.ValueInteger: h.Value.Int, api.ValueBool: h.Value.Bool}[h.Value.Kind]
		got = append(got, fmt.Sprintf("%v: %d", v, h.Count))
	}
	for _, h := range want {
		expected = append(expected, fmt.Sprintf("%v: %d", h.Value, h.Count))
	}
	if !slices.Equal(got, expected) {
		return fmt.Sprintf("%v, recorded %v", got, expected)
	}
	return ""
}
