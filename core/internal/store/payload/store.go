package payload

import (
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// Store is an open payload storage.
type Store struct {
	grid *grid.Grid
	old  []byte
	next []byte
}

// Create makes an empty storage in dir.
func Create(fs disk.FS, dir string) (*Store, error) {
	return wrap(grid.Create(fs, dir, grid.PayloadOptions()))
}

// Open opens the storage of dir.
func Open(fs disk.FS, dir string) (*Store, error) { return wrap(grid.Open(fs, dir)) }

// OpenReadOnly opens the storage of dir without ever writing to it.
func OpenReadOnly(fs disk.FS, dir string) (*Store, error) { return wrap(grid.OpenReadOnly(fs, dir)) }

func wrap(g *grid.Grid, err error) (*Store, error) {
	if err != nil {
		return nil, err
	}
	return &Store{grid: g}, nil
}

// Get returns the payload of a point, nil when it has none. It reuses dst when there is room.
func (s *Store) Get(off uint32, dst []byte) ([]byte, error) {
	val, ok, err := s.grid.Get(off, dst)
	if err != nil || !ok {
		return nil, err
	}
	return val, nil
}

// Set stores a payload, which must be a canonical object. An empty one is stored as {}.
func (s *Store) Set(off uint32, payload []byte) error {
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	return s.grid.Put(off, payload)
}

// Merge puts the members of src into the payload of a point, at the top or at path; see jsonpath.Merge.
func (s *Store) Merge(off uint32, path *jsonpath.Path, src []byte) error {
	old, _, err := s.grid.Get(off, s.old)
	if err != nil {
		return err
	}
	s.next = jsonpath.Merge(s.next[:0], old, path, src)
	s.keep(old)
	return s.Set(off, s.next)
}

// DeleteKey removes what path finds in the payload of a point and reports whether there was anything.
func (s *Store) DeleteKey(off uint32, path jsonpath.Path) (bool, error) {
	old, ok, err := s.grid.Get(off, s.old)
	if err != nil || !ok {
		return false, err
	}
	next, removed := jsonpath.Delete(s.next[:0], old, path)
	s.next = next
	s.keep(old)
	if !removed {
		return false, nil
	}
	return true, s.Set(off, next)
}

// keep remembers the buffer of a value that was read, unless it is none of ours.
func (s *Store) keep(old []byte) {
	if s.grid.Options().Compression == grid.LZ4 && cap(old) > cap(s.old) {
		s.old = old[:0]
	}
}

// Delete drops the payload of a point and reports whether it had one.
func (s *Store) Delete(off uint32) (bool, error) { return s.grid.Delete(off) }

// Len returns the highest offset ever set + 1.
func (s *Store) Len() int { return s.grid.Len() }

// Flush makes everything set so far durable.
func (s *Store) Flush() error { return s.grid.Flush() }

// FlushValues is the first part of Flush, which may run beside reads.
func (s *Store) FlushValues() error { return s.grid.FlushValues() }

// Close releases the files, without flushing.
func (s *Store) Close() error { return s.grid.Close() }

// Files lists the files relative to the directory.
func (s *Store) Files() []string { return s.grid.Files() }

// ImmutableFiles lists those of Files that never change.
func (s *Store) ImmutableFiles() []string { return s.grid.ImmutableFiles() }
