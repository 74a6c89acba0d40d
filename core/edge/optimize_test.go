package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

const (
	optimizeDim = 8
	bigEnough   = 160 // points that reach the indexing threshold of 2 kilobytes
)

// twoVectors is a configuration whose vectors get graphs early.
func twoVectors() *api.EdgeConfig {
	kb, segments := uint64(2), uint64(2)
	return &api.EdgeConfig{
		Vectors: []api.NamedVectorParams{
			{Name: "", Params: &api.VectorParams{Size: optimizeDim, Distance: api.DistanceEuclid}},
			{Name: "b", Params: &api.VectorParams{Size: 3, Distance: api.DistanceCosine}},
		},
		HnswConfig: &api.HnswConfig{M: 8, EfConstruct: 50, FullScanThreshold: 1},
		Optimizers: &api.OptimizersConfig{IndexingThreshold: &kb, DefaultSegmentNumber: &segments},
	}
}

// mixed is point i: number or UUID, with or without payload, every fifth without the second vector.
func mixed(i uint64, generation int) api.Point {
	r := rand.New(rand.NewPCG(i, uint64(generation)))
	p := api.Point{ID: api.NumID(1 + i*7919%100_000)}
	if i%4 == 0 {
		p.ID = api.UUIDFromBytes([16]byte{byte(i), byte(i >> 8), 9})
	}
	p.Vector = api.VectorStruct{{Vector: api.DenseVector(randomVector(r, optimizeDim))}}
	if i%5 != 0 {
		p.Vector = append(p.Vector, api.NamedVector{Name: "b", Vector: api.DenseVector(randomVector(r, 3))})
	}
	if i%3 != 0 {
		p.Payload = api.Payload(fmt.Sprintf(`{"n":%d,"g":%d}`, i, generation))
	}
	return p
}

// fill writes points in several segments, changes some and deletes some.
func fill(t *testing.T, dir string, n uint64) []api.Record {
	t.Helper()
	s, err := edge.Create(dir, twoVectors(), edge.WithSegmentPoints(int(n/4)))
	require.NoError(t, err)
	for i := range n {
		upsert(t, s, mixed(i, 0))
	}
	for i := uint64(0); i < n; i += 6 {
		upsert(t, s, mixed(i, 1))
	}
	for i := uint64(1); i < n; i += 10 {
		_, err := s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{mixed(i, 0).ID}})
		require.NoError(t, err)
	}
	records := all(t, s)
	require.NoError(t, s.Close())
	return records
}

func TestOptimize(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	before := fill(t, dir, bigEnough)
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	info, err := s.Info(ctx)
	require.NoError(t, err)
	require.Greater(t, info.SegmentsCount, uint64(3))
	require.Zero(t, info.IndexedVectorsCount)

	done, err := s.Optimize(ctx)
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, before, all(t, s))
	info, err = s.Info(ctx)
	require.NoError(t, err)
	require.LessOrEqual(t, info.SegmentsCount, uint64(3))
	require.Greater(t, info.IndexedVectorsCount, uint64(len(before)))
	require.Equal(t, uint64(len(before)), info.PointsCount)
	done, err = s.Optimize(ctx)
	require.NoError(t, err)
	require.False(t, done, "nothing is left to do")
	checkNeighbours(t, s)

	// Updates go on: out of the optimized segment, and anew.
	upsert(t, s, mixed(0, 2), mixed(5000, 0))
	_, err = s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{mixed(2, 0).ID}})
	require.NoError(t, err)
	changed := all(t, s)
	require.Len(t, changed, len(before))
	require.NoError(t, s.Close())
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	require.Empty(t, s.Skipped())
	require.Equal(t, changed, all(t, s))
	checkNeighbours(t, s)
	require.NoError(t, s.Close())
	require.NoDirExists(t, filepath.Join(dir, "temp_segments"))
}

// checkNeighbours: through the graphs nearly all of the true neighbours are found, of both vectors.
func checkNeighbours(t *testing.T, s *edge.Shard) {
	t.Helper()
	found, total := 0, 0
	r := rand.New(rand.NewPCG(3, 3))
	for range 30 {
		for name, dim := range map[string]int{"": optimizeDim, "b": 3} {
			req := &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector(randomVector(r, dim))}, Using: name, Limit: 10}
			exact := run(t, s, req, true)
			found += shared(exact, run(t, s, req, false))
			total += len(exact)
		}
	}
	require.GreaterOrEqual(t, found*100, total*95)
}

// TestOptimizeFails fails a changing file operation, and all after it: the shard goes on with the same points, and so does the next load.
func TestOptimizeFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	before := fill(t, dir, bigEnough)
	total := optimizeFailing(t, dir, before, 0)
	require.Greater(t, total, int64(50))
	step := max(total/8, 1)
	if os.Getenv("EDGE_ALL_FAULTS") != "" {
		step = 1
	}
	for n := int64(1); n <= total; n += step {
		optimizeFailing(t, dir, before, n)
	}
	// The switch is at the end.
	for n := max(total-9, 1); n <= total; n++ {
		optimizeFailing(t, dir, before, n)
	}
}

// optimizeFailing works on a copy of a shard, whose operations fail from one on; 0 lets all pass.
func optimizeFailing(t *testing.T, from string, before []api.Record, failFrom int64) int64 {
	dir := filepath.Join(t.TempDir(), "copy")
	copyTree(t, dir, from)
	full := faultfs.New(disk.OS)
	s, err := edge.Load(dir, nil, edge.WithFS(full))
	require.NoError(t, err)
	start := full.Count()
	full.Hook = func(op faultfs.Op, _ string) error {
		if failFrom > 0 && op.N >= start+failFrom {
			return syscall.ENOSPC
		}
		return nil
	}
	_, err = s.Optimize(ctx)
	total := full.Count() - start
	if failFrom > 0 && failFrom <= total {
		require.Error(t, err, "operation %d", failFrom)
	}
	require.Equal(t, before, all(t, s), "operation %d", failFrom)
	killed := filepath.Join(t.TempDir(), "killed")
	copyTree(t, killed, dir)
	full.Hook = nil
	// On a disk with room the shard takes updates, or says that it must be loaded again: what was deleted never comes back.
	gone := mixed(2, 0).ID
	_, err = s.Update(ctx, &api.DeletePoints{IDs: []api.PointID{gone}})
	refused := err != nil
	_ = s.Close()
	for _, end := range []string{killed, dir} {
		s, err = edge.Load(end, nil)
		require.NoError(t, err, "operation %d", failFrom)
		want := before
		if end == dir && !refused {
			want = without(before, gone)
		}
		require.Equal(t, want, all(t, s), "operation %d", failFrom)
		require.NoDirExists(t, filepath.Join(end, "temp_segments"))
		require.NoError(t, s.Close())
		require.NoError(t, os.RemoveAll(end))
	}
	return total
}

// copyTree copies a directory without the holes of its files.
func copyTree(t *testing.T, to, from string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.Mkdir(filepath.Join(to, rel), 0o700)
		}
		return copySparse(filepath.Join(to, rel), name)
	}))
}

func copySparse(to, from string) error {
	const seekData, seekHole = 3, 4
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	defer dst.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	for at := int64(0); ; {
		if at, err = src.Seek(at, seekData); err != nil {
			break // no more data
		}
		end, err := src.Seek(at, seekHole)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.NewOffsetWriter(dst, at), io.NewSectionReader(src, at, end-at)); err != nil {
			return err
		}
		at = end
	}
	return dst.Truncate(info.Size())
}

func without(records []api.Record, id api.PointID) (rest []api.Record) {
	for _, r := range records {
		if r.ID != id {
			rest = append(rest, r)
		}
	}
	return rest
}

// TestOptimizeStops: the end of the context leaves the segments as they are.
func TestOptimizeStops(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	before := fill(t, dir, bigEnough)
	full := faultfs.New(disk.OS)
	s, err := edge.Load(dir, nil, edge.WithFS(full))
	require.NoError(t, err)
	names := segmentNames(t, dir)
	for _, at := range []int64{1, 20, 40} {
		c, cancel := context.WithCancel(ctx)
		start := full.Count()
		full.Hook = func(op faultfs.Op, _ string) error {
			if op.N == start+at {
				cancel()
			}
			return nil
		}
		done, err := s.Optimize(c)
		require.ErrorIs(t, err, api.ErrCancelled, "operation %d", at)
		require.False(t, done)
		require.Equal(t, names, segmentNames(t, dir))
		require.Equal(t, before, all(t, s))
		cancel()
	}
	full.Hook = nil
	upsert(t, s, mixed(9000, 0))
	done, err := s.Optimize(ctx)
	require.NoError(t, err)
	require.True(t, done)
	require.Len(t, all(t, s), len(before)+1)
	require.NoError(t, s.Close())
}

func segmentNames(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(filepath.Join(dir, "segments"))
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestOptimizeBesideReads: reads see the same points at every moment.
func TestOptimizeBesideReads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	before := fill(t, dir, bigEnough)
	s, err := edge.Load(dir, nil)
	require.NoError(t, err)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				n, err := s.Count(ctx, &api.CountRequest{Exact: true})
				if err != nil || n != uint64(len(before)) {
					t.Errorf("%d points, %v", n, err)
					return
				}
			}
		})
	}
	_, err = s.Optimize(ctx)
	require.NoError(t, err)
	close(stop)
	wg.Wait()
	require.NoError(t, s.Close())
}

// TestVacuum: a small segment stays appendable and loses what was deleted, with and without a log.
func TestVacuum(t *testing.T) {
	for _, logged := range []bool{true, false} {
		vacuum(t, logged)
	}
}

func vacuum(t *testing.T, logged bool) {
	dir := filepath.Join(t.TempDir(), "shard")
	cfg := config(2, api.DistanceDot)
	cfg.WalEnabled = &logged
	s, err := edge.Create(dir, cfg)
	require.NoError(t, err)
	points := make([]api.Point, 1000)
	ids := make([]api.PointID, len(points))
	for i := range points {
		points[i] = point(uint64(i), `{"a":1}`, float32(i), 1)
		ids[i] = points[i].ID
	}
	upsert(t, s, points...)
	done, err := s.Optimize(ctx)
	require.NoError(t, err)
	require.False(t, done)
	_, err = s.Update(ctx, &api.DeletePoints{IDs: ids[:250]})
	require.NoError(t, err)
	before := all(t, s)
	done, err = s.Optimize(ctx)
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, before, all(t, s))
	info, err := s.Info(ctx)
	require.NoError(t, err)
	require.Equal(t, uint64(1), info.SegmentsCount)
	upsert(t, s, points[0])
	require.Len(t, all(t, s), 751)
	_, err = s.Update(ctx, &api.DeletePoints{IDs: ids})
	require.NoError(t, err)
	vacuumed, err := s.Update(ctx, &api.UpsertPoints{Points: points[1:2]})
	require.NoError(t, err)
	_, err = s.Optimize(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	later, err := s.Update(ctx, &api.UpsertPoints{Points: points[2:4]})
	require.NoError(t, err)
	require.Greater(t, later, vacuumed)
	require.Len(t, all(t, s), 3)
	require.NoError(t, s.Close())
}

// TestOptimizedFiles: field indexes stay declared, and the manifest calls what never changes by the version of the build.
func TestOptimizedFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	before := fill(t, dir, bigEnough)
	fields := `{"n":"integer"}`
	for _, name := range segmentNames(t, dir) {
		require.NoError(t, writeFile(filepath.Join(dir, "segments", name, "payload_index", "config.json"), []byte(`{"indexed_fields":`+fields+`}`)))
	}
	cfg := twoVectors()
	cold := api.MemoryCold
	cfg.IDTrackerMemory = &cold
	cfg.Vectors[1].Params.Memory = &cold
	s, err := edge.Load(dir, cfg)
	require.NoError(t, err)
	_, err = s.Optimize(ctx)
	require.NoError(t, err)
	require.Equal(t, before, all(t, s))
	raw, err := s.SnapshotManifest(ctx)
	require.NoError(t, err)
	var m map[string]struct {
		Version uint64             `json:"segment_version"`
		Files   map[string]*uint64 `json:"file_versions"`
	}
	require.NoError(t, json.Unmarshal(raw, &m))
	seen := false
	for name, seg := range m {
		data, err := os.ReadFile(filepath.Join(dir, "segments", name, "payload_index", "config.json"))
		require.NoError(t, err)
		var index struct {
			Fields json.RawMessage            `json:"indexed_fields"`
			Types  map[string]json.RawMessage `json:"indexed_types"`
		}
		require.NoError(t, json.Unmarshal(data, &index))
		require.JSONEq(t, fields, string(index.Fields))
		require.Contains(t, index.Types, "n")
		if _, ok := seg.Files["vector_storage/matrix.dat"]; !ok {
			continue
		}
		seen = true
		for _, f := range []string{"vector_storage/matrix.dat", "vector_storage-b/matrix.dat", "vector_index-b/graph.bin", "vector_index/hnsw_config.json",
			"id_tracker.i2e", "payload_storage/config.json"} {
			require.NotNil(t, seg.Files[f], f)
			require.Equal(t, seg.Version, *seg.Files[f], f)
		}
		for _, f := range []string{"id_tracker.deleted", "id_tracker.versions", "payload_index/config.json"} {
			require.Contains(t, seg.Files, f)
			require.Nil(t, seg.Files[f], f)
		}
	}
	require.True(t, seen)
	var archive = filepath.Join(t.TempDir(), "full.snapshot")
	f, err := os.Create(archive)
	require.NoError(t, err)
	require.NoError(t, s.WriteSnapshot(ctx, f))
	require.NoError(t, f.Close())
	require.NoError(t, s.Close())
	mirror := filepath.Join(t.TempDir(), "mirror")
	require.NoError(t, edge.UnpackSnapshot(archive, mirror))
	s, err = edge.Load(mirror, nil)
	require.NoError(t, err)
	require.Equal(t, before, all(t, s))
	checkNeighbours(t, s)
	require.NoError(t, s.Close())
}
