package main

// cborCodec prints the methods of logEncoder.
type cborCodec struct{ s *Spec }

func (c cborCodec) open(p *printer, t *Type) {
	p.f("func (e *logEncoder) put%s(r *%s) {", t.Name, t.Name)
	if t.Envelope != "" {
		p.f("e.dst = cbor.AppendText(cbor.AppendMap(e.dst, 1), %q)", t.Envelope)
	}
}

func (c cborCodec) close(p *printer, t *Type) { p.f("}\n") }

func (c cborCodec) fields(p *printer, t *Type) {
	if t.Readable {
		p.f("e.readable = true")
	}
	if t.Shape == "tuple" {
		p.f("e.dst = cbor.AppendArray(e.dst, %d)", len(t.Fields))
	}
	if t.Shape == "" {
		c.count(p, t)
	}
	if t.Tag != "" {
		p.f("e.dst = cbor.AppendText(cbor.AppendText(e.dst, \"type\"), %q)", t.Tag)
	}
	for _, it := range t.Fields {
		f := it.Value
		name := "r." + f.GoName()
		switch {
		case t.Shape != "":
			if f.Envelope != "" {
				p.f("e.dst = cbor.AppendText(cbor.AppendMap(e.dst, 1), %q)", f.Envelope)
			}
			c.field(p, f, name)
		case f.Optional:
			p.f("%s\ne.dst = cbor.AppendText(e.dst, %q)", nilCheck(name), f.Name)
			c.field(p, f, name)
			p.f("}")
		case f.Nullable:
			p.f("e.dst = cbor.AppendText(e.dst, %q)\nif %s == nil {\ne.dst = cbor.AppendNull(e.dst)\n} else {", f.Name, name)
			c.field(p, f, name)
			p.f("}")
		default:
			p.f("e.dst = cbor.AppendText(e.dst, %q)", f.Name)
			c.field(p, f, name)
		}
	}
}

// count writes the map header: fixed fields plus those optional ones that are set.
func (c cborCodec) count(p *printer, t *Type) {
	fixed := 0
	if t.Tag != "" {
		fixed = 1
	}
	for _, it := range t.Fields {
		if !it.Value.Optional {
			fixed++
		}
	}
	optional := false
	for _, it := range t.Fields {
		optional = optional || it.Value.Optional
	}
	if !optional {
		p.f("e.dst = cbor.AppendMap(e.dst, %d)", fixed)
		return
	}
	p.f("n := %d", fixed)
	for _, it := range t.Fields {
		if it.Value.Optional {
			p.f("if r.%s != nil {\nn++\n}", it.Value.GoName())
		}
	}
	p.f("e.dst = cbor.AppendMap(e.dst, n)")
}

func (c cborCodec) field(p *printer, f *Field, name string) {
	if elem(f.Type) != f.Type {
		c.list(p, f, name)
		return
	}
	c.value(p, f.Type, c.s.deref(f, name))
}

func (c cborCodec) value(p *printer, typ, expr string) {
	if c.s.Type(typ) == nil {
		p.f("e.put%s(%s)", builtins[typ].Func, expr)
		return
	}
	p.f("e.put%s(%s)", typ, expr)
}

func (c cborCodec) list(p *printer, f *Field, name string) {
	in, _ := inner(f.Type, "list")
	p.f("e.dst = cbor.AppendArray(e.dst, len(%s))\nfor i := range %s {", name, name)
	expr := name + "[i]"
	if t := c.s.Type(in); t != nil && t.Kind == "record" {
		expr = "&" + expr
	}
	c.value(p, in, expr)
	p.f("}")
}

func (c cborCodec) unionOpen(p *printer, t *Type) {
	p.f("func (e *logEncoder) put%s(v %s) {\nswitch v := v.(type) {", t.Name, t.Name)
}

func (c cborCodec) unionCase(p *printer, key, typ string) {
	switch {
	case key == "*" || c.s.Type(typ).Kind == "custom":
		p.f("case *%s:\ne.put%s(v)", typ, typ)
	case key == "" || c.s.Type(typ).Shape == "custom":
		p.f("case *%s:\ne.put%s(v)", typ, typ)
	default:
		p.f("case *%s:\ne.dst = cbor.AppendText(e.dst, %q)\ne.put%s(v)", typ, key, typ)
	}
}

func (c cborCodec) unionClose(p *printer, t *Type) {
	p.f("default:\ne.dst = cbor.AppendNull(e.dst)\n}\n}\n")
}
