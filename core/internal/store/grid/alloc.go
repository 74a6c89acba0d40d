package grid

import (
	"fmt"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// allocate returns the global number of the first of n free blocks, adding
// pages when there is no room.
func (g *Grid) allocate(n int) (int, error) {
	start, err := g.findOrGrow(n)
	if err != nil || start >= 0 {
		return start, err
	}
	// The gaps promise less or more than the bitmask has: a crash kept one
	// file's changes and lost the other's.
	g.space.rebuild(0)
	g.marked = true
	start, err = g.findOrGrow(n)
	if err == nil && start < 0 {
		err = fmt.Errorf("grid: no run of %d free blocks in %d pages", n, len(g.pages))
	}
	return start, err
}

func (g *Grid) findOrGrow(n int) (int, error) {
	if start := g.space.find(n); start >= 0 {
		return start, nil
	}
	missing := max(0, n-g.space.trailing())
	perPage := g.opt.pageBlocks()
	for range (missing + perPage - 1) / perPage {
		if err := g.addPage(); err != nil {
			return 0, err
		}
	}
	return g.space.find(n), nil
}

// addPage appends a page: its file first, then the bitmask, then the gaps.
func (g *Grid) addPage() error {
	name := pageFile(len(g.pages))
	if err := disk.EnsureFile(g.fs, g.path(name), int64(g.opt.PageSize)); err != nil {
		return err
	}
	g.newNames = true
	if err := g.mapPage(); err != nil {
		return err
	}
	return g.coverPages()
}

// coverPages extends bitmask and gaps to all mapped pages.
func (g *Grid) coverPages() error {
	g.marked = true
	first := g.space.regions()
	if err := g.resize(g.space.mask, maskFile, len(g.pages)*g.opt.maskBytes()); err != nil {
		return err
	}
	if err := g.resize(g.space.gaps, gapsFile, g.space.regions()*gapSize); err != nil {
		return err
	}
	g.space.rebuild(first)
	return nil
}

// resize sets the size of a mapped file and maps it again.
func (g *Grid) resize(m *disk.Mapping, name string, size int) error {
	if len(m.Data) == size {
		return nil
	}
	if err := g.fs.Truncate(g.path(name), int64(size)); err != nil {
		return err
	}
	return m.Remap()
}

// mapPage maps the next page file.
func (g *Grid) mapPage() error {
	name := g.path(pageFile(len(g.pages)))
	m, err := g.fs.Map(name, !g.readOnly)
	if err != nil {
		return err
	}
	if len(m.Data) != g.opt.PageSize {
		_ = m.Close()
		return disk.Corruptf(name, int64(len(m.Data)), "page has %d bytes, want %d", len(m.Data), g.opt.PageSize)
	}
	g.pages = append(g.pages, m)
	return nil
}
