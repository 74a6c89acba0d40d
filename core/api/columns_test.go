package api

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// columnsOf is the frame of points in columns; a nil payload is none.
func columnsOf(dim int, name string, ids []uint64, payloads []string) []byte {
	le := binary.LittleEndian
	out := le.AppendUint32(nil, uint32(len(ids)))
	out = le.AppendUint32(out, uint32(dim))
	out = le.AppendUint32(out, uint32(len(name)))
	out = le.AppendUint32(out, uint32(min(len(payloads), 1)))
	for _, id := range ids {
		out = le.AppendUint64(out, id)
	}
	for _, p := range payloads {
		if p == "" {
			out = le.AppendUint32(out, math.MaxUint32)
		} else {
			out = le.AppendUint32(out, uint32(len(p)))
		}
	}
	out = append(out, name...)
	for _, p := range payloads {
		out = append(out, p...)
	}
	return out
}

func TestUpsertColumns(t *testing.T) {
	floats := []float32{1, 2, 3, 4}
	op, err := DecodeUpsertColumns(columnsOf(2, "v", []uint64{7, math.MaxUint64}, []string{"", ` {"a" : 1.0}`[1:]}), floats)
	require.NoError(t, err)
	same, err := DecodeUpdateOperationArena([]byte(`{"upsert_points":{"points":[{"id":7,"vector":{"v":{"$f32":[0,2]}}},
		{"id":18446744073709551615,"vector":{"v":{"$f32":[2,2]}},"payload":{"a":1.0}}]}}`), floats)
	require.NoError(t, err)
	require.Equal(t, same, op)
}

func TestUpsertColumnsRefused(t *testing.T) {
	ids := []uint64{1, 2}
	whole := columnsOf(1, "v", ids, []string{`{}`, `{"a":1}`})
	for at := range whole {
		_, err := DecodeUpsertColumns(whole[:at], []float32{1, 2})
		require.Equal(t, InvalidArgument, KindOf(err), "%d bytes", at)
	}
	for name, body := range map[string][]byte{
		"no object":        columnsOf(1, "v", ids, []string{`{}`, `3`}),
		"no JSON":          columnsOf(1, "v", ids, []string{`{}`, `{"a"}`}),
		"more than floats": columnsOf(2, "v", ids, nil),
		"name":             columnsOf(1, "\xff", ids, nil),
		"behind":           append(columnsOf(1, "v", ids, []string{`{}`, `{}`}), '{'),
	} {
		_, err := DecodeUpsertColumns(body, []float32{1, 2})
		require.Equal(t, InvalidArgument, KindOf(err), name)
	}
}

func FuzzDecodeUpsertColumns(f *testing.F) {
	f.Add(columnsOf(4, "v", []uint64{1, 2}, []string{"", `{"a":1}`}))
	f.Add(columnsOf(8, "", []uint64{1}, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		op, err := DecodeUpsertColumns(data, make([]float32, 8))
		if err != nil {
			return
		}
		_ = op.Validate()
		once := AppendUpdateOperationJSON(nil, op)
		back, err := DecodeUpdateOperationJSON(once)
		require.NoError(t, err, "%s", once)
		require.Equal(t, string(once), string(AppendUpdateOperationJSON(nil, back)))
	})
}
