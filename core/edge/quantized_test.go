package edge_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

const quantizedPoints, quantizedDim = 200, 24

// numbers is the generator of testdata/quantized/record.py.
type numbers uint32

func (n *numbers) next() uint32 {
	*n = *n*1664525 + 1013904223
	return uint32(*n) >> 8
}

func (n *numbers) value(name string, i int) api.Vector {
	rows := 1
	if strings.Contains(name, "multi") {
		rows += i % 3
	}
	flat := make([]float32, rows*quantizedDim)
	for k := range flat {
		if x := n.next(); strings.Contains(name, "bytes") {
			flat[k] = float32(x >> 16)
		} else {
			flat[k] = float32(float64(x)/(1<<23) - 1)
		}
	}
	if strings.Contains(name, "multi") {
		return api.MultiDenseVector{Dim: quantizedDim, Flat: flat}
	}
	return api.DenseVector(flat)
}

type recordedQuantized struct {
	query   api.Vector
	Config  json.RawMessage
	Vectors map[string]struct {
		Files    map[string]string
		Searches [][][2]float64
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:16]
}

// TestQuantized: from the same vectors come the same bytes of every file of every kind, and the same scores, as from the reference.
func TestQuantized(t *testing.T) {
	f, err := os.Open("testdata/quantized/recorded.json.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	raw, err := io.ReadAll(z)
	require.NoError(t, err)
	var all map[string]recordedQuantized
	require.NoError(t, json.Unmarshal(raw, &all))
	for kind, rec := range all {
		t.Run(kind, func(t *testing.T) { rec.check(t, kind == "optimized") })
	}
}

func (rec *recordedQuantized) names() []string {
	var names []string
	for n := range rec.Vectors {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func (rec *recordedQuantized) check(t *testing.T, optimized bool) {
	cfg, err := api.DecodeEdgeConfigJSON(rec.Config)
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "shard")
	s, err := edge.Create(dir, cfg)
	require.NoError(t, err)
	rec.fill(t, s)
	if optimized {
		done, err := s.Optimize(ctx)
		require.NoError(t, err)
		require.True(t, done)
	}
	require.NoError(t, s.Flush(ctx))
	rec.compare(t, dir, s, optimized)
	require.NoError(t, s.Close())
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	rec.compare(t, dir, s, optimized)
	require.NoError(t, s.Close())
}

func (rec *recordedQuantized) fill(t *testing.T, s *edge.Shard) {
	names := rec.names()
	generators := make([]numbers, len(names))
	for k := range generators {
		generators[k] = numbers(k + 1)
	}
	var points []api.Point
	for i := range quantizedPoints {
		p := api.Point{ID: api.NumID(uint64(i))}
		for k, n := range names {
			if v := generators[k].value(n, i); (i+k)%17 != 0 {
				p.Vector = append(p.Vector, api.NamedVector{Name: n, Vector: v})
			}
		}
		points = append(points, p)
	}
	for p := range slices.Chunk(points, 40) {
		_, err := s.Update(ctx, &api.UpsertPoints{Points: p})
		require.NoError(t, err)
	}
}

func (rec *recordedQuantized) compare(t *testing.T, dir string, s *edge.Shard, optimized bool) {
	for k, name := range rec.names() {
		want := rec.Vectors[name]
		found, err := filepath.Glob(filepath.Join(dir, "segments", "*", "vector_storage-"+name, "quantized.meta.json"))
		require.NoError(t, err)
		base := ""
		for _, f := range found {
			if _, err := os.Stat(filepath.Join(filepath.Dir(f), "quantized.data")); (err == nil) == optimized {
				base = filepath.Dir(f)
			}
		}
		require.NotEmpty(t, base, name)
		for f, sum := range want.Files {
			require.Equal(t, sum, digest(quantizedFile(t, base, f)), "%s of %s %.300s", f, name, quantizedFile(t, base, f))
		}
		generator := numbers(k + 1 + 1000)
		for i, hits := range want.Searches {
			if i%5 == 0 {
				rec.query = generator.value(name, 1)
			}
			got, err := s.Search(ctx, &api.SearchRequest{Vector: rec.query, Using: name, Limit: 5, Params: quantizedParams[i%5]})
			require.NoError(t, err)
			require.Len(t, got, len(hits))
			for j := range hits {
				require.Equal(t, float32(hits[j][1]), got[j].Score, "%s: search %d, hit %d", name, i, j)
			}
		}
	}
}

var quantizedParams = func() []*api.SearchParams {
	yes, no, three := true, false, 3.0
	of := func(q api.QuantizationSearchParams) *api.SearchParams { return &api.SearchParams{Quantization: &q} }
	return []*api.SearchParams{of(api.QuantizationSearchParams{Rescore: &no}), of(api.QuantizationSearchParams{}),
		of(api.QuantizationSearchParams{Rescore: &yes, Oversampling: &three}), of(api.QuantizationSearchParams{Ignore: true}), {Exact: true}}
}()

// quantizedFile reads a file; "rows" are those of an appendable form.
func quantizedFile(t *testing.T, base, name string) []byte {
	if name != "rows" {
		data, err := os.ReadFile(filepath.Join(base, name))
		require.NoError(t, err)
		return data
	}
	var cfg struct{ Dim int }
	raw, err := os.ReadFile(filepath.Join(base, "quantized_data", "config.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &cfg))
	status, err := os.ReadFile(filepath.Join(base, "quantized_data", "status.dat"))
	require.NoError(t, err)
	f, err := os.Open(filepath.Join(base, "quantized_data", "chunk_0.mmap"))
	require.NoError(t, err)
	defer f.Close()
	rows := make([]byte, int(binary.LittleEndian.Uint64(status))*cfg.Dim)
	_, err = io.ReadFull(f, rows)
	require.NoError(t, err)
	return rows
}
