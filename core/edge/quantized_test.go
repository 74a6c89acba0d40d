package edge_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"math"
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
		found, err := filepath.Glob(filepath.Join(dir, "segments", "*", "vector_storage-"+name))
		require.NoError(t, err)
		base := ""
		for _, f := range found {
			if graphs, _ := filepath.Glob(filepath.Join(filepath.Dir(f), "vector_index*")); len(graphs) > 0 == optimized {
				base = f
			}
		}
		require.NotEmpty(t, base, name)
		for f, sum := range want.Files {
			if f == "retrieved" {
				require.Equal(t, sum, digest(retrieved(t, s, name)), name)
				continue
			}
			require.Equal(t, sum, digest(quantizedFile(t, base, f)), "%s of %s", f, name)
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
				if strings.Contains(name, "turbo16") { // how the reference rounds these sums depends on the processor
					require.InEpsilon(t, hits[j][1], got[j].Score, 1e-6, "%s: search %d, hit %d", name, i, j)
					continue
				}
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

// retrieved is all numbers of a vector, point by point.
func retrieved(t *testing.T, s *edge.Shard, name string) (flat []byte) {
	var ids []api.PointID
	for i := range quantizedPoints {
		ids = append(ids, api.NumID(uint64(i)))
	}
	records, err := s.Retrieve(ctx, &api.RetrieveRequest{IDs: ids, WithVector: api.WithVector{Names: []string{name}}})
	require.NoError(t, err)
	for _, r := range records {
		for _, v := range r.Vector {
			rows, _ := v.Vector.(api.DenseVector)
			if m, ok := v.Vector.(api.MultiDenseVector); ok {
				rows = m.Flat
			}
			for _, x := range rows {
				flat = binary.LittleEndian.AppendUint32(flat, math.Float32bits(x))
			}
		}
	}
	return flat
}

// quantizedFile reads a file; the name of a directory stands for the rows in it.
func quantizedFile(t *testing.T, base, name string) []byte {
	dir := filepath.Join(base, name)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		data, err := os.ReadFile(dir)
		require.NoError(t, err)
		return data
	}
	var cfg struct{ Dim int }
	raw, err := os.ReadFile(filepath.Join(dir, "config.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &cfg))
	status, err := os.ReadFile(filepath.Join(dir, "status.dat"))
	require.NoError(t, err)
	f, err := os.Open(filepath.Join(dir, "chunk_0.mmap"))
	require.NoError(t, err)
	defer f.Close()
	rows := make([]byte, int(binary.LittleEndian.Uint64(status))*cfg.Dim)
	_, err = io.ReadFull(f, rows)
	require.NoError(t, err)
	return rows
}
