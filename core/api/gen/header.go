package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"go/format"
	"strings"
	"text/template"
)

//go:embed templates/header.tmpl templates/typed.tmpl templates/dispatch.tmpl
var cTemplates embed.FS

var cFuncs = template.FuncMap{
	"upper":      strings.ToUpper,
	"params":     func(f *Function) string { return f.cParams() },
	"body":       func(f *Function) string { return f.cBody() },
	"paths":      func(f *Function) []string { return f.paths() },
	"camel":      camel,
	"lowerCamel": func(s string) string { c := camel(s); return strings.ToLower(c[:1]) + c[1:] },
}

// genC writes the header, the C side of the typed functions and the dispatch table.
func genC(s *Spec, files map[string][]byte) error {
	data := struct {
		*Spec
		HeaderHash string
	}{Spec: s}
	render := func(name string) ([]byte, error) {
		t, err := template.New(name).Funcs(cFuncs).ParseFS(cTemplates, "templates/"+name)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = t.Execute(&b, data)
		return b.Bytes(), err
	}
	header, err := render("header.tmpl")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(header)
	data.HeaderHash = hex.EncodeToString(sum[:8])
	typed, err := render("typed.tmpl")
	if err != nil {
		return err
	}
	table, err := render("dispatch.tmpl")
	if err != nil {
		return err
	}
	if table, err = format.Source(table); err != nil {
		return err
	}
	files["include/qdrant_edge.h"] = header
	files["capi/zz_typed.c"] = typed
	files["capi/zz_dispatch.go"] = table
	return nil
}

// cParams is the parameter list of the typed function.
func (f *Function) cParams() string {
	var p []string
	if f.Handle == "in" || f.Handle == "close" {
		p = append(p, "qe_"+f.Of+" "+f.Of)
	}
	for _, a := range f.Args {
		if strings.Contains(a.Value, "path") {
			p = append(p, "const char *"+a.Key)
		} else {
			p = append(p, "qe_msg "+a.Key)
		}
	}
	if f.Request != "" {
		p = append(p, "qe_msg req")
	}
	if f.Handle == "out" {
		p = append(p, "qe_"+f.Of+" *"+f.Of)
	}
	if f.Returns != "" {
		p = append(p, "qe_msg *res")
	}
	return strings.Join(append(p, "qe_error *err"), ", ")
}

// paths names the arguments that are paths and may not be left out.
func (f *Function) paths() (names []string) {
	for _, a := range f.Args {
		if a.Value == "path" {
			names = append(names, a.Key)
		}
	}
	return names
}

// Members lists the members of a record with their types and docs, for a comment.
func (s *Spec) Members(name string) (lines []string) {
	for _, f := range s.Type(name).Fields {
		line := fmt.Sprintf("%-18s %s", f.Key, f.Value.Type)
		if t := s.Type(f.Value.Type); t != nil && t.Kind == "enum" {
			var values []string
			for _, v := range t.Values {
				values = append(values, v.Value.JSON)
			}
			line = fmt.Sprintf("%-18s %s", f.Key, strings.Join(values, " | "))
		}
		if f.Value.Doc != "" {
			line += ": " + f.Value.Doc
		}
		lines = append(lines, line)
	}
	return lines
}

// cBody forwards to the one typed entry.
func (f *Function) cBody() string {
	path, other, req, h, res := "NULL", "NULL", "(qe_msg){0}", "NULL", "NULL"
	for _, a := range f.Args {
		switch {
		case !strings.Contains(a.Value, "path"):
			req = a.Key
		case path == "NULL":
			path = a.Key
		default:
			other = a.Key
		}
	}
	if f.Request != "" {
		req = "req"
	}
	switch f.Handle {
	case "in", "close":
		h = "&" + f.Of
	case "out":
		h = f.Of
	}
	if f.Returns != "" {
		res = "res"
	}
	return fmt.Sprintf("return border_typed(%d, %s, %s, %s, %s, %s, err);", f.Code, h, path, other, req, res)
}

// Notes says what the messages hold.
func (f *Function) Notes() []string {
	var out []string
	for _, a := range f.Args {
		switch {
		case a.Value == "EdgeConfig" || a.Value == "optional<EdgeConfig>":
			note := a.Key + ": an EdgeConfig, as in edge_config.json."
			if strings.HasPrefix(a.Value, "optional") {
				note += " May be empty."
			}
			out = append(out, note)
		case strings.HasPrefix(a.Value, "optional"):
			out = append(out, a.Key+": may be NULL.")
		case a.Value == "raw":
			out = append(out, a.Key+": JSON as shard_manifest returns it.")
		case strings.HasSuffix(a.Value, "Options"):
			out = append(out, a.Key+": "+a.Value+", see above.")
		}
	}
	if f.Request != "" {
		out = append(out, "req: "+f.Request+".")
	}
	if f.Handle == "out" {
		out = append(out, f.Of+": receives the handle, to be given to qe_"+f.Of+"_close.")
	}
	results := map[string]string{"operation": `{"operation_id", "status"}`, "count": `{"count"}`, "changed": `{"changed"}`, "optimized": `{"optimized"}`, "raw": "the manifest",
		"sequence": `{"seq"}, the number of the operation`, "synced": `{"synced"}`, "pending": `{"operations", "bytes"}`,
		"letters": `array of {"id", "seq", "reason", "operation"}`, "states": "array of strings, in the order of the ids",
		"status": "an object, see docs/sync.md", "metrics": "an object of counters",
		"verified": `{"ok", "mirror", "overlay", "log_records", "log_bytes", "log_error"}`}
	if f.Returns != "" {
		text := results[f.Returns]
		if text == "" {
			text = strings.NewReplacer("list<", "array of ", ">", "").Replace(f.Returns)
		}
		out = append(out, "res: "+text+".")
	}
	return out
}
