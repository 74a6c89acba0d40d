package hnsw

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// table is a graph in memory: links by point and level.
type table struct {
	m, m0 int
	rows  [][][]uint32
}

func (t *table) size() (points, m, m0 int) { return len(t.rows), t.m, t.m0 }
func (t *table) level(p uint32) int        { return len(t.rows[p]) - 1 }
func (t *table) row(dst []uint32, p uint32, level int) ([]uint32, error) {
	return append(dst, t.rows[p][level]...), nil
}

// drawTable makes a graph of any shape.
func drawTable(t *rapid.T) *table {
	g := &table{m: rapid.IntRange(0, 8).Draw(t, "m"), m0: rapid.IntRange(0, 12).Draw(t, "m0")}
	points := rapid.SampledFrom([]int{0, 1, 2, 17, 300, 3000}).Draw(t, "points")
	seed := rapid.Uint32().Draw(t, "seed")
	next := func(n int) int { seed = seed*1664525 + 1013904223; return int(seed>>8) % n }
	for range points {
		levels := 1
		for next(4) == 0 {
			levels++
		}
		rows := make([][]uint32, levels)
		for l := range rows {
			for range next(2*g.m0 + 2) {
				if q := uint32(next(points)); !slices.Contains(rows[l], q) {
					rows[l] = append(rows[l], q)
				}
			}
		}
		g.rows = append(g.rows, rows)
	}
	return g
}

// stored is how a list comes back: the first m links sorted.
func (t *table) stored(p uint32, level int) []uint32 {
	row, sorted := slices.Clone(t.rows[p][level]), t.m
	if level == 0 {
		sorted = t.m0
	}
	slices.Sort(row[:min(sorted, len(row))])
	return row
}

func writeIndex(t require.TestingT, dir, name string, links []byte) {
	c := &Config{M: 4, M0: 8, EfConstruct: 10, Ef: 10}
	require.NoError(t, c.Write(disk.OS, dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, GraphFile), (&header{m: 4, m0: 8, efConstruct: 10, entries: entries{capacity: 1}}).append(nil), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), links, 0o644))
}

// TestFormats: every format gives back the links that were written.
func TestFormats(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		src := drawTable(rt)
		for name, encode := range map[string]func(*table) []byte{
			CompressedLinksFile: func(src *table) []byte {
				data, err := encodeLinks(src, byLevel(src))
				require.NoError(rt, err)
				return data
			},
			PlainLinksFile:  encodePlain,
			VectorLinksFile: encodeVectors,
		} {
			writeIndex(rt, dir, name, encode(src))
			g, err := Open(disk.OS, dir, Options{})
			require.NoError(rt, err, name)
			require.Equal(rt, len(src.rows), g.Points())
			for p := range uint32(len(src.rows)) {
				require.Equal(rt, src.level(p), g.Level(p))
				for l := range src.rows[p] {
					row, err := g.Links(nil, p, l)
					require.NoError(rt, err, name)
					want := src.rows[p][l]
					if name != PlainLinksFile {
						want = src.stored(p, l)
					}
					require.True(rt, slices.Equal(want, row), "%s: %d on %d: %v, have %v", name, p, l, want, row)
				}
			}
			require.NoError(rt, g.Close())
			require.NoError(rt, os.Remove(filepath.Join(dir, name)))
		}
	})
}

// lists calls fn for every list in the order of the file.
func (t *table) lists(order []uint32, fn func(p uint32, level int)) (levels []int) {
	total := 0
	for l := 0; len(order) > 0 && l <= t.level(order[0]); l++ {
		levels = append(levels, total)
		for i, p := range order {
			if l == 0 {
				p = uint32(i)
			}
			if t.level(p) >= l {
				fn(p, l)
				total++
			}
		}
	}
	return append(levels, total)
}

func encodePlain(src *table) []byte {
	order := byLevel(src)
	var body []byte
	ends := []uint64{0}
	levels := src.lists(order, func(p uint32, l int) {
		for _, q := range src.rows[p][l] {
			body = binary.LittleEndian.AppendUint32(body, q)
		}
		ends = append(ends, uint64(len(body)/4))
	})
	data := make([]byte, tablesAt)
	for _, n := range levels[:len(levels)-1] {
		data = binary.LittleEndian.AppendUint64(data, uint64(n))
	}
	data = append(appendRanks(data, order), body...)
	pad := -len(data) & 7
	data = append(data, make([]byte, pad)...)
	for _, e := range ends {
		data = binary.LittleEndian.AppendUint64(data, e)
	}
	for i, n := range []int{len(src.rows), len(levels) - 1, len(body) / 4, len(ends), pad} {
		binary.LittleEndian.PutUint64(data[8*i:], uint64(n))
	}
	return data
}

// encodeVectors uses vectors of 12 bytes aligned to 4, and of links 32 bytes aligned to 16.
func encodeVectors(src *table) []byte {
	order := byLevel(src)
	unsorted := unsortedWidth(len(src.rows))
	var body []byte
	ends := []uint64{0}
	levels := src.lists(order, func(p uint32, l int) {
		sorted := src.m
		if l == 0 {
			sorted = src.m0
			body = append(body, make([]byte, 12)...)
		}
		row := slices.Clone(src.rows[p][l])
		body = binary.AppendUvarint(body, uint64(len(row)))
		body = packList(body, row, unsorted, sorted)
		body = append(body, make([]byte, -len(body)&15+32*len(row))...)
		if l == 0 {
			body = append(body, make([]byte, -len(body)&3)...)
		}
		ends = append(ends, uint64(len(body)))
	})
	data := make([]byte, vectorTablesAt)
	for _, n := range levels[:len(levels)-1] {
		data = binary.LittleEndian.AppendUint64(data, uint64(n))
	}
	data = appendRanks(data, order)
	data = append(append(data, make([]byte, -len(data)&15)...), body...)
	packed, base, delta, log := packOffsets(ends)
	putHeader(data, []int{0: len(src.rows), 2: len(levels) - 1, 3: len(body), 4: len(ends)}, src.m, src.m0)
	binary.LittleEndian.PutUint64(data[8:], versionVectors)
	data[40], data[41], data[42] = byte(base), byte(delta), byte(log)
	binary.LittleEndian.PutUint64(data[59:], 12)
	binary.LittleEndian.PutUint64(data[68:], 32)
	data[67], data[76] = 4, 16
	return append(data, packed...)
}

// TestOffsets: any parameters that fit give back the values.
func TestOffsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Uint64Range(0, 1<<rapid.IntRange(0, 40).Draw(t, "bits")), 1, 600).Draw(t, "steps")
		sum := uint64(0)
		for i, s := range steps {
			sum += s
			steps[i] = sum
		}
		data, base, delta, log := packOffsets(steps)
		o, ok := openOffsets(data, len(steps), base, delta, log)
		require.True(t, ok)
		for i, v := range steps {
			require.Equal(t, v, o.at(i))
			if i > 0 {
				a, b := o.pair(i - 1)
				require.Equal(t, [2]uint64{steps[i-1], v}, [2]uint64{a, b})
			}
		}
		_, ok = openOffsets(data[1:], len(steps), base, delta, log)
		require.False(t, ok)
	})
}
