package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const benchDim = 128

// frames sends the same frame again and again, through the function that qe_call reaches.
func frames(b *testing.B, code, flags uint16, handle uint64, body string, floats []float32) {
	n, out := border(code, flags, handle, 1<<20, body, floats)
	require.GreaterOrEqual(b, n, int64(0), "%s", out[4:min(300, len(out))])
	h := make([]byte, headerSize)
	le.PutUint32(h, magic)
	le.PutUint16(h[4:], code)
	le.PutUint16(h[6:], flags)
	le.PutUint64(h[8:], handle)
	le.PutUint64(h[16:], uint64(len(out)))
	le.PutUint32(h[24:], uint32(len(body)))
	le.PutUint32(h[28:], uint32(len(floats)))
	raw := []byte(body)
	bodyAt := func(_, _ int) []byte { return raw }
	floatsAt := func(_, _ int) []float32 { return floats }
	outOf := func(n uint64) []byte { return out[:n] }
	b.ReportAllocs()
	for b.Loop() {
		serve(h, bodyAt, floatsAt, outOf)
	}
}

// points is the operation that writes n points with one named vector and a payload.
func points(n int) (string, []float32) {
	var text strings.Builder
	floats := make([]float32, n*benchDim)
	for i := range floats {
		floats[i] = float32(i%97) - 48.5
	}
	for i := range n {
		fmt.Fprintf(&text, `,{"id":%d,"vector":{"v":{"$f32":[%d,%d]}},"payload":{"n":%d,"tag":"t%d"}}`, i, i*benchDim, benchDim, i, i%10)
	}
	return `{"upsert_points":{"points":[` + text.String()[1:] + `]}}`, floats
}

func benchShard(b *testing.B) uint64 {
	path, _ := json.Marshal(filepath.Join(b.TempDir(), "shard"))
	n, out := border(16, 0, 0, 1<<16, `{"path":`+string(path)+`,"config":{"vectors":{"v":{"size":128,"distance":"Cosine"}}}}`, nil)
	require.Positive(b, n, "%s", out[4:300])
	var r struct{ Handle uint64 }
	require.NoError(b, json.Unmarshal(out[:n], &r))
	b.Cleanup(func() { _ = closeHandle(r.Handle) })
	body, floats := points(1000)
	n, out = border(20, 0, r.Handle, 1<<16, body, floats)
	require.Positive(b, n, "%s", out[4:300])
	return r.Handle
}

func BenchmarkUpsert(b *testing.B) {
	for _, n := range []int{1, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := benchShard(b)
			body, floats := points(n)
			frames(b, 20, 0, h, body, floats)
		})
	}
}

func BenchmarkRetrieve(b *testing.B) {
	frames(b, 25, 1, benchShard(b), `{"ids":[77],"with_payload":true,"with_vector":false}`, nil)
}

func BenchmarkQueryWithVectors(b *testing.B) {
	_, floats := points(1)
	frames(b, 21, 1, benchShard(b), `{"query":{"nearest":{"$f32":[0,128]}},"using":"v","limit":100,"with_vector":true}`, floats)
}

func BenchmarkScroll(b *testing.B) {
	frames(b, 23, 1, benchShard(b), `{"limit":1000,"with_payload":true,"with_vector":false}`, nil)
}
