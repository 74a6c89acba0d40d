package grid

import (
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Check verifies a store against itself: every pointer leads into the pages,
// onto blocks that are marked used and that no other key claims; every value
// can be decoded; gaps.dat equals its recomputation from bitmask.dat. It returns
// the first contradiction as a CorruptError.
func Check(fsys disk.FS, dir string) error {
	g, err := OpenReadOnly(fsys, dir)
	if err != nil {
		return err
	}
	defer g.Close()
	return g.Check()
}

// Check is the package function Check on an open store, unflushed values
// included.
func (g *Grid) Check() error {
	if err := g.checkGaps(); err != nil {
		return err
	}
	claimed := bits.New(g.space.blocks())
	var buf []byte
	for key := range uint32(g.Len()) {
		s := g.lookup(key)
		if !s.present() {
			continue
		}
		val, _, err := g.Get(key, buf)
		if err != nil {
			return err
		}
		buf = val
		if err := g.claim(claimed, key, s.ptr); err != nil {
			return err
		}
	}
	return nil
}

func (g *Grid) checkGaps() error {
	if want := g.space.regions() * gapSize; len(g.space.gaps.Data) != want {
		return disk.Corruptf(g.path(gapsFile), 0, "%d bytes, want %d", len(g.space.gaps.Data), want)
	}
	for r := range g.space.regions() {
		if got, want := g.space.gap(r), g.space.compute(r); got != want {
			return disk.Corruptf(g.path(gapsFile), int64(r*gapSize), "region %d is %v, the bitmask says %v", r, got, want)
		}
	}
	return nil
}

// claim marks the blocks of a value as claimed by its key.
func (g *Grid) claim(claimed bits.Set, key uint32, p pointer) error {
	start := int(p.page)*g.opt.pageBlocks() + int(p.block)
	for b := start; b < start+g.opt.blocks(int(p.length)); b++ {
		if !bits.Test(g.space.mask.Data, b) {
			return disk.Corruptf(g.path(maskFile), int64(b/8), "block %d of key %d is marked free", b, key)
		}
		if claimed.Get(uint32(b)) {
			return g.corruptSlot(key, "block %d belongs to another key, too", b)
		}
		claimed.Put(uint32(b), true)
	}
	return nil
}
