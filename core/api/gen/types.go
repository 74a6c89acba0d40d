package main

import "strings"

// builtin describes a type that the spec may name without defining it.
type builtin struct {
	Go      string // Go type
	Pointer bool   // optional values are pointers (the others are nil by themselves)
	Func    string // suffix of the hand-written codec functions
}

var builtins = map[string]builtin{
	"bool":          {"bool", true, "Bool"},
	"u32":           {"uint32", true, "U32"},
	"u64":           {"uint64", true, "U64"},
	"f32":           {"float32", true, "F32"},
	"f64":           {"float64", true, "F64"},
	"string":        {"string", true, "String"},
	"name":          {"string", true, "Name"},
	"json_path":     {"string", true, "Path"},
	"point_id":      {"PointID", true, "PointID"},
	"datetime":      {"DateTime", true, "DateTime"},
	"vector":        {"Vector", false, "Vector"},
	"vector_struct": {"VectorStruct", false, "VectorStruct"},
	"payload":       {"Payload", false, "Payload"},
	"raw":           {"[]byte", false, "Raw"},
}

// camel turns a_json_name into AJSONName with the initialisms of this code base.
func camel(s string) string {
	var b strings.Builder
	for _, w := range strings.Split(s, "_") {
		switch w {
		case "id":
			b.WriteString("ID")
		case "ids":
			b.WriteString("IDs")
		default:
			if w != "" {
				b.WriteString(strings.ToUpper(w[:1]) + w[1:])
			}
		}
	}
	return b.String()
}

// GoName is the name of the field in Go.
func (f *Field) GoName() string {
	if f.Go != "" {
		return f.Go
	}
	return camel(f.Name)
}

// nilable reports whether absence is nil.
func (f *Field) nilable() bool { return f.Optional || f.Nullable }

// goElem is the Go type of a spec type when it stands in a list or alone and required.
func (s *Spec) goElem(typ string) string {
	if in, ok := inner(typ, "list"); ok {
		return "[]" + s.goElem(in)
	}
	if in, ok := inner(typ, "map"); ok {
		return "[]" + mapType(in)
	}
	if b, ok := builtins[typ]; ok {
		return b.Go
	}
	return typ
}

// goField is the Go type of a field.
func (s *Spec) goField(f *Field) string {
	base := s.goElem(f.Type)
	if s.pointerWhenNil(f) || s.alwaysPointer(f.Type) {
		return "*" + base
	}
	return base
}

// alwaysPointer: the recursive record is held by pointer even where it is required.
func (s *Spec) alwaysPointer(typ string) bool { return typ == "Filter" }

func (s *Spec) pointerWhenNil(f *Field) bool {
	if !f.nilable() || strings.Contains(f.Type, "<") {
		return false
	}
	if b, ok := builtins[f.Type]; ok {
		return b.Pointer
	}
	t := s.Type(f.Type)
	return t.Kind == "record" || t.Kind == "enum" || t.Kind == "custom"
}

// mapElems lists the record types that are stored in map<> fields.
func (s *Spec) mapElems() []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range s.Types {
		for _, f := range t.Fields {
			if in, ok := inner(f.Value.Type, "map"); ok && !seen[in] {
				seen[in] = true
				out = append(out, in)
			}
		}
	}
	return out
}
