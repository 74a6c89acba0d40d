package main

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
)

//go:embed templates/java_body.tmpl templates/java_calls.tmpl templates/java_enum.tmpl templates/java_errors.tmpl templates/java_exception.tmpl templates/java_union.tmpl
var javaTemplates embed.FS

const javaDir = "bindings/jvm/src/generated/java/io/github/qdrantedge/"

// javaByHand are types whose JSON is no list of fields; bindings/jvm/src/main/java has them.
var javaByHand = map[string]bool{"VectorInput": true, "PayloadFieldSchema": true, "IdfParams": true, "UpsertPoints": true, "NearestQuery": true, "DecayExpression": true}

// genJava writes what requests are made of, the calls of a shard and the exceptions.
func genJava(s *Spec, files map[string][]byte) error {
	j := &javaGen{Spec: s, files: files}
	j.each(s.javaRequestTypes())
	for _, e := range s.Errors {
		if e.JVM != "EdgeException" {
			j.render("java_exception.tmpl", e.JVM, e)
		}
	}
	j.render("java_errors.tmpl", "ErrorKind", s)
	j.render("java_calls.tmpl", "ShardCalls", s)
	return j.err
}

// javaGen keeps the first error.
type javaGen struct {
	*Spec
	files map[string][]byte
	err   error
}

func (j *javaGen) each(types []*Type) {
	for _, t := range types {
		switch {
		case javaByHand[t.Name]:
		case t.Kind == "enum":
			j.render("java_enum.tmpl", t.Name, t)
		case t.Kind == "union":
			j.render("java_union.tmpl", t.Name, t)
		case t.Kind == "record":
			j.render("java_body.tmpl", t.Name, j.body(t))
		}
	}
}

func (j *javaGen) render(name, class string, data any) {
	if j.err != nil {
		return
	}
	t, err := template.New(name).Funcs(javaFuncs).ParseFS(javaTemplates, "templates/"+name)
	if err != nil {
		j.err = err
		return
	}
	var b bytes.Buffer
	j.err = t.Execute(&b, data)
	j.files[javaDir+class+".java"] = b.Bytes()
}

var javaFuncs = template.FuncMap{
	"constant": javaConstant,
	"javadoc":  javaDoc,
	"phrase":   javaPhrase,
	"lower":    javaName,
	"dot": func(doc string) string {
		if strings.HasSuffix(doc, ".") {
			return ""
		}
		return "."
	},
	"result": func(f *Function) javaResult { return javaResultOf(f.Returns) },
	"method": func(f *Function) string { return javaName(strings.TrimPrefix(f.Name, "shard_")) },
	"params": (*Function).javaParams,
	"body":   (*Function).javaBody,
	"errors": (*Function).javaErrors,
}

// javaRequestTypes are the types that a request may hold, in the order of the spec.
func (s *Spec) javaRequestTypes() []*Type {
	seen := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		t := s.Type(name)
		if t == nil || seen[name] {
			return
		}
		seen[name] = true
		walk(t.Union)
		for _, f := range t.Fields {
			walk(elem(f.Value.Type))
		}
		for _, v := range t.Variants {
			walk(v.Value)
		}
	}
	for _, f := range s.Functions {
		walk(f.Request)
		for _, a := range f.Args {
			walk(strings.TrimSuffix(strings.TrimPrefix(a.Value, "optional<"), ">"))
		}
	}
	walk("Bm25Config") // travels as text within Bm25EmbedRequest
	return slices.DeleteFunc(slices.Clone(s.Types), func(t *Type) bool { return !seen[t.Name] })
}

// javaName turns a_json_name into aJsonName.
func javaName(s string) string {
	words := strings.Split(s, "_")
	for i, w := range words {
		if i > 0 && w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// javaConstant turns OneAndHalfBits into ONE_AND_HALF_BITS.
func javaConstant(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' && s[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

// javaPhrase makes a phrase of a doc comment: the spec speaks to Go, where what is absent is nil.
func javaPhrase(text string) string {
	return strings.NewReplacer("nil", "absent", "&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(strings.TrimSuffix(text, "."))
}

// javaDoc makes a sentence of a doc comment.
func javaDoc(text string) string {
	text = javaPhrase(text)
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// javaParams is the parameter list of a call.
func (f *Function) javaParams() string {
	var p []string
	for _, a := range f.Args {
		switch {
		case strings.Contains(a.Value, "path"):
			p = append(p, "String "+javaName(a.Key))
		case a.Value == "raw":
			p = append(p, "Json "+javaName(a.Key))
		default:
			p = append(p, elem(a.Value)+" "+javaName(a.Key))
		}
	}
	if f.Request != "" {
		p = append(p, f.Request+" request")
	}
	return strings.Join(p, ", ")
}

// javaBody is the expression that makes the body of a request.
func (f *Function) javaBody() string {
	if f.Request != "" {
		return "request"
	}
	if len(f.Args) == 0 {
		return "null"
	}
	b := "new Arguments()"
	for _, a := range f.Args {
		b += fmt.Sprintf(".with(%q, %s)", a.Key, javaName(a.Key))
	}
	return b
}

// javaErrors lists the exceptions of a call.
func (f *Function) javaErrors(s *Spec) []*ErrorKind {
	return slices.DeleteFunc(slices.Clone(s.Errors), func(e *ErrorKind) bool { return !slices.Contains(f.Errors, e.Name) })
}

// javaResult says what a call returns and which function of Answer reads it.
type javaResult struct{ Type, Read, Doc string }

func javaResultOf(returns string) javaResult {
	if r, ok := map[string]javaResult{
		"":                            {"void", "none", ""},
		"operation":                   {"UpdateResult", "updateResult", "number and status of the operation"},
		"count":                       {"long", "count", "the number of points"},
		"changed":                     {"boolean", "changed", "false when nothing was written"},
		"optimized":                   {"boolean", "optimized", "whether anything was changed"},
		"EdgeConfig":                  {"EdgeConfig", "config", "the configuration"},
		"ShardInfo":                   {"ShardInfo", "info", "the counts"},
		"ScrollResult":                {"ScrollResult", "scroll", "the page"},
		"FacetResponse":               {"List<FacetHit>", "facet", "the values, the most frequent first"},
		"GroupsResult":                {"List<PointGroup>", "groups", "the groups, that of the best hit first"},
		"SearchMatrixPairsResponse":   {"List<SearchMatrixPair>", "pairs", "the similarities"},
		"SearchMatrixOffsetsResponse": {"SearchMatrixOffsets", "offsets", "the similarities"},
		"Bm25Embedding":               {"Vector", "embedding", "the sparse vector"},
		"list<ScoredPoint>":           {"List<ScoredPoint>", "scored", "the hits, the best first"},
		"list<list<ScoredPoint>>":     {"List<List<ScoredPoint>>", "scoredLists", "the hits of each query"},
		"list<Record>":                {"List<RetrievedPoint>", "records", "the points that exist"},
	}[returns]; ok {
		return r
	}
	return javaResult{"Json", "json", "the JSON of the answer"}
}
