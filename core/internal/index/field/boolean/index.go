package boolean

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

const (
	truesDir  = "trues"
	falsesDir = "falses"
)

// Options say how an index is opened.
type Options struct {
	ReadOnly  bool     // no file is changed
	Immutable bool     // the form of optimized segments
	Deleted   bits.Set // slots to remove at once, in memory (immutable form)
}

// Index is an open bool index.
type Index struct {
	trues, falses *flags.Flags
	frozen        bool // files are not written
	immutable     bool
	indexed       int
}

// Create makes an empty mutable index in dir.
func Create(fs disk.FS, dir string) (*Index, error) {
	x, err := open(fs, dir, flags.Open)
	if err != nil {
		return nil, err
	}
	if err := x.Flush(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// Open opens the index in dir.
func Open(fs disk.FS, dir string, opt Options) (*Index, error) {
	for _, d := range [...]string{truesDir, falsesDir} {
		if _, err := fs.Stat(filepath.Join(dir, d)); err != nil {
			return nil, err
		}
	}
	how := flags.Open
	if opt.ReadOnly || opt.Immutable {
		how = flags.OpenReadOnly
	}
	x, err := open(fs, dir, how)
	if err != nil {
		return nil, err
	}
	x.frozen, x.immutable = opt.ReadOnly || opt.Immutable, opt.Immutable
	if opt.Immutable {
		for i := opt.Deleted.NextSet(0); i >= 0 && i < x.Len(); i = opt.Deleted.NextSet(i + 1) {
			x.drop(uint32(i))
		}
	}
	return x, nil
}

func open(fs disk.FS, dir string, how func(disk.FS, string) (*flags.Flags, error)) (*Index, error) {
	trues, err := how(fs, filepath.Join(dir, truesDir))
	if err != nil {
		return nil, err
	}
	falses, err := how(fs, filepath.Join(dir, falsesDir))
	if err != nil {
		return nil, errors.Join(err, trues.Close())
	}
	x := &Index{trues: trues, falses: falses}
	x.indexed = union(trues.Bits(), falses.Bits())
	return x, nil
}

// union counts the bits that are set in a or in b.
func union(a, b bits.Set) (n int) {
	if len(a) < len(b) {
		a, b = b, a
	}
	n = a.Ones() + b.Ones()
	for i, w := range b {
		n -= onesCount(w & a[i])
	}
	return n
}

// Build writes an immutable index: seq gives the slots that have values, in
// any order, and which values they have. total is the number of slots.
func Build(fs disk.FS, dir string, total int, seq func(yield func(off uint32, hasTrue, hasFalse bool) bool)) error {
	x, err := open(fs, dir, flags.Open)
	if err != nil {
		return err
	}
	if total > 0 {
		x.trues.SetLen(total)
		x.falses.SetLen(total)
	}
	seq(func(off uint32, hasTrue, hasFalse bool) bool {
		x.put(off, hasTrue, hasFalse)
		return true
	})
	return errors.Join(x.Flush(), x.Close())
}

// Set replaces the values of a slot.
func (x *Index) Set(off uint32, values ...bool) error {
	if x.frozen {
		return disk.ErrReadOnly
	}
	var has [2]bool
	for _, v := range values {
		has[which(v)] = true
	}
	x.put(off, has[1], has[0])
	return nil
}

func which(v bool) int {
	if v {
		return 1
	}
	return 0
}

func (x *Index) put(off uint32, hasTrue, hasFalse bool) {
	before := x.ValuesCount(off) > 0
	x.trues.Set(off, hasTrue)
	x.falses.Set(off, hasFalse)
	x.indexed += which(hasTrue || hasFalse) - which(before)
}

// Remove forgets the values of a slot. In the immutable form that is a matter
// of memory only.
func (x *Index) Remove(off uint32) error {
	switch {
	case x.immutable:
		if int(off) < x.Len() {
			x.drop(off)
		}
	case x.frozen:
		return disk.ErrReadOnly
	default:
		x.put(off, false, false)
	}
	return nil
}

// drop unsets what is set.
func (x *Index) drop(off uint32) {
	if x.ValuesCount(off) > 0 {
		x.put(off, false, false)
	}
}

// Flush makes all changes durable.
func (x *Index) Flush() error {
	if x.frozen {
		return nil
	}
	return errors.Join(x.trues.Flush(), x.falses.Flush())
}

// Close releases the files. Unflushed changes are lost.
func (x *Index) Close() error { return errors.Join(x.trues.Close(), x.falses.Close()) }

// Files returns the names of the files, relative to the directory.
func (x *Index) Files() []string {
	var names []string
	for _, f := range x.trues.Files() {
		names = append(names, filepath.Join(truesDir, f))
	}
	for _, f := range x.falses.Files() {
		names = append(names, filepath.Join(falsesDir, f))
	}
	return names
}

// ImmutableFiles returns those of Files that never change.
func (x *Index) ImmutableFiles() []string {
	if x.immutable {
		return x.Files()
	}
	return nil
}
