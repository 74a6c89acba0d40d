package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

func ptr[T any](v T) *T { return &v }

// kb is a segment of one vector of so many kilobytes that takes points.
func kb(n uint64) Segment {
	return Segment{Slots: 10, Appendable: true, PayloadOnDisk: true, Vectors: []Vector{{Bytes: n << 10, Live: 10}}}
}

func settings(change func(*api.EdgeConfig)) *Settings {
	cfg := &api.EdgeConfig{
		Vectors:    []api.NamedVectorParams{{Params: &api.VectorParams{Size: 4}}},
		Optimizers: &api.OptimizersConfig{MaxSegmentSize: ptr(uint64(100)), IndexingThreshold: ptr(uint64(50)), DefaultSegmentNumber: ptr(uint64(2))},
	}
	if change != nil {
		change(cfg)
	}
	return New(cfg, 2)
}

func graph(s Segment, h *api.HnswConfig) Segment {
	s.Appendable = false
	s.Vectors[0].Hnsw, s.Vectors[0].Indexed = h, s.Vectors[0].Live
	return s
}

func deleted(s Segment, slots, gone uint64) Segment {
	s.Slots, s.Deleted = slots, gone
	return s
}

func TestMake(t *testing.T) {
	usual := settings(nil).Hnsw("")
	other := *usual
	other.M = 7
	sameElsewhere := *usual
	sameElsewhere.Memory, sameElsewhere.MaxIndexingThreads, sameElsewhere.OnDisk = ptr(api.MemoryCached), 3, nil
	onDisk := kb(60)
	onDisk.Vectors[0].OnDisk = true
	cases := []struct {
		name     string
		segments []Segment
		change   func(*api.EdgeConfig)
		want     []Task
	}{
		{name: "nothing"},
		{name: "few and small", segments: []Segment{kb(1), kb(2)}},
		{name: "three make the appendable one too many", segments: []Segment{kb(3), kb(1), kb(2)}, want: []Task{{Merge, []int{1, 2, 0}}}},
		{name: "as many of the smallest as are too many", segments: []Segment{kb(5), kb(4), kb(3), kb(2), kb(1)}, want: []Task{{Merge, []int{4, 3, 2, 1, 0}}}},
		{name: "a batch of two alone is no gain", segments: []Segment{kb(40), kb(41), kb(45)}},
		{name: "two batches of two are", segments: []Segment{kb(40), kb(41), kb(42), kb(43)}, want: []Task{{Merge, []int{0, 1}}, {Merge, []int{2, 3}}}},
		{name: "too big to merge", segments: []Segment{kb(99), kb(98), kb(97)}, change: func(c *api.EdgeConfig) { c.Optimizers.IndexingThreshold = ptr(uint64(0)) }},
		{name: "unwanted", segments: []Segment{kb(1), kb(1), kb(1)}, change: func(c *api.EdgeConfig) { c.Optimizers.DefaultSegmentNumber = ptr(uint64(9)) }},
		{name: "index", segments: []Segment{kb(50)}, want: []Task{{Indexing, []int{0}}}},
		{name: "not yet", segments: []Segment{kb(49)}},
		{name: "never", segments: []Segment{kb(99)}, change: func(c *api.EdgeConfig) { c.Optimizers.IndexingThreshold = ptr(uint64(0)) }},
		{name: "with a small indexed one", segments: []Segment{kb(60), graph(kb(20), usual)}, want: []Task{{Indexing, []int{0, 1}}}},
		{name: "the other is too big", segments: []Segment{kb(60), graph(kb(40), usual)}, want: []Task{{Indexing, []int{0}}}},
		{name: "largest first", segments: []Segment{kb(60), kb(70)}, want: []Task{{Indexing, []int{1}}, {Indexing, []int{0}}}},
		{name: "onto the disk", segments: []Segment{kb(1)}, change: func(c *api.EdgeConfig) { c.Vectors[0].Params.OnDisk = ptr(true) },
			want: []Task{{Indexing, []int{0}}}},
		{name: "off the disk", segments: []Segment{graph(onDisk, usual)}, change: func(c *api.EdgeConfig) { c.Vectors[0].Params.Memory = ptr(api.MemoryCached) },
			want: []Task{{ConfigMismatch, []int{0}}}},
		{name: "stays on the disk", segments: []Segment{graph(onDisk, usual)}},
		{name: "vacuum", segments: []Segment{deleted(kb(1), 1000, 201)}, want: []Task{{Vacuum, []int{0}}}},
		{name: "just below", segments: []Segment{deleted(kb(1), 1000, 200)}},
		{name: "too small to matter", segments: []Segment{deleted(kb(1), 999, 900)}},
		{name: "worst first", segments: []Segment{deleted(kb(1), 1000, 300), deleted(kb(1), 2000, 800)}, want: []Task{{Vacuum, []int{1}}, {Vacuum, []int{0}}}},
		{name: "gone from the graph", want: []Task{{Vacuum, []int{0}}},
			segments: []Segment{{Slots: 9000, PayloadOnDisk: true, Vectors: []Vector{{Hnsw: usual, Indexed: 9000, Live: 7000}}}}},
		{name: "few gone from the graph",
			segments: []Segment{{Slots: 3000, PayloadOnDisk: true, Vectors: []Vector{{Hnsw: usual, Indexed: 3000, Live: 2001}}}}},
		{name: "another graph is wanted", segments: []Segment{graph(kb(60), &other)}, want: []Task{{ConfigMismatch, []int{0}}}},
		{name: "the same said otherwise", segments: []Segment{graph(kb(60), &sameElsewhere)}},
		{name: "payload moves", segments: []Segment{kb(1)}, change: func(c *api.EdgeConfig) { c.PayloadMemory = ptr(api.MemoryPinned) },
			want: []Task{{ConfigMismatch, []int{0}}}},
		{name: "ids move", segments: []Segment{graph(kb(60), usual), kb(1)}, change: func(c *api.EdgeConfig) { c.IDTrackerMemory = ptr(api.MemoryCold) },
			want: []Task{{ConfigMismatch, []int{0}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, Make(settings(c.change), c.segments))
		})
	}
}

func TestDefaults(t *testing.T) {
	for cpus, want := range map[int]struct{ segments, threads int }{1: {2, 1}, 2: {2, 2}, 8: {4, 8}, 24: {8, 8}, 50: {8, 12}, 100: {8, 16}} {
		s := New(&api.EdgeConfig{}, cpus)
		require.Equal(t, want.segments, s.SegmentNumber)
		require.Equal(t, uint64(want.threads)*256_000*1024, s.MaxBytes)
		require.Equal(t, uint64(10_000*1024), s.IndexBytes)
		require.Equal(t, 0.2, s.DeletedRatio)
		require.Equal(t, uint64(1000), s.VacuumMin)
		require.True(t, s.PayloadOnDisk)
	}
	require.Equal(t, uint64(100), settings(nil).Hnsw("").EfConstruct)
	require.Equal(t, 5, Threads(&api.HnswConfig{MaxIndexingThreads: 5}, 2))
}

// TestIndexed: vectors of one name count together, those of different names do not.
func TestIndexed(t *testing.T) {
	s := settings(nil)
	require.False(t, s.Indexed(nil))
	require.True(t, s.Indexed([]Segment{kb(25), kb(25)}))
	b := kb(25)
	b.Vectors[0].Name = "b"
	require.False(t, s.Indexed([]Segment{kb(25), b}))
}
