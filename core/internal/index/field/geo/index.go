package geo

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// ErrOffGlobe refuses a value that is no place on the globe.
var ErrOffGlobe = errors.New("a place off the globe cannot be indexed")

// Options say how an index is opened.
type Options struct {
	ReadOnly bool     // no file is changed
	Deleted  bits.Set // slots to remove at once, in memory (immutable form)
	OnDisk   bool     // removed slots count on in estimates, which then need no memory (immutable form)
}

// Index is an open index.
type Index struct {
	dir string

	mem      *memory // of the mutable form
	grid     *grid.Grid
	readOnly bool
	image    *image // of the immutable form
	buf      []byte
}

// Create makes an empty mutable index in dir.
func Create(fsys disk.FS, dir string) (*Index, error) {
	g, err := grid.Create(fsys, dir, grid.IndexOptions(pointSize))
	if err != nil {
		return nil, err
	}
	return &Index{dir: dir, mem: newMemory(0), grid: g}, nil
}

// Open opens the index in dir, of whichever form it is.
func Open(fsys disk.FS, dir string, opt Options) (*Index, error) {
	frozen, err := disk.Exists(fsys, filepath.Join(dir, statsFile))
	if err != nil {
		return nil, err
	}
	if !frozen {
		return openMutable(fsys, dir, opt)
	}
	m, err := openImage(fsys, dir, opt)
	if err != nil {
		return nil, err
	}
	return &Index{dir: dir, image: m, readOnly: opt.ReadOnly}, nil
}

func openMutable(fsys disk.FS, dir string, opt Options) (*Index, error) {
	how := grid.Open
	if opt.ReadOnly {
		how = grid.OpenReadOnly
	}
	g, err := how(fsys, dir)
	if err != nil {
		return nil, err
	}
	x := &Index{dir: dir, mem: newMemory(g.Len()), grid: g, readOnly: opt.ReadOnly}
	if err := disk.Guard(x.load); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return x, nil
}

// load reads the gridstore into memory.
func (x *Index) load() error {
	var values []Point
	var entries []entry
	for key := range uint32(x.grid.Len()) {
		b, ok, err := x.grid.View(key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if values, ok = unpack(values[:0], b); !ok {
			return disk.Corruptf(filepath.Join(x.dir, "tracker.dat"), 4+16*int64(key), "the value of slot %d does not hold places", key)
		}
		x.mem.put(key, values)
		x.mem.again(values, 1)
		for _, v := range values {
			entries = append(entries, entry{cellOf(v), key})
		}
	}
	x.mem.fill(entries)
	return nil
}

// Set replaces the values of a slot. Without values it removes them.
func (x *Index) Set(off uint32, values ...Point) error {
	if x.mem == nil || x.readOnly {
		return disk.ErrReadOnly
	}
	if len(values) == 0 {
		return x.Remove(off)
	}
	for _, p := range values {
		if !p.Valid() {
			return ErrOffGlobe
		}
	}
	x.buf = pack(x.buf[:0], values)
	if err := x.grid.Put(off, x.buf); err != nil {
		return err
	}
	x.mem.remove(off)
	x.mem.set(off, values)
	return nil
}

// Remove forgets the values of a slot. In the immutable form that is a matter of memory only.
func (x *Index) Remove(off uint32) error {
	if x.mem == nil {
		x.image.remove(off)
		return nil
	}
	if x.readOnly {
		return disk.ErrReadOnly
	}
	if !x.mem.remove(off) {
		return nil
	}
	_, err := x.grid.Delete(off)
	return err
}

// Flush makes all changes durable.
func (x *Index) Flush() error {
	if x.mem == nil || x.readOnly {
		return nil
	}
	return x.grid.Flush()
}

// Close releases the files. Unflushed changes are lost.
func (x *Index) Close() error {
	if x.mem == nil {
		return x.image.close()
	}
	return x.grid.Close()
}

// Mutable reports which form the index has.
func (x *Index) Mutable() bool { return x.mem != nil }

// Files returns the names of the files, relative to the directory.
func (x *Index) Files() []string {
	if x.mem == nil {
		return x.image.files
	}
	return x.grid.Files()
}

// ImmutableFiles returns those of Files that never change.
func (x *Index) ImmutableFiles() []string {
	if x.mem == nil {
		return x.image.files
	}
	return nil
}
