package grid

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Create makes an empty store with one page in dir, which is created when
// missing and must not hold a store. config.json is written last: a directory
// without it is an unfinished store and is made anew.
func Create(fsys disk.FS, dir string, opt Options) (*Grid, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, configFile)
	if ok, err := disk.Exists(fsys, config); err != nil {
		return nil, err
	} else if ok {
		return nil, fmt.Errorf("grid: create %s: %w", dir, fs.ErrExist)
	}
	if err := layOut(fsys, dir, opt); err != nil {
		return nil, err
	}
	if err := disk.WriteFileAtomic(fsys, config, opt.encode()); err != nil {
		return nil, err
	}
	return Open(fsys, dir)
}

// layOut makes the files of an empty store, without config.json.
func layOut(fsys disk.FS, dir string, opt Options) error {
	sizes := []struct {
		name string
		size int
	}{
		{maskFile, opt.maskBytes()},
		{gapsFile, opt.pageRegions() * gapSize},
		{trackerFile, trackerInit},
		{pageFile(0), opt.PageSize},
	}
	stale := []string{journalFile}
	for _, s := range sizes {
		stale = append(stale, s.name)
	}
	for _, name := range stale {
		if err := fsys.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, s := range sizes {
		if err := disk.EnsureFile(fsys, filepath.Join(dir, s.name), int64(s.size)); err != nil {
			return err
		}
	}
	gaps, err := fsys.Map(filepath.Join(dir, gapsFile), true)
	if err != nil {
		return err
	}
	for off := 0; off < len(gaps.Data); off += 2 {
		binary.LittleEndian.PutUint16(gaps.Data[off:], uint16(opt.RegionBlocks))
	}
	return errors.Join(gaps.Sync(), gaps.Close())
}

// Open opens a store for reading and writing. A tracker journal is written into
// tracker.dat and removed; a growth that a crash interrupted is finished; gaps
// of the wrong length are recomputed.
func Open(fsys disk.FS, dir string) (*Grid, error) { return open(fsys, dir, false) }

// OpenReadOnly opens a store without changing any file; a tracker journal is
// applied in memory.
func OpenReadOnly(fsys disk.FS, dir string) (*Grid, error) { return open(fsys, dir, true) }

// OpenOrCreate opens the store in dir, or creates it with opt.
func OpenOrCreate(fsys disk.FS, dir string, opt Options) (*Grid, error) {
	ok, err := disk.Exists(fsys, filepath.Join(dir, configFile))
	if err != nil {
		return nil, err
	}
	if ok {
		return Open(fsys, dir)
	}
	return Create(fsys, dir, opt)
}

func open(fsys disk.FS, dir string, readOnly bool) (*Grid, error) {
	g := &Grid{fs: fsys, dir: dir, readOnly: readOnly, pending: map[uint32]*update{}, dirty: map[int]struct{}{}}
	for _, step := range []func() error{g.openConfig, g.openSpace, g.openTracker, g.openPages, g.replay} {
		if err := disk.Guard(step); err != nil {
			_ = g.Close()
			return nil, err
		}
	}
	return g, nil
}

func (g *Grid) openConfig() error {
	b, err := disk.ReadFile(g.fs, g.path(configFile))
	if err != nil {
		return err
	}
	g.opt, err = decodeOptions(g.path(configFile), b)
	return err
}

func (g *Grid) openSpace() error {
	g.space.region = g.opt.RegionBlocks
	var err error
	if g.space.mask, err = g.fs.Map(g.path(maskFile), !g.readOnly); err != nil {
		return err
	}
	if n := len(g.space.mask.Data); n == 0 || n%g.opt.maskBytes() != 0 {
		return disk.Corruptf(g.path(maskFile), int64(n), "%d bytes are not a multiple of %d, one page", n, g.opt.maskBytes())
	}
	if g.space.gaps, err = g.fs.Map(g.path(gapsFile), !g.readOnly); err != nil {
		return err
	}
	want := g.space.regions() * gapSize
	if len(g.space.gaps.Data) == want || g.readOnly {
		return nil
	}
	if err := g.resize(g.space.gaps, gapsFile, want); err != nil {
		return err
	}
	g.space.rebuild(0)
	g.marked = true
	return nil
}

func (g *Grid) openTracker() error {
	var err error
	if g.tracker, err = g.fs.Map(g.path(trackerFile), !g.readOnly); err != nil {
		return err
	}
	if n := len(g.tracker.Data); n < trackerInit || n&(n-1) != 0 {
		return disk.Corruptf(g.path(trackerFile), int64(n), "%d bytes, want a power of two from %d", n, trackerInit)
	}
	g.count = binary.LittleEndian.Uint32(g.tracker.Data)
	if g.count > maxKeys {
		return disk.Corruptf(g.path(trackerFile), 0, "%d keys exceed the limit of %d", g.count, maxKeys)
	}
	return nil
}

func (g *Grid) openPages() error {
	found, err := g.countPages()
	if err != nil {
		return err
	}
	want := len(g.space.mask.Data) / g.opt.maskBytes()
	if found != want && found != want+1 {
		return disk.Corruptf(g.path(maskFile), int64(len(g.space.mask.Data)), "bitmask covers %d pages, but %d exist", want, found)
	}
	for range found {
		if err := g.mapPage(); err != nil {
			return err
		}
	}
	if found == want {
		return nil
	}
	return g.finishGrowth(want)
}

// finishGrowth handles a last page that the bitmask does not cover yet: a crash
// came between the two steps of a growth. The page must be unused.
func (g *Grid) finishGrowth(covered int) error {
	for key := range uint32(g.Len()) {
		s := g.stored(key)
		if s.present() && g.lastPage(s.ptr) >= int64(covered) {
			return g.corruptSlot(key, "value in page %d, but the bitmask covers %d pages", g.lastPage(s.ptr), covered)
		}
	}
	if g.readOnly {
		return nil
	}
	return g.coverPages()
}

// lastPage returns the page in which a value ends.
func (g *Grid) lastPage(p pointer) int64 {
	end := int64(p.block)*int64(g.opt.BlockSize) + int64(p.length) - 1
	return int64(p.page) + end/int64(g.opt.PageSize)
}

// countPages returns the number of page files and checks that they are numbered
// without a hole.
func (g *Grid) countPages() (int, error) {
	entries, err := g.fs.ReadDir(g.dir)
	if err != nil {
		return 0, err
	}
	count, last := 0, -1
	for _, e := range entries {
		if i, ok := pageIndex(e.Name()); ok {
			count++
			last = max(last, i)
		}
	}
	if last+1 != count {
		return 0, disk.Corruptf(g.dir, 0, "%d page files, but the last is %s", count, pageFile(last))
	}
	return count, nil
}

func pageIndex(name string) (int, bool) {
	s, ok := strings.CutSuffix(name, ".dat")
	if !ok {
		return 0, false
	}
	if s, ok = strings.CutPrefix(s, "page_"); !ok {
		return 0, false
	}
	i, err := strconv.ParseUint(s, 10, 31)
	return int(i), err == nil && pageFile(int(i)) == name
}

// replay applies the tracker journal.
func (g *Grid) replay() error {
	recs, err := readJournal(g.fs, g.path(journalFile))
	if err != nil {
		return err
	}
	for _, r := range recs {
		g.count = max(g.count, r.key+1)
		g.top = max(g.top, r.key+1)
	}
	if g.readOnly {
		for _, r := range recs {
			g.pending[r.key] = &update{cur: r.slot}
		}
		return nil
	}
	if len(recs) > 0 {
		if err := g.writeTracker(recs); err != nil {
			return err
		}
	}
	return g.dropJournal()
}
