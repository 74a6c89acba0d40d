package idmap

import (
	"encoding/binary"
	"errors"
	"iter"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// mapping is the unchanging part of a frozen tracker: who has which slot. It
// knows nothing of deletions, so callers check the offsets it returns.
type mapping interface {
	total() int
	at(off uint32) api.PointID // off < total
	find(id api.PointID) (off uint32, ok bool)
	// walk yields the pairs in id order starting at id, or at the first.
	walk(id *api.PointID, yield func(api.PointID, uint32) bool)
	files() []string
	close() error
}

// openMapping opens a mapping; deleted returns the deleted slots among the first
// n, for forms that must tell several owners of an id apart.
type openMapping func(fsys disk.FS, dir string, deleted func(n int) (bits.Set, error)) (mapping, error)

// frozen is the immutable or disk form: a mapping with the deleted slots and the
// versions beside it. Both are changed in memory and written back by the flushes
// only: until the copies of moved points are durable elsewhere, nothing may mark
// the originals on disk.
type frozen struct {
	fs       disk.FS
	dir      string
	readOnly bool

	m       mapping
	deleted bits.Set
	live    int
	fresh   bits.Set // deleted slots not yet on disk; nil if none

	versions *disk.Mapping
	changed  map[uint32]uint64 // versions not yet on disk
}

func openFrozen(fsys disk.FS, dir string, readOnly bool, open openMapping) (Tracker, error) {
	t := &frozen{fs: fsys, dir: dir, readOnly: readOnly, changed: map[uint32]uint64{}}
	var err error
	if t.m, err = open(fsys, dir, t.loadDeleted); err != nil {
		return nil, err
	}
	if t.deleted == nil {
		t.deleted, err = t.loadDeleted(t.m.total())
	}
	if err == nil {
		t.versions, err = fsys.Map(filepath.Join(dir, VersionsFile), false)
	}
	if err != nil {
		return nil, errors.Join(err, t.m.close())
	}
	t.live = t.m.total() - t.deleted.Ones()
	return t, nil
}

// loadDeleted reads the deleted bits of n slots.
func (t *frozen) loadDeleted(n int) (bits.Set, error) {
	path := filepath.Join(t.dir, DeletedFile)
	data, err := disk.ReadFile(t.fs, path)
	if err != nil {
		return nil, err
	}
	if len(data) < (n+7)/8 {
		return nil, disk.Corruptf(path, int64(len(data)), "deleted bits of %d slots need %d bytes", n, (n+7)/8)
	}
	t.deleted = bits.FromBytes(data, n)
	return t.deleted, nil
}

func (t *frozen) Internal(id api.PointID) (uint32, bool) {
	off, ok := t.m.find(id)
	if !ok || t.IsDeleted(off) {
		return 0, false
	}
	return off, true
}

func (t *frozen) External(off uint32) (api.PointID, bool) {
	if t.IsDeleted(off) {
		return api.PointID{}, false
	}
	return t.m.at(off), true
}

// versionCount is the number of entries in the versions file.
func (t *frozen) versionCount() int { return len(t.versions.Data) / 8 }

func (t *frozen) Version(off uint32) uint64 {
	if v, ok := t.changed[off]; ok {
		return v
	}
	if int64(off) >= int64(t.versionCount()) {
		return 0
	}
	return binary.LittleEndian.Uint64(t.versions.Data[int(off)*8:])
}

func (t *frozen) SetVersion(off uint32, v uint64) error {
	if t.readOnly {
		return ErrReadOnly
	}
	if int64(off) >= int64(t.versionCount()) {
		return ErrOffset
	}
	t.changed[off] = v
	return nil
}

func (t *frozen) Set(api.PointID, uint32) error { return ErrImmutable }

func (t *frozen) Drop(id api.PointID) error {
	if t.readOnly {
		return ErrReadOnly
	}
	off, ok := t.Internal(id)
	if !ok {
		return nil
	}
	if t.fresh == nil {
		t.fresh = bits.New(t.m.total())
	}
	t.fresh.Put(off, true)
	t.deleted.Put(off, true)
	t.live--
	if int64(off) >= int64(t.versionCount()) {
		return nil
	}
	return t.SetVersion(off, 0)
}

func (t *frozen) IsDeleted(off uint32) bool {
	return int64(off) >= int64(t.m.total()) || t.deleted.Get(off)
}

func (t *frozen) Deleted() bits.Set { return t.deleted }

func (t *frozen) Total() int { return t.m.total() }

func (t *frozen) Live() int { return t.live }

func (t *frozen) From(id *api.PointID) iter.Seq2[api.PointID, uint32] {
	return func(yield func(api.PointID, uint32) bool) {
		t.m.walk(id, func(id api.PointID, off uint32) bool {
			return t.IsDeleted(off) || yield(id, off)
		})
	}
}

func (t *frozen) Repair() ([]uint32, error) {
	if t.readOnly {
		return nil, ErrReadOnly
	}
	return repair(t, t.versionCount())
}

func (t *frozen) Files() []string {
	return existing(t.fs, t.dir, append(t.m.files(), DeletedFile, VersionsFile)...)
}

func (t *frozen) ImmutableFiles() []string { return existing(t.fs, t.dir, t.m.files()...) }

func (t *frozen) Close() error { return errors.Join(t.m.close(), t.versions.Close()) }
