package idmap

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Errors of a tracker that can not do what it was asked for.
var (
	// ErrImmutable is returned by Set of the immutable and disk forms.
	ErrImmutable = errors.New("idmap: tracker takes no new points")
	// ErrReadOnly is returned by every change of a tracker opened read-only.
	ErrReadOnly = errors.New("idmap: tracker is read-only")
	// ErrOffset is returned for an offset too far beyond the existing slots.
	ErrOffset = errors.New("idmap: offset out of range")
)

// Names of the files of all forms, relative to the segment directory.
const (
	MutableMappingsFile = "mutable_id_tracker.mappings"
	MutableVersionsFile = "mutable_id_tracker.versions"
	MappingsFile        = "id_tracker.mappings"
	DeletedFile         = "id_tracker.deleted"
	VersionsFile        = "id_tracker.versions"
	I2EFile             = "id_tracker.i2e"
	E2IFile             = "id_tracker.e2i"
	IsUUIDFile          = "id_tracker.is_uuid"
)

// Tracker is the id map of one segment.
type Tracker interface {
	// Internal returns the offset of a live point.
	Internal(id api.PointID) (off uint32, ok bool)
	// External returns the id of the live point at an offset.
	External(off uint32) (id api.PointID, ok bool)
	// Version returns the version of a slot, 0 if it has none.
	Version(off uint32) uint64
	// SetVersion stores the version of a slot.
	SetVersion(off uint32, v uint64) error
	// Set maps id to off. A slot that id had before becomes deleted, and so does
	// the mapping of another id to off. Mutable form only, else ErrImmutable.
	Set(id api.PointID, off uint32) error
	// Drop deletes a point and sets the version of its slot to 0. An unknown id
	// is no error.
	Drop(id api.PointID) error
	// IsDeleted reports whether off holds no live point.
	IsDeleted(off uint32) bool
	// Deleted is the set of deleted slots below Total. It is a view: it changes
	// with the tracker and must not be written.
	Deleted() bits.Set
	// Total counts all slots, deleted ones included.
	Total() int
	// Live counts the points.
	Live() int
	// From walks the live points in id order (numbers before UUIDs), starting at
	// id, inclusive, or at the first point.
	From(id *api.PointID) iter.Seq2[api.PointID, uint32]
	// Repair drops points whose slot has no entry in the versions, because their
	// flush never completed, and zeroes the version of slots without a point. It
	// returns both kinds of slot: the caller cleans its storages of them.
	Repair() ([]uint32, error)
	// FlushMappings makes changed mappings durable. It comes before the data
	// files of a segment flush.
	FlushMappings() error
	// FlushVersions makes changed versions durable. It comes last.
	FlushVersions() error
	// Close releases the files without flushing.
	Close() error
	// Files names the existing files, relative to the segment directory.
	Files() []string
	// ImmutableFiles names those of Files that never change.
	ImmutableFiles() []string
}

// CreateMutable returns an empty mutable tracker. Its files appear at the first
// flush; leftovers of another tracker in dir are an error.
func CreateMutable(fsys disk.FS, dir string) (Tracker, error) {
	for _, name := range []string{MutableMappingsFile, MutableVersionsFile, MappingsFile, I2EFile} {
		found, err := disk.Exists(fsys, filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if found {
			return nil, &os.PathError{Op: "create", Path: filepath.Join(dir, name), Err: fs.ErrExist}
		}
	}
	return newMutable(fsys, dir, false), nil
}

// Open opens the tracker of a segment, whichever form it has. Without any files
// it is an empty mutable one.
func Open(fsys disk.FS, dir string) (Tracker, error) { return open(fsys, dir, false) }

// OpenReadOnly opens a tracker without changing a byte: a torn record is left
// out but not cut off, and every change returns ErrReadOnly.
func OpenReadOnly(fsys disk.FS, dir string) (Tracker, error) { return open(fsys, dir, true) }

func open(fsys disk.FS, dir string, readOnly bool) (Tracker, error) {
	isDisk, err := disk.Exists(fsys, filepath.Join(dir, I2EFile))
	if err != nil {
		return nil, err
	}
	if isDisk {
		return openFrozen(fsys, dir, readOnly, openDiskForm)
	}
	isImmutable, err := disk.Exists(fsys, filepath.Join(dir, MappingsFile))
	if err != nil {
		return nil, err
	}
	if isImmutable {
		return openFrozen(fsys, dir, readOnly, openRecords)
	}
	return openMutable(fsys, dir, readOnly)
}

// Grows reports whether a tracker takes new points.
func Grows(t Tracker) bool {
	_, ok := t.(*mutable)
	return ok
}

// existing keeps the names that exist in dir.
func existing(fsys disk.FS, dir string, names ...string) []string {
	out := make([]string, 0, len(names))
	for _, name := range names {
		if found, err := disk.Exists(fsys, filepath.Join(dir, name)); err == nil && found {
			out = append(out, name)
		}
	}
	return out
}
