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

func FuzzDecodeQueryRequest(f *testing.F) {
	f.Add([]byte(`{"query":{"$f32":[0,4]},"filter":{"must":[{"key":"a","range":{"gte":1}}]},"limit":10}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := DecodeQueryRequestArena(data, make([]float32, 8))
		if err != nil {
			return
		}
		_ = r.Validate()
		_, err = DecodeQueryRequestJSON(r.AppendJSON(nil))
		require.NoError(t, err)
	})
}
