package main

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/goccy/go-yaml"
)

//go:embed templates/python_*.tmpl
var pyTemplates embed.FS

// pyClass is a class of spec/python/classes.yaml.
type pyClass struct {
	Name       string            `yaml:"-"`
	Of         string            `yaml:"of"`
	Doc        string            `yaml:"doc"`
	Base       string            `yaml:"base"`
	Union      bool              `yaml:"union"`
	Args       ordered[string]   `yaml:"args"`
	Keys       map[string]string `yaml:"keys"`
	Attributes map[string]string `yaml:"attributes"`
	Repr       []string          `yaml:"repr"`
	Plain      bool              `yaml:"plain"`
	Wrap       string            `yaml:"wrap"`
	Check      string            `yaml:"check"`
	Legacy     string            `yaml:"legacy"`
	Values     []string          `yaml:"values"`
	Packed     bool              `yaml:"packed"` // one tuple holds the fields: cheap to make, a little dearer to read

	Fields []*pyField `yaml:"-"`
	Wire   [][2]string
	Tag    string
	Lone   bool // its one field is its JSON
}

// pyField is a parameter of a constructor with the property of the same value.
type pyField struct {
	Param, Attr, Slot string
	Default           string // text of the default in the signature, "" when required
	Conv              string
	Get               string
	In, Out           string
	Float32           bool
}

// genPython writes _gen.py, with every class and table that is a list of names, and the type stub.
func genPython(s *Spec, files map[string][]byte) error {
	classes, err := loadPyClasses(s)
	if err != nil {
		return err
	}
	classes, enums := splitEnums(classes)
	data := map[string]any{"Classes": classes, "Enums": append(pyEnumData(s), enums...), "Unions": pyUnionData(), "Errors": s.Errors, "Functions": s.Calls(), "Version": s.Release.Version}
	for tmpl, out := range map[string]string{"python_gen.tmpl": "_gen.py", "python_stub.tmpl": "__init__.pyi"} {
		t, err := template.New(tmpl).Funcs(pyFuncs).ParseFS(pyTemplates, "templates/python_*.tmpl")
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, tmpl, data); err != nil {
			return err
		}
		files["bindings/python/qdrant_edge/"+out] = b.Bytes()
	}
	return nil
}

func loadPyClasses(s *Spec) ([]*pyClass, error) {
	raw, err := os.ReadFile(filepath.Join(s.Dir, "python", "classes.yaml"))
	if err != nil {
		return nil, err
	}
	var o ordered[*pyClass]
	if err := yaml.Unmarshal(raw, &o); err != nil {
		return nil, fmt.Errorf("python/classes.yaml: %w", err)
	}
	var out []*pyClass
	for _, it := range o {
		c := it.Value
		c.Name = it.Key
		if err := c.resolve(s); err != nil {
			return nil, fmt.Errorf("python/classes.yaml: %s: %w", c.Name, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// resolve fills in the fields and checks the JSON keys against the record that the class stands for.
func (c *pyClass) resolve(s *Spec) error {
	if c.Base == "" {
		c.Base = "Value"
	}
	for _, arg := range c.Args {
		c.Fields = append(c.Fields, c.field(arg.Key, arg.Value))
	}
	if c.Of == "" {
		return nil
	}
	t := s.Type(c.Of)
	if t == nil {
		return fmt.Errorf("unknown record %s", c.Of)
	}
	if c.Doc == "" {
		c.Doc = t.Doc
	}
	if t.Envelope != "" {
		c.Wrap = t.Envelope
	}
	c.Tag, c.Lone = t.Tag, t.Shape == "transparent"
	byKey := map[string]string{}
	for i, f := range c.Fields {
		byKey[c.key(c.Args[i].Key)] = f.Slot
	}
	for _, f := range t.Fields {
		if slot, ok := byKey[f.Key]; ok {
			c.Wire = append(c.Wire, [2]string{f.Key, slot})
			delete(byKey, f.Key)
		}
	}
	for key := range byKey {
		if !slices.Contains([]string{"prefetches", "query"}, key) && (key != "type" || t.Tag == "") {
			return fmt.Errorf("%s has no member %s", c.Of, key)
		}
	}
	return nil
}

func (c *pyClass) key(param string) string {
	if k, ok := c.Keys[param]; ok {
		return k
	}
	return param
}

// field reads "type", "type?" and "type = default", with or without the question mark.
func (c *pyClass) field(param, text string) *pyField {
	typ, def, _ := strings.Cut(text, " = ")
	typ, optional := strings.CutSuffix(strings.TrimSpace(typ), "?")
	typ, noneToo := strings.CutSuffix(typ, "!")
	optional = optional || noneToo
	t := pyTypeOf(typ)
	f := &pyField{Param: param, Attr: param, In: t.In, Out: t.Out, Float32: slices.Contains([]string{"f32", "floats", "query_vector", "vectors"}, typ)}
	if attr, ok := c.Attributes[param]; ok {
		f.Attr = attr
	}
	if param == "except" {
		f.Param = "except_"
	}
	if f.Out == "" {
		f.Out = f.In
	}
	f.Slot = f.Attr
	if t.Get != "" {
		f.Slot = "_" + f.Attr
		f.Get = fmt.Sprintf(t.Get, "self."+f.Slot)
		if !strings.Contains(t.Get, "%s") {
			f.Get = t.Get
		} else if optional && t.NoneC == "" {
			f.Get = "None if self." + f.Slot + " is None else " + f.Get
		}
	}
	f.Conv = fmt.Sprintf(t.Conv, f.Param)
	switch {
	case optional:
		none := t.NoneC
		if def != "" {
			none = def
		}
		if none == "" {
			none = "None"
		}
		if !noneToo {
			f.Default = "None"
		}
		f.Conv = none + " if " + f.Param + " is None else " + f.Conv
		if f.In != "None" {
			f.In = "Optional[" + f.In + "]"
		}
		if none == "None" && t.NoneC == "" && f.Out != "None" {
			f.Out = "Optional[" + f.Out + "]"
		}
	case def != "":
		f.Default = def
	}
	return f
}

// Short is the name without the class around it.
func (c *pyClass) Short() string { return c.Name[strings.LastIndex(c.Name, ".")+1:] }

// Outer is the class around a nested one.
func (c *pyClass) Outer() string {
	outer, _, nested := strings.Cut(c.Name, ".")
	if !nested {
		return ""
	}
	return outer
}

// Signature is the parameter list of the constructor, ready to follow "cls" or "self".
func (c *pyClass) Signature(typed bool) string {
	var b strings.Builder
	for i, f := range c.Fields {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(f.Param)
		if typed {
			b.WriteString(": " + f.In)
		}
		if f.Default != "" {
			if typed {
				b.WriteString(" = " + f.Default)
			} else {
				b.WriteString("=" + f.Default)
			}
		}
	}
	return b.String()
}

// Float32s lists the attributes that hold float32 numbers, as a Python tuple.
func (c *pyClass) Float32s() string {
	var b strings.Builder
	for _, f := range c.Fields {
		if f.Float32 {
			fmt.Fprintf(&b, "%q, ", f.Attr)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "(" + strings.TrimSuffix(b.String(), " ") + ")"
}

// ReprPairs lists (label, attribute).
func (c *pyClass) ReprPairs() [][2]string {
	var out [][2]string
	for _, r := range c.Repr {
		label, attr, ok := strings.Cut(r, "=")
		if !ok {
			attr = label
		}
		out = append(out, [2]string{label, attr})
	}
	return out
}

type pyEnum struct {
	Name, Base, Doc string
	Values          [][2]string
}

func pyEnumData(s *Spec) []pyEnum {
	var out []pyEnum
	for _, e := range pyEnums {
		t := s.Type(e.Spec)
		p := pyEnum{Name: e.Python, Base: e.Base, Doc: t.Doc}
		for _, v := range t.Values {
			p.Values = append(p.Values, [2]string{v.Key, v.Value.JSON})
		}
		out = append(out, p)
	}
	return out
}

// splitEnums takes the enums that only Python has out of the classes.
func splitEnums(all []*pyClass) (classes []*pyClass, enums []pyEnum) {
	for _, c := range all {
		if len(c.Values) == 0 {
			classes = append(classes, c)
			continue
		}
		e := pyEnum{Name: c.Name, Base: "Enum", Doc: c.Doc}
		for _, v := range c.Values {
			e.Values = append(e.Values, [2]string{v, strings.ToLower(v)})
		}
		enums = append(enums, e)
	}
	return classes, enums
}

type pyUnion struct {
	Name, Func, Title string
	Variants          [][2]string
}

func pyUnionData() []pyUnion {
	var out []pyUnion
	for _, name := range []string{"Condition", "Match", "Range", "Quantization", "Scoring", "Stopwords", "StemmingAlgorithm", "IndexParams"} {
		u := pyUnions[name]
		p := pyUnion{Name: name, Func: "_as_" + strings.ToLower(name), Title: u.Title}
		for i := 0; i < len(u.Variants); i += 2 {
			p.Variants = append(p.Variants, [2]string{u.Variants[i], u.Variants[i+1]})
		}
		out = append(out, p)
	}
	return out
}

var pyFuncs = template.FuncMap{
	"upper":  strings.ToUpper,
	"pascal": pyErrorName,
	"tuple": func(pairs [][2]string) string {
		var b strings.Builder
		for _, p := range pairs {
			fmt.Fprintf(&b, "(%q, %q), ", p[0], p[1])
		}
		return "(" + strings.TrimSuffix(b.String(), " ") + ")"
	},
	"sentence": func(name, doc string) string {
		if doc == "" {
			return name + "."
		}
		return name + " " + doc
	},
}

// pyErrorName is the exception class of an error kind.
func pyErrorName(kind string) string {
	switch kind {
	case "io":
		return "IOFailure"
	case "internal":
		return "InternalError"
	}
	var b strings.Builder
	for _, w := range strings.Split(kind, "_") {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}
