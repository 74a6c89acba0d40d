package main

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// border sends a frame through serve as qe_call does.
func border(code uint16, flags uint16, handle uint64, capacity int, body string, floats []float32) (int64, []byte) {
	h := make([]byte, headerSize)
	le.PutUint32(h, magic)
	le.PutUint16(h[4:], code)
	le.PutUint16(h[6:], flags)
	le.PutUint64(h[8:], handle)
	le.PutUint64(h[16:], uint64(capacity))
	le.PutUint32(h[24:], uint32(len(body)))
	le.PutUint32(h[28:], uint32(len(floats)))
	out := make([]byte, capacity)
	n := serve(h, func(_, _ int) []byte { return []byte(body) }, func(_, _ int) []float32 { return floats },
		func(n uint64) []byte { return out[:n] })
	return n, out
}

func answer(t *testing.T, code uint16, handle uint64, body string, floats ...float32) string {
	t.Helper()
	n, out := border(code, 0, handle, 1<<16, body, floats)
	require.GreaterOrEqual(t, n, int64(0), "%s", out[4:300])
	return string(out[:n])
}

func openTestShard(t *testing.T) uint64 {
	t.Helper()
	path, _ := json.Marshal(filepath.Join(t.TempDir(), "shard"))
	var r struct{ Handle uint64 }
	text := answer(t, 16, 0, `{"path":`+string(path)+`,"config":{"vectors":{"":{"size":2,"distance":"Dot"}}}}`)
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	t.Cleanup(func() { _ = closeHandle(r.Handle) })
	return r.Handle
}

func TestPackedAnswerAndFetch(t *testing.T) {
	h := openTestShard(t)
	answer(t, 20, h, `{"upsert_points":{"points":[{"id":7,"vector":{"$f32":[0,2]},"payload":{"a":"b"}},{"id":8,"vector":[0,1]},{"id":9,"vector":[0,1]},{"id":10,"vector":[0,1]},{"id":11,"vector":[0,1]}]}}`, 1, 0)
	req := `{"query":[1,0],"limit":5,"with_payload":true,"with_vector":true}`
	n, out := border(21, 1, h, 1<<16, req, nil)
	require.Greater(t, n, int64(listHead+5*recordSize))
	whole := out[:n]
	r := whole[listHead:]
	require.EqualValues(t, 5, le.Uint32(whole))
	require.EqualValues(t, 7, le.Uint64(r))
	require.EqualValues(t, 1, math.Float32frombits(le.Uint32(r[24:])))
	require.Equal(t, `{"a":"b"}`, string(whole[le.Uint32(r[32:]):][:le.Uint32(r[36:])]))
	blob := whole[le.Uint32(r[40:]):][:le.Uint32(r[44:])]
	require.Equal(t, []uint32{1, 0, kindDense, 2, math.Float32bits(1), 0}, words(blob))

	n, out = border(21, 1, h, 256, req, nil)
	require.EqualValues(t, statusMore, n)
	token, size := le.Uint64(out), le.Uint64(out[8:])
	require.EqualValues(t, len(whole), size)
	n, _ = border(1, 0, token, 256, "", nil)
	require.EqualValues(t, statusBase-int64(api.InvalidArgument), n)
	n, out = border(1, 0, token, int(size), "", nil)
	require.EqualValues(t, size, n)
	require.Equal(t, whole, out)
	n, _ = border(1, 0, token, 1<<16, "", nil)
	require.EqualValues(t, statusBase-int64(api.NotFound), n)
}

func words(b []byte) (out []uint32) {
	for len(b) >= 4 {
		out, b = append(out, binary.LittleEndian.Uint32(b)), b[4:]
	}
	return out
}

func TestPanicsBecomeErrors(t *testing.T) {
	functions[2] = func(*call) error { var s []int; return api.Errorf(api.IO, "%d", s[len(s)]) }
	defer func() { functions[2] = nil }()
	n, out := border(2, 0, 0, 256, "", nil)
	require.EqualValues(t, statusBase-int64(api.Internal), n)
	require.Contains(t, string(out[4:4+le.Uint32(out)]), "internal")
}

func TestCloseWaitsAndLeavesNoHandle(t *testing.T) {
	h := openTestShard(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				if n, _ := border(24, 0, h, 256, "{}", nil); n < 0 {
					return
				}
			}
		}()
	}
	answer(t, 18, h, "{}")
	wg.Wait()
	n, _ := border(24, 0, h, 256, "{}", nil)
	require.EqualValues(t, statusBase-int64(api.Closed), n)
	require.Zero(t, liveHandles())
}
