package api

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// roundTrips: decoding gives what encoding printed, and the text is a fixed point.
func roundTrip[T any](t *testing.T, in string, decode func([]byte) (T, error), encode func(T) []byte) {
	t.Helper()
	first, err := decode([]byte(in))
	require.NoError(t, err, in)
	text := encode(first)
	second, err := decode(text)
	require.NoError(t, err, "%s", text)
	require.Equal(t, first, second)
	require.Equal(t, string(text), string(encode(second)))
}

func TestRecordsRoundTrip(t *testing.T) {
	for _, in := range []string{
		`{}`,
		`{"query":[1,0.5,-2e-7],"limit":3,"with_payload":true,"with_vector":["a","b"]}`,
		`{"query":{"nearest":17},"using":"a","offset":2,"params":{"exact":true,"hnsw_ef":64,"quantization":{"rescore":false}}}`,
		`{"query":"550e8400-e29b-41d4-a716-446655440000","score_threshold":0.1,"with_payload":{"exclude":["a.b"]}}`,
		`{"query":{"indices":[1,7],"values":[0.5,0.25]},"using":"s","with_payload":["a"]}`,
		`{"query":[[1,2],[3,4]],"filter":{"must":{"key":"a","match":{"value":1}},"must_not":[{"nested":{"key":"n","filter":{}}}]}}`,
		`{"filter":{"should":[{"key":"d","range":{"gte":"2024-01-01T00:00:00Z"}},{"key":"f","range":{"lt":1.5}}],"min_should":{"conditions":[{"has_id":[1]},{"has_vector":"v"}],"min_count":1}}}`,
		`{"query":{"recommend":{"positive":[1,[1,2]],"negative":["550e8400-e29b-41d4-a716-446655440000"],"strategy":"sum_scores"}}}`,
		`{"query":{"discover":{"target":[1],"context":{"positive":1,"negative":[2]}}}}`,
		`{"query":{"context":[{"positive":{"indices":[1],"values":[2]},"negative":3}]},"using":"s"}`,
		`{"query":{"relevance_feedback":{"target":1,"feedback":[{"example":[1,2],"score":0.5}],"strategy":{"naive":{"a":1,"b":2,"c":3.5}}}}}`,
		`{"query":{"order_by":"a.b"}}`,
		`{"query":{"order_by":{"key":"a","direction":"desc","start_from":1.5}}}`,
		`{"query":{"order_by":{"key":"a","start_from":"2024-01-01"}}}`,
		`{"query":{"fusion":"dbsf"},"prefetch":{"query":[1],"prefetch":[{"limit":3},{"filter":{},"score_threshold":1}]}}`,
		`{"query":{"rrf":{"k":60,"weights":[1,0.5]}},"prefetch":[]}`,
		`{"query":{"nearest":[1],"mmr":{"diversity":0.5,"candidates_limit":100}}}`,
		`{"query":{"nearest":[1],"mmr":{"lambda":0.1}}}`,
		`{"query":{"sample":"random"}}`,
		`{"query":{"text":{"field":"body","query":"a b","scoring":{"bm25":{"k":1.5}}}},"params":{"idf":{"corpus":{}}}}`,
		`{"query":{"text":{"field":"body","query":""}},"params":{"idf":"global"}}`,
		`{"query":{"formula":{"sum":[1.5,"$score",{"mult":["$score[1]",{"key":"a","match":{"value":1}}]},{"neg":{"abs":"x"}},{"max":[1]},{"min":[2]},{"div":{"left":1,"right":"y","by_zero_default":0}},{"div":{"left":1,"right":"y"}}]},"defaults":{"x":1,"a":{"lon":1,"lat":2}}}}`,
		`{"query":{"formula":{"pow":{"base":{"sqrt":{"exp":{"log10":{"ln":{"acosh":2}}}}},"exponent":3}}}}`,
		`{"query":{"formula":{"gauss_decay":{"x":{"geo_distance":{"origin":{"lon":1,"lat":2},"to":"loc"}},"scale":5000}}}}`,
		`{"query":{"formula":{"exp_decay":{"x":{"datetime_key":"d"},"target":{"datetime":"2024-01-01T00:00:00Z"},"midpoint":0.25}}}}`,
		`{"query":{"formula":{"lin_decay":{"x":1}}}}`,
		`{"filter":{"must":[{"key":"t","match":{"text":"a b"}},{"key":"t","match":{"text_any":"a"}},{"key":"t","match":{"phrase":"a b"}},{"key":"k","match":{"prefix":"a"}},{"key":"k","match":{"substring":"b"}},{"slice":{"total":4,"index":3}}]}}`,
		`{"filter":{"must":[{"key":"g","geo_radius":{"center":{"lon":1,"lat":2},"radius":3}},{"is_null":{"key":"x"}},{"is_empty":{"key":"y"}},{"key":"c","values_count":{"gte":2}},{"key":"k","match":{"any":["a","b"]}},{"key":"k","match":{"except":[1,2]}}]}}`,
	} {
		roundTrip(t, in, DecodeQueryRequestJSON, func(r *QueryRequest) []byte { return r.AppendJSON(nil) })
	}
	roundTrip(t, `{"vector":[1],"limit":1}`, DecodeSearchRequestJSON, func(r *SearchRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"offset":3,"limit":4}`, DecodeScrollRequestJSON, func(r *ScrollRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"order_by":{"key":"a","direction":"asc"}}`, DecodeScrollRequestJSON, func(r *ScrollRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"searches":[{"query":[1]},{"limit":2}]}`, DecodeQueryBatchRequestJSON, func(r *QueryBatchRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"key":"a","exact":true,"filter":{}}`, DecodeFacetRequestJSON, func(r *FacetRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"hits":[{"value":"a","count":2},{"value":7,"count":1},{"value":true,"count":1}]}`, DecodeFacetResponseJSON, func(r *FacetResponse) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"group_by":"a","query":[1],"group_size":2,"limit":4,"with_payload":["x"]}`, DecodeQueryGroupsRequestJSON, func(r *QueryGroupsRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"groups":[{"id":"x","hits":[{"id":1,"version":2,"score":1,"order_value":1.5}]}]}`, DecodeGroupsResultJSON, func(r *GroupsResult) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"sample":100,"limit":5,"using":"a"}`, DecodeSearchMatrixRequestJSON, func(r *SearchMatrixRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"pairs":[{"a":1,"b":2,"score":0.5}]}`, DecodeSearchMatrixPairsResponseJSON, func(r *SearchMatrixPairsResponse) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"offsets_row":[0],"offsets_col":[1],"scores":[0.5],"ids":[1,2]}`, DecodeSearchMatrixOffsetsResponseJSON, func(r *SearchMatrixOffsetsResponse) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"k":1.5,"language":"german","stopwords":{"languages":["fr","english","fr"],"custom":["b","a"]},"stemmer":{"type":"snowball","language":"de"}}`, DecodeBm25ConfigJSON, func(r *Bm25Config) []byte { return r.AppendJSON(nil) })
	for _, schema := range []string{
		`"keyword"`, `{"type":"keyword","is_tenant":true,"memory":"cold","prefix":true,"nested":"a"}`, `{"type":"integer","lookup":true}`,
		`{"type":"float","is_principal":true}`, `{"type":"geo","on_disk":true}`, `{"type":"bool"}`, `{"type":"datetime"}`, `{"type":"uuid","enable_hnsw":false}`,
		`{"type":"text","tokenizer":"prefix","min_token_len":2,"stopwords":"en","stemmer":{"type":"none"},"scoring":true,"phrase_matching":true}`,
	} {
		roundTrip(t, schema, DecodePayloadFieldSchemaJSON, func(r *PayloadFieldSchema) []byte { return r.AppendJSON(nil) })
	}
	roundTrip(t, `{"exact":false}`, DecodeCountRequestJSON, func(r *CountRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"ids":[1,"550e8400-e29b-41d4-a716-446655440000"]}`, DecodeRetrieveRequestJSON, func(r *RetrieveRequest) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"points":[{"id":1,"payload":{"a":1},"vector":{"a":[1],"m":[[1,2],[3,4]]}}],"next_page_offset":null}`, DecodeScrollResultJSON, func(r *ScrollResult) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"id":1,"version":2,"score":0.1}`, DecodeScoredPointJSON, func(r *ScoredPoint) []byte { return r.AppendJSON(nil) })
	roundTrip(t, `{"segments_count":1,"points_count":2,"indexed_vectors_count":3,"payload_schema":{"a":{"data_type":"keyword","points":2,"params":{"type":"keyword"}}}}`, DecodeShardInfoJSON, func(r *ShardInfo) []byte { return r.AppendJSON(nil) })
}

// The text that the reference wheel 0.9.0 saves for a configuration.
func TestEdgeConfigIsAsTheWheelSavesIt(t *testing.T) {
	for _, in := range []string{
		`{"vectors":{"b":{"size":2,"distance":"Dot"},"m":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}},"":{"size":4,"distance":"Cosine"}},"sparse_vectors":{"s":{}}}`,
		`{"on_disk_payload":true,"payload_memory":"cold","vectors":{"":{"size":4,"distance":"Cosine","on_disk":true,"memory":"cold"}},"sparse_vectors":{},"hnsw_config":{"m":16,"ef_construct":100,"full_scan_threshold":10000,"max_indexing_threads":0},"quantization_config":{"scalar":{"type":"int8","quantile":0.99,"always_ram":true}},"optimizers":{"deleted_threshold":0.2,"vacuum_min_vector_number":null,"default_segment_number":null,"max_segment_size":null,"indexing_threshold":null,"prevent_unoptimized":null},"wal_enabled":true,"max_search_threads":2}`,
	} {
		cfg, err := DecodeEdgeConfigJSON([]byte(in))
		require.NoError(t, err)
		require.NoError(t, cfg.Validate())
		require.Equal(t, in, string(cfg.AppendJSON(nil)))
	}
}

func TestDefaults(t *testing.T) {
	q, err := DecodeQueryRequestJSON([]byte(`{"limit":null,"prefetch":[],"unheard_of":{}}`))
	require.NoError(t, err)
	require.Equal(t, &QueryRequest{Prefetch: []Prefetch{}, Limit: 10}, q)
	s, err := DecodeScrollRequestJSON([]byte(`{}`))
	require.NoError(t, err)
	require.True(t, s.WithPayload.Enable)
	c, err := DecodeCountRequestJSON([]byte(`{}`))
	require.NoError(t, err)
	require.True(t, c.Exact)
}

func TestErrorsNameTheField(t *testing.T) {
	for in, want := range map[string]string{
		`{"limit":"x"}`: "limit: expected a number",
		`{"limit":-1}`:  "limit: expected an unsigned integer",
		`{"filter":{"must":[{"key":"a","range":{"lt":true}}]}}`: "filter.must.range.lt: expected a number, got a boolean",
		`{"filter":{"must":[{"keys":"a"}]}}`:                    `filter.must: unknown field "keys"`,
		`{"query":{"$f32":[0,5]}}`:                              "query: vector reference",
		`{"query":[1,"x"]}`:                                     "query: expected a number",
		`{"query":{"recommend":{"strategy":"x"}}}`:              "query.recommend.strategy: unknown variant",
		`{"query":{"near":[1]}}`:                                "query: unknown kind of query",
		`{"query":{"formula":{"gauss_decay":{}}}}`:              `query.formula.gauss_decay: missing field "x"`,
		`{"query":{"formula":{"max":1}}}`:                       "query.formula.max: expected an array, got a number",
		`{"query":{"order_by":{"direction":"asc"}}}`:            `query.order_by: missing field "key"`,
		`{"prefetch":[{"limit":"x"}]}`:                          "prefetch.limit: expected a number",
		`{"params":{"idf":"local"}}`:                            "params.idf: expected",
		`{"filter":{"must":[{"key":"a","match":{"like":1}}]}}`:  "filter.must.match: expected one of value, text,",
		`{"filter":{"must":[{"slice":{"total":1}}]}}`:           `filter.must.slice: missing field "index"`,
		`{"with_payload":3}`:                                    "with_payload: expected a boolean",
		`{"limit":1`:                                            "invalid JSON",
		`[]`:                                                    "expected an object, got an array",
	} {
		_, err := DecodeQueryRequestJSON([]byte(in))
		require.ErrorIs(t, err, ErrInvalidArgument, in)
		require.ErrorContains(t, err, want, in)
	}
	_, err := DecodeQueryRequestJSON([]byte(`{"prefetch":{"lookup_from":{"collection":"x"}}}`))
	require.ErrorIs(t, err, ErrUnsupported)
	_, err = DecodeSearchRequestJSON([]byte(`{"vector":[1]}`))
	require.ErrorContains(t, err, `missing field "limit"`)
}

func TestPrefetchDepth(t *testing.T) {
	text := "{}"
	for range MaxPrefetchDepth + 1 {
		text = `{"prefetch":` + text + `}`
	}
	_, err := DecodeQueryRequestJSON([]byte(text))
	require.ErrorContains(t, err, "prefetch is nested more than 64 times")
	_, err = DecodeQueryRequestJSON([]byte(text[len(`{"prefetch":`) : len(text)-1]))
	require.NoError(t, err)
}

func TestValuesOutOfRange(t *testing.T) {
	for in, want := range map[string]string{
		`{"filter":{"must":[{"slice":{"total":2,"index":2}}]}}`:                   "slice index 2",
		`{"filter":{"must":[{"slice":{"total":0,"index":0}}]}}`:                   "total must be at least 1",
		`{"query":{"formula":{"exp_decay":{"x":1,"midpoint":1}}}}`:                "midpoint",
		`{"query":{"formula":{"sum":[{"lin_decay":{"x":1,"scale":0}}]}}}`:         "scale",
		`{"query":{"nearest":[1],"mmr":{"diversity":2}}}`:                         "diversity must be between 0 and 1",
		`{"prefetch":{"limit":4294967296}}`:                                       "limit must be at most",
		`{"query":{"recommend":{"positive":[{"indices":[1,1],"values":[1,2]}]}}}`: "equal indices",
		`{"params":{"hnsw_ef":0}}`:                                                "hnsw_ef must be at least 1",
	} {
		r, err := DecodeQueryRequestJSON([]byte(in))
		require.NoError(t, err, in)
		require.ErrorContains(t, r.Validate(), want, in)
	}
	_, err := DecodePayloadFieldSchemaJSON([]byte(`{"type":"word"}`))
	require.ErrorContains(t, err, `unknown type "word"`)
	op, err := DecodeUpdateOperationJSON([]byte(`{"create_index":{"field_name":"a","field_schema":{"type":"integer","lookup":false,"range":false}}}`))
	require.NoError(t, err)
	require.ErrorContains(t, op.(*CreateIndex).Validate(), "can't be both disabled")
}

func TestSlices(t *testing.T) {
	in := 0
	for i := range uint64(1000) {
		for s := range uint32(7) {
			if NumID(i).InSlice(7, s) {
				in++
			}
		}
	}
	require.Equal(t, 1000, in)
}

func TestArena(t *testing.T) {
	arena := []float32{1, 2, 3, 4, 5, 6, 7}
	op, err := DecodeUpdateOperationArena([]byte(`{"upsert_points":{"points":[{"id":1,"vector":{"$f32":[1,2]}},
		{"id":2,"vector":{"a":{"$f32":[0,4,2]},"s":{"indices":[7],"values":{"$f32":[6,1]}}}}]}}`), arena)
	require.NoError(t, err)
	points := op.(*UpsertPoints).Points
	require.Equal(t, VectorStruct{{"", DenseVector{2, 3}}}, points[0].Vector)
	require.Equal(t, VectorStruct{{"a", MultiDenseVector{2, []float32{1, 2, 3, 4}}}, {"s", SparseVector{[]uint32{7}, []float32{7}}}}, points[1].Vector)
}

func TestBatchBecomesPoints(t *testing.T) {
	op, err := DecodeUpdateOperationJSON([]byte(`{"upsert_points":{"batch":{"ids":[1,2],"vectors":{"a":[[1],[2]]},"payloads":[null,{"x":1}]}}}`))
	require.NoError(t, err)
	require.Equal(t, []Point{{ID: NumID(1), Vector: VectorStruct{{"a", DenseVector{1}}}},
		{ID: NumID(2), Vector: VectorStruct{{"a", DenseVector{2}}}, Payload: Payload(`{"x":1}`)}}, op.(*UpsertPoints).Points)
	_, err = DecodeUpdateOperationJSON([]byte(`{"upsert_points":{"batch":{"ids":[1,2],"vectors":[[1]]}}}`))
	require.ErrorContains(t, err, "1 elements for 2 ids")
}

func TestNonFiniteNumbersSurviveTheLog(t *testing.T) {
	inf := math.Inf(-1)
	for _, op := range []UpdateOperation{
		&UpsertPoints{Points: []Point{{ID: NumID(1), Vector: VectorStruct{{"", DenseVector{float32(inf), 1}}}}}},
		&DeletePointsByFilter{Filter: &Filter{Must: []Condition{&FieldCondition{Key: "a", Range: &RangeFloat{Gte: &inf}}}}},
	} {
		back, err := DecodeUpdateOperationCBOR(AppendCBOR(nil, op))
		require.NoError(t, err)
		require.Equal(t, op, back)
	}
}

func TestPointIDs(t *testing.T) {
	const u = "550e8400-e29b-41d4-a716-446655440000"
	for _, form := range []string{u, "550e8400e29b41d4a716446655440000", "{" + u + "}", "urn:uuid:" + u} {
		id, err := ParsePointID(form)
		require.NoError(t, err)
		require.Equal(t, u, id.String())
	}
	_, err := ParsePointID("x")
	require.ErrorIs(t, err, ErrInvalidArgument)
	require.Negative(t, NumID(math.MaxUint64).Compare(UUIDFromBytes([16]byte{})))
	require.Positive(t, NumID(2).Compare(NumID(1)))
}

func TestParsePayload(t *testing.T) {
	payload, err := ParsePayload([]byte(" {\"b\": 1.0, \"a\" : [1, 2], \"b\": 12345678901234567890}\n"))
	require.NoError(t, err)
	require.Equal(t, `{"b":12345678901234567890,"a":[1,2]}`, string(payload))
	for _, bad := range []string{"", "[1]", `{"a":`, `{"a":1}x`, "null", `"a"`} {
		_, err := ParsePayload([]byte(bad))
		require.ErrorIs(t, err, ErrInvalidArgument, bad)
	}
}
