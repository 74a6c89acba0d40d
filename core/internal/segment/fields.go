package segment

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
)

// payloads is what the payload indexes of a segment are built from.
type payloads struct{ s *Segment }

func (p payloads) Total() int { return p.s.ids.Total() }

func (p payloads) Deleted() bits.Set { return p.s.ids.Deleted() }

func (p payloads) Payload(off uint32, dst []byte) ([]byte, error) { return p.s.Payload(off, dst) }

// openFields opens the payload indexes, and builds those that are named but not there. The slots are ones that repair has cleaned.
func (s *Segment) openFields(dirty ...uint32) (err error) {
	dir := filepath.Join(s.dir, payloadIndex)
	s.fields, err = field.Open(s.fs, dir, payloads{s}, field.Options{Mutable: s.Appendable(), ReadOnly: s.readOnly})
	if err != nil || !s.Appendable() {
		return err
	}
	for _, off := range dirty {
		if err := s.fields.Remove(off); err != nil {
			return err
		}
	}
	return nil
}

// Fields returns the payload indexes.
func (s *Segment) Fields() *field.Set { return s.fields }

// stale reports that an operation on the whole segment was done before.
func (s *Segment) stale(op uint64) bool { return s.version != nil && *s.version > op }

// NeedsIndex reports whether PrepareIndex has to build anything.
func (s *Segment) NeedsIndex(op uint64, key string, schema *field.Schema) bool {
	return !s.stale(op) && s.fields.Needs(key, schema) == field.Rebuild
}

// ForgetIndex drops the index of a key that another schema replaces.
func (s *Segment) ForgetIndex(key string) error {
	if err := s.beforeWrite(); err != nil {
		return err
	}
	return s.failed(s.fields.Drop(key))
}

// PrepareIndex builds an index, which nobody sees before SetIndex. Meanwhile the segment may be read but not changed, and what it holds must
// have been flushed.
func (s *Segment) PrepareIndex(key string, schema *field.Schema) (*field.Index, error) {
	x, err := s.fields.Make(key, schema)
	return x, s.failed(err)
}

// SetIndex makes an index that PrepareIndex built, if it did, answer for its key. Without one only the schema changes.
func (s *Segment) SetIndex(op uint64, key string, schema *field.Schema, built *field.Index) error {
	if s.stale(op) {
		return nil
	}
	if err := s.beforeWrite(); err != nil {
		return err
	}
	var err error
	if built != nil {
		err = s.fields.Attach(built)
	} else {
		err = s.fields.Remember(key, schema)
	}
	if err != nil {
		return s.failed(err)
	}
	s.bump(op)
	return nil
}

// DropIndex drops the index of a key.
func (s *Segment) DropIndex(op uint64, key string) error {
	if s.stale(op) {
		return nil
	}
	if err := s.ForgetIndex(key); err != nil {
		return err
	}
	s.bump(op)
	return nil
}

func (s *Segment) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("segment %s: %w", s.uuid, err)
}

// IndexedFields returns the raw schemas of the payload indexes by payload key.
func (s *Segment) IndexedFields() (map[string]json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	for _, f := range s.fields.Schemas() {
		fields[f.Key] = f.Schema
	}
	return fields, nil
}

// FieldsOf is the payload indexes that any of the segments declares.
func FieldsOf(segs ...*Segment) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	for _, s := range segs {
		fields, err := s.IndexedFields()
		if err != nil {
			return nil, err
		}
		maps.Copy(all, fields)
	}
	return all, nil
}

// SchemaOf reads the schema of an operation. Without one there is nothing to index.
func SchemaOf(op *api.CreateIndex) (*field.Schema, error) {
	if op.FieldSchema == nil {
		return nil, api.Errorf(api.InvalidArgument, "index of %q: a field schema is required", op.FieldName)
	}
	schema, err := field.ParseSchema(op.FieldSchema.AppendJSON(nil))
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "index of %q", op.FieldName)
	}
	return schema, nil
}
