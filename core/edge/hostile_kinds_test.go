package edge_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const kindsDim, kindsPoints = 8, 60

// everyKind makes a shard with vectors of every quantization, some of them inside their graph, sparse vectors of short weights and an index of
// every kind, in an optimized and in an appendable segment; its last operations are in the log alone.
func everyKind(t *testing.T) (dir string, params []api.NamedVectorParams) {
	graph := &api.HnswConfig{M: 4, EfConstruct: 10, FullScanThreshold: 1, MaxIndexingThreads: 1}
	within := *graph
	inline := true
	within.InlineStorage = &inline
	for name, q := range map[string]api.QuantizationConfig{"sq": &api.ScalarQuantization{}, "pq": &api.ProductQuantization{Compression: api.CompressionX4},
		"bq": &api.BinaryQuantization{}, "tq": &api.TurboQuantization{}} {
		params = append(params, api.NamedVectorParams{Name: name, Params: &api.VectorParams{Size: kindsDim, QuantizationConfig: q, HnswConfig: graph}},
			api.NamedVectorParams{Name: name + "-inline", Params: &api.VectorParams{Size: kindsDim, QuantizationConfig: q, HnswConfig: &within}},
			api.NamedVectorParams{Name: name + "-multi", Params: &api.VectorParams{Size: kindsDim, QuantizationConfig: q, HnswConfig: graph,
				MultivectorConfig: &api.MultiVectorConfig{}}})
	}
	half, small, one := api.DatatypeFloat16, api.DatatypeUint8, uint64(1)
	dir = filepath.Join(t.TempDir(), "kinds")
	s, err := edge.Create(dir, &api.EdgeConfig{Vectors: params, Optimizers: &api.OptimizersConfig{IndexingThreshold: &one},
		SparseVectors: []api.NamedSparseVectorParams{{Name: "half", Params: &api.SparseVectorParams{Datatype: &half}},
			{Name: "byte", Params: &api.SparseVectorParams{Datatype: &small}}}})
	require.NoError(t, err)
	for key := range kindsPayload(0) {
		_, err = s.Update(ctx, &api.CreateIndex{FieldName: key, FieldSchema: &api.PayloadFieldSchema{Type: kindsSchema[key]}})
		require.NoError(t, err)
	}
	upsert := func(from, to uint64) {
		_, err := s.Update(ctx, &api.UpsertPoints{Points: kindsOf(t, params, from, to)})
		require.NoError(t, err)
	}
	upsert(0, kindsPoints)
	_, err = s.Optimize(ctx)
	require.NoError(t, err)
	upsert(kindsPoints-5, kindsPoints+5)
	require.NoError(t, s.Flush(ctx))
	upsert(kindsPoints+5, kindsPoints+8)
	killed := filepath.Join(t.TempDir(), "killed")
	copyTree(t, killed, dir)
	require.NoError(t, s.Close())
	return killed, params
}

var kindsSchema = map[string]api.PayloadSchemaType{"word": api.PayloadSchemaKeyword, "n": api.PayloadSchemaInteger, "x": api.PayloadSchemaFloat,
	"ok": api.PayloadSchemaBool, "loc": api.PayloadSchemaGeo, "when": api.PayloadSchemaDatetime, "uid": api.PayloadSchemaUuid,
	"text": api.PayloadSchemaText}

func kindsPayload(i uint64) map[string]string {
	return map[string]string{"word": fmt.Sprintf(`"w%d"`, i%5), "n": fmt.Sprint(i), "x": fmt.Sprint(float64(i) / 3), "ok": fmt.Sprint(i%2 == 0),
		"loc": fmt.Sprintf(`{"lat":%d,"lon":%d}`, i%80, i%170), "when": fmt.Sprintf(`"20%d-01-02T03:04:05Z"`, 10+i%80),
		"uid": fmt.Sprintf(`"00000000-0000-4000-8000-%012x"`, i), "text": fmt.Sprintf(`"the fox %d jumps"`, i%7)}
}

func kindsOf(t *testing.T, params []api.NamedVectorParams, from, to uint64) (points []api.Point) {
	for i := from; i < to; i++ {
		rng := rand.New(rand.NewPCG(i, 1))
		var fields []string
		for key, value := range kindsPayload(i) {
			fields = append(fields, fmt.Sprintf("%q:%s", key, value))
		}
		p := api.Point{ID: api.NumID(i), Payload: api.Payload("{" + strings.Join(fields, ",") + "}")}
		for _, v := range params {
			p.Vector = append(p.Vector, api.NamedVector{Name: v.Name, Vector: kindsVector(rng, v.Params)})
		}
		words := api.SparseVector{Indices: []uint32{uint32(i % 9), uint32(10 + i%3)}, Values: []float32{1, float32(i)}}
		points = append(points, p)
		points[len(points)-1].Vector = append(p.Vector, api.NamedVector{Name: "half", Vector: words}, api.NamedVector{Name: "byte", Vector: words})
	}
	return points
}

func kindsVector(rng *rand.Rand, p *api.VectorParams) api.Vector {
	rows := 1
	if p.MultivectorConfig != nil {
		rows = 2
	}
	flat := make([]float32, rows*kindsDim)
	for i := range flat {
		flat[i] = float32(rng.NormFloat64())
	}
	if p.MultivectorConfig != nil {
		return api.MultiDenseVector{Dim: kindsDim, Flat: flat}
	}
	return api.DenseVector(flat)
}

// useKinds loads a shard, reads all of it, asks every vector and every index, and changes it.
func useKinds(dir string, params []api.NamedVectorParams) error {
	s, err := edge.Load(dir, nil)
	if err != nil {
		return err
	}
	also := func(e error) { err = errors.Join(err, e) }
	most := uint64(1000)
	_, e := s.Scroll(ctx, &api.ScrollRequest{Limit: &most, WithVector: api.WithVector{Enable: true}, WithPayload: api.WithPayload{Enable: true}})
	also(e)
	rng := rand.New(rand.NewPCG(3, 3))
	for _, v := range params {
		_, e = s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: kindsVector(rng, v.Params)}, Using: v.Name, Limit: 10})
		also(e)
	}
	for _, name := range []string{"half", "byte"} {
		_, e = s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: api.SparseVector{Indices: []uint32{1, 3, 11}, Values: []float32{1, 1, 1}}},
			Using: name, Limit: 10})
		also(e)
	}
	for _, c := range kindsConditions() {
		_, e = s.Count(ctx, &api.CountRequest{Filter: &api.Filter{Must: []api.Condition{c}}, Exact: true})
		also(e)
	}
	_, e = s.Update(ctx, &api.UpsertPoints{Points: kindsOfAny(params)})
	also(e)
	also(s.Flush(ctx))
	also(s.Close())
	return err
}

func kindsOfAny(params []api.NamedVectorParams) []api.Point {
	rng := rand.New(rand.NewPCG(8, 8))
	p := api.Point{ID: api.NumID(2), Payload: api.Payload(`{"word":"new","n":5,"ok":true,"text":"new words"}`)}
	for _, v := range params {
		p.Vector = append(p.Vector, api.NamedVector{Name: v.Name, Vector: kindsVector(rng, v.Params)})
	}
	return []api.Point{p}
}

func kindsConditions() []api.Condition {
	low := 3.0
	word := func(s string) api.Match { return &api.MatchValue{Value: api.Value{Kind: api.ValueString, Str: s}} }
	return []api.Condition{
		&api.FieldCondition{Key: "word", Match: word("w2")},
		&api.FieldCondition{Key: "n", Range: &api.RangeFloat{Gte: &low}},
		&api.FieldCondition{Key: "n", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: 7}}},
		&api.FieldCondition{Key: "x", Range: &api.RangeFloat{Gte: &low}},
		&api.FieldCondition{Key: "ok", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueBool, Bool: true}}},
		&api.FieldCondition{Key: "loc", GeoRadius: &api.GeoRadius{Center: api.GeoPoint{Lat: 10, Lon: 10}, Radius: 1e6}},
		&api.FieldCondition{Key: "uid", Match: word("00000000-0000-4000-8000-000000000007")},
		&api.FieldCondition{Key: "text", Match: &api.MatchText{Text: "fox 3"}},
	}
}

// TestDamagedKinds damages every file of a shard of every kind, the log too, one at a time. Every use ends with an answer or with an error of a
// kind; corruption names a file. QDRANT_EDGE_ALL_FAULTS takes many more places, and every length of small files.
func TestDamagedKinds(t *testing.T) {
	t.Parallel()
	dir, params := everyKind(t)
	require.NoError(t, useKinds(copied(t, dir), params))
	rng := rand.New(rand.NewPCG(11, 11))
	for _, file := range kindsFiles(t, dir) {
		for _, hurt := range damages(t, rng, filepath.Join(dir, file)) {
			damaged := copied(t, dir)
			hurt.do(t, filepath.Join(damaged, file))
			err := useKinds(damaged, params)
			require.NoError(t, os.RemoveAll(damaged))
			if err == nil {
				continue
			}
			require.NotEqual(t, api.Internal, api.KindOf(err), "%s %s: %v", file, hurt.what, err)
			var corrupt *disk.CorruptError
			if errors.As(err, &corrupt) {
				require.NotEmpty(t, corrupt.File, "%s %s: %v", file, hurt.what, err)
			}
		}
	}
}

func copied(t *testing.T, dir string) string {
	to := filepath.Join(t.TempDir(), "copy")
	copyTree(t, to, dir)
	return to
}

// kindsFiles lists all files, or by default a third of those of different names.
func kindsFiles(t *testing.T, dir string) (files []string) {
	seen := map[string]bool{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		key := e.Name()
		if all := os.Getenv("QDRANT_EDGE_ALL_FAULTS") != ""; all || (!seen[key] && len(seen)%3 == 0) {
			files = append(files, rel)
		}
		seen[key] = true
		return err
	}))
	return files
}

type hurt struct {
	what string
	do   func(t *testing.T, name string)
}

// damages are a cut and a changed byte somewhere; or, asked for all, a cut at every length of a small file and at sixty of another, and sixty bytes.
func damages(t *testing.T, rng *rand.Rand, name string) (list []hurt) {
	info, err := os.Stat(name)
	require.NoError(t, err)
	size, places := info.Size(), 1
	if os.Getenv("QDRANT_EDGE_ALL_FAULTS") != "" {
		places = 60
	}
	reach := max(min(size, 1<<14), 1) // what lies behind is holes mostly
	for i := range places {
		at := rng.Int64N(reach)
		list = append(list, cut(at), flip(rng.Int64N(reach), byte(1<<rng.IntN(8))))
		if places > 1 && int64(i) < size && size <= 512 {
			list = append(list, cut(int64(i)*size/int64(places)))
		}
	}
	if places > 1 && size <= 512 {
		for at := range size {
			list = append(list, cut(at))
		}
	}
	return list
}

func cut(at int64) hurt {
	return hurt{fmt.Sprintf("cut at %d", at), func(t *testing.T, name string) { require.NoError(t, os.Truncate(name, at)) }}
}

func flip(at int64, bit byte) hurt {
	return hurt{fmt.Sprintf("bit %d of byte %d", bit, at), func(t *testing.T, name string) {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		require.NoError(t, err)
		var b [1]byte
		_, _ = f.ReadAt(b[:], at) // beyond the end of an empty file it grows
		b[0] ^= bit
		_, err = f.WriteAt(b[:], at)
		require.NoError(t, errors.Join(err, f.Close()))
	}}
}

// TestKindsCutWhileOpen cuts the files of an open shard one by one, under its maps: what faults is an error of a kind, and the shard can be closed.
func TestKindsCutWhileOpen(t *testing.T) {
	t.Parallel()
	dir, params := everyKind(t)
	for _, file := range kindsFiles(t, dir) {
		if strings.HasPrefix(file, "wal") || strings.HasSuffix(file, ".json") || filepath.Base(file) == "tracker_journal.dat" { // not mapped
			continue
		}
		damaged := copied(t, dir)
		s, err := edge.Load(damaged, nil)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(filepath.Join(damaged, file), 0))
		rng := rand.New(rand.NewPCG(3, 3))
		for _, v := range params {
			_, e := s.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: kindsVector(rng, v.Params)}, Using: v.Name, Limit: 10})
			err = errors.Join(err, e)
		}
		for _, c := range kindsConditions() {
			_, e := s.Count(ctx, &api.CountRequest{Filter: &api.Filter{Must: []api.Condition{c}}, Exact: true})
			err = errors.Join(err, e)
		}
		_, e := s.Update(ctx, &api.UpsertPoints{Points: kindsOfAny(params)})
		err = errors.Join(err, e, s.Close())
		require.NoError(t, os.RemoveAll(damaged))
		if err != nil {
			require.NotEqual(t, api.Internal, api.KindOf(err), "%s: %v", file, err)
		}
	}
}
