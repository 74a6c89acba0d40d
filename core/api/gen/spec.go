package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
)

// Spec is everything under core/api/spec. Every list keeps the order of the YAML.
type Spec struct {
	Types     []*Type
	Errors    []*ErrorKind
	Functions []*Function
	Synced    []*Function // of synced shards
	Limits    []*Limit
	Release   Release
	Dir       string // where it was read from

	byName map[string]*Type
}

// Type is a record, an enum, a union or a custom type (codec written by hand in core/api).
type Type struct {
	Name string `yaml:"-"`
	File string `yaml:"-"` // base name of the YAML file without extension

	Kind        string          `yaml:"kind"`
	Doc         string          `yaml:"doc"`
	Go          string          `yaml:"go"`          // custom: the Go type when it is not the name
	Fields      ordered[*Field] `yaml:"fields"`      // record
	Shape       string          `yaml:"shape"`       // record: "" object, transparent (its one field), tuple, custom
	Envelope    string          `yaml:"envelope"`    // record: {"<envelope>": {fields}}
	Tag         string          `yaml:"tag"`         // record: {"type": "<tag>", fields}
	Short       string          `yaml:"short"`       // record: a lone string stands for this field
	Depth       string          `yaml:"depth"`       // record: the limit of how deep it may nest in itself
	Check       bool            `yaml:"check"`       // record: Validate also calls check, written by hand
	Strict      bool            `yaml:"strict"`      // record: unknown keys are errors
	Readable    bool            `yaml:"readable"`    // record: in CBOR, ids below are text (serde buffers such variants)
	Unsupported []string        `yaml:"unsupported"` // record: keys refused unless null or empty
	Union       string          `yaml:"union"`       // record: the union that it belongs to
	Prefix      string          `yaml:"prefix"`      // enum: prefix of the Go constants
	Values      ordered[*Value] `yaml:"values"`      // enum
	Tagging     string          `yaml:"tagging"`     // union: external, by_key, by_tag, custom
	Variants    ordered[string] `yaml:"variants"`    // union: JSON key → record
	Python      ordered[any]    `yaml:"python"`      // read by python.go only
	C           ordered[any]    `yaml:"c"`           // read by header.go only
}

// Field of a record.
type Field struct {
	Name string `yaml:"-"` // name in JSON

	Type      string       `yaml:"type"`
	Go        string       `yaml:"go"` // Go name when it is not the camel-cased JSON name
	Doc       string       `yaml:"doc"`
	Optional  bool         `yaml:"optional"` // absent or null → nil; nil is left out on write
	Nullable  bool         `yaml:"nullable"` // absent or null → nil; nil is written as null
	Default   any          `yaml:"default"`  // value when absent; without it and without the two above the field is required
	OneOrMany bool         `yaml:"one_or_many"`
	Alias     []string     `yaml:"alias"`
	Set       bool         `yaml:"set"`          // list: sorted, without equal elements
	FalseNil  bool         `yaml:"false_is_nil"` // record: false stands for nil, true for the default
	Envelope  string       `yaml:"envelope"`     // tuple element {"<envelope>": value}
	Min       *float64     `yaml:"min"`
	Max       *float64     `yaml:"max"`
	Python    ordered[any] `yaml:"python"`
}

// Value of an enum.
type Value struct {
	Name  string   `yaml:"-"`
	JSON  string   `yaml:"json"`
	Doc   string   `yaml:"doc"`
	Alias []string `yaml:"alias"`
}

// ErrorKind of spec/errors.yaml.
type ErrorKind struct {
	Name   string `yaml:"-"`
	Go     string `yaml:"go"`
	Code   int    `yaml:"code"`
	Doc    string `yaml:"doc"`
	Python string `yaml:"python"`
	JVM    string `yaml:"jvm"`
	Sync   bool   `yaml:"sync"` // only transfers have it: bindings derive it from their SyncError
}

// Function of spec/functions.yaml.
type Function struct {
	Name    string          `yaml:"-"`
	Code    int             `yaml:"code"`
	Doc     string          `yaml:"doc"`
	Handle  string          `yaml:"handle"` // in, out (creates one), close or none
	Of      string          `yaml:"-"`      // what the handle is of: shard or synced
	Like    string          `yaml:"like"`   // of a synced shard: the function of a shard that this one is
	Args    ordered[string] `yaml:"args"`   // name → msg<T>, path, optional<T>
	Request string          `yaml:"request"`
	Returns string          `yaml:"returns"`
	Packed  bool            `yaml:"packed"` // the result has a packed form
	Errors  []string        `yaml:"errors"`
	Threads string          `yaml:"threads"`
	Since   string          `yaml:"since"`
	Python  ordered[any]    `yaml:"python"`
}

// Limit of spec/limits.yaml.
type Limit struct {
	Name  string `yaml:"-"`
	Value uint64 `yaml:"value"`
	Doc   string `yaml:"doc"`
}

// Release is spec/version.yaml.
type Release struct {
	Version string `yaml:"version"`
}

// ordered is a YAML mapping in file order.
type ordered[T any] []item[T]

type item[T any] struct {
	Key   string
	Value T
}

// UnmarshalYAML keeps the order of the mapping.
func (o *ordered[T]) UnmarshalYAML(b []byte) error {
	var ms yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(b, &ms, yaml.UseOrderedMap()); err != nil {
		return err
	}
	for _, m := range ms {
		raw, err := yaml.Marshal(m.Value)
		if err != nil {
			return err
		}
		v, target := newValue[T]()
		if err := yaml.UnmarshalWithOptions(raw, target, yaml.DisallowUnknownField(), yaml.UseOrderedMap()); err != nil {
			return fmt.Errorf("%v: %w", m.Key, err)
		}
		*o = append(*o, item[T]{fmt.Sprint(m.Key), *v})
	}
	return nil
}

// newValue makes a T and what the YAML decoder has to fill: the struct itself when T is a pointer.
func newValue[T any]() (v *T, target any) {
	v = new(T)
	if rv := reflect.ValueOf(v).Elem(); rv.Kind() == reflect.Pointer {
		rv.Set(reflect.New(rv.Type().Elem()))
		return v, rv.Interface()
	}
	return v, v
}

// Get returns the value of a key.
func (o ordered[T]) Get(key string) (v T, ok bool) {
	for _, it := range o {
		if it.Key == key {
			return it.Value, true
		}
	}
	return v, false
}

// Type finds a type by name, nil when the name is a builtin.
func (s *Spec) Type(name string) *Type { return s.byName[name] }

// Load reads every YAML file of dir.
func Load(dir string) (*Spec, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	s := &Spec{Dir: dir, byName: map[string]*Type{}}
	for _, f := range files {
		if err := s.loadFile(f); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
	}
	if err := s.resolveLikes(); err != nil {
		return nil, err
	}
	return s, s.check()
}

// resolveLikes completes the functions that are another one with another handle.
func (s *Spec) resolveLikes() error {
	byName := map[string]*Function{}
	for _, f := range s.Functions {
		byName[f.Name] = f
	}
	for i, f := range s.Synced {
		if f.Like == "" {
			continue
		}
		known := byName[f.Like]
		if known == nil {
			return fmt.Errorf("%s: unknown function %q", f.Name, f.Like)
		}
		like := *known
		like.Name, like.Of, like.Like = f.Name, f.Of, f.Like
		s.Synced[i] = &like
	}
	return nil
}

// AllFunctions are the functions of shards and those of synced shards.
func (s *Spec) AllFunctions() []*Function { return slices.Concat(s.Functions, s.Synced) }

// Calls are the functions with a code of their own.
func (s *Spec) Calls() []*Function {
	calls := slices.Clone(s.Functions)
	for _, f := range s.Synced {
		if f.Like == "" {
			calls = append(calls, f)
		}
	}
	return calls
}

func (s *Spec) loadFile(name string) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	switch base := strings.TrimSuffix(filepath.Base(name), ".yaml"); base {
	case "errors":
		return load(raw, &s.Errors, func(e *ErrorKind, n string) { e.Name = n })
	case "functions":
		return load(raw, &s.Functions, func(f *Function, n string) { f.Name, f.Of = n, "shard" })
	case "synced_functions":
		return load(raw, &s.Synced, func(f *Function, n string) { f.Name, f.Of = n, "synced" })
	case "limits":
		return load(raw, &s.Limits, func(l *Limit, n string) { l.Name = n })
	case "version":
		return yaml.UnmarshalWithOptions(raw, &s.Release, yaml.DisallowUnknownField())
	default:
		return load(raw, &s.Types, func(t *Type, n string) {
			t.Name, t.File = n, base
			s.byName[n] = t
			for _, f := range t.Fields {
				f.Value.Name = f.Key
			}
			for _, v := range t.Values {
				v.Value.Name = v.Key
			}
		})
	}
}

func load[T any](raw []byte, out *[]*T, named func(*T, string)) error {
	var o ordered[*T]
	if err := yaml.Unmarshal(raw, &o); err != nil {
		return err
	}
	for _, it := range o {
		named(it.Value, it.Key)
		*out = append(*out, it.Value)
	}
	return nil
}

// check refuses references to unknown types and a release without a version.
func (s *Spec) check() error {
	if s.Release.Version == "" {
		return errors.New("version.yaml: no version")
	}
	for _, t := range s.Types {
		for _, f := range t.Fields {
			if el := elem(f.Value.Type); s.byName[el] == nil && builtins[el].Go == "" {
				return fmt.Errorf("%s.%s: unknown type %q", t.Name, f.Key, f.Value.Type)
			}
		}
		for _, v := range t.Variants {
			if s.byName[v.Value] == nil {
				return fmt.Errorf("%s: unknown variant %q", t.Name, v.Value)
			}
		}
	}
	return nil
}

// elem strips list<> and map<>.
func elem(typ string) string {
	for {
		in, ok := inner(typ, "list")
		if !ok {
			if in, ok = inner(typ, "map"); !ok {
				return typ
			}
		}
		typ = in
	}
}

func inner(typ, outer string) (string, bool) {
	if strings.HasPrefix(typ, outer+"<") && strings.HasSuffix(typ, ">") {
		return typ[len(outer)+1 : len(typ)-1], true
	}
	return "", false
}
