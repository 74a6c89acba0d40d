package geo

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/blockindex"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// Check verifies the files of the index in dir against each other and returns the first contradiction as a CorruptError.
func Check(fsys disk.FS, dir string) error {
	x, err := Open(fsys, dir, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	if x.mem != nil {
		return errors.Join(grid.Check(fsys, dir), x.Close())
	}
	err = disk.Guard(func() error { return x.image.verify(fsys, dir) })
	return errors.Join(err, x.Close())
}

func (m *image) verify(fsys disk.FS, dir string) error {
	if err := m.values.Check(); err != nil {
		return err
	}
	c, err := m.stored(dir)
	if err != nil {
		return err
	}
	if err := m.verifyStats(dir, c); err != nil {
		return err
	}
	if err := m.verifyMap(c.entries); err != nil {
		return err
	}
	if err := m.verifyCounts(countCells(c.entries, &c.several)); err != nil {
		return err
	}
	if err := blockindex.Check(fsys, filepath.Join(dir, countsIndex), m.counts.file.Data, entrySize); err != nil {
		return err
	}
	return blockindex.Check(fsys, filepath.Join(dir, mapIndex), m.cells.file.Data, entrySize)
}

// stored gathers the values of all slots, those that were removed included.
func (m *image) stored(dir string) (*content, error) {
	var err error
	c, invalid := gather(func(yield func(uint32, []Point) bool) {
		var values []Point
		for off := range uint32(m.values.Len()) {
			b := m.values.Get(off).Fixed()
			if len(b) == 0 {
				if !m.gone.Get(off) {
					err = disk.Corruptf(filepath.Join(dir, emptyFile), int64(off/8), "slot %d has no values", off)
					return
				}
				continue
			}
			var ok bool
			if values, ok = unpack(values[:0], b); !ok {
				err = disk.Corruptf(filepath.Join(dir, "point_to_values.bin"), 0, "slot %d has a place off the globe", off)
				return
			}
			if !yield(off, values) {
				return
			}
		}
	})
	return c, errors.Join(err, invalid)
}

func (m *image) verifyStats(dir string, c *content) error {
	if want := (stats{Values: len(c.values), Most: c.most}); m.stats != want {
		return disk.Corruptf(filepath.Join(dir, statsFile), 0, "%+v, found %+v", m.stats, want)
	}
	return nil
}

// verifyMap verifies that the cells have the points that have values in them, those of a cell in any order.
func (m *image) verifyMap(entries []entry) error {
	entries = slices.Compact(slices.Clone(entries))
	if n := len(m.ids.Data) / idSize; n != len(entries) {
		return disk.Corruptf(m.ids.Name(), 0, "%d points of cells, want %d", n, len(entries))
	}
	at := 0
	var ids []uint32
	for i := range m.cells.n {
		from, to := m.cells.pair(i)
		if int(from) != at || to <= from || int(to) > len(entries) {
			return disk.Corruptf(m.cells.file.Name(), int64(i*entrySize+8), "points %d to %d of a cell, behind %d", from, to, at)
		}
		ids = ids[:0]
		for ; at < int(to); at++ {
			ids = append(ids, binary.LittleEndian.Uint32(m.ids.Data[at*idSize:]))
		}
		slices.Sort(ids)
		for j, off := range ids {
			if e := entries[int(from)+j]; e != (entry{m.cells.cell(i), off}) {
				return disk.Corruptf(m.cells.file.Name(), int64(i*entrySize), "cell %x with point %d, want %x with %d", m.cells.cell(i), off, e.cell, e.off)
			}
		}
	}
	if at != len(entries) {
		return disk.Corruptf(m.cells.file.Name(), int64(m.cells.n*entrySize), "points behind the last cell")
	}
	return nil
}

func (m *image) verifyCounts(list []counts) error {
	if m.counts.n != len(list) {
		return disk.Corruptf(m.counts.file.Name(), 0, "%d cells counted, want %d", m.counts.n, len(list))
	}
	for i, want := range list {
		points, values := m.counts.pair(i)
		if got := (counts{m.counts.cell(i), points, values}); got != want {
			return disk.Corruptf(m.counts.file.Name(), int64(i*entrySize), "counted %+v, want %+v", got, want)
		}
	}
	return nil
}
