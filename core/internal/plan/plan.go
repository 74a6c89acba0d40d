package plan

import (
	"cmp"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Vector is what plans depend on of one vector of a segment.
type Vector struct {
	Name    string
	Bytes   uint64          // of the vectors that are not deleted
	Live    uint64          // vectors that are not deleted
	Hnsw    *api.HnswConfig // nil without a graph
	Indexed uint64          // points of the graph when it was built
	OnDisk  bool
	Inline  bool // the vectors are in the file of the graph: they have no place of their own

	Quantization api.QuantizationConfig // nil for none

	Sparse  bool
	Growing bool // a sparse vector whose index is in memory and takes points
}

// Segment is what plans depend on of one segment.
type Segment struct {
	Slots         uint64 // points, deleted ones included
	Deleted       uint64 // of these: deleted, or replaced by a copy in another segment
	Appendable    bool
	Vectors       []Vector
	PayloadOnDisk bool
	IDsOnDisk     bool // the id tracker stays in its files
}

// bytes is the size of the largest vector.
func (s *Segment) bytes() (n uint64) {
	for i := range s.Vectors {
		n = max(n, s.Vectors[i].Bytes)
	}
	return n
}

// settled reports whether a vector has a graph or stays on disk.
func (s *Segment) settled() bool {
	return slices.ContainsFunc(s.Vectors, func(v Vector) bool { return v.Hnsw != nil || v.OnDisk })
}

// Optimizer names the reason of a task.
type Optimizer string

// The optimizers.
const (
	Merge          Optimizer = "merge"
	Indexing       Optimizer = "indexing"
	Vacuum         Optimizer = "vacuum"
	ConfigMismatch Optimizer = "config mismatch"
)

// Task is segments, by their numbers, to be built into one.
type Task struct {
	By       Optimizer
	Segments []int
}

// Make returns the tasks that the segments of a shard call for; no segment is in two. The order of the segments is their identity: of equal
// ones the earlier goes first.
func Make(s *Settings, segments []Segment) []Task {
	p := &planner{Settings: s, segments: segments, left: make([]bool, len(segments)), count: len(segments)}
	for i := range p.left {
		p.left[i] = true
	}
	p.merge()
	p.index()
	p.vacuum()
	p.mismatch()
	return p.tasks
}

type planner struct {
	*Settings
	segments []Segment
	left     []bool // not in a task
	count    int    // segments after the tasks so far
	tasks    []Task
}

func (p *planner) add(by Optimizer, segments ...int) {
	for _, i := range segments {
		p.left[i] = false
	}
	p.count += 1 - len(segments)
	p.tasks = append(p.tasks, Task{By: by, Segments: segments})
}

// remaining lists the segments that are in no task and pass, the smallest first.
func (p *planner) remaining(pass func(*Segment) bool) []int {
	var list []int
	for i := range p.segments {
		if p.left[i] && pass(&p.segments[i]) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(p.segments[a].bytes(), p.segments[b].bytes()) })
	return list
}

// merge batches the smallest segments. Since the appendable segment of a batch is replaced by an empty one, only a batch of three, or two
// batches, make the segments fewer: a first batch of two waits for a second.
func (p *planner) merge() {
	list := p.remaining(func(*Segment) bool { return true })
	taken, last := 0, max(p.count+2-p.SegmentNumber, 0)
	var held []int
	for taken < min(last, len(list)) {
		batch := p.batch(list[taken:min(last, len(list))])
		if len(batch) < 2 {
			return
		}
		first := taken == 0
		taken += len(batch)
		last++
		if first && len(batch) < 3 {
			held = batch
			continue
		}
		if held != nil {
			p.add(Merge, held...)
			held = nil
		}
		p.add(Merge, batch...)
	}
}

// batch is the longest prefix whose sizes stay below the limit of a segment.
func (p *planner) batch(list []int) []int {
	var sum uint64
	for n, i := range list {
		if sum += p.segments[i].bytes(); sum >= p.MaxBytes {
			return list[:n]
		}
	}
	return list
}

// index takes the largest segments first. Where one more segment would be too many, a small one goes along: the result and the new
// appendable segment are as many as before.
func (p *planner) index() {
	unindexed := p.remaining(p.wantsIndex)
	indexed := p.remaining((*Segment).settled)
	for len(unindexed) > 0 {
		last := len(unindexed) - 1
		one := unindexed[last]
		unindexed = unindexed[:last]
		switch {
		case !p.left[one]:
		case p.count < p.SegmentNumber:
			p.add(Indexing, one)
		case p.fits(one, unindexed):
			p.add(Indexing, one, unindexed[0])
			unindexed = unindexed[1:]
		case p.fits(one, indexed):
			p.add(Indexing, one, indexed[0])
			indexed = indexed[1:]
		default:
			p.add(Indexing, one)
		}
	}
}

// fits reports whether the first of the others can be built together with one.
func (p *planner) fits(one int, others []int) bool {
	if len(others) == 0 || !p.left[others[0]] || others[0] == one {
		return false
	}
	return p.segments[one].bytes()+p.segments[others[0]].bytes() < p.MaxBytes
}

func (p *planner) wantsIndex(s *Segment) bool {
	for i := range s.Vectors {
		v := &s.Vectors[i]
		if v.Sparse {
			if v.Growing && v.Bytes > 0 && v.Bytes >= p.IndexBytes {
				return true
			}
			continue
		}
		cold, known := p.placed(v.Name)
		if (v.Hnsw == nil && v.Bytes >= p.IndexBytes) || (known && cold && !v.OnDisk && !v.Inline) {
			return true
		}
	}
	return false
}

// vacuum takes the segments with the largest share of what is deleted.
func (p *planner) vacuum() {
	list := p.remaining(func(s *Segment) bool { return p.littered(s) > 0 })
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(p.littered(&p.segments[b]), p.littered(&p.segments[a])) })
	for _, i := range list {
		p.add(Vacuum, i)
	}
}

// littered is the larger of two shares, that of deleted points and that of points gone from a graph; 0 when it calls for nothing.
func (p *planner) littered(s *Segment) (worst float64) {
	if s.Slots >= p.VacuumMin && s.Slots > 0 {
		worst = p.above(s.Deleted, s.Slots)
	}
	for i := range s.Vectors {
		v := &s.Vectors[i]
		if gone := v.Indexed - min(v.Live, v.Indexed); v.Hnsw != nil && gone > 0 && gone >= p.VacuumMin {
			worst = max(worst, p.above(gone, v.Indexed))
		}
	}
	return worst
}

func (p *planner) above(part, whole uint64) float64 {
	if ratio := float64(part) / float64(whole); ratio > p.DeletedRatio {
		return ratio
	}
	return 0
}

// mismatch takes the largest segments first.
func (p *planner) mismatch() {
	list := p.remaining(p.differs)
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(p.segments[b].bytes(), p.segments[a].bytes()) })
	for _, i := range list {
		p.add(ConfigMismatch, i)
	}
}

func (p *planner) differs(s *Segment) bool {
	if s.PayloadOnDisk != p.PayloadOnDisk || (p.IDsOnDisk != nil && !s.Appendable && *p.IDsOnDisk != s.IDsOnDisk) {
		return true
	}
	for i := range s.Vectors {
		v := &s.Vectors[i]
		if v.Hnsw != nil && rebuild(v.Hnsw, p.Hnsw(v.Name)) {
			return true
		}
		if cold, known := p.placed(v.Name); known && !v.Inline && cold != v.OnDisk {
			return true
		}
		if p.params(v.Name) != nil && requantize(v.Quantization, p.Quantization(v.Name), v.Hnsw != nil) {
			return true
		}
	}
	return false
}
