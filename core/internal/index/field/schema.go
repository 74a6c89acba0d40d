package field

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

// Type is what a schema says of the values of a key.
type Type string

// The types of payload indexes.
const (
	Keyword  Type = "keyword"
	Integer  Type = "integer"
	Float    Type = "float"
	Geo      Type = "geo"
	Text     Type = "text"
	Bool     Type = "bool"
	Datetime Type = "datetime"
	UUID     Type = "uuid"
)

func (t Type) known() bool {
	switch t {
	case Keyword, Integer, Float, Geo, Text, Bool, Datetime, UUID:
		return true
	}
	return false
}

// Schema is a parsed schema of one key.
type Schema struct {
	Raw        json.RawMessage // as stored
	Type       Type
	Lookup     bool // integer
	Range      bool // integer
	Prefix     bool // keyword
	EnableHnsw bool
	Tenant     bool
	OnDisk     bool   // reads go to the mapped files
	Nested     string // the array whose elements are indexed one by one, "" for none

	rest map[string]json.RawMessage // what may not change without a new index, without defaults
	disk [2]json.RawMessage         // on_disk, memory
}

// schemaFields are the parameters that are looked at here; those of text indexes are read by the text index.
type schemaFields struct {
	Type       Type    `json:"type"`
	Lookup     *bool   `json:"lookup"`
	Range      *bool   `json:"range"`
	Prefix     *bool   `json:"prefix"`
	EnableHnsw *bool   `json:"enable_hnsw"`
	IsTenant   *bool   `json:"is_tenant"`
	Principal  *bool   `json:"is_principal"`
	OnDisk     *bool   `json:"on_disk"`
	Memory     *string `json:"memory"`
	Nested     *string `json:"nested"`
}

// ParseSchema reads a schema: the name of a type, or an object with the type and its parameters.
func ParseSchema(raw json.RawMessage) (*Schema, error) {
	s := &Schema{Raw: bytes.Clone(raw)}
	var f schemaFields
	if json.Unmarshal(raw, &f.Type) != nil {
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("schema of a payload index: %w", err)
		}
		if err := json.Unmarshal(raw, &s.rest); err != nil {
			return nil, fmt.Errorf("schema of a payload index: %w", err)
		}
	}
	if !f.Type.known() {
		return nil, fmt.Errorf("schema of a payload index: unknown type %q", f.Type)
	}
	s.Type = f.Type
	s.Lookup, s.Range, s.EnableHnsw = or(f.Lookup, true), or(f.Range, true), or(f.EnableHnsw, true)
	s.Prefix, s.Tenant = or(f.Prefix, false), or(f.IsTenant, false) || or(f.Principal, false)
	s.OnDisk = or(f.OnDisk, false)
	if f.Memory != nil {
		s.OnDisk = *f.Memory != "pinned"
	}
	if f.Nested != nil {
		path, err := jsonpath.Parse(*f.Nested)
		if err != nil {
			return nil, fmt.Errorf("schema of a payload index: nested: %w", err)
		}
		s.Nested = path.Elements().String()
	}
	s.normalise()
	return s, nil
}

// CheckKey refuses a key that cannot be indexed by the elements of an array.
func (s *Schema) CheckKey(key string) error {
	if s.Nested == "" {
		return nil
	}
	switch {
	case strings.Count(s.Nested, "[") != 1:
		return api.Errorf(api.InvalidArgument, "payload index of %q: nested `%s` must point to a single array level", key, s.Nested)
	case !strings.HasPrefix(key, s.Nested+"."):
		return api.Errorf(api.InvalidArgument, "payload index of %q: the field must be inside the elements of nested `%s`", key, s.Nested)
	case s.Tenant:
		return api.Errorf(api.InvalidArgument, "payload index of %q: nested `%s` can't be combined with `is_tenant` or `is_principal`", key, s.Nested)
	}
	return nil
}

func or(b *bool, otherwise bool) bool {
	if b != nil {
		return *b
	}
	return otherwise
}

// normalise leaves in rest what two schemas are compared by.
func (s *Schema) normalise() {
	s.disk = [2]json.RawMessage{s.rest["on_disk"], s.rest["memory"]}
	for _, k := range []string{"type", "on_disk", "memory", "enable_hnsw"} {
		delete(s.rest, k)
	}
	for k, v := range s.rest {
		if string(v) == "null" || (s.Type == Text && k == "tokenizer" && string(v) == `"word"`) {
			delete(s.rest, k)
		}
	}
}

// Change is what setting another schema means for an index.
type Change uint8

// What a new schema asks for: nothing, a new config.json, or a new index.
const (
	Same Change = iota
	Remember
	Rebuild
)

// Compare tells what it takes to replace the schema. Where an index is kept can change without a new one only in segments with immutable
// indexes, whose files are the same either way.
func (s *Schema) Compare(now *Schema, mutable bool) Change {
	if s.Type != now.Type || len(s.rest) != len(now.rest) {
		return Rebuild
	}
	for k, v := range s.rest {
		if !bytes.Equal(v, now.rest[k]) {
			return Rebuild
		}
	}
	moved := !bytes.Equal(s.disk[0], now.disk[0]) || !bytes.Equal(s.disk[1], now.disk[1])
	switch {
	case moved && (mutable || s.OnDisk != now.OnDisk):
		return Rebuild
	case moved || s.EnableHnsw != now.EnableHnsw || !bytes.Equal(s.Raw, now.Raw):
		return Remember
	}
	return Same
}

// kind is one index of a key, as config.json names it.
type kind string

const (
	kindIntMap   kind = "int_map_index"
	kindInt      kind = "int_index"
	kindKeyword  kind = "keyword_index"
	kindFloat    kind = "float_index"
	kindDatetime kind = "datetime_index"
	kindGeo      kind = "geo_index"
	kindText     kind = "full_text_index"
	kindBool     kind = "bool_index"
	kindUUID     kind = "uuid_map_index"
	kindNull     kind = "null_index"
)

// kinds lists the indexes of a key in the order of the reference.
func (s *Schema) kinds() (list []kind) {
	switch s.Type {
	case Keyword:
		list = append(list, kindKeyword)
	case Integer:
		if s.Lookup {
			list = append(list, kindIntMap)
		}
		if s.Range {
			list = append(list, kindInt)
		}
	case Float:
		list = append(list, kindFloat)
	case Datetime:
		list = append(list, kindDatetime)
	case Geo:
		list = append(list, kindGeo)
	case Text:
		list = append(list, kindText)
	case Bool:
		list = append(list, kindBool)
	case UUID:
		list = append(list, kindUUID)
	}
	return append(list, kindNull)
}

// suffix is the end of the name of the directory.
func (k kind) suffix() string {
	switch k {
	case kindInt, kindFloat, kindDatetime:
		return "numeric"
	case kindText:
		return "text"
	case kindBool:
		return "bool"
	case kindNull:
		return "null"
	}
	return "map"
}

// flags reports that the index is kept in flags directories, in both kinds of segments.
func (k kind) flags() bool { return k == kindBool || k == kindNull }
