package segment

import (
	"fmt"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	index "github.com/qdrant-edge-go/edge/core/internal/index/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
)

// inverted is the index of a sparse vector. That of an appendable segment is built from the storage when it is first asked for, and kept up
// to date from then on; so is one whose files are missing or of another version.
type inverted struct {
	mu     sync.Mutex // of building; changes come under the lock of the segment
	frozen *index.Frozen
	built  *index.Mutable
}

func (x *inverted) close() error {
	if x == nil || x.frozen == nil {
		return nil
	}
	return x.frozen.Close()
}

// openInverted opens the files of the index, if the segment has some.
func openInverted(fs disk.FS, dir string, vc *VectorConfig) (*inverted, error) {
	x := &inverted{}
	if vc.Sparse.Index == mutableIndex {
		return x, nil
	}
	ok, err := index.Current(fs, dir)
	if err != nil || !ok {
		return x, err
	}
	x.frozen, err = index.Open(fs, dir, vc.OnDisk)
	return x, err
}

// Inverted returns the index of a sparse vector. The segment must be locked.
func (s *Segment) Inverted(v *Vector) (index.Index, error) {
	x := v.inverted
	if x == nil {
		return nil, v.mismatch(nil)
	}
	if x.frozen != nil {
		return x.frozen, nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.built != nil {
		return x.built, nil
	}
	st, ok := v.Store.(*sparse.Store)
	if !ok {
		return nil, v.mismatch(nil)
	}
	m := index.NewMutable()
	var dims []uint32
	var weights []float32
	for off := range uint32(st.Len()) {
		if st.IsDeleted(off) || s.ids.IsDeleted(off) {
			continue
		}
		var err error
		if dims, weights, err = st.Get(off, dims[:0], weights[:0]); err != nil {
			return nil, fmt.Errorf("segment %s: vector %q: %w", s.uuid, v.Name, err)
		}
		m.Add(off, dims, weights)
	}
	x.built = m
	return m, nil
}

// leaveIndex takes the vector of a slot out of an index in memory, before the vector changes.
func (v *Vector) leaveIndex(off uint32) error {
	if v.inverted == nil || v.inverted.built == nil {
		return nil
	}
	st, ok := v.Store.(*sparse.Store)
	if !ok || !v.Has(off) {
		return nil
	}
	dims, _, err := st.Get(off, nil, nil)
	if err == nil {
		v.inverted.built.Remove(off, dims)
	}
	return err
}

// joinIndex enters a new vector.
func (v *Vector) joinIndex(off uint32, value api.Vector) {
	if v.inverted == nil || v.inverted.built == nil {
		return
	}
	if sv, ok := value.(api.SparseVector); ok {
		v.inverted.built.Add(off, sv.Indices, sv.Values)
	}
}

// optimizedSparse is what segment.json of an optimized segment says of a sparse vector. An index that is not asked to stay in memory is read
// from its files.
func optimizedSparse(p *api.SparseVectorParams) newSparse {
	v := plainSparse(p)
	v.Index.IndexType = "ImmutableRam"
	switch {
	case p == nil:
	case p.Memory != nil && *p.Memory != api.MemoryPinned, p.Memory == nil && p.OnDisk != nil && *p.OnDisk:
		v.Index.IndexType = "Mmap"
	}
	return v
}

// WriteInverted builds the files of a sparse index from an open storage all of whose vectors count.
func (l Layout) WriteInverted(fs disk.FS, v *api.NamedSparseVectorParams, st *sparse.Store) error {
	dir := l.Index(v.Name)
	if err := fs.MkdirAll(dir); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	m := index.NewMutable()
	var dims []uint32
	var weights []float32
	for off := range uint32(st.Len()) {
		if st.IsDeleted(off) {
			continue
		}
		var err error
		if dims, weights, err = st.Get(off, dims[:0], weights[:0]); err != nil {
			return fmt.Errorf("segment: vector %q: %w", v.Name, err)
		}
		m.Add(off, dims, weights)
	}
	if err := m.Write(fs, dir, index.Settings(optimizedSparse(v.Params).Index)); err != nil {
		return fmt.Errorf("segment: vector %q: %w", v.Name, err)
	}
	return nil
}
