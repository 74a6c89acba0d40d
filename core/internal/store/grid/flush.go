package grid

import (
	"errors"
	"maps"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Flush makes all changes durable, in the order of the package comment. After
// an error the changes stay pending and the next Flush tries again.
func (g *Grid) Flush() error {
	if g.readOnly {
		return disk.ErrReadOnly
	}
	if err := g.FlushValues(); err != nil {
		return err
	}
	if len(g.pending) > 0 {
		if err := g.flushPointers(); err != nil {
			return err
		}
	}
	return g.freeOld()
}

// FlushValues is the first part of Flush: it syncs the blocks in use and the values in them. It may run beside Get.
func (g *Grid) FlushValues() error {
	if g.readOnly {
		return disk.ErrReadOnly
	}
	if g.newNames {
		if err := g.fs.SyncDir(g.dir); err != nil {
			return err
		}
		g.newNames = false
	}
	if g.marked {
		if err := g.space.sync(); err != nil {
			return err
		}
		g.marked = false
	}
	for _, i := range slices.Sorted(maps.Keys(g.dirty)) {
		if err := g.pages[i].Sync(); err != nil {
			return err
		}
		delete(g.dirty, i)
	}
	return nil
}

// flushPointers writes the pending slots, through the journal unless it would
// grow too long: then tracker.dat is written alone and the journal removed.
func (g *Grid) flushPointers() error {
	recs := g.records()
	logged := g.journalLen+int64(journalHeader+len(recs)*recordSize) <= journalMax
	if logged {
		if err := g.logPointers(recs); err != nil {
			return err
		}
	}
	if err := g.writeTracker(recs); err != nil {
		return err
	}
	if !logged {
		if err := g.dropJournal(); err != nil {
			return err
		}
	}
	for _, r := range recs {
		g.freeing = append(g.freeing, g.pending[r.key].old...)
	}
	clear(g.pending)
	return nil
}

// freeOld gives back the blocks of values that no durable pointer leads to.
func (g *Grid) freeOld() error {
	if len(g.freeing) == 0 {
		return nil
	}
	for _, p := range g.freeing {
		if g.check(0, slotOf(p, true)) != nil {
			continue // never allocated: the slot it came from was corrupt
		}
		start := int(p.page)*g.opt.pageBlocks() + int(p.block)
		g.space.mark(start, g.opt.blocks(int(p.length)), false)
	}
	g.freeing = g.freeing[:0]
	g.marked = true
	if err := g.space.sync(); err != nil {
		return err
	}
	g.marked = false
	return nil
}

// Close releases the maps. Unflushed changes are lost; their blocks stay marked
// as used.
func (g *Grid) Close() error {
	errs := g.space.close()
	if g.tracker != nil {
		errs = append(errs, g.tracker.Close())
	}
	for _, m := range g.pages {
		errs = append(errs, m.Close())
	}
	g.tracker, g.pages, g.space = nil, nil, space{}
	return errors.Join(errs...)
}
