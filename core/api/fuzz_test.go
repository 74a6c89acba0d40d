package api

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzDecodeUpdateOperationCBOR(f *testing.F) {
	for _, r := range walRecords(f) {
		raw, _ := hex.DecodeString(r.CBOR)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		op, err := DecodeUpdateOperationCBOR(data)
		if err != nil {
			return
		}
		once := AppendCBOR(nil, op)
		back, err := DecodeUpdateOperationCBOR(once)
		require.NoError(t, err)
		require.Equal(t, once, AppendCBOR(nil, back))
		_ = op.(interface{ Validate() error }).Validate()
	})
}

func FuzzDecodeUpdateOperationJSON(f *testing.F) {
	for _, r := range walRecords(f) {
		raw, _ := hex.DecodeString(r.CBOR)
		if op, err := DecodeUpdateOperationCBOR(raw); err == nil {
			if _, other := op.(*OtherOperation); !other {
				f.Add(AppendUpdateOperationJSON(nil, op))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		op, err := DecodeUpdateOperationArena(data, make([]float32, 8))
		if err != nil {
			return
		}
		once := AppendUpdateOperationJSON(nil, op)
		back, err := DecodeUpdateOperationJSON(once)
		require.NoError(t, err, "%s", once)
		require.Equal(t, string(once), string(AppendUpdateOperationJSON(nil, back)))
	})
}

// requestSeeds are texts of every kind of request.
var requestSeeds = []string{
	`{"query":{"$f32":[0,4]},"filter":{"must":[{"key":"a","range":{"gte":1}}]},"limit":10}`,
	`{"query":{"recommend":{"positive":[1],"negative":[[1]]}},"prefetch":{"query":{"discover":{"target":1,"context":[{"positive":1,"negative":2}]}}}}`,
	`{"query":{"formula":{"sum":["$score",{"exp_decay":{"x":{"geo_distance":{"origin":{"lon":1,"lat":2},"to":"a"}}}}]},"defaults":{"a":1}}}`,
	`{"query":{"rrf":{"k":1,"weights":[1]}},"prefetch":[{"query":{"text":{"field":"a","query":"b"}}}],"params":{"idf":"global"}}`,
	`{"searches":[{"query":{"order_by":{"key":"a","start_from":"2024-01-01"}}}]}`, `{"key":"a","limit":3}`,
	`{"group_by":"a","query":{"nearest":[1],"mmr":{}}}`, `{"sample":2,"limit":1}`, `{"order_by":"a"}`,
	`{"type":"text","stopwords":{"languages":["en"]},"stemmer":{"type":"none"},"scoring":true}`, `"keyword"`, `{"text":"x","config":{"k":1}}`,
}

// fixedPoint: what decodes encodes to a text that decodes to the same.
func fixedPoint[T interface {
	AppendJSON([]byte) []byte
	Validate() error
}](t *testing.T, data []byte, decode func([]byte, []float32) (T, error)) {
	r, err := decode(data, make([]float32, 8))
	if err != nil {
		return
	}
	_ = r.Validate()
	once := r.AppendJSON(nil)
	back, err := decode(once, nil)
	require.NoError(t, err, "%s", once)
	require.Equal(t, string(once), string(back.AppendJSON(nil)))
}

func FuzzDecodeRequests(f *testing.F) {
	for _, text := range requestSeeds {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fixedPoint(t, data, DecodeQueryRequestArena)
		fixedPoint(t, data, DecodeQueryBatchRequestArena)
		fixedPoint(t, data, DecodeQueryGroupsRequestArena)
		fixedPoint(t, data, DecodeScrollRequestArena)
		fixedPoint(t, data, DecodeFacetRequestArena)
		fixedPoint(t, data, DecodeSearchMatrixRequestArena)
		fixedPoint(t, data, DecodePayloadFieldSchemaArena)
		fixedPoint(t, data, DecodeBm25EmbedRequestArena)
	})
}
