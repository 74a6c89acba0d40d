package valueindex

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// Options say how an index is opened.
type Options struct {
	ReadOnly bool     // no file is changed
	Deleted  bits.Set // slots to remove at once, in memory (immutable form)
}

// Index is an open index.
type Index[K Key] struct {
	codec *codec[K]
	dir   string

	mem      *memory[K] // of the mutable form
	grid     *grid.Grid
	readOnly bool
	image    *image[K] // of the immutable form
	buf      []byte
}

// Create makes an empty mutable index in dir.
func Create[K Key](fsys disk.FS, dir string) (*Index[K], error) {
	c := codecOf[K]()
	g, err := grid.Create(fsys, dir, c.options())
	if err != nil {
		return nil, err
	}
	return &Index[K]{codec: c, dir: dir, mem: newMemory(c.clone), grid: g}, nil
}

// Open opens the index in dir, of whichever form it is.
func Open[K Key](fsys disk.FS, dir string, opt Options) (*Index[K], error) {
	frozen, err := disk.Exists(fsys, filepath.Join(dir, configFile))
	if err != nil {
		return nil, err
	}
	if !frozen {
		return openMutable[K](fsys, dir, opt)
	}
	m, err := openImage[K](fsys, dir, opt.Deleted)
	if err != nil {
		return nil, err
	}
	return &Index[K]{codec: m.codec, dir: dir, image: m, readOnly: opt.ReadOnly}, nil
}

func openMutable[K Key](fsys disk.FS, dir string, opt Options) (*Index[K], error) {
	how := grid.Open
	if opt.ReadOnly {
		how = grid.OpenReadOnly
	}
	g, err := how(fsys, dir)
	if err != nil {
		return nil, err
	}
	c := codecOf[K]()
	x := &Index[K]{codec: c, dir: dir, mem: newMemory(c.clone), grid: g, readOnly: opt.ReadOnly}
	if err := disk.Guard(x.load); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return x, nil
}

// load reads the gridstore into memory.
func (x *Index[K]) load() error {
	x.mem.first = make([]uint32, 0, x.grid.Len())
	var values []K
	for key := range uint32(x.grid.Len()) {
		b, ok, err := x.grid.View(key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if values, ok = x.codec.unpack(values[:0], b); !ok {
			return disk.Corruptf(filepath.Join(x.dir, "tracker.dat"), 4+16*int64(key), "the value of slot %d does not hold values of this index", key)
		}
		x.mem.set(key, values)
	}
	return nil
}

// Set replaces the values of a slot. Without values it removes them.
func (x *Index[K]) Set(off uint32, values ...K) error {
	if x.mem == nil || x.readOnly {
		return disk.ErrReadOnly
	}
	if len(values) == 0 {
		return x.Remove(off)
	}
	x.buf = x.codec.pack(x.buf[:0], values)
	if err := x.grid.Put(off, x.buf); err != nil {
		return err
	}
	x.mem.remove(off)
	x.mem.set(off, values)
	return nil
}

// Remove forgets the values of a slot. In the immutable form that is a matter
// of memory only.
func (x *Index[K]) Remove(off uint32) error {
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
func (x *Index[K]) Flush() error {
	if x.mem == nil || x.readOnly {
		return nil
	}
	return x.grid.Flush()
}

// Close releases the files. Unflushed changes are lost.
func (x *Index[K]) Close() error {
	if x.mem == nil {
		return x.image.close()
	}
	return x.grid.Close()
}

// Mutable reports which form the index has.
func (x *Index[K]) Mutable() bool { return x.mem != nil }

// Files returns the names of the files, relative to the directory.
func (x *Index[K]) Files() []string {
	if x.mem == nil {
		return x.image.files
	}
	return x.grid.Files()
}

// ImmutableFiles returns those of Files that never change.
func (x *Index[K]) ImmutableFiles() []string {
	if x.mem == nil {
		return x.image.files
	}
	return nil
}
