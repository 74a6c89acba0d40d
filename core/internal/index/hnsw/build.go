package hnsw

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// PointScorer scores stored points against each other, higher is better.
type PointScorer interface {
	// Between writes the score of p and ids[i] to out[i].
	Between(p uint32, ids []uint32, out []float32)
}

// BuildRequest says what graph to build.
type BuildRequest struct {
	Config  *Config // M, M0, EfConstruct and FullScanThreshold count
	Points  int     // all points of the segment, deleted ones included
	Insert  []uint32
	Seed    uint64             // of the levels
	Threads int                // one makes the result a function of the request
	Scorer  func() PointScorer // called once per thread

	// Progress is told now and then how many points are inserted, by any of the threads; nil for none.
	Progress func(inserted int)
}

const (
	serialPoints  = 256 // inserted by one thread, before the others start
	progressEvery = 512
	topLevel      = 63 // of random levels, never reached by more than one of 2^63 points
	rowHead       = 2  // words before the links of a row: their number, and how many the heuristic chose
)

// Builder is a graph in memory.
type Builder struct {
	cfg      *Config
	indexed  int
	levels   []uint8
	base     []uint32 // level 0: a row of rowHead+m0 words per point
	upper    []uint32 // rows of rowHead+m words, those of a point one after the other
	upperAt  []int
	state    []atomic.Uint32 // stateLocked, stateReady
	mu       sync.Mutex
	entries  entries
	inserted atomic.Int64
	progress func(int)
}

const (
	stateLocked = 1 << iota
	stateReady
)

// Build makes a graph of the points to insert.
func Build(ctx context.Context, r *BuildRequest) (*Builder, error) {
	b := newBuilder(r)
	if r.Config.M == 0 {
		return b, nil
	}
	serial := r.Insert[:min(serialPoints, len(r.Insert))]
	if err := b.insertAll(ctx, serial, 1, r.Scorer); err != nil {
		return nil, err
	}
	if err := b.insertAll(ctx, r.Insert[len(serial):], r.Threads, r.Scorer); err != nil {
		return nil, err
	}
	return b, nil
}

func newBuilder(r *BuildRequest) *Builder {
	b := &Builder{cfg: r.Config, indexed: len(r.Insert), levels: make([]uint8, r.Points), upperAt: make([]int, r.Points),
		base: make([]uint32, r.Points*(rowHead+r.Config.M0)), state: make([]atomic.Uint32, r.Points), progress: r.Progress}
	b.entries.capacity = 1
	if t := r.Config.FullScanThreshold; t > 0 {
		b.entries.capacity = max(1, r.Points/t*10)
	}
	random := rand.New(rand.NewPCG(r.Seed, 0))
	perLevel := 1 / math.Log(float64(max(r.Config.M, 2)))
	words := 0
	for _, p := range r.Insert {
		u := max(random.Float64(), math.SmallestNonzeroFloat64)
		level := min(int(-math.Log(u)*perLevel), topLevel)
		b.levels[p], b.upperAt[p] = uint8(level), words
		words += level * (rowHead + r.Config.M)
	}
	b.upper = make([]uint32, words)
	return b
}

// insertAll inserts points on several threads, in their order as far as these keep step.
func (b *Builder) insertAll(ctx context.Context, points []uint32, threads int, scorer func() PointScorer) error {
	threads = max(1, min(threads, len(points)))
	var next atomic.Int64
	errs := make([]error, threads)
	run := func(i int) {
		w := &inserter{b: b, by: scorer()}
		errs[i] = disk.Guard(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(points) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				w.insert(points[n])
				if done := b.inserted.Add(1); b.progress != nil && done%progressEvery == 0 {
					b.progress(int(done))
				}
			}
		})
	}
	var wg sync.WaitGroup
	for i := range threads - 1 {
		wg.Go(func() { run(i) })
	}
	run(threads - 1)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Write stores the graph in an existing directory, the parameters last.
func (b *Builder) Write(fs disk.FS, dir string) error { return b.WriteInline(fs, dir, nil) }

// WriteInline is Write with vectors between the links, in links_comp_vec.bin; nil for none.
func (b *Builder) WriteInline(fs disk.FS, dir string, v *Inline) error {
	h := &header{m: b.cfg.M, m0: b.cfg.M0, efConstruct: b.cfg.EfConstruct, entries: b.entries}
	if err := write(fs, dir, b, v, h); err != nil {
		return err
	}
	cfg := *b.cfg
	cfg.IndexedVectors = &b.indexed
	return cfg.Write(fs, dir)
}

func (b *Builder) size() (points, m, m0 int) { return len(b.levels), b.cfg.M, b.cfg.M0 }
func (b *Builder) level(p uint32) int        { return int(b.levels[p]) }
func (b *Builder) row(dst []uint32, p uint32, level int) ([]uint32, error) {
	r := b.words(p, level)
	return append(dst, r[rowHead:rowHead+r[0]]...), nil
}

// words is the memory of a row.
func (b *Builder) words(p uint32, level int) []uint32 {
	if level == 0 {
		n := rowHead + b.cfg.M0
		return b.base[int(p)*n:][:n]
	}
	n := rowHead + b.cfg.M
	return b.upper[b.upperAt[p]+(level-1)*n:][:n]
}

func (b *Builder) degree(level int) int {
	if level == 0 {
		return b.cfg.M0
	}
	return b.cfg.M
}

// first is where the search of a new point begins.
func (b *Builder) first() (entry, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.entries.main) == 0 {
		return entry{}, false
	}
	return b.entries.main[0], true
}

// publish makes a linked point visible to the others.
func (b *Builder) publish(p uint32) {
	b.state[p].Or(stateReady)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries.add(entry{p, b.level(p)})
}

func (b *Builder) isReady(p uint32) bool { return b.state[p].Load()&stateReady != 0 }

// readyLinks replaces dst by the links of a point that are visible.
func (b *Builder) readyLinks(dst []uint32, p uint32, level int) []uint32 {
	b.lock(p)
	r := b.words(p, level)
	dst = append(dst[:0], r[rowHead:rowHead+r[0]]...)
	b.unlock(p)
	return slices.DeleteFunc(dst, func(q uint32) bool { return !b.isReady(q) })
}
