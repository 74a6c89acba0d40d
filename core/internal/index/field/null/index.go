package null

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

const (
	valuesDir = "has_values"
	nullsDir  = "is_null"
)

// Options say how an index is opened.
type Options struct {
	ReadOnly  bool     // no file is changed
	Immutable bool     // the form of optimized segments
	Deleted   bits.Set // slots to remove at once, in memory (immutable form)
}

// Index is an open null index.
type Index struct {
	values, nulls *flags.Flags
	frozen        bool // files are not written
	immutable     bool
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
	for _, d := range [...]string{valuesDir, nullsDir} {
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
	values, err := how(fs, filepath.Join(dir, valuesDir))
	if err != nil {
		return nil, err
	}
	nulls, err := how(fs, filepath.Join(dir, nullsDir))
	if err != nil {
		return nil, errors.Join(err, values.Close())
	}
	return &Index{values: values, nulls: nulls}, nil
}

// Build writes an immutable index: seq gives what is known of slots, in any
// order; slots that it leaves out have neither values nor nulls. total is the
// number of slots.
func Build(fs disk.FS, dir string, total int, seq func(yield func(off uint32, hasValues, isNull bool) bool)) error {
	x, err := open(fs, dir, flags.Open)
	if err != nil {
		return err
	}
	if total > 0 {
		x.values.SetLen(total)
		x.nulls.SetLen(total)
	}
	seq(func(off uint32, hasValues, isNull bool) bool {
		x.put(off, hasValues, isNull)
		return true
	})
	return errors.Join(x.Flush(), x.Close())
}

// Set says what is known of a slot.
func (x *Index) Set(off uint32, hasValues, isNull bool) error {
	if x.frozen {
		return disk.ErrReadOnly
	}
	x.put(off, hasValues, isNull)
	return nil
}

func (x *Index) put(off uint32, hasValues, isNull bool) {
	x.values.Set(off, hasValues)
	x.nulls.Set(off, isNull)
}

// Remove forgets what is known of a slot; the flags reach it afterwards. In the
// immutable form that is a matter of memory only.
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
	if x.values.Get(off) {
		x.values.Set(off, false)
	}
	if x.nulls.Get(off) {
		x.nulls.Set(off, false)
	}
}

// Len is the number of slots that the flags reach.
func (x *Index) Len() int { return max(x.values.Len(), x.nulls.Len()) }

// Indexed counts the points that have a value.
func (x *Index) Indexed() int { return x.values.Ones() }

// Nulls counts the points that have a null.
func (x *Index) Nulls() int { return x.nulls.Ones() }

// HasValues reports whether a slot has a value.
func (x *Index) HasValues(off uint32) bool { return x.values.Get(off) }

// IsNull reports whether a slot has a null.
func (x *Index) IsNull(off uint32) bool { return x.nulls.Get(off) }

// ValuesBits returns the slots with values. The set must not be changed and is
// valid until the next change of the index.
func (x *Index) ValuesBits() bits.Set { return x.values.Bits() }

// NullBits returns the slots with nulls; see ValuesBits.
func (x *Index) NullBits() bits.Set { return x.nulls.Bits() }

// Flush makes all changes durable.
func (x *Index) Flush() error {
	if x.frozen {
		return nil
	}
	return errors.Join(x.values.Flush(), x.nulls.Flush())
}

// Close releases the files. Unflushed changes are lost.
func (x *Index) Close() error { return errors.Join(x.values.Close(), x.nulls.Close()) }

// Files returns the names of the files, relative to the directory.
func (x *Index) Files() []string {
	var names []string
	for _, f := range x.values.Files() {
		names = append(names, filepath.Join(valuesDir, f))
	}
	for _, f := range x.nulls.Files() {
		names = append(names, filepath.Join(nullsDir, f))
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
