package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

func idWords(ids ...uint64) (out []float32) {
	for _, id := range ids {
		out = append(out, math.Float32frombits(uint32(id)), math.Float32frombits(uint32(id>>32)))
	}
	return out
}

func TestPackedUpsertAndRetrieve(t *testing.T) {
	h := openTestShard(t)
	body := le.AppendUint32(nil, 2)
	body = le.AppendUint32(body, 2)
	body = le.AppendUint64(body, 1<<32) // no name, payloads
	body = le.AppendUint64(body, 7)
	body = le.AppendUint64(body, math.MaxUint64)
	body = le.AppendUint32(body, math.MaxUint32)
	body = le.AppendUint32(body, 7)
	body = append(body, `{"a":1}`...)
	n, out := border(20, 2, h, 1<<16, string(body), []float32{1, 0, 0, 1})
	require.GreaterOrEqual(t, n, int64(0), "%s", out[4:300])

	for range 2 { // decoded, then remembered
		n, out = border(25, 2, h, 1<<16, `{"ids":[],"with_payload":true,"with_vector":true}`, idWords(math.MaxUint64, 9, 7))
		require.Positive(t, n, "%s", out[4:300])
		require.JSONEq(t, `[{"id":18446744073709551615,"payload":{"a":1},"vector":[0,1]},{"id":7,"payload":{},"vector":[1,0]}]`, string(out[:n]))
	}
	n, _ = border(25, 2, h, 1<<16, `{"ids":[],"with_payload":true,"with_vector":true}`, []float32{1})
	require.EqualValues(t, statusBase-int64(api.InvalidArgument), n)
	n, _ = border(20, 2, h, 1<<16, string(body[:len(body)-1]), []float32{1, 0, 0, 1})
	require.EqualValues(t, statusBase-int64(api.InvalidArgument), n)
}
