package segment

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/store/idmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/payload"
)

// Segment is an open segment directory.
type Segment struct {
	sync.RWMutex

	fs      disk.FS
	dir     string
	uuid    string
	cfg     *Config
	state   stateFile
	version *uint64 // highest applied operation; state.Version is the flushed one

	ids            idmap.Tracker
	growing        bool     // the id tracker takes new points
	vectors        []Vector // in order of their names
	payload        *payload.Store
	payloadTouched *uint64
	fields         *field.Set

	proxies  []string // files whose changes are applied but not flushed
	readOnly bool
	closed   bool
	sealed   bool          // see Seal
	dropped  []api.PointID // since it was sealed
}

type mode int

const (
	modeWrite mode = iota
	modeRead
	modeCreate // as modeWrite, but the files may be missing
)

// Open opens a segment for reading and writing.
func Open(fs disk.FS, dir string) (*Segment, error) {
	return open(fs, dir, modeWrite)
}

// OpenReadOnly opens a segment without changing a byte in its directory: to test staged files that are hard links of live ones.
func OpenReadOnly(fs disk.FS, dir string) (*Segment, error) {
	return open(fs, dir, modeRead)
}

// Supported tells, from segment.json and version.info alone, whether Open can read the segment.
func Supported(fs disk.FS, dir string) error {
	_, _, err := readState(fs, dir, modeRead)
	return err
}

func open(fs disk.FS, dir string, m mode) (*Segment, error) {
	st, cfg, err := readState(fs, dir, m)
	if err != nil {
		return nil, err
	}
	s := &Segment{fs: fs, dir: dir, uuid: filepath.Base(dir), cfg: cfg, state: *st, readOnly: m == modeRead}
	if st.Version != nil {
		v := *st.Version
		s.version = &v
	}
	if err := disk.Guard(func() error { return s.openParts(m) }); err != nil {
		return nil, errors.Join(fmt.Errorf("segment %s: %w", s.uuid, err), s.Close())
	}
	return s, nil
}

func (s *Segment) openParts(m mode) (err error) {
	if s.ids, err = openIDs(s.fs, s.dir, m); err != nil {
		return err
	}
	s.growing = idmap.Grows(s.ids)
	for i := range s.cfg.Vectors {
		v, err := s.openVector(&s.cfg.Vectors[i], m)
		if err != nil {
			return err
		}
		s.vectors = append(s.vectors, v)
	}
	if s.payload, err = openPayload(s.fs, filepath.Join(s.dir, payloadDir), m); err != nil {
		return err
	}
	if m == modeRead {
		return s.openFields()
	}
	dirty, err := s.repair()
	if err != nil {
		return err
	}
	if err := s.createQuantized(); err != nil {
		return err
	}
	if err := s.openFields(dirty...); err != nil || m == modeCreate {
		return err
	}
	return s.applyProxies()
}

func openIDs(fs disk.FS, dir string, m mode) (idmap.Tracker, error) {
	switch m {
	case modeRead:
		return idmap.OpenReadOnly(fs, dir)
	case modeCreate:
		return idmap.CreateMutable(fs, dir)
	}
	return idmap.Open(fs, dir)
}

func openPayload(fs disk.FS, dir string, m mode) (*payload.Store, error) {
	switch m {
	case modeRead:
		return payload.OpenReadOnly(fs, dir)
	case modeCreate:
		return payload.Create(fs, dir)
	}
	return payload.Open(fs, dir)
}

// repair cleans slots that a crash left half written, which it returns, raises the version to that of the newest point and fills vector storages that are shorter than the id tracker.
func (s *Segment) repair() (dirty []uint32, err error) {
	if dirty, err = s.ids.Repair(); err != nil {
		return nil, err
	}
	for _, off := range dirty {
		if _, err := s.payload.Delete(off); err != nil {
			return nil, err
		}
	}
	for off := range s.ids.Total() {
		s.raise(s.ids.Version(uint32(off)))
	}
	if !s.Appendable() {
		return dirty, nil
	}
	for i := range s.vectors {
		st := s.vectors[i].Store
		for off := st.Len(); off < s.ids.Total(); off++ {
			if _, err := st.Delete(uint32(off)); err != nil {
				return nil, fmt.Errorf("vector %q: %w", s.vectors[i].Name, err)
			}
		}
	}
	return dirty, nil
}

func (s *Segment) raise(op uint64) {
	if op > 0 && (s.version == nil || op > *s.version) {
		s.version = &op
	}
}

func storageDir(name string) string { return suffixed("vector_storage", name) }
func indexDir(name string) string   { return suffixed("vector_index", name) }

func suffixed(base, name string) string {
	if name == "" {
		return base
	}
	return base + "-" + name
}

// Close releases files and maps. It writes nothing: Flush first.
func (s *Segment) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	if s.ids != nil {
		errs = append(errs, s.ids.Close())
	}
	for i := range s.vectors {
		errs = append(errs, s.vectors[i].close())
	}
	if s.fields != nil {
		errs = append(errs, s.fields.Close())
	}
	if s.payload != nil {
		errs = append(errs, s.payload.Close())
	}
	return errors.Join(errs...)
}

// UUID is the name of the directory.
func (s *Segment) UUID() string { return s.uuid }

// Config returns what segment.json says.
func (s *Segment) Config() *Config { return s.cfg }

// Appendable reports whether points may be added. The ids say so, too: others may take the vectors away that tell an optimized segment.
func (s *Segment) Appendable() bool { return s.growing && s.cfg.Appendable() }

// Version returns the highest operation applied, 0 for none.
func (s *Segment) Version() uint64 {
	if s.version == nil {
		return 0
	}
	return *s.version
}

// HasVersion reports whether any operation was ever applied.
func (s *Segment) HasVersion() bool { return s.version != nil }

// Dir returns the directory.
func (s *Segment) Dir() string { return s.dir }

// IDs returns the id tracker.
func (s *Segment) IDs() idmap.Tracker { return s.ids }

// Vectors returns the vectors in order of their names.
func (s *Segment) Vectors() []Vector { return s.vectors }

// Vector returns a vector by name, nil when the segment has none of that name.
func (s *Segment) Vector(name string) *Vector {
	for i := range s.vectors {
		if s.vectors[i].Name == name {
			return &s.vectors[i]
		}
	}
	return nil
}

// Payload appends the raw payload of a slot to dst; without payload the result is nil.
func (s *Segment) Payload(off uint32, dst []byte) ([]byte, error) {
	b, err := s.payload.Get(off, dst)
	if err != nil {
		return nil, fmt.Errorf("segment %s: payload of slot %d: %w", s.uuid, off, err)
	}
	return b, nil
}

// Source answers the questions of a filter about slots of one segment. It is for one goroutine: Payload reuses one buffer.
type Source struct {
	s   *Segment
	buf []byte
	Err error // first payload that could not be read
}

// Source returns a new filter source.
func (s *Segment) Source() *Source { return &Source{s: s} }

// Payload returns the raw payload, valid until the next call.
func (f *Source) Payload(off uint32) []byte {
	b, err := f.s.payload.Get(off, f.buf[:0])
	if err != nil {
		if f.Err == nil {
			f.Err = fmt.Errorf("segment %s: payload of slot %d: %w", f.s.uuid, off, err)
		}
		return nil
	}
	if b != nil {
		f.buf = b
	}
	return b
}

// Fields returns the payload indexes.
func (f *Source) Fields() *field.Set { return f.s.fields }

// Points is how many points there are.
func (f *Source) Points() int { return f.s.ids.Live() }

// Vectors is how many points have a vector of that name.
func (f *Source) Vectors(name string) int {
	if v := f.s.Vector(name); v != nil {
		return v.Store.Live()
	}
	return 0
}

// Internal returns the slot of a point.
func (f *Source) Internal(id api.PointID) (uint32, bool) { return f.s.ids.Internal(id) }

// External returns the point of a slot.
func (f *Source) External(off uint32) (api.PointID, bool) { return f.s.ids.External(off) }

// HasVector reports whether the slot has the named vector.
func (f *Source) HasVector(name string, off uint32) bool {
	v := f.s.Vector(name)
	return v != nil && v.Has(off)
}
