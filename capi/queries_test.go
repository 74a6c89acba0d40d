package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func openIndexed(t *testing.T) uint64 {
	t.Helper()
	h := openTestShard(t)
	answer(t, 20, h, `{"create_index":{"field_name":"n","field_schema":"integer"}}`)
	answer(t, 20, h, `{"create_index":{"field_name":"c","field_schema":{"type":"keyword"}}}`)
	answer(t, 20, h, `{"upsert_points":{"points":[{"id":1,"vector":[1,0],"payload":{"n":30,"c":"x"}},
		{"id":2,"vector":[2,0],"payload":{"n":20,"c":"y"}},{"id":3,"vector":[3,0],"payload":{"n":10,"c":"x"}}]}}`)
	return h
}

func TestOrderValuesArePacked(t *testing.T) {
	h := openIndexed(t)
	n, out := border(21, 1, h, 1<<16, `{"query":{"order_by":"n"},"limit":2}`, nil)
	require.Positive(t, n)
	require.EqualValues(t, ordered, le.Uint32(out[4:])&ordered)
	for i, want := range []uint64{10, 20} {
		require.EqualValues(t, intOrder, le.Uint32(out[listHead+i*recordSize+28:]))
		require.Equal(t, want, le.Uint64(out[listHead+2*recordSize+8*i:]))
	}
	require.JSONEq(t, `[{"id":3,"version":0,"score":1,"order_value":10}]`, answer(t, 21, h, `{"query":{"order_by":"n"},"limit":1}`))
}

func TestBatch(t *testing.T) {
	h := openIndexed(t)
	n, out := border(34, 1, h, 1<<16, `{"searches":[{"query":{"$f32":[0,2]},"limit":1},{"query":{"order_by":"n"},"limit":3}]}`, []float32{1, 0})
	require.Positive(t, n)
	out = out[:n]
	require.EqualValues(t, 2, le.Uint32(out))
	for i, want := range []uint32{1, 3} {
		at := 8
		if i == 1 {
			at += 8 + int(le.Uint32(out[12:]))
		}
		require.Zero(t, le.Uint32(out[at:]))
		require.Equal(t, want, le.Uint32(out[at+8:]))
		require.EqualValues(t, 3, le.Uint64(out[at+8+listHead:]))
	}
	text := answer(t, 34, h, `{"searches":[{"limit":1},{"query":[1,0],"limit":1}]}`)
	require.Contains(t, text, `[[{"id":1,`)
	require.Contains(t, text, `],[{"id":3,`)
	require.Equal(t, `[]`, answer(t, 34, h, `{"searches":[]}`))
}

func TestGroupsFacetsAndMatrices(t *testing.T) {
	h := openIndexed(t)
	n, out := border(36, 1, h, 1<<16, `{"query":[1,0],"group_by":"c"}`, nil)
	require.Positive(t, n)
	require.EqualValues(t, 2, le.Uint32(out))
	require.Equal(t, `"x"`, string(out[16:19]))
	require.EqualValues(t, 2, le.Uint32(out[20:]))
	require.Contains(t, answer(t, 36, h, `{"query":[1,0],"group_by":"c"}`), `"id":"x"`)
	require.JSONEq(t, `{"hits":[{"value":"x","count":2},{"value":"y","count":1}]}`, answer(t, 35, h, `{"key":"c"}`))
	require.Contains(t, answer(t, 37, h, `{"sample":3}`), `{"pairs":[{"a":`)
	require.Contains(t, answer(t, 38, h, `{"sample":3}`), `"offsets_row":[`)
}

func TestBm25(t *testing.T) {
	require.JSONEq(t, `{"vector":{"indices":[74040069,613153351],"values":[1,1]}}`, answer(t, 39, 0, `{"text":"hello world the","query":true}`))
	n, out := border(39, 1, 0, 1<<16, `{"text":"hello hello","config":{"stemmer":{"type":"none"}}}`, nil)
	require.EqualValues(t, 12, n)
	require.EqualValues(t, 1, le.Uint32(out))
	require.Greater(t, math.Float32frombits(le.Uint32(out[8:])), float32(1))
	n, out = border(39, 0, 0, 1<<16, `{"text":"x","config":{"language":"klingon"}}`, nil)
	require.EqualValues(t, -102, n)
	require.Contains(t, string(out[:200]), `unsupported language: \"klingon\"`)
}

// A known text of a request must not lose what stands beside its vector.
func TestKnownTextsKeepDiversity(t *testing.T) {
	h := openIndexed(t)
	const text = `{"query":{"nearest":{"$f32":[0,2]},"mmr":{"diversity":0.9,"candidates_limit":3}},"limit":2}`
	first := answer(t, 21, h, text, 1, 0)
	require.Equal(t, first, answer(t, 21, h, text, 1, 0))
}
