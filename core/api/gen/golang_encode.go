package main

import "fmt"

const goCBORImports = "import \"github.com/qdrant-edge-go/edge/core/internal/cbor\"\n\n"

// genGoEncode writes the JSON encoders of every type and the CBOR encoders of what an UpdateOperation holds.
func genGoEncode(s *Spec, files map[string][]byte) error {
	p := &printer{}
	p.WriteString(goHeader)
	for _, t := range s.Types {
		switch t.Kind {
		case "enum":
			p.f("func append%sJSON(dst []byte, v %s) []byte { return appendStringJSON(dst, v.String()) }\n", t.Name, t.Name)
		case "record":
			s.goEncodeRecord(p, t, jsonCodec{s})
		case "union":
			s.goEncodeUnion(p, t, jsonCodec{s})
		}
	}
	if err := emitGo(files, "core/api/zz_encode.go", p); err != nil {
		return err
	}
	p = &printer{}
	p.WriteString(goHeader + goCBORImports)
	need := s.reachable("UpdateOperation")
	for _, t := range s.Types {
		if !need[t.Name] {
			continue
		}
		switch t.Kind {
		case "enum":
			p.f("func (e *logEncoder) put%s(v %s) { e.dst = cbor.AppendText(e.dst, v.String()) }\n", t.Name, t.Name)
		case "record":
			s.goEncodeRecord(p, t, cborCodec{s})
		case "union":
			s.goEncodeUnion(p, t, cborCodec{s})
		}
	}
	return emitGo(files, "core/api/zz_cbor.go", p)
}

// reachable lists the types that hang below root.
func (s *Spec) reachable(root string) map[string]bool {
	seen := map[string]bool{}
	var walk func(string)
	walk = func(n string) {
		t := s.Type(n)
		if t == nil || seen[n] {
			return
		}
		seen[n] = true
		for _, f := range t.Fields {
			walk(elem(f.Value.Type))
		}
		for _, v := range t.Variants {
			walk(v.Value)
		}
	}
	walk(root)
	return seen
}

// codec is the difference between the two encodings.
type codec interface {
	open(p *printer, t *Type)
	close(p *printer, t *Type)
	fields(p *printer, t *Type)
	value(p *printer, typ, expr string)
	list(p *printer, f *Field, name string)
	unionOpen(p *printer, t *Type)
	unionCase(p *printer, key, typ string)
	unionClose(p *printer, t *Type)
}

func (s *Spec) goEncodeRecord(p *printer, t *Type, c codec) {
	if t.Shape == "custom" {
		return
	}
	c.open(p, t)
	c.fields(p, t)
	c.close(p, t)
}

func (s *Spec) goEncodeUnion(p *printer, t *Type, c codec) {
	c.unionOpen(p, t)
	for _, v := range t.Variants {
		key := v.Key
		if t.Tagging != "external" {
			key = ""
		}
		c.unionCase(p, key, v.Value)
	}
	c.unionClose(p, t)
}

// each prints code for a value, its list or its map, with one statement per element.
func (s *Spec) deref(f *Field, name string) string {
	if s.pointerWhenNil(f) {
		if t := s.Type(f.Type); t != nil && t.Kind == "record" {
			return name
		}
		return "*" + name
	}
	if t := s.Type(f.Type); t != nil && t.Kind == "record" && !s.alwaysPointer(f.Type) {
		return "&" + name
	}
	return name
}

func nilCheck(name string) string { return fmt.Sprintf("if %s != nil {", name) }
