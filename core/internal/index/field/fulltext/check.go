package fulltext

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// Check verifies the files of the index in dir against each other and returns the first contradiction as a CorruptError.
func Check(fsys disk.FS, dir string, p Params) error {
	x, err := Open(fsys, dir, Options{Params: p, ReadOnly: true})
	if err != nil {
		return err
	}
	if x.mem != nil {
		return errors.Join(grid.Check(fsys, dir), x.Close())
	}
	err = disk.Guard(func() error { return x.image.check(dir, p) })
	return errors.Join(err, x.Close())
}

func (m *image) check(dir string, p Params) error {
	if err := m.words.Check(); err != nil {
		return err
	}
	if err := m.checkNumbers(dir); err != nil {
		return err
	}
	counts, lengths := make([]uint64, m.slots), make([]uint64, m.slots)
	for t := range m.lists.Len() {
		if err := m.checkList(dir, t, p, counts, lengths); err != nil {
			return err
		}
	}
	for off, n := range counts {
		if n != m.distinct(off) || (n == 0) != m.gone.Get(uint32(off)) {
			return disk.Corruptf(filepath.Join(dir, countsFile), int64(off*countSize), "slot %d has %d distinct tokens", off, n)
		}
		if p.Lengths && m.codes[off] > encodeLength(uint32(lengths[off])) {
			return disk.Corruptf(filepath.Join(dir, lengthsFile), lengthsHead, "slot %d has %d tokens", off, lengths[off])
		}
	}
	if n := m.lists.TotalLength(); p.Lengths && n != 0 && n != m.total {
		return disk.Corruptf(filepath.Join(dir, postingsFile), 8, "documents of %d tokens, want %d", n, m.total)
	}
	return nil
}

// checkNumbers verifies that each list has one token.
func (m *image) checkNumbers(dir string) error {
	seen := make([]bool, m.lists.Len())
	for i := range m.words.Len() {
		token, v, ok := m.words.Entry(i)
		if !ok || v.Len() != 1 || int(v.At(0)) >= len(seen) || seen[v.At(0)] {
			return disk.Corruptf(filepath.Join(dir, wordsFile), 0, "token %q has no list of its own", token)
		}
		seen[v.At(0)] = true
	}
	return nil
}

// checkList verifies one list and adds up what it says of slots.
func (m *image) checkList(dir string, t int, p Params, counts, lengths []uint64) error {
	list, err := m.lists.List(t)
	if err != nil {
		return err
	}
	fail := func(what string) error {
		return disk.Corruptf(filepath.Join(dir, postingsFile), 0, "list of token %d: %s", t, what)
	}
	ids := list.AppendIDs(nil)
	var often []uint32
	if p.Lengths {
		if often, err = m.often.Append(nil, t); err != nil {
			return err
		}
		if len(often) != len(ids) {
			return m.often.Corrupt(t)
		}
	}
	if len(ids) == 0 {
		return fail("is empty")
	}
	var at []uint32
	for i, off := range ids {
		if int(off) >= m.slots || i > 0 && off <= ids[i-1] {
			return fail("slots do not ascend, or are not there")
		}
		if counts[off]++; p.Lengths {
			lengths[off] += uint64(often[i])
		}
		if !p.Positions {
			continue
		}
		at = list.AppendPositions(at[:0], i)
		if len(at) == 0 || p.Lengths && len(at) != int(often[i]) {
			return fail("positions are missing")
		}
		for j := 1; j < len(at); j++ {
			if at[j] <= at[j-1] {
				return fail("positions do not ascend")
			}
		}
	}
	return nil
}
