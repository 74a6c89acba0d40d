package sparse

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

const (
	storeDir   = "store"
	deletedDir = "deleted"
)

// Store is an open storage of sparse vectors.
type Store struct {
	dir     string
	values  *grid.Grid
	deleted *flags.Flags
	n       int
	buf     []byte
}

// Open opens a storage, creating it when it is missing.
func Open(fsys disk.FS, dir string) (*Store, error) {
	values, err := grid.OpenOrCreate(fsys, filepath.Join(dir, storeDir), grid.SparseOptions())
	if err != nil {
		return nil, err
	}
	deleted, err := flags.Open(fsys, filepath.Join(dir, deletedDir))
	return newStore(dir, values, deleted, err)
}

// OpenReadOnly opens an existing storage without writing anything.
func OpenReadOnly(fsys disk.FS, dir string) (*Store, error) {
	values, err := grid.OpenReadOnly(fsys, filepath.Join(dir, storeDir))
	if err != nil {
		return nil, err
	}
	deleted, err := flags.OpenReadOnly(fsys, filepath.Join(dir, deletedDir))
	return newStore(dir, values, deleted, err)
}

func newStore(dir string, values *grid.Grid, deleted *flags.Flags, err error) (*Store, error) {
	if err != nil {
		return nil, errors.Join(err, values.Close())
	}
	return &Store{dir: dir, values: values, deleted: deleted, n: max(values.Len(), deleted.Len())}, nil
}

// Len is above every offset that was ever set or deleted.
func (s *Store) Len() int { return s.n }

// IsDeleted tells whether the point has no vector here; true beyond Len.
func (s *Store) IsDeleted(off uint32) bool {
	return int(off) >= s.n || s.deleted.Get(off) || !s.values.Has(off)
}

// Live counts the points that have a vector, by looking at each.
func (s *Store) Live() int {
	live := 0
	for off := range s.n {
		if !s.IsDeleted(uint32(off)) {
			live++
		}
	}
	return live
}

// Get appends the vector of a point to indices and values; nothing when there is none.
func (s *Store) Get(off uint32, indices []uint32, values []float32) ([]uint32, []float32, error) {
	if s.IsDeleted(off) {
		return indices, values, nil
	}
	data, ok, err := s.values.View(off)
	if err != nil || !ok {
		return indices, values, err
	}
	i, v, problem := decode(data, indices, values)
	if problem != "" {
		return indices, values, disk.Corruptf(filepath.Join(s.dir, storeDir), int64(off), "sparse vector of point %d: %s", off, problem)
	}
	return i, v, nil
}

// Set stores a vector and clears the flag. No index is below the one before, and there are as many values.
func (s *Store) Set(off uint32, indices []uint32, values []float32) error {
	if len(indices) != len(values) {
		return fmt.Errorf("sparse: %d indices and %d values", len(indices), len(values))
	}
	for i := 1; i < len(indices); i++ {
		if indices[i] < indices[i-1] {
			return fmt.Errorf("sparse: index %d after %d", indices[i], indices[i-1])
		}
	}
	s.buf = encode(s.buf[:0], indices, values)
	if err := s.values.Put(off, s.buf); err != nil {
		return err
	}
	if s.deleted.Get(off) {
		s.deleted.Set(off, false)
	}
	s.n = max(s.n, int(off)+1)
	return nil
}

// Delete removes the vector of a point, which need not have one, and tells whether there was one.
func (s *Store) Delete(off uint32) (bool, error) {
	had := !s.IsDeleted(off)
	if _, err := s.values.Delete(off); err != nil {
		return false, err
	}
	s.deleted.Set(off, true)
	s.n = max(s.n, int(off)+1)
	return had, nil
}

// Flush makes all changes durable, values before flags.
func (s *Store) Flush() error {
	for _, flush := range []func() error{s.values.Flush, s.deleted.Flush} {
		if err := flush(); err != nil && !errors.Is(err, disk.ErrReadOnly) {
			return err
		}
	}
	return nil
}

// Close releases the storage without flushing.
func (s *Store) Close() error { return errors.Join(s.values.Close(), s.deleted.Close()) }

// Files lists the files, '/' separated, relative to the storage directory.
func (s *Store) Files() []string {
	return append(within(storeDir, s.values.Files()), within(deletedDir, s.deleted.Files())...)
}

// ImmutableFiles lists those that never change once they are written.
func (s *Store) ImmutableFiles() []string { return within(storeDir, s.values.ImmutableFiles()) }

func within(dir string, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = path.Join(dir, name)
	}
	return out
}
