package fulltext

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// Params say what an index keeps of texts.
type Params struct {
	Analyzer  *text.Analyzer
	Positions bool // for phrases
	Lengths   bool // for ranking
}

// ordered reports that documents keep their tokens as they are in the texts.
func (p *Params) ordered() bool { return p.Positions || p.Lengths }

// Options say how an index is opened.
type Options struct {
	Params
	ReadOnly bool     // no file is changed
	Deleted  bits.Set // slots to remove at once, in memory (immutable form)
	Ahead    bool     // the files are read ahead, not when they are asked for (immutable form)
}

// ErrNoLengths says that an index was written without what ranking needs; it has to be built again.
var ErrNoLengths = errors.New("full-text index without lengths of documents")

// Index is an open index.
type Index struct {
	params Params
	dir    string

	mem      *memory // of the mutable form
	grid     *grid.Grid
	readOnly bool
	image    *image // of the immutable form

	cut cutter
	doc []uint32
	buf []byte
}

// Create makes an empty mutable index in dir.
func Create(fsys disk.FS, dir string, p Params) (*Index, error) {
	g, err := grid.Create(fsys, dir, grid.SparseOptions())
	if err != nil {
		return nil, err
	}
	return &Index{params: p, dir: dir, mem: newMemory(p), grid: g, cut: cutter{params: p}}, nil
}

// Open opens the index in dir, of whichever form it is.
func Open(fsys disk.FS, dir string, opt Options) (*Index, error) {
	frozen, err := disk.Exists(fsys, filepath.Join(dir, postingsFile))
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
	return &Index{params: opt.Params, dir: dir, image: m, readOnly: opt.ReadOnly}, nil
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
	x := &Index{params: opt.Params, dir: dir, mem: newMemory(opt.Params), grid: g, readOnly: opt.ReadOnly, cut: cutter{params: opt.Params}}
	if err := disk.Guard(x.load); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return x, nil
}

// load reads the gridstore into memory.
func (x *Index) load() error {
	for key := range uint32(x.grid.Len()) {
		b, ok, err := x.grid.View(key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		r, ok := readRecord(b, x.mem.words.number, x.doc[:0])
		if !ok {
			return disk.Corruptf(filepath.Join(x.dir, "tracker.dat"), 4+16*int64(key), "the value of slot %d is no document", key)
		}
		if x.doc = r.tokens; x.params.Lengths && !r.measured {
			return ErrNoLengths
		}
		if !x.params.ordered() {
			x.doc = distinct(x.doc)
		}
		x.mem.set(key, x.doc, r.length)
	}
	return nil
}

// Set replaces the texts of a slot. Without texts it removes them.
func (x *Index) Set(off uint32, texts []string) error {
	if x.mem == nil || x.readOnly {
		return disk.ErrReadOnly
	}
	if len(texts) == 0 {
		return x.Remove(off)
	}
	doc, length := x.cut.document(x.doc[:0], texts, x.mem.words.number)
	if x.doc = doc; !x.params.ordered() {
		x.doc = distinct(x.doc)
	}
	if old, ok := x.mem.docs.get(off); ok && slices.Equal(old, x.doc) && (!x.params.Lengths || x.mem.lengths[off] == length) {
		return nil
	}
	x.buf = x.mem.appendRecord(x.buf[:0], x.doc, length)
	if err := x.grid.Put(off, x.buf); err != nil {
		return err
	}
	x.mem.remove(off)
	x.mem.set(off, x.doc, length)
	return nil
}

// Remove forgets the texts of a slot. In the immutable form that is a matter of memory only.
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

// Indexed counts the points that have a token.
func (x *Index) Indexed() int {
	if x.mem == nil {
		return x.image.live
	}
	return x.mem.count
}

// Has reports whether a slot has a token.
func (x *Index) Has(off uint32) bool {
	if x.mem == nil {
		return x.image.has(off)
	}
	doc, ok := x.mem.docs.get(off)
	return ok && len(doc) > 0
}
