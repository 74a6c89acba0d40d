package flags

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	statusFile  = "status.dat"
	flagsFile   = "flags_a.dat"
	legacyFile  = "flags_b.dat"
	compactFile = "compact_flags.dat"

	statusSize  = 16
	minFileSize = 1 << 20   // bytes of a fresh flags_a.dat
	maxFlags    = 1<<31 - 1 // limit on what status.dat may claim
)

// ErrCompact reports a directory in the compact form, which only an
// experimental switch of Qdrant writes.
var ErrCompact = errors.New("flags directory in compact form is not supported")

// Flags is an open flags directory.
type Flags struct {
	fs     disk.FS
	dir    string
	status *disk.Mapping // nil when read-only
	data   *disk.Mapping // nil when read-only

	n     int      // number of flags, pending growth included
	ones  int      // set flags among the first n
	set   bits.Set // all flags, pending changes included
	dirty bits.Set // words of set that Flush has to write

	unsynced bool // words were written but their msync failed
}

// Open opens a flags directory for reading and writing; what is missing is
// created.
func Open(fsys disk.FS, dir string) (*Flags, error) {
	if err := fsys.MkdirAll(dir); err != nil {
		return nil, err
	}
	f := &Flags{fs: fsys, dir: dir}
	if err := disk.Guard(f.openWritable); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// OpenReadOnly reads an existing flags directory without changing any file.
func OpenReadOnly(fsys disk.FS, dir string) (*Flags, error) {
	if _, err := fsys.Stat(dir); err != nil {
		return nil, err
	}
	n, id, err := readStatus(fsys, dir)
	if err != nil {
		return nil, err
	}
	f := &Flags{fs: fsys, dir: dir}
	name := flagsFile
	if id != 0 {
		name = legacyFile
	}
	m, err := fsys.Map(f.path(name), false)
	if errors.Is(err, fs.ErrNotExist) && n == 0 {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return f, disk.Guard(func() error { return f.load(m, n) })
}

func (f *Flags) openWritable() error {
	n, id, err := readStatus(f.fs, f.dir)
	if err != nil {
		return err
	}
	if id != 0 {
		if err := f.migrate(n); err != nil {
			return err
		}
	}
	if err := f.checkLength(n); err != nil {
		return err
	}
	if err := disk.EnsureFile(f.fs, f.path(flagsFile), fileSize(n)); err != nil {
		return err
	}
	if err := disk.EnsureFile(f.fs, f.path(statusFile), statusSize); err != nil {
		return err
	}
	if f.data, err = f.fs.Map(f.path(flagsFile), true); err != nil {
		return err
	}
	if f.status, err = f.fs.Map(f.path(statusFile), true); err != nil {
		return err
	}
	return f.load(f.data, n)
}

// checkLength refuses a bit file that cannot hold the n flags of the status:
// growth is always done before the length is written.
func (f *Flags) checkLength(n int) error {
	info, err := f.fs.Stat(f.path(flagsFile))
	if errors.Is(err, fs.ErrNotExist) && n == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return holds(f.path(flagsFile), info.Size(), n)
}

func holds(name string, size int64, n int) error {
	if need := int64(n+7) / 8; size < need {
		return disk.Corruptf(name, size, "%d bytes, but %d flags need %d", size, n, need)
	}
	return nil
}

// migrate moves an old directory to the single-file form.
func (f *Flags) migrate(n int) error {
	old, err := disk.ReadFile(f.fs, f.path(legacyFile))
	if err != nil {
		return err
	}
	if err := holds(f.path(legacyFile), int64(len(old)), n); err != nil {
		return err
	}
	if err := disk.WriteFileAtomic(f.fs, f.path(flagsFile), old); err != nil {
		return err
	}
	var status [statusSize]byte
	binary.LittleEndian.PutUint64(status[:], uint64(n))
	return disk.WriteFileAtomic(f.fs, f.path(statusFile), status[:])
}

// readStatus returns the stored length and file id; a missing file means zero
// flags.
func readStatus(fsys disk.FS, dir string) (n int, id uint64, err error) {
	if ok, err := disk.Exists(fsys, filepath.Join(dir, compactFile)); err != nil {
		return 0, 0, err
	} else if ok {
		return 0, 0, fmt.Errorf("%s: %w", dir, ErrCompact)
	}
	name := filepath.Join(dir, statusFile)
	b, err := disk.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	if len(b) != statusSize {
		return 0, 0, disk.Corruptf(name, int64(len(b)), "status has %d bytes, want %d", len(b), statusSize)
	}
	v := binary.LittleEndian.Uint64(b)
	if v > maxFlags {
		return 0, 0, disk.Corruptf(name, 0, "%d flags exceed the limit of %d", v, maxFlags)
	}
	return int(v), binary.LittleEndian.Uint64(b[8:]), nil
}

func (f *Flags) load(m *disk.Mapping, n int) error {
	if err := holds(m.Name(), int64(len(m.Data)), n); err != nil {
		return err
	}
	f.n = n
	f.set = bits.FromBytes(m.Data, n)
	f.dirty = bits.New(len(f.set))
	f.ones = f.set.Ones()
	return nil
}

func fileSize(n int) int64 {
	size := int64(minFileSize)
	for need := int64(n+7) / 8; size < need; {
		size *= 2
	}
	return size
}

func (f *Flags) path(name string) string { return filepath.Join(f.dir, name) }

// Len returns the number of flags, unflushed growth included.
func (f *Flags) Len() int { return f.n }

// Ones returns the number of set flags.
func (f *Flags) Ones() int { return f.ones }

// Get reports flag i; flags at or beyond Len are unset.
func (f *Flags) Get(i uint32) bool { return f.set.Get(i) }

// Bits returns the flags themselves. The set must not be changed and is valid
// until the next Set or SetLen.
func (f *Flags) Bits() bits.Set { return f.set }

// Set stores flag i in memory. It grows the array when i is beyond it.
func (f *Flags) Set(i uint32, v bool) {
	f.SetLen(int(i) + 1)
	if f.set.Get(i) == v {
		return
	}
	f.set.Put(i, v)
	f.dirty.Put(i>>6, true)
	if v {
		f.ones++
	} else {
		f.ones--
	}
}

// SetLen grows the array to n flags, the new ones unset. A smaller n changes
// nothing: the array never shrinks.
func (f *Flags) SetLen(n int) {
	if n <= f.n {
		return
	}
	// Bits beyond the length may hold garbage of a flush that was cut before
	// it wrote the length: Flush has to look at every word that grows in.
	first := f.n >> 6
	f.n = n
	f.set = f.set.Grow(n)
	f.dirty = f.dirty.Grow(len(f.set))
	for w := first; w < len(f.set); w++ {
		f.dirty.Put(uint32(w), true)
	}
}

// Flush makes all flags durable, then the length.
func (f *Flags) Flush() error {
	if f.data == nil {
		return disk.ErrReadOnly
	}
	if int64(len(f.data.Data)) < fileSize(f.n) {
		if err := f.fs.Truncate(f.path(flagsFile), fileSize(f.n)); err != nil {
			return err
		}
		if err := f.data.Remap(); err != nil {
			return err
		}
	}
	if f.writeWords() || f.unsynced {
		f.unsynced = true
		if err := f.data.Sync(); err != nil {
			return err
		}
		f.unsynced = false
	}
	clear(f.dirty)
	if binary.LittleEndian.Uint64(f.status.Data) == uint64(f.n) {
		return nil
	}
	binary.LittleEndian.PutUint64(f.status.Data, uint64(f.n))
	if err := f.status.Sync(); err != nil {
		return err
	}
	return f.fs.SyncDir(f.dir)
}

// writeWords stores the dirty words that differ from the file, so that a hole
// of the file stays a hole.
func (f *Flags) writeWords() (changed bool) {
	for w := f.dirty.NextSet(0); w >= 0; w = f.dirty.NextSet(w + 1) {
		at := f.data.Data[w*8 : w*8+8]
		if binary.LittleEndian.Uint64(at) != f.set[w] {
			binary.LittleEndian.PutUint64(at, f.set[w])
			changed = true
		}
	}
	return changed
}

// Close releases the maps. Unflushed changes are lost.
func (f *Flags) Close() error {
	var errs []error
	for _, m := range []*disk.Mapping{f.status, f.data} {
		if m != nil {
			errs = append(errs, m.Close())
		}
	}
	f.status, f.data = nil, nil
	return errors.Join(errs...)
}

// Files returns the names of the files, relative to the directory.
func (f *Flags) Files() []string { return []string{statusFile, flagsFile} }
