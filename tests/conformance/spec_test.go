package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// specType is a type of the spec, as core/api/spec/README.md describes them.
type specType struct {
	Kind, Shape, Envelope, Tag, Tagging, Short string

	Fields   map[string]specField
	Variants yaml.MapSlice
	Values   map[string]struct {
		JSON  string
		Alias []string
	}
	order []string // of the fields
}

type specField struct {
	Type, Envelope string
	Alias          []string
	Min            *float64
	FalseNil       bool `yaml:"false_is_nil"`
}

type specFunction struct {
	Handle string
	Errors []string
}

// spec is what has to have cases.
type spec struct {
	types     map[string]*specType
	functions map[string]specFunction
	errors    map[string]any
}

const specDir = "../../core/api/spec"

func readSpec(t *testing.T) *spec {
	s := &spec{types: map[string]*specType{}}
	for _, name := range []string{"enums", "config", "filter", "query", "search", "payload_index", "update", "args"} {
		var types map[string]*specType
		var ordered map[string]struct{ Fields yaml.MapSlice }
		readYAML(t, name, &types)
		readYAML(t, name, &ordered)
		for name, of := range types {
			for _, item := range ordered[name].Fields {
				of.order = append(of.order, item.Key.(string))
			}
			s.types[name] = of
		}
	}
	readYAML(t, "functions", &s.functions)
	readYAML(t, "errors", &s.errors)
	return s
}

func readYAML(t *testing.T, name string, to any) {
	data, err := os.ReadFile(filepath.Join(specDir, name+".yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, to), name)
}

// element is T of list<T>, map<T> or optional<T>, and which of them it was.
func element(of string) (outer, inner string) {
	if at := strings.IndexByte(of, '<'); at > 0 {
		return of[:at], of[at+1 : len(of)-1]
	}
	return "", of
}

// forms are those of types whose JSON is read by hand.
var forms = map[string][]string{
	"vector":      {"dense", "multi", "sparse"},
	"point_id":    {"number", "uuid"},
	"WithPayload": {"bool", "list", "include", "exclude"},
	"WithVector":  {"bool", "list"},
	"Value":       {"keyword", "integer", "bool"},
	"AnyVariants": {"keywords", "integers"},
	"StartFrom":   {"integer", "float", "time"},
	"IdfParams":   {"global", "corpus"},
}

// entries collects what a request of the type may hold.
func (s *spec) entries(of string, into map[string]bool) {
	if outer, inner := element(of); outer != "" {
		s.entries(inner, into)
		return
	}
	for _, form := range forms[of] {
		into[of+": "+form] = true
	}
	if of == "vector_struct" {
		s.entries("vector", into)
	}
	t, ok := s.types[of]
	if !ok || into[of] {
		return
	}
	into[of] = true
	for name := range t.Values {
		into[of+"."+name] = true
	}
	for _, variant := range t.Variants {
		s.entries(variant.Value.(string), into)
	}
	for name, f := range t.Fields {
		into[of+"."+name] = true
		if f.Min != nil {
			into[of+"."+name+" below its least"] = true
		}
		s.entries(f.Type, into)
	}
}
