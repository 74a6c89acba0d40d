package edge_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/disk/faultfs"
)

// pair is a shard that is optimized and one that is not, which must hold the same points after the same updates.
type pair struct {
	s, model *edge.Shard
	r        *rand.Rand
	updating bool
	next     uint64 // of points that were never there
	n        int
}

func newPair(t testing.TB, n uint64, seed uint64) (p *pair, dir string) {
	dir = t.TempDir()
	p = &pair{r: rand.New(rand.NewPCG(seed, 1)), next: n}
	var err error
	p.s, err = edge.Create(filepath.Join(dir, "shard"), twoVectors(), edge.WithSegmentPoints(int(n/4)))
	require.NoError(t, err)
	p.model, err = edge.Create(filepath.Join(dir, "model"), twoVectors())
	require.NoError(t, err)
	for i := range n {
		p.update(t, &api.UpsertPoints{Points: []api.Point{mixed(i, 0)}})
	}
	for i := uint64(0); i < n; i += 5 {
		p.update(t, &api.DeletePoints{IDs: []api.PointID{mixed(i, 0).ID}})
	}
	return p, filepath.Join(dir, "shard")
}

func (p *pair) update(t testing.TB, op api.UpdateOperation) {
	p.updating = true
	_, err := p.s.Update(ctx, op)
	p.updating = false
	require.NoError(t, err)
	_, err = p.model.Update(ctx, op)
	require.NoError(t, err)
}

// change is a random update: of points that are there, were there or never were, by ids and by filters, and of payload indexes.
func (p *pair) change(t testing.TB) {
	p.n++
	some := func() api.Point { return mixed(p.r.Uint64N(p.next), p.n) }
	there := func() []api.PointID { // points that are there
		hits, err := p.model.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector(randomVector(p.r, optimizeDim))}, Limit: 2})
		require.NoError(t, err)
		ids := make([]api.PointID, len(hits))
		for i := range hits {
			ids[i] = hits[i].ID
		}
		return ids
	}
	filter := func(n int) *api.Filter {
		return &api.Filter{Must: []api.Condition{&api.FieldCondition{Key: "g", Range: &api.RangeFloat{Gt: ptr(float64(n))}}}}
	}
	switch k := p.r.IntN(20); {
	case k < 5:
		p.update(t, &api.UpsertPoints{Points: []api.Point{some(), some(), some()}})
	case k < 7:
		p.next += 2
		p.update(t, &api.UpsertPoints{Points: []api.Point{mixed(p.next-1, p.n), mixed(p.next-2, p.n)}})
	case k < 11:
		p.update(t, &api.DeletePoints{IDs: append(there(), some().ID)})
	case k < 14:
		p.update(t, &api.SetPayload{Payload: api.Payload(fmt.Sprintf(`{"set":%d}`, p.n)), Points: there()})
	case k < 15:
		p.update(t, &api.DeleteVectors{IDs: there(), Names: []string{"b"}})
	case k < 16:
		p.update(t, &api.ClearPayloadByFilter{Filter: filter(p.n - 2)})
	case k < 17:
		p.update(t, &api.DeletePointsByFilter{Filter: filter(p.n - 1)})
	case k < 18:
		p.update(t, &api.CreateIndex{FieldName: "g", FieldSchema: &api.PayloadFieldSchema{Type: api.PayloadSchemaInteger}})
	case k < 19:
		p.update(t, &api.DeleteIndex{FieldName: "g"})
	default:
		require.NoError(t, p.s.Flush(ctx))
	}
}

func ptr[T any](v T) *T { return &v }

func (p *pair) same(t testing.TB) {
	require.Equal(t, all(t, p.model), all(t, p.s))
	want, err := p.model.Info(ctx)
	require.NoError(t, err)
	have, err := p.s.Info(ctx)
	require.NoError(t, err)
	require.Equal(t, want.PointsCount, have.PointsCount)
	require.Equal(t, schema(want), schema(have))
}

// schema is the payload indexes without the numbers of their points, in which copies count that a switch that failed left.
func schema(info *api.ShardInfo) []api.NamedPayloadIndex {
	list := slices.Clone(info.PayloadSchema)
	for i := range list {
		list[i].Info.Points = 0
	}
	return list
}

func (p *pair) close(t testing.TB) {
	require.NoError(t, p.s.Close())
	require.NoError(t, p.model.Close())
}

// TestOptimizeBesideUpdates updates in the midst of every stage of every task.
func TestOptimizeBesideUpdates(t *testing.T) {
	for seed := range uint64(3) {
		p, dir := newPair(t, bigEnough, seed)
		stages := map[string]int{}
		for round := range 3 {
			done, err := p.s.Optimize(ctx, edge.WithThreads(1), edge.WithProgress(func(at edge.OptimizeProgress) {
				stages[at.Stage]++
				p.change(t)
				p.same(t)
			}))
			require.NoError(t, err)
			require.True(t, done || round > 0)
			p.same(t)
			p.change(t)
		}
		for _, stage := range []string{"payload", "payload index", "vectors"} {
			require.NotZero(t, stages[stage], stage)
		}
		require.NoError(t, p.s.Close())
		var err error
		p.s, err = edge.Load(dir, nil)
		require.NoError(t, err)
		require.Empty(t, p.s.Skipped())
		p.same(t)
		p.close(t)
	}
}

// TestOptimizeKilledBesideUpdates looks at what a kill before a file operation would leave, with updates in the midst of the build: the points that the
// shard had then, or those after the update that was under way. Where the optimizer's operations fail from there on, no update is lost.
func TestOptimizeKilledBesideUpdates(t *testing.T) {
	p, dir := newPair(t, bigEnough, 7)
	p.close(t)
	total := killBeside(t, dir, 0, false)
	require.Greater(t, total, int64(100))
	step := max(total/6, 1)
	if os.Getenv("QDRANT_EDGE_ALL_FAULTS") != "" {
		step = 1
	}
	for n := int64(1); n <= total; n += step {
		killBeside(t, dir, n, false)
		killBeside(t, dir, n, true)
	}
	for n := max(total-9, 1); n <= total; n++ { // the switch
		killBeside(t, dir, n, n%2 == 0)
	}
}

func killBeside(t *testing.T, from string, at int64, fail bool) (total int64) {
	root := t.TempDir()
	defer func() { require.NoError(t, os.RemoveAll(root)) }()
	dir, killed := filepath.Join(root, "shard"), filepath.Join(root, "killed")
	copyTree(t, dir, from)
	copyTree(t, filepath.Join(root, "model"), filepath.Join(filepath.Dir(from), "model"))
	faults := faultfs.New(disk.OS)
	p := &pair{r: rand.New(rand.NewPCG(9, 9)), next: bigEnough}
	var err error
	p.s, err = edge.Load(dir, nil, edge.WithFS(faults))
	require.NoError(t, err)
	p.model, err = edge.Load(filepath.Join(root, "model"), nil)
	require.NoError(t, err)
	var allowed [][]api.Record
	start := faults.Count()
	faults.Hook = func(op faultfs.Op, _ string) error {
		if op.N == start+at {
			copyTree(t, killed, dir)
			allowed = append(allowed, all(t, p.model))
		}
		if fail && op.N >= start+at && !p.updating {
			return syscall.ENOSPC
		}
		return nil
	}
	_, err = p.s.Optimize(ctx, edge.WithThreads(1), edge.WithProgress(func(edge.OptimizeProgress) {
		p.change(t)
		if len(allowed) == 1 {
			allowed = append(allowed, all(t, p.model))
		}
	}))
	total = faults.Count() - start
	faults.Hook = nil
	require.Equal(t, fail && at <= total, err != nil, "operation %d: %v", at, err)
	p.same(t)
	p.close(t)
	p.s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	require.Empty(t, p.s.Skipped())
	p.model, err = edge.Load(filepath.Join(root, "model"), nil)
	require.NoError(t, err)
	p.same(t)
	p.close(t)
	if allowed != nil {
		s, err := edge.Load(killed, nil)
		require.NoError(t, err, "operation %d", at)
		require.Contains(t, allowed, all(t, s), "operation %d", at)
		require.NoError(t, s.Close())
	}
	return total
}

// soakTime is how long the test below runs; QDRANT_EDGE_SOAK sets another.
func soakTime(t *testing.T) time.Duration {
	if v := os.Getenv("QDRANT_EDGE_SOAK"); v != "" {
		d, err := time.ParseDuration(v)
		require.NoError(t, err)
		return d
	}
	return 2 * time.Second
}

// TestReadersWriterOptimizer: beside one writer and optimizations without pause readers see what a shard shows that is never optimized, and
// readers that nothing holds back see whole points, each once.
func TestReadersWriterOptimizer(t *testing.T) {
	p, dir := newPair(t, bigEnough, 11)
	var model sync.RWMutex // held for reading while readers compare
	var stop atomic.Bool
	var wg sync.WaitGroup
	var built, compared atomic.Int64
	wg.Go(func() {
		for !stop.Load() && !t.Failed() {
			model.Lock()
			for range 4 {
				p.change(t)
			}
			model.Unlock()
			time.Sleep(time.Millisecond)
		}
	})
	wg.Go(func() {
		for !stop.Load() {
			c, cancel := context.WithCancel(ctx)
			if built.Load()%5 == 4 {
				time.AfterFunc(3*time.Millisecond, cancel)
			}
			_, err := p.s.Optimize(c, edge.WithThreads(2))
			cancel()
			if err != nil {
				assert.ErrorIs(t, err, api.ErrCancelled)
			}
			built.Add(1)
		}
	})
	for i := range 2 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 5))
			for !stop.Load() && !t.Failed() {
				model.RLock()
				compare(t, p, r)
				model.RUnlock()
				compared.Add(1)
				time.Sleep(time.Millisecond)
			}
		})
	}
	wg.Go(func() {
		for !stop.Load() && !t.Failed() {
			seen := map[api.PointID]bool{}
			for _, rec := range all(t, p.s) {
				assert.False(t, seen[rec.ID], "%v twice", rec.ID)
				seen[rec.ID] = true
				assert.NotEmpty(t, rec.Vector)
			}
		}
	})
	time.Sleep(soakTime(t))
	stop.Store(true)
	wg.Wait()
	t.Logf("%d optimizations, %d comparisons", built.Load(), compared.Load())
	require.NotZero(t, built.Load())
	require.NotZero(t, compared.Load())
	p.same(t)
	require.NoError(t, p.s.Close())
	var err error
	p.s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	p.same(t)
	p.close(t)
}

func compare(t *testing.T, p *pair, r *rand.Rand) {
	req := &api.QueryRequest{Query: &api.NearestQuery{Vector: api.DenseVector(randomVector(r, optimizeDim))}, Limit: 20,
		WithPayload: api.WithPayload{Enable: true}, Params: &api.SearchParams{Exact: true}}
	want, err := p.model.Query(ctx, req)
	require.NoError(t, err)
	have, err := p.s.Query(ctx, req)
	require.NoError(t, err)
	for i := range have { // versions say where a point was changed last, which is the same
		require.Equal(t, want[i].ID, have[i].ID)
		require.Equal(t, want[i].Score, have[i].Score)
		require.Equal(t, string(want[i].Payload), string(have[i].Payload))
	}
	require.Len(t, have, len(want))
	n, err := p.model.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	m, err := p.s.Count(ctx, &api.CountRequest{Exact: true})
	require.NoError(t, err)
	require.Equal(t, n, m)
}

// TestCloseBesideOptimize: Close ends an optimization, which says so; the directory is free and whole when it returns.
func TestCloseBesideOptimize(t *testing.T) {
	p, dir := newPair(t, bigEnough, 3)
	var closing sync.WaitGroup
	var once sync.Once
	_, err := p.s.Optimize(ctx, edge.WithProgress(func(at edge.OptimizeProgress) {
		once.Do(func() { closing.Go(func() { assert.NoError(t, p.s.Close()) }) })
		time.Sleep(10 * time.Millisecond)
	}))
	require.ErrorIs(t, err, api.ErrClosed)
	closing.Wait()
	require.NoDirExists(t, filepath.Join(dir, "temp_segments"))
	p.s, err = edge.Load(dir, nil)
	require.NoError(t, err)
	p.same(t)
	p.close(t)
}

// TestVectorsBesideOptimize: a vector that is added or taken away makes the task begin anew.
func TestVectorsBesideOptimize(t *testing.T) {
	p, _ := newPair(t, bigEnough, 4)
	ops := []api.UpdateOperation{
		&api.CreateVectorName{VectorName: "c", Config: &api.DenseVectorConfig{Size: 2, Distance: api.DistanceDot}},
		&api.DeleteVectorName{VectorName: "b"},
		&api.UpdateVectors{Points: []api.PointVectors{{ID: mixed(1, 0).ID, Vector: api.VectorStruct{{Name: "c", Vector: api.DenseVector{1, 2}}}}}},
		&api.DeleteVectorName{VectorName: "c"},
	}
	_, err := p.s.Optimize(ctx, edge.WithProgress(func(at edge.OptimizeProgress) {
		if at.Stage == "graph" && len(ops) > 0 {
			p.update(t, ops[0])
			ops = ops[1:]
		}
	}))
	require.NoError(t, err)
	require.Empty(t, ops)
	p.same(t)
	info, err := p.s.Info(ctx)
	require.NoError(t, err)
	require.NotZero(t, info.IndexedVectorsCount)
	p.close(t)
}

// TestSnapshotBesideOptimize: an applied snapshot replaces what was being worked on.
func TestSnapshotBesideOptimize(t *testing.T) {
	p, _ := newPair(t, bigEnough, 5)
	archive := filepath.Join(t.TempDir(), "full.snapshot")
	f, err := os.Create(archive)
	require.NoError(t, err)
	require.NoError(t, p.s.WriteSnapshot(ctx, f))
	require.NoError(t, f.Close())
	before := all(t, p.s)
	var once sync.Once
	var applied sync.WaitGroup
	_, err = p.s.Optimize(ctx, edge.WithProgress(func(at edge.OptimizeProgress) {
		once.Do(func() {
			upsert(t, p.s, mixed(8000, 0))
			applied.Go(func() { assert.NoError(t, p.s.UpdateFromSnapshot(ctx, archive, "")) })
			time.Sleep(10 * time.Millisecond)
		})
	}))
	require.NoError(t, err)
	applied.Wait()
	require.Equal(t, before, all(t, p.s))
	p.close(t)
}
