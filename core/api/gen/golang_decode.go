package main

import (
	"fmt"
	"strings"
)

const goDecodeImports = "import \"github.com/qdrant-edge-go/edge/core/internal/rawjson\"\n\n"

// genGoDecode writes the JSON decoders and Validate methods.
func genGoDecode(s *Spec, files map[string][]byte) error {
	p := &printer{}
	p.WriteString(goHeader + goDecodeImports)
	for _, t := range s.Types {
		switch t.Kind {
		case "enum":
			goDecodeEnum(p, t)
		case "record":
			s.goDecodeRecord(p, t)
		case "union":
			s.goDecodeUnion(p, t)
		}
		if t.Kind == "record" || t.Kind == "union" {
			goDecodeEntry(p, t)
		}
	}
	for _, n := range s.mapElems() {
		m := mapMember(n)
		p.f("func (d *decoder) named%s(v []byte) []%s {\nreturn decodeNamed(d, v, (*decoder).dec%s,\nfunc(e *%s) *string { return &e.%s },\nfunc(name string, r *%s) %s { return %s{%s: name, %s: %sr} })\n}\n",
			n, mapType(n), n, mapType(n), mapKey(n), n, mapType(n), mapType(n), mapKey(n), m, map[string]string{"": "*", "*": ""}[mapPointer(n)])
	}
	if err := emitGo(files, "core/api/zz_decode.go", p); err != nil {
		return err
	}
	p = &printer{}
	p.WriteString(goHeader)
	for _, t := range s.Types {
		switch t.Kind {
		case "record":
			s.goValidateRecord(p, t)
		case "union":
			s.goValidateUnion(p, t)
		}
	}
	return emitGo(files, "core/api/zz_validate.go", p)
}

func goDecodeEnum(p *printer, t *Type) {
	var aliases []string
	for i, v := range t.Values {
		for _, a := range v.Value.Alias {
			aliases = append(aliases, fmt.Sprintf("%q: %d", a, i))
		}
	}
	if len(aliases) == 0 {
		p.f("func (d *decoder) dec%s(v []byte) %s { return %s(d.enum(v, names%s[:], nil)) }\n", t.Name, t.Name, t.Name, t.Name)
		return
	}
	p.f("func (d *decoder) dec%s(v []byte) %s { return %s(d.enum(v, names%s[:], aliases%s)) }\n", t.Name, t.Name, t.Name, t.Name, t.Name)
	p.f("var aliases%s = map[string]uint8{%s}\n", t.Name, strings.Join(aliases, ", "))
}

func goDecodeEntry(p *printer, t *Type) {
	ret, conv := "*"+t.Name, "&r"
	if t.Kind == "union" {
		ret, conv = t.Name, "r"
	}
	p.f("// Decode%sJSON reads JSON text.\nfunc Decode%sJSON(data []byte) (%s, error) { return Decode%sArena(data, nil) }\n", t.Name, t.Name, ret, t.Name)
	p.f("// Decode%sArena reads JSON text whose vectors may lie in arena.\nfunc Decode%sArena(data []byte, arena []float32) (%s, error) {", t.Name, t.Name, ret)
	p.f("d := decoder{arena: arena}\nif !d.begin(data) {\nreturn nil, d.err\n}\nr := d.dec%s(data)\nif d.err != nil {\nreturn nil, d.err\n}\nreturn %s, nil\n}\n", t.Name, conv)
}

// decFunc is the decoder method of a single value.
func (s *Spec) decFunc(typ string) string {
	if b, ok := builtins[typ]; ok {
		return "dec" + b.Func
	}
	return "dec" + typ
}

// decExpr is the expression that decodes the raw value v as the field.
func (s *Spec) decExpr(f *Field, v string) string {
	if in, ok := inner(f.Type, "list"); ok {
		fn := "decodeList"
		switch {
		case f.OneOrMany:
			fn = "decodeOneOrMany"
		case f.Set:
			fn = "decodeSet"
		}
		return fmt.Sprintf("%s(d, %s, (*decoder).%s)", fn, v, s.decFunc(in))
	}
	if in, ok := inner(f.Type, "map"); ok {
		return fmt.Sprintf("d.named%s(%s)", in, v)
	}
	if f.FalseNil {
		return fmt.Sprintf("decodeSwitch(d, %s, (*decoder).%s)", v, s.decFunc(f.Type))
	}
	if s.pointerWhenNil(f) {
		return fmt.Sprintf("decodeOptional(d, %s, (*decoder).%s)", v, s.decFunc(f.Type))
	}
	if s.alwaysPointer(f.Type) {
		return fmt.Sprintf("decodePointer(d, %s, (*decoder).%s)", v, s.decFunc(f.Type))
	}
	return fmt.Sprintf("d.%s(%s)", s.decFunc(f.Type), v)
}

func (s *Spec) goDecodeRecord(p *printer, t *Type) {
	if t.Shape == "custom" {
		return
	}
	p.f("func (d *decoder) dec%s(v []byte) (r %s) {", t.Name, t.Name)
	switch {
	case t.Shape == "transparent":
		f := t.Fields[0].Value
		p.f("r.%s = %s\nreturn r\n}\n", f.GoName(), s.decExpr(f, "v"))
		return
	case t.Shape == "tuple":
		s.goDecodeTuple(p, t)
		return
	case t.Envelope != "":
		p.f("if v = d.envelope(v, %q); d.err != nil {\nreturn r\n}\nd.push(%q)\ndefer d.pop()", t.Envelope, t.Envelope)
	}
	if t.Depth != "" {
		p.f("if d.depth%s++; d.depth%s > %s {\nd.fail(\"%s is nested more than %%d times\", %s)\n}", t.Name, t.Name, t.Depth, strings.ToLower(t.Name), t.Depth)
		p.f("defer func() { d.depth%s-- }()", t.Name)
	}
	if t.Short == "" {
		p.f("if !d.object(v) {\nreturn r\n}")
		s.goDefaults(p, t)
	} else {
		s.goDefaults(p, t)
		f, _ := t.Fields.Get(t.Short)
		p.f("if rawjson.KindOf(v) == rawjson.Str {\nr.%s = %s\nreturn r\n}", f.GoName(), s.decExpr(f, "v"))
		p.f("if !d.object(v) {\nreturn r\n}")
	}
	required := requiredFields(t)
	if len(required) > 0 || t.Tag != "" {
		p.f("var seen uint64")
	}
	p.f("for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {\nswitch string(d.key(o.Key)) {")
	for _, f := range t.Fields {
		s.goDecodeCase(p, f.Value, required)
	}
	if t.Tag != "" {
		p.f("case \"type\":\nseen |= 1 << %d\nd.tag(o.Value, %q)", len(required), t.Tag)
	}
	for _, u := range t.Unsupported {
		p.f("case %q:\nd.unsupported(%q, o.Value)", u, u)
	}
	if t.Strict {
		p.f("default:\nd.unknown(o.Key)")
	}
	p.f("}\n}")
	if len(required) > 0 || t.Tag != "" {
		var names []string
		for _, f := range required {
			names = append(names, fmt.Sprintf("%q", f.Name))
		}
		if t.Tag != "" {
			names = append(names, `"type"`)
		}
		p.f("d.require(seen, %s)", strings.Join(names, ", "))
	}
	p.f("return r\n}\n")
}

func requiredFields(t *Type) (out []*Field) {
	for _, f := range t.Fields {
		if !f.Value.nilable() && f.Value.Default == nil {
			out = append(out, f.Value)
		}
	}
	return out
}

func (s *Spec) goDefaults(p *printer, t *Type) {
	for _, it := range t.Fields {
		f := it.Value
		switch d := f.Default.(type) {
		case bool:
			if !d {
				continue
			}
			if ty := s.Type(f.Type); ty != nil && ty.Kind == "custom" {
				p.f("r.%s.Enable = true", f.GoName())
			} else {
				p.f("r.%s = true", f.GoName())
			}
		case string:
			if i := s.enumIndex(f.Type, d); i > 0 {
				p.f("r.%s = %d", f.GoName(), i)
			}
		case uint64, int64, int, float64:
			if fmt.Sprint(d) != "0" {
				p.f("r.%s = %v", f.GoName(), d)
			}
		}
	}
}

// enumIndex is the number of a value of an enum, 0 when the type is none.
func (s *Spec) enumIndex(typ, json string) int {
	if t := s.Type(typ); t != nil {
		for i, v := range t.Values {
			if v.Value.JSON == json {
				return i
			}
		}
	}
	return 0
}

func (s *Spec) goDecodeCase(p *printer, f *Field, required []*Field) {
	quoted := fmt.Sprintf("%q", f.Name)
	for _, a := range f.Alias {
		quoted += fmt.Sprintf(", %q", a)
	}
	p.f("case %s:\nd.push(%q)", quoted, f.Name)
	for i, r := range required {
		if r == f {
			p.f("seen |= 1 << %d", i)
		}
	}
	in := "o.Value"
	switch {
	case f.nilable() && !s.pointerWhenNil(f):
		p.f("if !isNull(o.Value) {\nr.%s = %s\n}", f.GoName(), s.decExpr(f, in))
	case f.Default != nil:
		p.f("if !isNull(o.Value) {\nr.%s = %s\n}", f.GoName(), s.decExpr(f, in))
	default:
		p.f("r.%s = %s", f.GoName(), s.decExpr(f, in))
	}
	p.f("d.pop()")
}

func (s *Spec) goDecodeTuple(p *printer, t *Type) {
	p.f("e := d.tuple(v, %d)\nif d.err != nil {\nreturn r\n}", len(t.Fields))
	for i, f := range t.Fields {
		v := fmt.Sprintf("e[%d]", i)
		if f.Value.Envelope != "" {
			v = fmt.Sprintf("d.envelope(%s, %q)", v, f.Value.Envelope)
		}
		p.f("d.push(%q)\nr.%s = %s\nd.pop()", f.Key, f.Value.GoName(), s.decExpr(f.Value, v))
	}
	p.f("return r\n}\n")
}

func (s *Spec) goDecodeUnion(p *printer, t *Type) {
	if t.Tagging == "custom" {
		return
	}
	p.f("func (d *decoder) dec%s(v []byte) %s {", t.Name, t.Name)
	if t.Tagging == "external" {
		p.f("key, body := d.tagged(v)\nif d.err != nil {\nreturn nil\n}\nd.push(%q)\ndefer d.pop()\nswitch key {", t.Name)
		for _, v := range t.Variants {
			if v.Key == "*" {
				continue
			}
			p.f("case %q:\nr := d.dec%s(body)\nreturn &r", v.Key, v.Value)
		}
		p.f("}\nreturn d.other%s(key, body)\n}\n", t.Name)
		return
	}
	if t.Tagging == "by_tag" {
		p.f("key := d.typeOf(v)\nif d.err != nil {\nreturn nil\n}\nswitch key {")
		for _, v := range t.Variants {
			p.f("case %q:\nr := d.dec%s(v)\nreturn &r", s.Type(v.Value).Tag, v.Value)
		}
		p.f("}\nreturn d.other%s(key)\n}\n", t.Name)
		return
	}
	fallback := ""
	p.f("if !d.object(v) {\nreturn nil\n}\nswitch d.variant(v, variants%s[:]) {", t.Name)
	var keys []string
	for i, v := range t.Variants {
		if v.Key == "*" {
			fallback = v.Value
			continue
		}
		keys = append(keys, fmt.Sprintf("%q", v.Key))
		p.f("case %d:\nr := d.dec%s(v)\nreturn &r", i, v.Value)
	}
	p.f("}")
	if fallback != "" {
		p.f("r := d.dec%s(v)\nreturn &r\n}\n", fallback)
	} else {
		p.f("return d.other%s(v)\n}\n", t.Name)
	}
	p.f("var variants%s = [...]string{%s}\n", t.Name, strings.Join(keys, ", "))
}
