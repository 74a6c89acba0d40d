package main

import "fmt"

// goValidateRecord checks ranges and descends into records and unions.
func (s *Spec) goValidateRecord(p *printer, t *Type) {
	p.f("// Validate reports values out of range.\nfunc (r *%s) Validate() error {", t.Name)
	for _, it := range t.Fields {
		s.goValidateField(p, t, it.Value)
	}
	if t.Check {
		p.f("return r.check()\n}\n")
		return
	}
	p.f("return nil\n}\n")
}

func (s *Spec) goValidateField(p *printer, t *Type, f *Field) {
	name := "r." + f.GoName()
	ptr := s.pointerWhenNil(f)
	if f.Min != nil || f.Max != nil {
		s.goValidateRange(p, t, f, name, ptr)
		return
	}
	el := elem(f.Type)
	ty := s.Type(el)
	check := func(v string) string {
		return fmt.Sprintf("if err := %s.Validate(); err != nil {\nreturn err\n}", v)
	}
	if ty != nil && ty.Kind == "union" {
		check = func(v string) string {
			return fmt.Sprintf("if err := validate%s(%s); err != nil {\nreturn err\n}", el, v)
		}
	}
	switch {
	case el == "vector" || el == "vector_struct":
		p.f("if err := validate%s(%s); err != nil {\nreturn err\n}", builtins[el].Func, name)
	case ty == nil || ty.Kind == "enum" || ty.Kind == "custom":
	case f.Type != el:
		if _, ok := inner(f.Type, "map"); ok {
			field := mapMember(el)
			p.f("for i := range %s {\n%s\n}", name, check(name+"[i]."+field))
		} else {
			p.f("for i := range %s {\n%s\n}", name, check(name+"[i]"))
		}
	case ptr || s.alwaysPointer(f.Type) || ty.Kind == "union":
		p.f("if %s != nil {\n%s\n}", name, check(name))
	default:
		p.f("%s", check(name))
	}
}

func (s *Spec) goValidateRange(p *printer, t *Type, f *Field, name string, ptr bool) {
	v, guard := name, ""
	if ptr {
		v, guard = "*"+name, name+" != nil && "
	}
	cond, want := "", ""
	switch {
	case f.Min != nil && f.Max != nil:
		cond, want = fmt.Sprintf("%s >= %v && %s <= %v", v, num(*f.Min), v, num(*f.Max)), fmt.Sprintf("between %v and %v", num(*f.Min), num(*f.Max))
	case f.Min != nil:
		cond, want = fmt.Sprintf("%s >= %v", v, num(*f.Min)), fmt.Sprintf("at least %v", num(*f.Min))
	default:
		cond, want = fmt.Sprintf("%s <= %v", v, num(*f.Max)), fmt.Sprintf("at most %v", num(*f.Max))
	}
	p.f("if %s!(%s) {\nreturn Errorf(InvalidArgument, \"%s must be %s, got %%v\", %s)\n}", guard, cond, f.Name, want, v)
}

func num(f float64) string {
	if f == float64(int64(f)) {
		return fmt.Sprint(int64(f))
	}
	return fmt.Sprint(f)
}

func (s *Spec) goValidateUnion(p *printer, t *Type) {
	p.f("func validate%s(v %s) error {\nswitch v := v.(type) {", t.Name, t.Name)
	for _, v := range t.Variants {
		p.f("case *%s:\nreturn v.Validate()", v.Value)
	}
	p.f("}\nreturn nil\n}\n")
}
