package main

import (
	"fmt"
	"strings"
)

// javaBody is a record as a class.
type javaBody struct {
	*Type
	Base     string
	Shape    string
	Outer    string // Java expression: the key around the record, or the value of "type"
	Note     string // what the text of json() is
	Required [][]javaArg
	Setters  []javaSetter
}

// javaArg is a parameter of a constructor or setter.
type javaArg struct {
	JSON, Name, Type, Expr, Doc string
}

// javaSetter adds an optional field.
type javaSetter struct {
	javaArg
	Key bool // takes the name of an entry too
}

func (j *javaGen) body(t *Type) javaBody {
	b := javaBody{Type: t, Base: "Body", Note: "its JSON, as Qdrant's REST interface has it"}
	if t.Union != "" {
		b.Base = t.Union
	}
	b.Shape, b.Outer = j.javaShape(t)
	if b.Shape == "VARIANT" {
		b.Note = "its JSON without the name of the operation: for many operations the body of the REST call"
	}
	var required []*Field
	for _, f := range t.Fields {
		if f.Value.nilable() || f.Value.Default != nil {
			b.Setters = append(b.Setters, j.javaSetters(f.Value)...)
		} else {
			required = append(required, f.Value)
		}
	}
	b.Required = [][]javaArg{nil}
	for i, f := range required {
		b.Required = product(b.Required, j.javaArgs(f, i == len(required)-1))
	}
	return b
}

// javaShape names a constant of Body.Shape and what stands around the fields.
func (j *javaGen) javaShape(t *Type) (shape, outer string) {
	switch {
	case t.Envelope != "":
		return "ENVELOPE", quote(t.Envelope)
	case t.Tag != "":
		return "TAG", quote(t.Tag)
	case t.Union != "" && j.Type(t.Union).Tagging == "external":
		for _, v := range j.Type(t.Union).Variants {
			if v.Value == t.Name {
				outer = quote(v.Key)
			}
		}
		switch t.Shape {
		case "transparent":
			return "VARIANT_TRANSPARENT", outer
		case "tuple":
			return "VARIANT_TUPLE", outer
		}
		return "VARIANT", outer
	case t.Shape == "transparent":
		return "TRANSPARENT", "null"
	}
	return "OBJECT", "null"
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// product extends every list by every argument.
func product(lists [][]javaArg, args []javaArg) [][]javaArg {
	var out [][]javaArg
	for _, l := range lists {
		for _, a := range args {
			out = append(out, append(l[:len(l):len(l)], a))
		}
	}
	return out
}

func (j *javaGen) javaSetters(f *Field) []javaSetter {
	var out []javaSetter
	for _, a := range j.javaArgs(f, true) {
		out = append(out, javaSetter{javaArg: a, Key: strings.HasPrefix(f.Type, "map<")})
	}
	return out
}

// javaArgs are the ways to pass a field; last allows a variable number of arguments.
func (j *javaGen) javaArgs(f *Field, last bool) []javaArg {
	arg := func(typ, expr string) javaArg {
		name := javaName(f.Name)
		if f.Envelope != "" {
			expr = "Body.enveloped(" + quote(f.Envelope) + ", " + expr + ")"
		}
		doc := f.Doc
		if doc == "" {
			doc = javaFieldDoc(f)
		}
		return javaArg{JSON: f.Name, Name: name, Type: typ, Expr: strings.ReplaceAll(expr, "@", name), Doc: doc}
	}
	var out []javaArg
	if in, ok := inner(f.Type, "list"); ok {
		for _, alt := range javaAlternatives(in)[:1] {
			out = append(out, arg("java.util.List<"+javaBoxed(alt)+">", "@"))
			if last {
				out = append(out, arg(alt+"...", "Body.list(@)"))
			}
		}
		if in == "point_id" && last {
			out = append(out, arg("long...", "PointId.list(@)"))
		}
		return out
	}
	if in, ok := inner(f.Type, "map"); ok {
		return []javaArg{arg(in, "@")}
	}
	for _, alt := range javaAlternatives(f.Type) {
		switch {
		case strings.HasSuffix(alt, "...") && !last:
		case strings.HasSuffix(alt, "..."):
			out = append(out, arg(alt, "Body.list(@)"))
		case alt == "long" && (f.Type == "point_id" || f.Type == "VectorInput"):
			out = append(out, arg(alt, "PointId.of(@)"))
		case alt == "float[]":
			out = append(out, arg(alt, "Vector.dense(@)"))
		default:
			out = append(out, arg(alt, "@"))
		}
	}
	return out
}

func javaFieldDoc(f *Field) string {
	switch f.Type {
	case "datetime":
		return "an RFC 3339 time"
	case "json_path":
		return "a payload key, such as a.b[].c"
	case "name":
		return "the name of a vector, empty for the default one"
	}
	return "as in Qdrant's REST interface"
}

// javaAlternatives are the Java types that stand for a type of the spec.
func javaAlternatives(typ string) []string {
	if alts := map[string][]string{
		"bool":               {"boolean"},
		"u32":                {"long"},
		"u64":                {"long"},
		"f32":                {"double"},
		"f64":                {"double"},
		"string":             {"String"},
		"name":               {"String"},
		"json_path":          {"String"},
		"datetime":           {"String"},
		"point_id":           {"PointId", "long"},
		"vector":             {"Vector", "float[]"},
		"vector_struct":      {"Vector", "float[]", "java.util.Map<String, Vector>"},
		"payload":            {"java.util.Map<String, ?>", "Json"},
		"raw":                {"Body"},
		"Value":              {"String", "long", "boolean"},
		"AnyVariants":        {"String...", "long..."},
		"StartFrom":          {"String", "long", "double"},
		"WithPayload":        {"boolean", "WithPayload", "String..."},
		"WithVector":         {"boolean", "String..."},
		"VectorInput":        {"VectorInput", "float[]", "PointId", "long"},
		"PayloadFieldSchema": {"PayloadSchemaType", "PayloadSchemaParams"},
	}[typ]; alts != nil {
		return alts
	}
	return []string{typ}
}

func javaBoxed(typ string) string {
	switch typ {
	case "long":
		return "Long"
	case "double":
		return "Double"
	case "boolean":
		return "Boolean"
	}
	return typ
}
