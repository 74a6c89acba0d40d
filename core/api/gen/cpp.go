package main

import (
	"bytes"
	"embed"
	"strings"
	"text/template"
)

//go:embed templates/cpp.tmpl
var cppTemplate embed.FS

// genCPP writes the calls of the C++ wrapper; its types are by hand in bindings/c/include/qdrant_edge.hpp.
func genCPP(s *Spec, files map[string][]byte) error {
	funcs := template.FuncMap{
		"cppName":   (*Function).cppName,
		"cppResult": (*Function).cppResult,
		"cppParams": (*Function).cppParams,
		"cppArgs":   (*Function).cppArgs,
		"cppNames":  (*Function).cppNames,
		"cppUse":    (*Function).cppUse,
	}
	t, err := template.New("cpp.tmpl").Funcs(funcs).ParseFS(cppTemplate, "templates/cpp.tmpl")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, s); err != nil {
		return err
	}
	files["bindings/c/include/qdrant_edge/calls.hpp"] = b.Bytes()
	return nil
}

// cppName is that of a method, or of a function of the namespace.
func (f *Function) cppName() string {
	if f.Handle == "in" {
		return strings.TrimPrefix(f.Name, f.Of+"_")
	}
	return f.Name
}

func (f *Function) cppResult() string {
	if f.Returns == "" {
		return "void"
	}
	return "Message"
}

// cppParams is the parameter list of a call; paths are std::string, since C wants their NUL.
func (f *Function) cppParams() string {
	var p []string
	for _, a := range f.Args {
		switch {
		case strings.HasPrefix(a.Value, "optional<path"):
			p = append(p, "const std::string &"+a.Key+" = {}")
		case a.Value == "path":
			p = append(p, "const std::string &"+a.Key)
		default:
			p = append(p, "const Request &"+a.Key)
		}
	}
	switch f.Request {
	case "":
	case "TransferRequest": // the empty one has no time limit
		p = append(p, "const Request &req = std::string_view()")
	default:
		p = append(p, "const Request &req")
	}
	return strings.Join(p, ", ")
}

// cppArgs is what the C function is called with.
func (f *Function) cppArgs() string {
	var p []string
	if f.Handle == "in" {
		p = append(p, "handle_")
	}
	for _, a := range f.Args {
		switch {
		case strings.HasPrefix(a.Value, "optional<path"):
			p = append(p, a.Key+".empty() ? nullptr : detail::path("+a.Key+")")
		case a.Value == "path":
			p = append(p, "detail::path("+a.Key+")")
		default:
			p = append(p, a.Key+".raw()")
		}
	}
	if f.Request != "" {
		p = append(p, "req.raw()")
	}
	if f.Returns != "" {
		p = append(p, "res")
	}
	return strings.Join(append(p, "err"), ", ")
}

// cppNames passes the parameters on.
func (f *Function) cppNames() string {
	var p []string
	for _, a := range f.Args {
		p = append(p, a.Key)
	}
	if f.Request != "" {
		p = append(p, "req")
	}
	return strings.Join(p, ", ")
}

// cppUse names the parameter that a call without a result leaves alone.
func (f *Function) cppUse() string {
	if f.Returns == "" {
		return "(void)res; "
	}
	return ""
}
