package geo

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"iter"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/blockindex"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

// Build writes an immutable index into dir and syncs it: seq gives the slots that have values, each once, ascending, and their values, of which it
// may reuse the memory.
func Build(fsys disk.FS, dir string, seq iter.Seq2[uint32, []Point]) error {
	c, err := gather(seq)
	if err != nil {
		return err
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return err
	}
	if err := pointvalues.Write(fsys, dir, c); err != nil {
		return err
	}
	if err := c.writeMap(fsys, dir); err != nil {
		return err
	}
	if err := c.writeCounts(fsys, dir); err != nil {
		return err
	}
	if err := bitmask.WriteEmpty(fsys, dir, emptyFile, c.empty, c.Len()); err != nil {
		return err
	}
	b, err := json.Marshal(stats{Values: len(c.values), Most: c.most})
	if err != nil {
		return err
	}
	if err := disk.WriteFileAtomic(fsys, filepath.Join(dir, statsFile), b); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// content is what an immutable index is written of.
type content struct {
	starts  []int // of the values of each slot, and the end
	values  []Point
	entries []entry // of values, by cell and slot
	several tally   // knows of points with several values only
	empty   bits.Set
	most    int
}

func gather(seq iter.Seq2[uint32, []Point]) (*content, error) {
	c := &content{starts: []int{0}}
	for off, values := range seq {
		if len(values) == 0 {
			continue
		}
		for _, p := range values {
			if !p.Valid() {
				return nil, ErrOffGlobe
			}
			c.entries = append(c.entries, entry{cellOf(p), off})
		}
		for len(c.starts) <= int(off) {
			c.starts = append(c.starts, len(c.values))
		}
		c.values = append(c.values, values...)
		c.starts = append(c.starts, len(c.values))
		c.several.again(values, 1)
		c.most = max(c.most, len(values))
	}
	slices.SortFunc(c.entries, entry.compare)
	c.empty = bits.New(c.Len())
	for off := range uint32(c.Len()) {
		c.empty.Put(off, len(c.of(off)) == 0)
	}
	return c, nil
}

func (c *content) of(off uint32) []Point { return c.values[c.starts[off]:c.starts[off+1]] }

// Len, Size and Append make content the source of point_to_values.bin.

func (c *content) Len() int { return len(c.starts) - 1 }

func (c *content) Size(off uint32) (values, size int) {
	n := len(c.of(off))
	return n, n * pointSize
}

func (c *content) Append(dst []byte, off uint32) []byte { return pack(dst, c.of(off)) }

// writeMap writes the points of each cell.
func (c *content) writeMap(fsys disk.FS, dir string) error {
	pairs := slices.Compact(slices.Clone(c.entries))
	err := disk.WriteStream(fsys, filepath.Join(dir, idsFile), func(w *bufio.Writer) error {
		var buf [idSize]byte
		for i := range pairs {
			binary.LittleEndian.PutUint32(buf[:], pairs[i].off)
			if _, err := w.Write(buf[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeTable(fsys, dir, mapFile, mapIndex, func(yield func(c cell, a, b uint32) error) error {
		for from := 0; from < len(pairs); {
			to := from + 1
			for to < len(pairs) && pairs[to].cell == pairs[from].cell {
				to++
			}
			if err := yield(pairs[from].cell, uint32(from), uint32(to)); err != nil {
				return err
			}
			from = to
		}
		return nil
	})
}

// writeCounts writes how many points and values each cell of any length has.
func (c *content) writeCounts(fsys disk.FS, dir string) error {
	list := countCells(c.entries, &c.several)
	return writeTable(fsys, dir, countsFile, countsIndex, func(yield func(c cell, a, b uint32) error) error {
		for i := range list {
			if err := yield(list[i].cell, list[i].points, list[i].values); err != nil {
				return err
			}
		}
		return nil
	})
}

// counts are the numbers of one cell.
type counts struct {
	cell           cell
	points, values uint32
}

// countCells counts entries, which are in order, by their cells and all prefixes of those, in the order of cells.
func countCells(entries []entry, several *tally) (list []counts) {
	var open [longest + 1]int // the cell of each length that is being counted
	for i, e := range entries {
		known := -1
		if i > 0 {
			known = shared(entries[i-1].cell, e.cell)
		}
		for n := known + 1; n <= longest; n++ {
			open[n] = len(list)
			list = append(list, counts{cell: e.cell.prefix(n)})
		}
		for _, at := range open {
			list[at].values++
		}
	}
	for i := range list {
		list[i].points = list[i].values - uint32(several.twice[list[i].cell])
	}
	return list
}

// writeTable writes an array of cells, each with two numbers, and its block index.
func writeTable(fsys disk.FS, dir, name, index string, each func(yield func(c cell, a, b uint32) error) error) error {
	blocks := blockindex.New(entrySize)
	err := disk.WriteStream(fsys, filepath.Join(dir, name), func(w *bufio.Writer) error {
		var buf [entrySize]byte
		return each(func(c cell, a, b uint32) error {
			binary.LittleEndian.PutUint64(buf[:], uint64(c))
			binary.LittleEndian.PutUint32(buf[8:], a)
			binary.LittleEndian.PutUint32(buf[12:], b)
			blocks.Add(buf[:])
			_, err := w.Write(buf[:])
			return err
		})
	})
	if err != nil {
		return err
	}
	return blocks.Write(fsys, filepath.Join(dir, index))
}
