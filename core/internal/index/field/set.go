package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

// Payloads is where the indexes are built from.
type Payloads interface {
	// Total is the number of slots.
	Total() int
	// Deleted are the slots without a point.
	Deleted() bits.Set
	// Payload appends the raw payload of a slot to dst; nil is an empty one.
	Payload(off uint32, dst []byte) ([]byte, error)
}

// Options say how the indexes of a segment are opened.
type Options struct {
	Mutable  bool // the segment is appendable
	ReadOnly bool // no file changes; what would have to be built is left out
}

// Named is the schema of a key as stored: a bare type name or an object with the type and its parameters.
type Named struct {
	Key    string
	Schema json.RawMessage
}

// Set is the payload indexes of one segment. Reads and changes are kept apart by the lock of the segment.
type Set struct {
	fs       disk.FS
	dir      string
	from     Payloads
	mutable  bool
	readOnly bool

	config  *storedConfig
	indexes []*Index // in order of their keys
	foreign []string // keys whose indexes are not kept
	values  [][]byte
	buf     []byte
}

// Open opens what config.json names and builds what it names in vain.
func Open(fs disk.FS, dir string, from Payloads, o Options) (_ *Set, err error) {
	s := &Set{fs: fs, dir: dir, from: from, mutable: o.Mutable, readOnly: o.ReadOnly}
	if s.config, err = readConfig(fs, dir); err != nil {
		return nil, err
	}
	var missing []*Index
	for _, key := range s.config.keys() {
		x, err := s.load(key)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		if x != nil {
			missing = append(missing, x)
		}
	}
	if err := s.build(missing...); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// load opens the index of a key. What cannot be opened is returned to be built; a schema of an unknown type is left alone.
func (s *Set) load(key string) (missing *Index, err error) {
	schema, err := ParseSchema(s.config.Fields[key])
	if err != nil {
		s.foreign = append(s.foreign, key)
		return nil, nil
	}
	x, err := newIndex(key, schema)
	if err != nil {
		return nil, disk.Corruptf(filepath.Join(s.dir, ConfigName), 0, "%v", err)
	}
	if !x.supported() {
		s.foreign = append(s.foreign, key)
		return nil, nil
	}
	if err = s.reopen(x); err == nil {
		s.add(x)
		return nil, nil
	}
	if err := x.close(); err != nil || s.readOnly {
		return nil, err
	}
	x.parts, x.null = nil, nil
	return x, nil
}

// beforeWrite drops the indexes that others keep and that a write would make stale. The list of types goes first: what it names must exist.
func (s *Set) beforeWrite() error {
	if len(s.foreign) == 0 {
		return nil
	}
	for _, key := range s.foreign {
		delete(s.config.Types, key)
	}
	if err := s.config.write(s.fs, s.dir); err != nil {
		return err
	}
	for _, key := range s.foreign {
		if err := s.wipe(key); err != nil {
			return err
		}
	}
	s.foreign = nil
	return nil
}

func newIndex(key string, schema *Schema) (*Index, error) {
	p, err := jsonpath.Parse(key)
	if err != nil {
		return nil, err
	}
	return &Index{key: key, path: p, schema: schema, kinds: schema.kinds()}, nil
}

// reopen opens the parts of an index whose directories are all there in the form that the segment needs.
func (s *Set) reopen(x *Index) error {
	stored, ok := s.config.Types[x.key]
	if ok && !slices.EqualFunc(stored, x.kinds, func(t storedType, k kind) bool {
		want := typeOf(k, x.schema, s.mutable)
		return t.same(&want) || (t.Kind == k && k.flags())
	}) {
		return fmt.Errorf("payload index of %q: stored in another form", x.key)
	}
	for _, k := range x.kinds {
		at := s.place(x.key, k, x.schema)
		if ok, err := disk.Exists(s.fs, at.dir); err != nil || !ok {
			return errors.Join(err, fmt.Errorf("payload index of %q: no %s", x.key, k))
		}
		p, err := at.open()
		if err != nil {
			return err
		}
		x.attach(p)
	}
	x.classifyAll(s.from.Total())
	if !ok && !s.readOnly {
		return s.commit(x)
	}
	return nil
}

func (x *Index) attach(p part) {
	x.parts = append(x.parts, p)
	x.null, _ = p.(*nullPart)
}

// commit names indexes in config.json.
func (s *Set) commit(list ...*Index) error {
	if s.config.Types == nil {
		s.config.Types = map[string][]storedType{}
	}
	for _, x := range list {
		types := make([]storedType, len(x.kinds))
		for i, k := range x.kinds {
			types[i] = typeOf(k, x.schema, s.mutable)
		}
		s.config.Fields[x.key], s.config.Types[x.key] = x.schema.Raw, types
	}
	return s.config.write(s.fs, s.dir)
}

// wipe removes whatever directories a key has.
func (s *Set) wipe(key string) error {
	for _, name := range dirNames(key) {
		if err := s.fs.RemoveAll(filepath.Join(s.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) add(x *Index) {
	i, _ := s.find(x.key)
	s.indexes = slices.Insert(s.indexes, i, x)
}

func (s *Set) find(key string) (int, bool) {
	for i, x := range s.indexes {
		if x.key >= key {
			return i, x.key == key
		}
	}
	return len(s.indexes), false
}

// Get returns the index of a key, nil when it has none.
func (s *Set) Get(key string) *Index {
	if s == nil {
		return nil
	}
	if i, ok := s.find(key); ok {
		return s.indexes[i]
	}
	return nil
}

// Indexes returns all indexes in order of their keys.
func (s *Set) Indexes() []*Index { return s.indexes }

// Schemas returns what config.json names, in order of the keys.
func (s *Set) Schemas() []Named {
	list := make([]Named, 0, len(s.config.Fields))
	for _, key := range s.config.keys() {
		list = append(list, Named{Key: key, Schema: s.config.Fields[key]})
	}
	return list
}

// Needs tells what Create would do.
func (s *Set) Needs(key string, schema *Schema) Change {
	old := s.Get(key)
	if old == nil {
		return Rebuild
	}
	return old.schema.Compare(schema, s.mutable)
}

// Make builds the index of a key that has none, nil when it is of a kind that is only declared. It is seen when it is attached. What the payloads say must be durable before.
func (s *Set) Make(key string, schema *Schema) (*Index, error) {
	x, err := newIndex(key, schema)
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "payload index")
	}
	if !x.supported() {
		return nil, nil
	}
	if err := s.make([]*Index{x}); err != nil {
		return nil, errors.Join(err, x.close(), s.wipe(key))
	}
	return x, nil
}

// Attach names an index that Make built in config.json and lets it answer.
func (s *Set) Attach(x *Index) error {
	if err := s.commit(x); err != nil {
		return errors.Join(err, x.close())
	}
	s.add(x)
	return nil
}

// Remember stores a schema that needs no other index than there is, or one that is only declared.
func (s *Set) Remember(key string, schema *Schema) error {
	x := s.Get(key)
	switch {
	case x != nil && x.schema.Compare(schema, s.mutable) == Same:
		return nil
	case x == nil || !x.supported():
		return s.declare(key, schema)
	case x.schema.Compare(schema, s.mutable) != Remember:
		return nil
	}
	x.schema = schema
	return s.commit(x)
}

// declare names a schema whose indexes have no files here.
func (s *Set) declare(key string, schema *Schema) error {
	if err := s.Drop(key); err != nil {
		return err
	}
	s.config.Fields[key] = schema.Raw
	return s.config.write(s.fs, s.dir)
}

// Drop removes the index of a key, if it has one.
func (s *Set) Drop(key string) error {
	if _, named := s.config.Fields[key]; !named {
		return nil
	}
	delete(s.config.Fields, key)
	delete(s.config.Types, key)
	s.foreign = slices.DeleteFunc(s.foreign, func(k string) bool { return k == key })
	if err := s.config.write(s.fs, s.dir); err != nil {
		return err
	}
	if i, ok := s.find(key); ok {
		x := s.indexes[i]
		s.indexes = slices.Delete(s.indexes, i, i+1)
		if err := x.close(); err != nil {
			return err
		}
	}
	return s.wipe(key)
}

// Update makes the indexes say of a slot what its payload says.
func (s *Set) Update(off uint32, payload []byte) error {
	if err := s.beforeWrite(); err != nil {
		return err
	}
	for _, x := range s.indexes {
		s.values = x.values(s.values[:0], payload)
		if err := x.update(off, s.values); err != nil {
			return err
		}
	}
	return nil
}

// Remove makes the indexes forget a slot.
func (s *Set) Remove(off uint32) error {
	if s.mutable {
		if err := s.beforeWrite(); err != nil {
			return err
		}
	}
	for _, x := range s.indexes {
		if err := x.remove(off); err != nil {
			return err
		}
	}
	return nil
}

// Flush makes the indexes durable.
func (s *Set) Flush() error {
	for _, x := range s.indexes {
		if err := x.flush(); err != nil {
			return err
		}
	}
	return nil
}

// Files lists the files that updates change, relative to the directory.
func (s *Set) Files() []string { return s.list(part.files, ConfigName) }

// ImmutableFiles lists the files that never change.
func (s *Set) ImmutableFiles() []string { return s.list(part.immutableFiles) }

func (s *Set) list(of func(part) []string, names ...string) []string {
	for _, x := range s.indexes {
		for i, p := range x.parts {
			for _, f := range of(p) {
				names = append(names, path.Join(dirName(x.key, x.kinds[i]), filepath.ToSlash(f)))
			}
		}
	}
	return names
}

// Close releases files and maps. It writes nothing: Flush first.
func (s *Set) Close() error {
	var errs []error
	for _, x := range s.indexes {
		errs = append(errs, x.close())
	}
	s.indexes = nil
	return errors.Join(errs...)
}
