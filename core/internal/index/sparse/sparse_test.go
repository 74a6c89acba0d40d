package sparse

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

type vector struct {
	dims    []uint32
	weights []float32
}

func random(rng *rand.Rand, dims int, most int) vector {
	v := vector{}
	for d := range dims {
		if rng.IntN(dims) < most {
			v.dims = append(v.dims, uint32(d*7))
			v.weights = append(v.weights, float32(rng.IntN(2000)-200)/100)
		}
	}
	return v
}

// expected is the score of a point, NaN when nothing is common.
func expected(q, v vector) float32 {
	sum, hit := float32(0), false
	for i, d := range q.dims {
		if at, ok := slices.BinarySearch(v.dims, d); ok {
			sum += q.weights[i] * v.weights[at]
			hit = true
		}
	}
	if !hit {
		return float32(math.NaN())
	}
	return sum
}

func compare(t require.TestingT, x Index, model map[uint32]vector, q vector, floor float32) {
	s, err := Start(x, q.dims, q.weights)
	require.NoError(t, err)
	found := map[uint32]float32{}
	for {
		from, scores, err := s.Next(floor)
		require.NoError(t, err)
		if scores == nil {
			break
		}
		for i, x := range scores {
			if IsHit(x) {
				found[from+uint32(i)] = x
			}
		}
	}
	s.Release()
	s, err = Start(x, q.dims, q.weights)
	require.NoError(t, err)
	defer s.Release()
	for p, v := range model {
		want := expected(q, v)
		out := []float32{0}
		require.NoError(t, s.Score([]uint32{p}, out)) // in any order
		if math.IsNaN(float64(want)) {
			require.NotContains(t, found, p)
			require.True(t, math.IsNaN(float64(out[0])))
			continue
		}
		require.Equal(t, want, out[0])
		if got, ok := found[p]; ok {
			require.LessOrEqual(t, got, want+1e-3) // pruned lists may be missing from a sum that is too low anyway
		}
		if want >= floor {
			require.Equal(t, want, found[p], "point %d", p)
		}
		delete(found, p)
	}
	require.Empty(t, found)
}

// TestModel compares searches of an index that changes with sums over all vectors, and the files of what was only added to.
func TestModel(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		m, model := NewMutable(), map[uint32]vector{}
		dims := rapid.IntRange(1, 30).Draw(rt, "dims")
		points := rapid.IntRange(0, 900).Draw(rt, "points")
		step := rapid.SampledFrom([]uint32{1, 1, 3, 100}).Draw(rt, "step")
		for i := range points {
			v := random(rng, dims, 6)
			m.Add(uint32(i)*step, v.dims, v.weights)
			model[uint32(i)*step] = v
		}
		query := random(rng, dims, 8)
		if rapid.Bool().Draw(rt, "positive") {
			for i := range query.weights {
				query.weights[i] = float32(math.Abs(float64(query.weights[i])))
			}
		}
		floor := rapid.SampledFrom([]float32{float32(math.Inf(-1)), 0, 30, 90}).Draw(rt, "floor")
		compare(rt, m, model, query, floor)

		dir, err := os.MkdirTemp(root, "i")
		require.NoError(rt, err)
		require.NoError(rt, m.Write(disk.OS, dir, Settings{IndexType: "Mmap"}))
		f, err := Open(disk.OS, dir, true)
		require.NoError(rt, err)
		require.Equal(rt, m.Vectors(), f.Vectors())
		require.True(rt, slices.Equal(m.order, f.Dims()))
		compare(rt, f, model, query, floor)
		for _, d := range m.order {
			a, err := m.Count(d)
			require.NoError(rt, err)
			b, err := f.Count(d)
			require.NoError(rt, err)
			require.Equal(rt, a, b)
		}
		require.NoError(rt, f.Close())
		require.NoError(rt, os.RemoveAll(dir))

		for range rapid.IntRange(0, 60).Draw(rt, "changes") {
			p := uint32(rng.IntN(points+5)) * step
			if old, ok := model[p]; ok {
				m.Remove(p, old.dims)
				delete(model, p)
			}
			if rng.IntN(2) == 0 {
				v := random(rng, dims, 6)
				m.Add(p, v.dims, v.weights)
				model[p] = v
			}
		}
		compare(rt, m, model, query, floor)
	})
}

// TestWeights: halves and bytes come back as close as they can.
func TestWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	m := NewMutable()
	for p := range uint32(300) {
		m.Add(p, []uint32{5}, []float32{rng.Float32()})
	}
	for name, tolerance := range map[string]float64{"float16": 0.001, "uint8": 1. / 255} {
		dir := t.TempDir()
		require.NoError(t, m.Write(disk.OS, dir, Settings{IndexType: "ImmutableRam", Datatype: &name}))
		f, err := Open(disk.OS, dir, false)
		require.NoError(t, err)
		n := 0
		require.NoError(t, f.Each(5, func(p uint32, w float32) {
			require.InDelta(t, m.lists[5].weights[p], w, tolerance)
			n++
		}))
		require.Equal(t, 300, n)
		require.NoError(t, f.Close())
		ok, err := Current(disk.OS, dir)
		require.NoError(t, err)
		require.True(t, ok)
	}
	bad := "float64"
	require.Error(t, m.Write(disk.OS, t.TempDir(), Settings{Datatype: &bad}))
}

func TestPackedChunks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		points := rapid.SliceOfNDistinct(rapid.Uint32Max(maxPoint), chunkLen, chunkLen, rapid.ID[uint32]).Draw(rt, "points")
		slices.Sort(points)
		var out [chunkLen]uint32
		require.True(rt, unpackChunk(&out, points[0], packChunk(nil, points)))
		require.Equal(rt, points, out[:])
	})
}

// FuzzFrozen reads all of an index whose list file is anything.
func FuzzFrozen(f *testing.F) {
	m := NewMutable()
	rng := rand.New(rand.NewPCG(3, 4))
	for p := range uint32(400) {
		v := random(rng, 6, 3)
		m.Add(p, v.dims, v.weights)
	}
	for kind := range Uint8 + 1 {
		data, _ := m.encode(kind)
		f.Add(data, byte(kind))
	}
	var dirs []string
	for _, name := range []string{"float32", "float16", "uint8"} {
		dirs = append(dirs, f.TempDir())
		require.NoError(f, m.Write(disk.OS, dirs[len(dirs)-1], Settings{IndexType: "Mmap", Datatype: &name}))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind byte) {
		dir := dirs[kind%3]
		require.NoError(t, os.WriteFile(filepath.Join(dir, PostingsFile), data, 0o600))
		x, err := Open(disk.OS, dir, true)
		if err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
			return
		}
		defer x.Close()
		s, err := Start(x, []uint32{0, 7, 14, 21, 28, 35}, []float32{1, 1, 1, 1, 1, 1})
		for rounds := 0; err == nil && rounds < 1000; rounds++ {
			var scores []float32
			if _, scores, err = s.Next(1); scores == nil {
				break
			}
		}
		if err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
		}
	})
}

func FuzzConfigs(f *testing.F) {
	f.Add([]byte(`{"map":{"1":0}}`), []byte(`{"posting_count":1,"vector_count":1}`), []byte(`{"index_type":"Mmap"}`))
	f.Fuzz(func(t *testing.T, tracker, numbers, settings []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{TrackerFile: tracker, CountsFile: numbers, ConfigFile: settings, PostingsFile: make([]byte, 24)} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		}
		x, err := Open(disk.OS, dir, true)
		if err != nil {
			require.True(t, disk.IsCorrupt(err), "%v", err)
			return
		}
		require.NoError(t, x.Close())
		require.True(t, json.Valid(tracker))
	})
}

func BenchmarkSearch(b *testing.B) {
	m := NewMutable()
	rng := rand.New(rand.NewPCG(5, 6))
	for p := range uint32(1000) {
		v := random(rng, 300, 20)
		m.Add(p, v.dims, v.weights)
	}
	q := random(rng, 300, 20)
	dir := b.TempDir()
	require.NoError(b, m.Write(disk.OS, dir, Settings{IndexType: "Mmap"}))
	f, err := Open(disk.OS, dir, true)
	require.NoError(b, err)
	for name, x := range map[string]Index{"mutable": m, "frozen": f} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				s, _ := Start(x, q.dims, q.weights)
				for {
					_, scores, _ := s.Next(5)
					if scores == nil {
						break
					}
				}
				s.Release()
			}
		})
	}
}
