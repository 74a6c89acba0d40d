package main

import "fmt"

// jsonCodec prints AppendJSON methods. An object is written as ",k:v,k:v" and its first comma then becomes the brace.
type jsonCodec struct{ s *Spec }

func (c jsonCodec) open(p *printer, t *Type) {
	p.f("// AppendJSON appends the record as JSON.\nfunc (r *%s) AppendJSON(dst []byte) []byte {", t.Name)
	switch {
	case t.Shape != "":
	case t.Envelope != "":
		p.f("dst = append(dst, %q...)", fmt.Sprintf("{%q:", t.Envelope))
		fallthrough
	default:
		p.f("start := len(dst)")
	}
}

func (c jsonCodec) close(p *printer, t *Type) {
	switch {
	case t.Shape != "":
		p.f("return dst\n}\n")
	case t.Envelope != "":
		p.f("return append(endObject(dst, start), '}')\n}\n")
	default:
		p.f("return endObject(dst, start)\n}\n")
	}
}

func (c jsonCodec) fields(p *printer, t *Type) {
	if t.Tag != "" {
		p.f("dst = append(dst, %q...)", fmt.Sprintf(",\"type\":%q", t.Tag))
	}
	for i, it := range t.Fields {
		f := it.Value
		name := "r." + f.GoName()
		switch t.Shape {
		case "transparent":
			c.field(p, f, name)
			continue
		case "tuple":
			sep := "["
			if i > 0 {
				sep = ","
			}
			if f.Envelope != "" {
				sep += fmt.Sprintf("{%q:", f.Envelope)
			}
			p.f("dst = append(dst, %q...)", sep)
			c.field(p, f, name)
			if f.Envelope != "" {
				p.f("dst = append(dst, '}')")
			}
			if i == len(t.Fields)-1 {
				p.f("dst = append(dst, ']')")
			}
			continue
		}
		key := fmt.Sprintf(",%q:", f.Name)
		switch {
		case f.Optional:
			p.f("%s\ndst = append(dst, %q...)", nilCheck(name), key)
			c.field(p, f, name)
			p.f("}")
		case f.Nullable:
			p.f("dst = append(dst, %q...)\nif %s == nil {\ndst = append(dst, \"null\"...)\n} else {", key, name)
			c.field(p, f, name)
			p.f("}")
		default:
			p.f("dst = append(dst, %q...)", key)
			c.field(p, f, name)
		}
	}
}

func (c jsonCodec) field(p *printer, f *Field, name string) {
	if elem(f.Type) != f.Type {
		c.list(p, f, name)
		return
	}
	c.value(p, f.Type, c.s.deref(f, name))
}

func (c jsonCodec) value(p *printer, typ, expr string) {
	t := c.s.Type(typ)
	switch {
	case t == nil:
		p.f("dst = append%sJSON(dst, %s)", builtins[typ].Func, expr)
	case t.Kind == "record":
		if expr[0] == '&' {
			expr = expr[1:]
		}
		p.f("dst = %s.AppendJSON(dst)", expr)
	default:
		p.f("dst = append%sJSON(dst, %s)", typ, expr)
	}
}

func (c jsonCodec) list(p *printer, f *Field, name string) {
	if in, ok := inner(f.Type, "map"); ok {
		member := mapMember(in)
		p.f("dst = append(dst, '{')\nfor i := range %s {\nif i > 0 {\ndst = append(dst, ',')\n}", name)
		p.f("dst = append(appendStringJSON(dst, %s[i].%s), ':')\ndst = %s[i].%s.AppendJSON(dst)\n}\ndst = append(dst, '}')", name, mapKey(in), name, member)
		return
	}
	in, _ := inner(f.Type, "list")
	p.f("dst = append(dst, '[')\nfor i := range %s {\nif i > 0 {\ndst = append(dst, ',')\n}", name)
	c.value(p, in, name+"[i]")
	p.f("}\ndst = append(dst, ']')")
}

func (c jsonCodec) unionOpen(p *printer, t *Type) {
	p.f("func append%sJSON(dst []byte, v %s) []byte {\nswitch v := v.(type) {", t.Name, t.Name)
}

func (c jsonCodec) unionCase(p *printer, key, typ string) {
	switch {
	case key == "*" || key == "" || c.s.Type(typ).Shape == "custom":
		p.f("case *%s:\nreturn v.AppendJSON(dst)", typ)
	default:
		p.f("case *%s:\ndst = append(dst, %q...)\nreturn append(v.AppendJSON(dst), '}')", typ, fmt.Sprintf("{%q:", key))
	}
}

func (c jsonCodec) unionClose(p *printer, t *Type) {
	p.f("}\nreturn append(dst, \"null\"...)\n}\n")
	p.f("// Append%sJSON appends the union as JSON.\nfunc Append%sJSON(dst []byte, v %s) []byte { return append%sJSON(dst, v) }\n", t.Name, t.Name, t.Name, t.Name)
}
