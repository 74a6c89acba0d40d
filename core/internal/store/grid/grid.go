package grid

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	configFile  = "config.json"
	trackerFile = "tracker.dat"
	journalFile = "tracker_journal.dat"
	maskFile    = "bitmask.dat"
	gapsFile    = "gaps.dat"
)

func pageFile(i int) string { return "page_" + strconv.Itoa(i) + ".dat" }

// Grid is an open store.
type Grid struct {
	fs       disk.FS
	dir      string
	opt      Options
	readOnly bool

	tracker *disk.Mapping
	pages   []*disk.Mapping
	space   space // unused when read-only

	count      uint32 // highest key + 1, unflushed keys included
	top        uint32 // highest key changed since the store was opened + 1
	pending    map[uint32]*update
	journalLen int64
	dirty      map[int]struct{} // pages written since the last flush
	marked     bool             // bitmask or gaps written since the last flush
	newNames   bool             // files created since the last flush
	freeing    []pointer        // old values whose blocks the last flush could not free yet
	packBuf    []byte
}

// Get returns a copy of the value of a key; ok is false when there is none. The
// copy is made in dst[:0], or in new memory when it does not fit.
func (g *Grid) Get(key uint32, dst []byte) (val []byte, ok bool, err error) {
	s, ok, err := g.locate(key)
	if !ok || err != nil {
		return nil, false, err
	}
	if g.opt.Compression == None {
		return g.copyOut(dst[:0], s.ptr), true, nil
	}
	stored := g.direct(s.ptr)
	if stored == nil {
		stored = g.copyOut(nil, s.ptr)
	}
	val, err = unpack(dst, stored)
	if err != nil {
		name, off := g.place(s.ptr)
		return nil, false, disk.Corruptf(name, off, "value of key %d: %v", key, err)
	}
	return val, true, nil
}

// View is Get without the copy where that is possible: an uncompressed value
// inside one page aliases the map and must not be changed, nor be given to Get
// as a buffer. See the package comment for how long it is valid.
func (g *Grid) View(key uint32) (val []byte, ok bool, err error) {
	if g.opt.Compression == None {
		s, ok, err := g.locate(key)
		if !ok || err != nil {
			return nil, false, err
		}
		if val := g.direct(s.ptr); val != nil {
			return val, true, nil
		}
	}
	return g.Get(key, nil)
}

// locate returns the checked slot of a key.
func (g *Grid) locate(key uint32) (s slot, ok bool, err error) {
	s = g.lookup(key)
	if !s.present() {
		return s, false, nil
	}
	if err := g.check(key, s); err != nil {
		return s, false, err
	}
	return s, true, nil
}

// Has tells whether a key has a value, without looking at it.
func (g *Grid) Has(key uint32) bool { return g.lookup(key).present() }

// direct returns a value in place, nil when it runs over the end of its page.
func (g *Grid) direct(p pointer) []byte {
	off := int(p.block) * g.opt.BlockSize
	end := off + int(p.length)
	if end > g.opt.PageSize {
		return nil
	}
	return g.pages[p.page].Data[off:end:end]
}

// copyOut appends the stored bytes of a value to dst.
func (g *Grid) copyOut(dst []byte, p pointer) []byte {
	page, off, left := int(p.page), int(p.block)*g.opt.BlockSize, int(p.length)
	if cap(dst)-len(dst) < left {
		dst = append(make([]byte, 0, len(dst)+left), dst...)
	}
	for left > 0 {
		n := min(left, g.opt.PageSize-off)
		dst = append(dst, g.pages[page].Data[off:off+n]...)
		page, off, left = page+1, 0, left-n
	}
	return dst
}

func (g *Grid) place(p pointer) (name string, off int64) {
	return g.path(pageFile(int(p.page))), int64(p.block) * int64(g.opt.BlockSize)
}

func (g *Grid) path(name string) string { return filepath.Join(g.dir, name) }

// Len returns the highest key ever set + 1, unflushed keys included, as far as
// tracker.dat has room for them: no key at or beyond Len has a value, keys below
// it may have none.
func (g *Grid) Len() int {
	room := (len(g.tracker.Data) - countSize) / slotSize
	return min(max(room, int(g.top)), int(g.count))
}

// Options returns the geometry of the store.
func (g *Grid) Options() Options { return g.opt }

// Put stores the value of a key. The value is visible at once and durable after
// Flush.
func (g *Grid) Put(key uint32, val []byte) error {
	if g.readOnly {
		return disk.ErrReadOnly
	}
	if key >= maxKeys {
		return fmt.Errorf("grid: key %d exceeds the limit of %d keys", key, maxKeys)
	}
	stored, err := g.opt.pack(g.packBuf, val)
	if err != nil {
		return err
	}
	if g.opt.Compression == LZ4 {
		g.packBuf = stored
	}
	n := g.opt.blocks(len(stored))
	start, err := g.allocate(n)
	if err != nil {
		return err
	}
	p := pointer{
		page:   uint32(start / g.opt.pageBlocks()),
		block:  uint32(start % g.opt.pageBlocks()),
		length: uint32(len(stored)),
	}
	g.copyIn(p, stored)
	g.space.mark(start, n, true)
	g.marked = true
	g.change(key, slotOf(p, true))
	g.count = max(g.count, key+1)
	return nil
}

// copyIn writes the stored bytes of a value into the pages.
func (g *Grid) copyIn(p pointer, stored []byte) {
	page, off := int(p.page), int(p.block)*g.opt.BlockSize
	for len(stored) > 0 {
		n := copy(g.pages[page].Data[off:], stored)
		g.dirty[page] = struct{}{}
		page, off, stored = page+1, 0, stored[n:]
	}
}

// Delete removes the value of a key and tells whether there was one.
func (g *Grid) Delete(key uint32) (bool, error) {
	if g.readOnly {
		return false, disk.ErrReadOnly
	}
	if !g.lookup(key).present() {
		return false, nil
	}
	g.change(key, slot{})
	return true, nil
}

// Files returns the names of the files, relative to the directory.
func (g *Grid) Files() []string {
	names := []string{trackerFile}
	for i := range g.pages {
		names = append(names, pageFile(i))
	}
	return append(names, configFile, maskFile, gapsFile)
}

// ImmutableFiles returns those of Files that never change.
func (g *Grid) ImmutableFiles() []string { return []string{configFile} }
